"""Refusals of `procedures`."""


class ProcedureRefused(Exception):
    """The act cannot be done; `faults` are French sentences to show."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)
