"""The list of a realm's students or staff as a CSV file, and the file of what was made for them. Pure.

Neither holds a name: a login or a student number, a group, a last day.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.text import typography

LINES_AT_MOST = 50_000
FAULTS_AT_MOST = 200
YEARS_AT_MOST = 10
LOGIN, GROUP, END = "identifiant", "groupe", "fin"
COLUMNS = (LOGIN, GROUP, END)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Row:
    """One access: its login, lower case; the code of its group, or ""; its last day, None for no end."""

    login: str
    group: str = ""
    end: date | None = None


@dataclass(frozen=True)
class Roster:
    """What a file lists, with line numbers; its faults; the columns that it gives."""

    rows: list[tuple[int, Row]]
    faults: list[Fault]
    given: frozenset[str] = frozenset()


class _Wrong(ValueError):
    def __init__(self, column: str, sentence: str) -> None:
        self.column = column
        super().__init__(sentence)


def read(text: str, today: date) -> Roster:
    """The rows of a file, in any order of columns, separated by commas or semicolons.

    A login is kept in lower case (RADIUS compares them so), once. An end is today at the soonest.
    """
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        return Roster([], [Fault(1, "", "Ce fichier n’est pas un texte.")])
    first = text.partition("\n")[0]
    semicolons = first.count(";") > first.count(",")
    found = csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolons else ",")
    try:
        names = [name.strip().lower() for name in next(found, [])]
        if faults := _head_faults(names):
            return Roster([], faults)
        return Roster(*_lines(found, names, today), frozenset(names))
    except csv.Error as error:
        return Roster([], [Fault(found.line_num, "", f"Ce fichier CSV est mal formé ({error}).")])


def _head_faults(names: list[str]) -> list[Fault]:
    missing = [] if LOGIN in names else [Fault(1, LOGIN, "Cette colonne manque.")]
    told = "Cette colonne est inconnue : ôtez-la, on ne garde ici ni nom ni autre renseignement."
    unknown = [Fault(1, name, typography(told)) for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    return missing + unknown + [Fault(1, name, "Cette colonne est là deux fois.") for name in twice]


def _lines(found: Any, names: list[str], today: date) -> tuple[list[tuple[int, Row]], list[Fault]]:
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    line = found.line_num + 1
    for cells in found:
        if any(cell.strip() for cell in cells):
            if len(rows) >= LINES_AT_MOST or len(faults) >= FAULTS_AT_MOST:
                told = "La lecture s’arrête ici : le fichier est trop long ou trop faux."
                return rows, [*faults, Fault(line, "", told)]
            try:
                row = _row(names, cells, today)
                if (before := seen.setdefault(row.login, line)) != line:
                    raise _Wrong(LOGIN, f"Cet identifiant est déjà à la ligne {before}.")
                rows.append((line, row))
            except _Wrong as wrong:
                faults.append(Fault(line, wrong.column, typography(str(wrong))))
        line = found.line_num + 1
    return rows, faults


def _row(names: list[str], cells: list[str], today: date) -> Row:
    if len(cells) > len(names):
        raise _Wrong("", "Cette ligne a plus de cellules que de colonnes.")
    told = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
    return Row(_login(told.get(LOGIN, "")), told.get(GROUP, "").lower(), _end(told.get(END, ""), today))


def _login(cell: str) -> str:
    if "@" in cell:
        raise _Wrong(LOGIN, "Écrivez seulement ce qui précède le @.")
    if not _LOGIN.fullmatch(found := cell.lower()):
        raise _Wrong(
            LOGIN,
            "Écrivez un identifiant ou un numéro : 64 signes au plus, des lettres sans accent, des chiffres, "
            "des points et des tirets, sans espace.",
        )
    return found


def _end(cell: str, today: date) -> date | None:
    if not cell:
        return None
    try:
        found = _day(cell)
    except DateRefused as refused:
        raise _Wrong(END, str(refused)) from None
    if found < today:
        raise _Wrong(END, "Ce jour est déjà passé.")
    if found.year > today.year + YEARS_AT_MOST:
        raise _Wrong(END, f"Ce jour est dans plus de {YEARS_AT_MOST} ans : vérifiez-le.")
    return found


@lru_cache(maxsize=4096)
def _day(cell: str) -> date:
    return parse_date(cell)


def write(realm: str, made: Iterable[tuple[str, str]]) -> str:
    """The file that a university hands out from: `identifiant,mot_de_passe`, the login with its realm."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([LOGIN, "mot_de_passe"])
    writer.writerows((f"{login}@{realm}", password) for login, password in made)
    return out.getvalue()
