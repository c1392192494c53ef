"""Identities as supplicants write them: `name@realm` (RFC 7542). Pure."""

import unicodedata

LONGEST = 253
"""Octets of User-Name in RADIUS."""


class BadIdentity(ValueError):
    """No identity can be read there."""


def decode(octets: bytes) -> str:
    """The text of an identity. Raises BadIdentity for no UTF-8, too many octets, or control characters."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise BadIdentity("the identity is no UTF-8") from None
    if len(octets) > LONGEST or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise BadIdentity("the identity is too long, or has control characters")
    return text


def realm_of(identity: str) -> str:
    """What follows the last "@", in lower case; "" when there is none."""
    return identity.rpartition("@")[2].lower() if "@" in identity else ""


def canonical(identity: str, outer_realm: str) -> str:
    """The one way an account is named: NFC, lower case, with its realm.

    A name without a realm inside the tunnel is of the realm that was asked for outside. Raises BadIdentity
    for an empty name.
    """
    name = unicodedata.normalize("NFC", identity.strip()).lower()
    if not name or name.startswith("@"):
        raise BadIdentity("the identity names nobody")
    return name if "@" in name or not outer_realm else f"{name}@{outer_realm}"
