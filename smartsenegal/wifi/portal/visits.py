"""What the portal remembers of a device, sealed into the addresses of its pages: no cookie is needed.

The mini-browsers that phones open keep neither cookies nor storage, and forget the page when one leaves to
read an SMS. What is sealed can be read and altered by nobody else, and is of no use after its time.
"""

from __future__ import annotations

import binascii
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Any

from smartsenegal.kernel import vault
from smartsenegal.lib.crypto import DecryptionFailed, KeyringRefused
from smartsenegal.wifi.access.api import LOST_SECONDS
from smartsenegal.wifi.portal.doors.base import Arrival

VISIT_SECONDS = 3600
LONGEST = 3000


@dataclass(frozen=True)
class Pass:
    """A device that was let in: by which token, from which address (12 digits or ""), until when."""

    credential: int
    mac: str
    until: int


def seal_visit(hotspot: int, arrival: Arrival) -> str:
    """A device that a gateway sent, for VISIT_SECONDS, at this hotspot only."""
    a = arrival
    told = [int(time.time()), a.gateway, a.mac, a.address, a.origin, dict(a.back), a.asked]
    return _sealed(told, b"wifi_portal.visit:%d" % hotspot)


def open_visit(hotspot: int, text: str) -> Arrival | None:
    """The device; None for what is not ours, altered, of another hotspot, or too old.

    A page that was not looked at for LOST_SECONDS keeps no place in line.
    """
    told = _opened(text, b"wifi_portal.visit:%d" % hotspot)
    if told is None or not 0 <= time.time() - told[0] + 1 <= VISIT_SECONDS + 1:
        return None
    arrival = Arrival(*told[1:])
    return arrival if time.time() - told[0] <= LOST_SECONDS else replace(arrival, asked=0)


def seal_phone(hotspot: int, phone: str) -> str:
    """A phone number that waits for its code."""
    return _sealed([phone], b"wifi_portal.phone:%d" % hotspot)


def open_phone(hotspot: int, text: str) -> str:
    """The number; "" for what is not ours."""
    told = _opened(text, b"wifi_portal.phone:%d" % hotspot)
    return str(told[0]) if told else ""


def seal_pass(hotspot: int, entry: Pass) -> str:
    """A device that was let in: the address of its own page, which nobody can guess."""
    return _sealed([entry.credential, entry.mac, entry.until], b"wifi_portal.pass:%d" % hotspot)


def open_pass(hotspot: int, text: str) -> Pass | None:
    """The device; None for what is not ours, of another hotspot, or over."""
    told = _opened(text, b"wifi_portal.pass:%d" % hotspot)
    found = Pass(*told) if told else None
    return found if found and found.until > time.time() else None


def _sealed(told: list[Any], place: bytes) -> str:
    data = json.dumps(told, separators=(",", ":")).encode()
    return urlsafe_b64encode(vault.keyring().seal_field(data, place)).decode().rstrip("=")


def _opened(text: str, place: bytes) -> list[Any] | None:
    if not text or len(text) > LONGEST or not text.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found: list[Any] = json.loads(vault.keyring().open_field(sealed, place))
    except (binascii.Error, ValueError, LookupError, DecryptionFailed, KeyringRefused):
        return None
    return found
