"""By what a device knows our RADIUS server: told by the module that has the certificates."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Authority:
    """The root certificate (PEM) that a device is given, and the name it must find on the server."""

    root_pem: str
    server_name: str


Teller = Callable[[], Authority | None]
_tellers: list[Teller] = []


def register_authority(teller: Teller) -> None:
    """Have `teller` asked what devices are given; it returns None while there is no certificate yet."""
    _tellers[:] = [teller]


def authority() -> Authority | None:
    """What devices are given, or None: then no password may be given, since no network could be checked."""
    return _tellers[0]() if _tellers else None
