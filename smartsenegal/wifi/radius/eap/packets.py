"""EAP packets (RFC 3748, section 4). Pure: octets in, octets out."""

from dataclasses import dataclass
from enum import IntEnum

LONGEST = 4096
"""More octets than that cannot come in one RADIUS packet."""

_HEADER = 4


class Code(IntEnum):
    """Section 4: what the packet is."""

    REQUEST = 1
    RESPONSE = 2
    SUCCESS = 3
    FAILURE = 4


class Type(IntEnum):
    """The types we know, section 5 and the registry of EAP."""

    IDENTITY = 1
    NAK = 3
    TLS = 13
    TTLS = 21
    PEAP = 25
    MSCHAPV2 = 26
    TLV = 33


class Malformed(ValueError):
    """The octets are no packet that may be answered."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A request or a response; `data` is what follows the type."""

    code: int
    identifier: int
    type: int
    data: bytes

    def encode(self) -> bytes:
        """The octets to send."""
        length = _HEADER + 1 + len(self.data)
        return (
            bytes([self.code, self.identifier]) + length.to_bytes(2, "big") + bytes([self.type]) + self.data
        )


def decode_response(octets: bytes) -> Packet:
    """The response that a peer sent. Octets beyond its length are padding (section 4.1).

    Raises Malformed for anything else: too short, too long, a length that lies, another code.
    """
    if not _HEADER < len(octets) <= LONGEST:
        raise Malformed("an EAP response has 5 to 4096 octets")
    length = int.from_bytes(octets[2:4], "big")
    if octets[0] != Code.RESPONSE or not _HEADER < length <= len(octets):
        raise Malformed("this is no whole response")
    return Packet(octets[0], octets[1], octets[4], octets[5:length])


def success(identifier: int) -> bytes:
    """EAP-Success; section 4.2: its identifier is that of the response it answers."""
    return bytes([Code.SUCCESS, identifier, 0, _HEADER])


def failure(identifier: int) -> bytes:
    """EAP-Failure, likewise."""
    return bytes([Code.FAILURE, identifier, 0, _HEADER])


def wanted_types(nak: bytes) -> tuple[int, ...]:
    """The types a legacy Nak asks for (section 5.3.1), in its order; none when it wants none."""
    return tuple(kind for kind in nak if kind)
