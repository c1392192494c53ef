"""A large dictionary of bytes in three buffers, which processes forked from one another go on sharing.

A dictionary of Python counts the references of each key and value it is asked for, and so makes the process
that asks copy their pages: a million credentials are then in memory once a process, and each login pays for
copies. Reading a buffer writes nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

_LENGTHS = 4  # two octets for the key's length, two for the value's
LARGEST = 0xFFFF


class Packed:
    """Bytes by bytes. What was given at `fill` is packed; what is written afterwards stands beside it."""

    def __init__(self) -> None:
        self._whole = b""
        self._slots = array("I", [0])
        self._mask = 0
        self._written: dict[bytes, bytes | None] = {}  # None: deleted since
        self._count = 0

    def fill(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Pack these instead of what there was; of a key that comes twice, the last one counts.

        Raises ValueError for a key or a value of more than 65,535 octets, or 4 GB of them.
        """
        whole, starts = bytearray(), array("I")
        for key, value in pairs:
            if len(key) > LARGEST or len(value) > LARGEST:
                raise ValueError("a key or a value is too long")
            starts.append(len(whole))
            whole += len(key).to_bytes(2, "big") + len(value).to_bytes(2, "big") + key + value
        self._whole = bytes(whole)
        self._written = {}
        self._index(starts)

    def _index(self, starts: array[int]) -> None:
        """Open addressing, at most half full. A slot holds where a pair begins plus one; 0 when free."""
        size = 1
        while size < 2 * len(starts) + 1:
            size *= 2
        self._mask, self._slots, self._count = size - 1, array("I", bytes(4 * size)), 0
        whole, slots, mask = self._whole, self._slots, self._mask
        for start in starts:
            key = whole[start + _LENGTHS : start + _LENGTHS + int.from_bytes(whole[start : start + 2], "big")]
            slot = hash(key) & mask
            while (at := slots[slot]) and not self._is(at - 1, key):
                slot = (slot + 1) & mask
            self._count += not at
            slots[slot] = start + 1

    def _is(self, start: int, key: bytes) -> bool:
        whole, size = self._whole, len(key)
        begin = start + _LENGTHS
        return whole[begin : begin + size] == key and whole[start] << 8 | whole[start + 1] == size

    def _find(self, key: bytes) -> bytes | None:
        whole, slots, mask = self._whole, self._slots, self._mask
        slot = hash(key) & mask
        while at := slots[slot]:
            if self._is(at - 1, key):
                begin = at + _LENGTHS - 1 + len(key)
                return whole[begin : begin + (whole[at + 1] << 8 | whole[at + 2])]
            slot = (slot + 1) & mask
        return None

    def get(self, key: bytes) -> bytes | None:
        """The value of a key; None when there is none."""
        if self._written:
            try:
                return self._written[key]
            except KeyError:
                pass
        return self._find(key)

    def __contains__(self, key: bytes) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._count += key not in self
        self._written[key] = value

    def __delitem__(self, key: bytes) -> None:
        if key in self:
            self._count -= 1
            self._written[key] = None

    def __len__(self) -> int:
        return self._count

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Each key with its value."""
        whole = self._whole
        for at in self._slots:
            if at:
                begin = at - 1 + _LENGTHS
                end = begin + (whole[at - 1] << 8 | whole[at])
                key = whole[begin:end]
                if key not in self._written:
                    yield key, whole[end : end + (whole[at + 1] << 8 | whole[at + 2])]
        for key, value in list(self._written.items()):
            if value is not None:
                yield key, value
