"""Files: counters that are brought in, and what an invoice rests on that is taken out. Pure."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from smartsenegal.cable.billing.rules.counters import TICKS, Reading
from smartsenegal.cable.billing.rules.percentile import MISSING, Month, Octets
from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.text import typography

COLUMNS = ("port", "at", "uptime", "received", "sent")
FAULTS_AT_MOST = 100
READINGS_AT_MOST = 60_000


class _Wrong(ValueError):
    def __init__(self, column: str, sentence: str) -> None:
        self.column = column
        super().__init__(typography(sentence))


@dataclass(frozen=True)
class Line:
    """A reading of a file: its line, its port's code."""

    number: int
    port: str
    reading: Reading


def read(text: str, bits: Mapping[str, int], until: int) -> tuple[list[Line], list[Fault]]:
    """The readings of a CSV, or of a JSON list of objects with the same names; and what is wrong in it.
    `bits` says the width of the counters of each port; nothing may be read after `until` (Unix time)."""
    try:
        rows = list(_json(text) if text.lstrip("\ufeff \r\n\t").startswith("[") else _csv(text))
    except _Wrong as wrong:
        return [], [Fault(1, wrong.column, str(wrong))]
    found, faults = [], []
    for number, row in rows:
        try:
            found.append(Line(number, *_reading(row, bits, until)))
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.column, str(wrong)))
            if len(faults) == FAULTS_AT_MOST:
                break
    if not rows:
        faults.append(Fault(1, "", typography("Ce fichier n’a aucun relevé.")))
    return found, faults


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        if absent := [name for name in COLUMNS if name not in head]:
            raise _Wrong(absent[0], f"Il manque la colonne « {absent[0]} » : il faut {', '.join(COLUMNS)}.")
        for cells in reader:
            if any(cells):
                _within(reader.line_num - 1)
                yield reader.line_num, dict(zip(head, (cell.strip() for cell in cells), strict=False))
    except csv.Error:
        raise _Wrong("", "Ce fichier n’est pas un CSV lisible.") from None


def _json(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        found = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise _Wrong("", "Ce fichier n’est pas un JSON lisible.") from None
    for number, row in enumerate(found, 1):
        _within(number)
        if not isinstance(row, dict):
            raise _Wrong("", f"L’élément {number} n’est pas un objet avec {', '.join(COLUMNS)}.")
        yield number, {key: "" if value is None else str(value) for key, value in row.items()}


def _within(number: int) -> None:
    if number > READINGS_AT_MOST:
        raise _Wrong("", f"Plus de {READINGS_AT_MOST} relevés : envoyez-les en plusieurs fichiers.")


def _reading(row: Mapping[str, str], bits: Mapping[str, int], until: int) -> tuple[str, Reading]:
    port = row.get("port", "")
    if port not in bits:
        raise _Wrong("port", f"Aucun port n’a le code « {port[:60]} » : ajoutez-le à son contrat.")
    at = _moment(row.get("at", ""))
    if at > until:
        raise _Wrong("at", "Ce relevé est dans le futur : mettez à l’heure l’horloge de qui relève.")
    uptime = _whole("uptime", row["uptime"], TICKS) if row.get("uptime") else None
    top = 1 << bits[port]
    received, sent = (_whole(name, row.get(name, ""), top) for name in ("received", "sent"))
    return port, Reading(at, uptime, received, sent)


def _moment(cell: str) -> int:
    """A time: seconds of Unix, or ISO 8601 (without a zone, UTC)."""
    told = "Écrivez l’heure comme 2026-10-31T23:55:00Z, ou en secondes depuis 1970."
    if cell.isascii() and cell.isdigit():
        moment = int(cell[:12])
    else:
        try:
            parsed = datetime.fromisoformat(cell)
            moment = int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError):
            raise _Wrong("at", told) from None
    if not 946_684_800 <= moment < 4_102_444_800:  # of this century
        raise _Wrong("at", told)
    return moment


def _whole(column: str, cell: str, top: int) -> int:
    if not (cell.isascii() and cell.isdigit()) or len(cell) > 20 or int(cell) >= top:
        raise _Wrong(column, f"« {cell[:30]} » n’est pas un entier de 0 à {top - 1}.")
    return int(cell)


SLOT_COLUMNS = ["start", "port", "received", "sent", "measured", "counted"]
# The evidence of an invoice that rests on no slot.
NO_SLOTS = ",".join(SLOT_COLUMNS) + "\n"


def evidence(start: int, slot_seconds: int, ports: Sequence[str], raw: Sequence[Octets], month: Month) -> str:
    """The slots of a month as CSV, a line a slot and a port: octets after the policy for missing slots,
    whether they were measured (1) or made by it (0), and whether the slot counts."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(SLOT_COLUMNS)
    for n, counts in enumerate(month.counted.tolist()):
        begins = f"{datetime.fromtimestamp(start + n * slot_seconds, UTC):%Y-%m-%dT%H:%MZ}"
        for code, before, after in zip(ports, raw, month.ports, strict=True):
            known = int(after[0, n]) != MISSING
            octets = (int(after[0, n]), int(after[1, n])) if known else ("", "")
            writer.writerow([begins, code, *octets, int(int(before[0, n]) != MISSING), int(counts)])
    return written.getvalue()


def statement(content: Mapping[str, Any]) -> str:
    """What an invoice was reckoned with, as JSON whose bytes are always the same."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sha256(text: str) -> str:
    """Of the UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def by_port(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The readings of each port."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.port, []).append(line)
    return found
