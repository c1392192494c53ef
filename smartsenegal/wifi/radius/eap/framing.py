"""Messages of TLS in EAP packets: flags, lengths, fragments (RFC 5216, sections 2.1.5 and 3). Pure."""

from smartsenegal.wifi.radius.eap.packets import Malformed

LENGTH, MORE, START, VERSION = 0x80, 0x40, 0x20, 0x07
_COUNT = 4


class Inbox:
    """Puts the fragments of one message at a time together, never more than `limit` octets."""

    __slots__ = ("_limit", "_parts", "_size", "_total")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._clear()

    def _clear(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._total: int | None = None

    def take(self, data: bytes) -> bytes | None:
        """The whole message once its last fragment is there; else None: acknowledge.

        Raises Malformed when lengths disagree, pass the limit, or a fragment brings nothing.
        """
        flags, rest = _opened(data)
        if flags & LENGTH:
            total = int.from_bytes(rest[:_COUNT], "big")
            if len(rest) < _COUNT or (self._parts and total != self._total):
                raise Malformed("the length of the message is missing or changes")
            self._total, rest = total, rest[_COUNT:]
        elif flags & MORE and not self._parts:
            raise Malformed("the first fragment does not say the length of the message")
        self._size += len(rest)
        if self._size > (self._limit if self._total is None else min(self._total, self._limit)):
            raise Malformed("the message is longer than it says, or than we take")
        if flags & MORE and (not rest or self._size == self._total):
            raise Malformed("more is announced, and nothing is left to come")
        self._parts.append(rest)
        if flags & MORE:
            return None
        if self._total is not None and self._size != self._total:
            raise Malformed("the message is shorter than it says")
        whole = b"".join(self._parts)
        self._clear()
        return whole


def _opened(data: bytes) -> tuple[int, bytes]:
    if not data:
        raise Malformed("the flags are missing")
    if data[0] & START:
        raise Malformed("only the server starts")
    return data[0], data[1:]


def is_acknowledgement(data: bytes) -> bool:
    """Whether the peer says no more than "go on": flags that announce nothing, and no octet after them."""
    return len(data) == 1 and not data[0] & (LENGTH | MORE | START)


def version_of(data: bytes) -> int:
    """The version that tunnelled methods carry in the flags (RFC 5281, section 9.1)."""
    return data[0] & VERSION if data else 0


class Outbox:
    """Cuts one message at a time into fragments of at most `size` octets, flags and length included."""

    __slots__ = ("_left", "_size", "_total")

    def __init__(self, size: int) -> None:
        self._size = size
        self._left = b""
        self._total = 0

    def __bool__(self) -> bool:
        """Whether fragments are left to send."""
        return bool(self._left)

    def put(self, message: bytes) -> bytes:
        """The first fragment of a message, which may be all of it."""
        self._left, self._total = message, len(message)
        if len(message) + 1 <= self._size:
            return self._next(0, self._size - 1)
        return self._next(LENGTH, self._size - 1 - _COUNT)

    def next(self) -> bytes:
        """The following fragment."""
        return self._next(0, self._size - 1)

    def _next(self, flags: int, room: int) -> bytes:
        part, self._left = self._left[:room], self._left[room:]
        head = self._total.to_bytes(_COUNT, "big") if flags & LENGTH else b""
        return bytes([flags | (MORE if self._left else 0)]) + head + part
