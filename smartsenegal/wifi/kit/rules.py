"""The files that pass between a centre and a kit, what of them is taken, and where a kit stands. Pure.

Both are sealed under the kit's key by the STREAM construction (`lib.crypto`): what was altered or cut is
refused. The key is not in the file: it is written once on the screen of who prepares the kit.

    settings  "SSKIT2" kit(16) | one sealed stream: JSON, deflated
    events    "SSEVT2" kit(16) | for the totals, then each pack: length(4) | sealed stream: JSON, deflated
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from smartsenegal.lib.crypto import KEY_SIZE, DecryptionFailed, decrypt_stream, derive, encrypt_stream
from smartsenegal.wifi.kit.errors import KitRefused

SETTINGS, EVENTS = b"SSKIT2", b"SSEVT2"
EVENTS_AT_ONCE = 5000
_HEAD = 6 + 16
_CUT = "Ce fichier est coupé : copiez-le à nouveau depuis le kit, puis reprenez-le."
_DAMAGED = "Ce fichier est abîmé, ou sa clé est celle d’un autre kit."
_PACK_AT_MOST = 64 * 1024 * 1024
# Nobody enters after the end of an event; the last reports of those who were in are taken for so long.
CLOSING = timedelta(hours=1)
# What an event of a kit tells, in this order. Addresses of phones and of their sessions stay on the kit: the
# centre has no use for them.
COLUMNS = (
    "day", "received_us", "happened_us", "kind", "nas", "session", "nas_session", "credential", "holder",
    "plan", "access_point", "device", "seconds", "octets_in", "octets_out", "cause",
)  # fmt: skip
_AT = {name: place for place, name in enumerate(COLUMNS)}
_COUNTED = ("received_us", "happened_us", "kind", "nas", "seconds", "octets_in", "octets_out")
_MAY_LACK = ("credential", "holder", "plan", "cause")
_SMALL = {"nas": 31, "plan": 31, "kind": 15, "cause": 15}
REASONS = {
    "shape": "mal formés",
    "gateway": "d’une passerelle qui n’est pas celle du kit",
    "dates": "en dehors des dates du kit",
    "holder": "au nom d’un accès qui n’a pas été donné au kit",
}
STANDINGS = {
    "prepared": ("Préparé", "blue"),
    "lapsed": ("Jamais pris", "neutral"),
    "out": ("Sorti", "green"),
    "overdue": ("En retard", "amber"),
    "returned": ("Rendu", "neutral"),
    "lost": ("Perdu", "red"),
    "dropped": ("Annulé", "neutral"),
    "here": ("Cette machine", "green"),
}


@dataclass(frozen=True)
class Balance:
    """Events, and octets of all of them, as they were counted on one side."""

    events: int = 0
    octets_in: int = 0
    octets_out: int = 0

    def __add__(self, other: Balance) -> Balance:
        return Balance(
            self.events + other.events, self.octets_in + other.octets_in, self.octets_out + other.octets_out
        )


def standing(state: str, expires_at: datetime, due_at: datetime, now: datetime) -> str:
    """Where a kit stands, a key of STANDINGS."""
    if state == "prepared":
        return "prepared" if now < expires_at else "lapsed"
    if state == "away":
        return "out" if now <= due_at else "overdue"
    return state


@dataclass(frozen=True)
class Allowed:
    """What a kit may bring: events of its `gateways`, received in its dates, and of the holders that were not
    `forbidden`, which are those of accesses that stayed at the centre."""

    gateways: Collection[int]
    starts_at: datetime
    expires_at: datetime
    forbidden: Collection[int] = ()

    def reason(self, row: Sequence[Any]) -> str:
        """Why an event is refused, a key of REASONS; "" when it is taken."""
        if not is_event(row):
            return "shape"
        if row[_AT["nas"]] not in self.gateways:
            return "gateway"
        last = self.expires_at + CLOSING
        if not _us(self.starts_at) <= row[_AT["received_us"]] < _us(last):
            return "dates"
        if not self.starts_at.date() <= date.fromisoformat(row[_AT["day"]]) <= last.date():
            return "dates"
        return "holder" if row[_AT["holder"]] in self.forbidden else ""


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def is_event(row: Sequence[Any]) -> bool:
    """Whether a row has what the table of events takes."""
    if len(row) != len(COLUMNS):
        return False
    told = dict(zip(COLUMNS, row, strict=True))
    numbers = [(name, told[name]) for name in _COUNTED]
    numbers += [(name, told[name]) for name in _MAY_LACK if told[name] is not None]
    if not all(type(n) is int and 0 <= n < 1 << _SMALL.get(name, 63) for name, n in numbers):
        return False
    words = [told[name] for name in ("nas_session", "access_point")]
    if not all(isinstance(word, str) and "\0" not in word for word in words):
        return False
    try:
        bytes.fromhex(told["session"]), bytes.fromhex(told["device"]), date.fromisoformat(told["day"])
    except (TypeError, ValueError):
        return False
    return True


@dataclass
class Sorted:
    """The events of a pack that are taken, and what is refused of it, by reason."""

    rows: list[Sequence[Any]] = field(default_factory=list)
    taken: Balance = Balance()
    refused: dict[str, Balance] = field(default_factory=dict)

    def all(self) -> Balance:
        return sum(self.refused.values(), self.taken)


def sort_out(rows: Iterable[Sequence[Any]], allowed: Allowed) -> Sorted:
    """The events of a pack, each taken or refused for a reason."""
    found = Sorted()
    for row in rows:
        reason = allowed.reason(row)
        one = Balance(1) if reason == "shape" else Balance(1, row[_AT["octets_in"]], row[_AT["octets_out"]])
        if reason:
            found.refused[reason] = found.refused.get(reason, Balance()) + one
        else:
            found.rows.append(row)
            found.taken += one
    return found


def holders(rows: Iterable[Sequence[Any]]) -> set[int]:
    """The holders that the events of a pack name."""
    return {row[_AT["holder"]] for row in rows if is_event(row) and row[_AT["holder"]] is not None}


def added(refused: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, Balance]:
    """What was refused of several packs, by reason."""
    total: dict[str, Balance] = {}
    for each in refused:
        for reason, counts in each.items():
            total[reason] = total.get(reason, Balance()) + Balance(*counts)
    return total


def return_fault(sent: Balance | None, settled: Balance) -> str:
    """Why a kit cannot be said returned yet, in a French sentence; "" when it can. `sent` is what its largest
    file says it has, None without any; `settled` what was taken or refused of it."""
    if sent is None or settled == sent:
        return ""
    return (
        "Il manque des événements : le dernier fichier n’a pas été lu jusqu’au bout. Copiez-le à nouveau "
        "depuis le kit et reprenez-le, ou dites le kit perdu."
    )


def spelt(key: bytes) -> str:
    """A key as people copy it: groups of four letters and digits."""
    text = base64.b32encode(key).decode().rstrip("=")
    return "-".join(text[n : n + 4] for n in range(0, len(text), 4))


def key_of(text: str) -> bytes:
    """The key that was copied. Raises KitRefused."""
    plain = "".join(text.upper().split()).replace("-", "")
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        raise KitRefused("Cette clé n’est pas entière : 52 lettres et chiffres, par groupes de quatre.")
    return key


def sealed_settings(kit: UUID, key: bytes, plain: dict[str, Any]) -> bytes:
    """The file that prepares a kit."""
    return SETTINGS + kit.bytes + _seal(derive(key, SETTINGS), plain)


def open_settings(data: bytes, key: bytes) -> tuple[UUID, dict[str, Any]]:
    """The kit and its settings. Raises KitRefused."""
    kit = kit_of(data, SETTINGS)
    return kit, _open(derive(key, SETTINGS), data[_HEAD:])


def kit_of(data: bytes, mark: bytes) -> UUID:
    """Whose file this is. Raises KitRefused for another kind of file."""
    if not data.startswith(mark) or len(data) < _HEAD:
        raise KitRefused("Ce fichier n’est pas de cette sorte : prenez celui du kit.")
    return UUID(bytes=data[len(mark) : _HEAD])


def sealed_packs(
    kit: UUID, key: bytes, machine: UUID, total: Balance, packs: Iterable[dict[str, Any]]
) -> Iterator[bytes]:
    """The file of events, a piece at a time; `total` is that of all packs, told first: a cut file shows.

    Each piece names the machine: what two of them wrote cannot be put together.
    """
    own = derive(key, EVENTS)
    yield EVENTS + kit.bytes
    for pack in itertools.chain([asdict(total)], packs):
        blob = _seal(own, pack | {"machine": machine.hex})
        yield struct.pack(">I", len(blob)) + blob


def open_packs(data: bytes, key: bytes) -> tuple[UUID, Balance, Iterator[dict[str, Any]]]:
    """The machine that wrote the file, what it should bring, and its packs.

    Raises KitRefused, also from the packs, where it is cut and for what was altered or is another machine's.
    """
    parts = _parts(data, key)
    total = next(parts, None)
    if total is None:
        raise KitRefused("Ce fichier est coupé dès son début : copiez-le à nouveau.")
    machine = UUID(_whole(total, ("events", "octets_in", "octets_out"))["machine"])
    return machine, _counts(total), _packs_of(machine, _counts(total), parts)


def _packs_of(machine: UUID, total: Balance, parts: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    told = Balance()
    for part in parts:
        pack = _whole(part, ("number", "events", "octets_in", "octets_out"))
        if pack["machine"] != machine.hex:
            raise KitRefused("Ce fichier est fait de morceaux de deux machines : prenez celui d’une seule.")
        if not isinstance(pack.get("rows"), list):
            raise KitRefused(_DAMAGED)
        told += _counts(pack)
        yield pack
    if told != total:  # cut between two packs
        raise KitRefused(_CUT)


def _counts(part: Mapping[str, Any]) -> Balance:
    return Balance(part["events"], part["octets_in"], part["octets_out"])


def _whole(part: dict[str, Any], numbers: Iterable[str]) -> dict[str, Any]:
    """The part, if it has what it needs: even its own machine may have been tampered with."""
    good = all(type(part.get(name)) is int and 0 <= part[name] < 1 << 63 for name in numbers)
    if not good or not re.fullmatch("[0-9a-f]{32}", str(part.get("machine"))):
        raise KitRefused(_DAMAGED)
    return part


def _parts(data: bytes, key: bytes) -> Iterator[dict[str, Any]]:
    own, at = derive(key, EVENTS), _HEAD
    while at < len(data):
        length = int.from_bytes(data[at : at + 4]) if at + 4 <= len(data) else len(data)
        if at + 4 + length > len(data):
            raise KitRefused(_CUT)
        yield _open(own, data[at + 4 : at + 4 + length])
        at += 4 + length


def _seal(key: bytes, plain: dict[str, Any]) -> bytes:
    return b"".join(encrypt_stream([zlib.compress(json.dumps(plain).encode())], key))


def _open(key: bytes, sealed: bytes) -> dict[str, Any]:
    try:
        clear = b"".join(decrypt_stream([sealed], key))
        found = json.loads(zlib.decompressobj().decompress(clear, _PACK_AT_MOST))
    except (DecryptionFailed, zlib.error, ValueError):
        raise KitRefused(_DAMAGED) from None
    if not isinstance(found, dict):
        raise KitRefused(_DAMAGED)
    return found
