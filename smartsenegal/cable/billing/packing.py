"""Readings and slots as bytes: a port's day of five minutes is 288 readings of 32 bytes, and 4.6 kB of
slots. Pure."""

import struct
from collections.abc import Iterable

from smartsenegal.cable.billing.rules.counters import Reading
from smartsenegal.cable.billing.rules.percentile import Octets

# Unix time, hundredths of a second (-1: not known), octets received and sent; little-endian.
_READING = struct.Struct("<qqQQ")


def pack_readings(readings: Iterable[Reading]) -> bytes:
    """Readings one after the other."""
    return b"".join(
        _READING.pack(r.at, -1 if r.uptime is None else r.uptime, r.received, r.sent) for r in readings
    )


def unpack_readings(data: bytes) -> list[Reading]:
    """What `pack_readings` wrote."""
    return [
        Reading(at, None if uptime < 0 else uptime, received, sent)
        for at, uptime, received, sent in _READING.iter_unpack(data)
    ]


def pack_slots(slots: Octets) -> bytes:
    """Slots as two rows (received, sent) of 64-bit integers, little-endian; -1 is not known."""
    return slots.astype("<i8").tobytes()


def unpack_slots(data: bytes | memoryview) -> Octets:
    """What `pack_slots` wrote."""
    import numpy as np  # loaded by what computes alone: see `rules.percentile`

    return np.frombuffer(data, dtype="<i8").reshape(2, -1)
