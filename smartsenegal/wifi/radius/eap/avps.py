"""Attributes inside EAP-TTLS (RFC 5281, section 10): the format of Diameter, read strictly. Pure."""

from dataclasses import dataclass

from smartsenegal.wifi.radius.eap.packets import Malformed

MICROSOFT = 311
USER_NAME = (0, 1)
USER_PASSWORD = (0, 2)
MS_CHAP_CHALLENGE = (MICROSOFT, 11)
MS_CHAP2_RESPONSE = (MICROSOFT, 25)
MS_CHAP2_SUCCESS = (MICROSOFT, 26)

_VENDOR, _MANDATORY = 0x80, 0x40
_MOST = 32


@dataclass(frozen=True, slots=True)
class Avp:
    """One attribute. `name` is (vendor, code); vendor 0 is RADIUS."""

    name: tuple[int, int]
    value: bytes
    mandatory: bool = True

    def encode(self) -> bytes:
        """Its octets, padded to four."""
        vendor, code = self.name
        head = vendor.to_bytes(4, "big") if vendor else b""
        flags = (_VENDOR if vendor else 0) | (_MANDATORY if self.mandatory else 0)
        length = 8 + len(head) + len(self.value)
        body = code.to_bytes(4, "big") + bytes([flags]) + length.to_bytes(3, "big") + head + self.value
        return body + bytes(-length % 4)


def decode(octets: bytes) -> list[Avp]:
    """The attributes, in order. Raises Malformed when a length lies, a flag is unknown, or for too many."""
    found = []
    while octets:
        avp, octets = _first(octets)
        found.append(avp)
        if len(found) > _MOST:
            raise Malformed("too many attributes")
    return found


def _first(octets: bytes) -> tuple[Avp, bytes]:
    if len(octets) < 8:
        raise Malformed("an attribute is cut")
    code, flags, length = int.from_bytes(octets[:4], "big"), octets[4], int.from_bytes(octets[5:8], "big")
    if flags & ~(_VENDOR | _MANDATORY):
        raise Malformed("reserved flags are set")
    start = 12 if flags & _VENDOR else 8
    padded = length + -length % 4
    # The padding of the last one is left out by some supplicants.
    if not start <= length <= len(octets) or start > len(octets):
        raise Malformed("an attribute has a wrong length")
    if any(octets[length:padded]):
        raise Malformed("the padding is not nil")
    vendor = int.from_bytes(octets[8:12], "big") if flags & _VENDOR else 0
    return Avp((vendor, code), octets[start:length], bool(flags & _MANDATORY)), octets[padded:]


def one_of_each(octets: bytes, known: frozenset[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The values by name. Raises Malformed when one comes twice, or one that we do not know is mandatory."""
    values: dict[tuple[int, int], bytes] = {}
    for avp in decode(octets):
        if avp.name not in known:
            if avp.mandatory:
                raise Malformed(f"attribute {avp.name} is mandatory and unknown")
            continue
        if avp.name in values:
            raise Malformed(f"attribute {avp.name} comes twice")
        values[avp.name] = avp.value
    return values
