"""The customer's side of the cable keeps nothing: the only face of `cable.wholesale` is empty."""

__all__: list[str] = []
