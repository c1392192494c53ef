"""What is given back: how much may be, who decides, what is booked. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from smartsenegal.kernel.payments.rules import Entry, Line
from smartsenegal.lib.money import format_fcfa

# --- states of a refund --------------------------------------------------------------------
ASKED, READY, DONE, DECLINED, FAILED = "asked", "ready", "done", "declined", "failed"
STATES = [
    (ASKED, "Attend une seconde personne"),
    (READY, "En cours chez l’opérateur"),
    (DONE, "Rendu"),
    (DECLINED, "Écarté"),
    (FAILED, "Refusé par l’opérateur"),
]
# Money of a payment that is given back, or about to be: it cannot be given back a second time.
COUNTED = frozenset({ASKED, READY, DONE})

Given = Iterable[tuple[str, int]]


def left(received: int, given: Given) -> int:
    """Francs of a payment that may still be given back; `given` are the (state, amount) of its refunds."""
    return received - sum(amount for state, amount in given if state in COUNTED)


def too_much(left: int) -> str:
    """What is said of a sum that is not between 1 franc and what is left on an account."""
    return f"On peut rendre {format_fcfa(left)} au plus sur ce compte."


def shares_left(lines: Sequence[Line], given: Mapping[str, Given]) -> dict[str, int]:
    """Francs that each public accountant may still give back of a payment shared between them."""
    shares: dict[str, int] = {}
    for line in lines:
        shares[line.beneficiary] = shares.get(line.beneficiary, 0) + line.amount
    return {code: left(share, given.get(code, ())) for code, share in shares.items()}


def needs_a_second(amount: int, above: int) -> bool:
    """Whether a second person must agree to give that much back."""
    return amount > above


def entries(source: str, operator: str, amount: int) -> list[Entry]:
    """Entries of francs given back by an operator, for the account that owed them or had received them."""
    return [Entry(source, amount), Entry(operator, -amount)]
