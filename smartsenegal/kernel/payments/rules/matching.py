"""An operator's statement of a day, line by line, against what we booked. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from smartsenegal.kernel.payments.base import StatementLine

# --- what a line, or the lack of one, may ask somebody to look at -------------------------------
UNKNOWN, UNBOOKED, DOUBLED, AMOUNT, MISSING = "unknown", "unbooked", "doubled", "amount", "missing"
KINDS = [
    (UNKNOWN, "Inconnu chez nous"),
    (UNBOOKED, "Payé chez l’opérateur, pas chez nous"),
    (DOUBLED, "Deux fois au relevé"),
    (AMOUNT, "Somme différente"),
    (MISSING, "Absent du relevé"),
]
TO_TREAT, TREATED = "open", "treated"
STATES = [(TO_TREAT, "À traiter"), (TREATED, "Traité")]

# What we book in the last minutes of a day may stand in the operator's next day.
_MARGIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Movement:
    """A payment or a refund of ours: francs, signed (money in is positive).

    `seen` is the statement's reference of the line it was already matched with.
    """

    id: str
    ref: str
    key: str
    amount: int
    booked: bool = True
    seen: str = ""


@dataclass(frozen=True)
class Finding:
    """Something to look at: what the statement says and what we say, in francs, where each says something."""

    kind: str
    ref: str
    said: int | None
    ours: int | None
    movement: str = ""

    @property
    def name(self) -> str:
        """The same for the same trouble of one day's statement, however often it is read."""
        return f"{self.kind}:{self.ref or self.movement}"


@dataclass
class Matched:
    """Lines matched, as (movement, reference), and what is to be looked at."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def match(
    lines: Iterable[StatementLine], movements: Sequence[Movement], due: Sequence[Movement] = ()
) -> Matched:
    """Match each line with a movement: by the statement's reference, else by ours and the way it goes.

    `due` are the movements that this statement had to hold.
    """
    by_ref = {m.ref: m for m in movements if m.ref}
    by_key: dict[tuple[str, bool], list[Movement]] = {}
    for movement in movements:
        by_key.setdefault((movement.key, movement.amount > 0), []).append(movement)
    taken = {m.id: m.seen for m in movements if m.seen}
    read: set[str] = set()
    done = Matched()
    for line in lines:
        found = by_ref.get(line.transaction_ref) or _under_key(line, by_key, taken)
        again = line.transaction_ref in read
        read.add(line.transaction_ref)
        if found is None:
            kind = DOUBLED if again else UNKNOWN
            done.findings.append(Finding(kind, line.transaction_ref, line.amount, None))
            continue
        if again or taken.get(found.id, line.transaction_ref) != line.transaction_ref:
            done.findings.append(_finding(DOUBLED, line, found))
            continue
        taken[found.id] = line.transaction_ref
        done.pairs.append((found.id, line.transaction_ref))
        if not found.booked:
            done.findings.append(_finding(UNBOOKED, line, found))
        elif found.amount != line.amount:
            done.findings.append(_finding(AMOUNT, line, found))
    done.findings += [Finding(MISSING, "", None, m.amount, m.id) for m in due if m.id not in taken]
    return done


def _under_key(
    line: StatementLine, by_key: Mapping[tuple[str, bool], Sequence[Movement]], taken: Mapping[str, str]
) -> Movement | None:
    """The movement under our reference that goes the same way: one not yet matched, or matched with this."""
    found = by_key.get((line.key, line.amount > 0), ()) if line.key else ()
    free = (m for m in found if taken.get(m.id, line.transaction_ref) == line.transaction_ref)
    return next(free, found[0] if found else None)


def _finding(kind: str, line: StatementLine, movement: Movement) -> Finding:
    ours = movement.amount if movement.booked else None
    return Finding(kind, line.transaction_ref, line.amount, ours, movement.id)


def due_window(day: date) -> tuple[datetime, datetime]:
    """From when to when what we booked must stand in the statement of a day, or of one before."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start - _MARGIN, start + timedelta(days=1) - _MARGIN


def fees(lines: Sequence[StatementLine]) -> int | None:
    """Sum of the operator's fees; None when the statement does not tell all of them."""
    told = [line.fee for line in lines]
    return None if None in told else sum(fee for fee in told if fee is not None)
