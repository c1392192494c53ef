"""MD4 (RFC 1320), which OpenSSL 3 no longer gives: only the NT hash of MSCHAPv2 needs it."""

import struct

_MASK = 0xFFFFFFFF
_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
_ORDER = (
    tuple(range(16)),
    (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
    (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15),
)
_SHIFTS = ((3, 7, 11, 19), (3, 5, 9, 13), (3, 9, 11, 15))
_ADDED = (0, 0x5A827999, 0x6ED9EBA1)


def md4(data: bytes) -> bytes:
    """The 16 octets of MD4. No security is to be expected of it."""
    length = struct.pack("<Q", 8 * len(data) & 0xFFFFFFFFFFFFFFFF)
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + length
    state = _START
    for offset in range(0, len(padded), 64):
        mixed = _mix(state, struct.unpack_from("<16I", padded, offset))
        state = tuple((old + new) & _MASK for old, new in zip(state, mixed, strict=True))  # type: ignore[assignment]
    return struct.pack("<4I", *state)


def _mix(state: tuple[int, int, int, int], words: tuple[int, ...]) -> tuple[int, int, int, int]:
    a, b, c, d = state
    for turn in range(3):
        for step in range(16):
            total = a + _choose(turn, b, c, d) + words[_ORDER[turn][step]] + _ADDED[turn] & _MASK
            shift = _SHIFTS[turn][step % 4]
            a, b, c, d = d, (total << shift | total >> 32 - shift) & _MASK, b, c
    return a, b, c, d


def _choose(turn: int, x: int, y: int, z: int) -> int:
    if turn == 0:
        return x & y | ~x & z
    if turn == 1:
        return x & y | x & z | y & z
    return x ^ y ^ z
