"""Who makes the certificate by which a gateway connects by RadSec (RFC 6614 §2.3): who has the authority."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Issued:
    """A certificate, its private key and the root, in one PEM text; until when it serves.

    What names it, as `rules.certificate_mark` reads it: SHA-256 fingerprint and serial number.
    """

    pem: str
    until: datetime
    fingerprint: str
    serial: str


Issuer = Callable[[str], Issued]
_issuers: list[Issuer] = []


def register_issuer(issuer: Issuer) -> None:
    """Have `issuer` make the certificates; it is given the name that must stand in each."""
    _issuers[:] = [issuer]


def issue(name: str) -> Issued:
    """A new certificate for the gateway of that name; nothing of its key is kept."""
    return _issuers[0](name)
