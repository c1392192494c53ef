"""Names of RADIUS attributes and values, read from files in the format of FreeRADIUS (dictionary(5))."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

VENDOR_SPECIFIC = 26
LARGEST_VALUE = 253  # RFC 2865 §5
DATA = Path(__file__).parent / "data"


class DictionaryRefused(Exception):
    """A dictionary cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `vendor` is 0 for those of the RFCs, `flags` as in the file (`encrypt=1`, `concat`)."""

    name: str
    number: int
    kind: str
    vendor: int = 0
    flags: tuple[str, ...] = ()

    def encode(self, value: int | str | bytes) -> bytes:
        """The whole attribute with its header; a vendor's goes inside Vendor-Specific (RFC 2865 §5.26).

        Raises ValueError for a value that does not fit.
        """
        body = self._body(value)
        inner = bytes((self.number, len(body) + 2)) + body if len(body) <= LARGEST_VALUE else body
        if self.vendor:
            inner = bytes((VENDOR_SPECIFIC, (len(inner) + 6) & 255)) + self.vendor.to_bytes(4, "big") + inner
        if len(inner) > LARGEST_VALUE + 2:
            raise ValueError(f"{self.name}: {len(body)} octets are too many")
        return inner

    def _body(self, value: int | str | bytes) -> bytes:
        if isinstance(value, bytes):
            return value
        if isinstance(value, int):
            return value.to_bytes({"byte": 1, "short": 2, "integer64": 8}.get(self.kind, 4), "big")
        if self.kind == "ipaddr":
            return IPv4Address(value).packed
        return IPv6Address(value).packed if self.kind == "ipv6addr" else value.encode()


@dataclass
class Dictionary:
    """Attributes by name and by (vendor, number), named values, vendors."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    numbers: dict[tuple[int, int], Attribute] = field(default_factory=dict)
    values: dict[tuple[str, str], int] = field(default_factory=dict)
    vendors: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Attribute:
        return self.attributes[name]

    def value(self, attribute: str, name: str) -> int:
        """The number of a named value, as ("Acct-Status-Type", "Start"); KeyError when there is none."""
        return self.values[attribute, name]


def load(path: Path) -> Dictionary:
    """The dictionary in that file and those it includes. Raises DictionaryRefused (a loop, a bad line)."""
    found = Dictionary()
    _read(found, path.resolve(), ())
    return found


@cache
def own() -> Dictionary:
    """The attributes this server reads and writes."""
    return load(DATA / "dictionary")


def _read(into: Dictionary, path: Path, open_files: tuple[Path, ...]) -> None:
    if path in open_files:
        raise DictionaryRefused(f"{path} includes itself")
    vendor = 0
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError as error:
        raise DictionaryRefused(f"{path}: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            vendor = _take(into, words, vendor, path, open_files)
        except (ValueError, IndexError, KeyError):
            raise DictionaryRefused(f"{path}, line {number}: {line.strip()!r} is not understood") from None


def _take(into: Dictionary, words: list[str], vendor: int, path: Path, open_files: tuple[Path, ...]) -> int:
    """Take one line; returns the vendor whose block the next line is in."""
    match words[0].upper():
        case "$INCLUDE" | "$INCLUDE-":
            included = (path.parent / words[1]).resolve()
            if words[0] == "$INCLUDE" or included.exists():
                _read(into, included, (*open_files, path))
        case "VENDOR":
            into.vendors[words[1]] = int(words[2], 0)
        case "BEGIN-VENDOR":
            return into.vendors[words[1]]
        case "END-VENDOR":
            return 0
        case "ATTRIBUTE":
            _attribute(into, words, vendor)
        case "VALUE":
            into.values[words[1], words[2]] = int(words[3], 0)
        case _:  # FreeRADIUS' own blocks (BEGIN-TLV, ALIAS, STRUCT…) name nothing that is read here
            pass
    return vendor


def _attribute(into: Dictionary, words: list[str], vendor: int) -> None:
    name, number, kind = words[1:4]
    if "." in number or not number[:1].isdigit():  # a TLV within another attribute
        return
    flags = tuple(flag for word in words[4:] for flag in word.split(","))
    found = Attribute(name, int(number, 0), kind.partition("[")[0].lower(), vendor, flags)
    into.attributes[name] = found
    into.numbers.setdefault((vendor, found.number), found)
