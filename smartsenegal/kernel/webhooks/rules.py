"""Signature, back-off, and where we may call. Pure.

Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

WAITING, DELIVERED, GIVEN_UP, HELD = "waiting", "delivered", "given_up", "held"
STATES = [
    (WAITING, "À envoyer"),
    (DELIVERED, "Reçu"),
    (GIVEN_UP, "Abandonné"),
    (HELD, "Retenu, webhook arrêté"),
]
# After each failure: more than three days in all, as the specification recommends.
BACKOFF = tuple(
    timedelta(seconds=s)
    for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
DISABLED_AFTER = timedelta(days=5)
BOTH_VALID = timedelta(hours=24)
KEPT = timedelta(days=30)
PREFIX = "whsec_"
MOST_READ = 16_384
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def signature(secrets: Iterable[bytes], message_id: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature`: one `v1` signature for each secret that is valid."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    made = (base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets)
    return " ".join(f"v1,{each}" for each in made)


def shown(secret: bytes) -> str:
    """The secret as its owner copies it."""
    return PREFIX + base64.b64encode(secret).decode()


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when all were made."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None


PRIVATE = "Cette adresse mène à un réseau privé : elle n’est pas appelée."


def fault_of_url(url: str, *, demo: bool) -> str | None:
    """Why this address cannot be called, or None: https, in full, without a password in it."""
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return (
            "Cette adresse n’est pas lisible. Donnez-la en entier, par exemple https://exemple.sn/webhooks."
        )
    if any(c.isspace() or ord(c) < 33 for c in url) or not parts.hostname or not port_is_one:
        return "Donnez l’adresse en entier, par exemple https://exemple.sn/webhooks."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "L’adresse ne doit contenir ni mot de passe ni #."
    if parts.scheme == "https" or (demo and parts.scheme == "http" and parts.hostname in _LOCAL):
        return None if _may_be_called(parts.hostname, demo=demo) else PRIVATE
    return "L’adresse doit commencer par https."


def _may_be_called(host: str, *, demo: bool) -> bool:
    """False for an address in figures that is never called; a name is looked up at each call."""
    try:
        return may_call(host, demo=demo)
    except ValueError:
        return True


def may_call(address: str, *, demo: bool) -> bool:
    """Whether a name may resolve there: the public Internet alone; this machine too in the demonstration."""
    found = ip_address(address)
    if demo and found.is_loopback:
        return True
    return all(_is_public(each) for each in _inside(found))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address | IPv6Address]:
    """The address, and those of IPv4 that an address of IPv6 leads to."""
    yield address
    if isinstance(address, IPv6Address):
        yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
