"""Lines, states, ledger entries and delays of payments. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

XOF = "XOF"

# --- payables ------------------------------------------------------------------------
OPEN, SETTLED, CANCELLED, REFUNDING, REFUNDED = "open", "settled", "cancelled", "refunding", "refunded"
PAYABLE_STATES = [
    (OPEN, "À payer"),
    (SETTLED, "Payé"),
    (CANCELLED, "Annulé"),
    (REFUNDING, "Remboursement en cours"),
    (REFUNDED, "Remboursé"),
]

# --- attempts ------------------------------------------------------------------------
CREATED, PENDING, UNKNOWN = "created", "pending", "unknown"
SUCCEEDED, FAILED, EXPIRED = "succeeded", "failed", "expired"
ATTEMPT_STATES = [
    (CREATED, "Commencé"),
    (PENDING, "En attente du payeur"),
    (UNKNOWN, "Sans nouvelles de l’opérateur"),
    (SUCCEEDED, "Réussi"),
    (FAILED, "Échoué"),
    (EXPIRED, "Expiré"),
]
LIVE = frozenset({CREATED, PENDING, UNKNOWN})

# What the provider says of a payment when it is read back.
READ_OPEN, READ_PAID, READ_FAILED, READ_EXPIRED = "open", "paid", "failed", "expired"

# Where the money of a payment that succeeded went.
BOOKED_SETTLED, BOOKED_DUPLICATE, BOOKED_HELD = "settled", "duplicate", "held"
OUTCOMES = [
    (BOOKED_SETTLED, "Versé aux comptables"),
    (BOOKED_DUPLICATE, "À rembourser"),
    (BOOKED_HELD, "Retenu : montant différent"),
]

# --- accounts ------------------------------------------------------------------------
OPERATOR, TILL, BENEFICIARY, CARRIER, REFUND, HELD, DIFFERENCE = (
    "operator", "till", "beneficiary", "carrier", "refund", "held", "difference",
)  # fmt: skip
PAID = (BENEFICIARY, CARRIER)  # those for whom money is collected
ACCOUNT_KINDS = [
    (OPERATOR, "Opérateur de paiement"),
    (TILL, "Caisse"),
    (BENEFICIARY, "Comptable public"),
    (CARRIER, "Exploitant qui facture pour l’État"),
    (REFUND, "À rembourser aux payeurs"),
    (HELD, "Retenu, à vérifier"),
    (DIFFERENCE, "Écarts de caisse"),
]
TO_REFUND, ON_HOLD, TILL_DIFFERENCE = "a-rembourser", "retenu", "ecarts-de-caisse"

# Those for whom public money may be collected, and what stands after the colon for one of them.
PUBLIC_ACCOUNTANTS = {
    "tresor": "Trésor public",
    "domaines": "Domaines",
    "commune": "Commune",
    "chambre": "Chambre consulaire",
}
# What is owed to "the commune" stands on the account of one of them, or here when nothing tells which.
COMMUNE = "commune"
COMMUNE_UNKNOWN = "Commune non précisée"
# A carrier's account is never made by a line: an administrator entered it first.
CARRIER_CODE = "exploitant"
_WHICH = r":[A-Za-z0-9][A-Za-z0-9:._-]{0,50}"
_BENEFICIARY = re.compile(rf"(?:{'|'.join(PUBLIC_ACCOUNTANTS)})(?:{_WHICH})?|{CARRIER_CODE}{_WHICH}")

_LARGEST = 10**12
_FIRST_CHECK_SECONDS = 15
_LONGEST_CHECK_SECONDS = 900
_GIVE_UP_LOOKING = timedelta(minutes=30)
_OLDEST = timedelta(days=1)
_MOST_REQUESTS_AN_HOUR = 6


class LineRefused(ValueError):
    """A line of a payable cannot be collected."""


@dataclass(frozen=True)
class Line:
    """A share of a payment: francs owed to one public accountant (`beneficiary`) for one reason."""

    label: str
    amount: int
    beneficiary: str
    nature: str = ""


@dataclass(frozen=True)
class Place:
    """Who asks for a sum: an organisation and the path of its territory; nobody for the State as a whole."""

    organisation_id: int | None = None
    territory: str = ""


NATIONAL = Place()


@dataclass(frozen=True)
class Entry:
    """A movement of the ledger: francs in (positive, debit) or out (negative, credit) of an account."""

    account: str
    amount: int


def total(lines: Sequence[Line]) -> int:
    """Sum of the lines, in francs. Raises LineRefused for what may not be collected.

    Public money is collected only for the Treasury, the Domaines, a commune, a chamber, or a carrier that
    invoices for the State.
    """
    if not lines:
        raise LineRefused("a payable needs a line")
    for line in lines:
        if isinstance(line.amount, bool) or not isinstance(line.amount, int) or line.amount <= 0:
            raise LineRefused(f"{line.label}: {line.amount!r} is no positive number of francs")
        if not _BENEFICIARY.fullmatch(line.beneficiary):
            raise LineRefused(f"{line.label}: {line.beneficiary!r} is nobody that money is collected for")
    amount = sum(line.amount for line in lines)
    if amount > _LARGEST:
        raise LineRefused(f"{amount} francs is beyond any fee")
    return amount


def accountant_label(code: str, name: str = "") -> str:
    """French name of a beneficiary that has no account yet, by its name or its code: "Commune (Mbour)"."""
    kind, _, which = code.partition(":")
    if code == COMMUNE:
        return COMMUNE_UNKNOWN
    return f"{PUBLIC_ACCOUNTANTS[kind]} ({name or which})" if which else PUBLIC_ACCOUNTANTS[kind]


def carrier(organisation: str) -> str:
    """The account of the organisation (by its code) that invoices what the State's network carries."""
    return f"{CARRIER_CODE}:{organisation}"


def of_commune(beneficiary: str, commune: str) -> str:
    """The account of what is owed to "the commune", once it is known which; any other is left as it is."""
    code = f"{COMMUNE}:{commune}"
    return code if beneficiary == COMMUNE and _BENEFICIARY.fullmatch(code) else beneficiary


def moved(source: str, target: str, amount: int) -> list[Entry]:
    """Entries of francs owed to one accountant that are found to be owed to another."""
    return [Entry(source, amount), Entry(target, -amount)]


def settlement(source: str, lines: Sequence[Line]) -> list[Entry]:
    """Entries of a payment that came in on `source` and is owed to the beneficiaries of its lines."""
    shares: dict[str, int] = {}
    for line in lines:
        shares[line.beneficiary] = shares.get(line.beneficiary, 0) + line.amount
    return [Entry(source, sum(shares.values())), *(Entry(code, -share) for code, share in shares.items())]


def set_aside(source: str, target: str, amount: int) -> list[Entry]:
    """Entries of money that came in on `source` and waits on `target` (to refund, or held)."""
    return [Entry(source, amount), Entry(target, -amount)]


def outcome(payable_state: str, amount: int, received: int, currency: str) -> str:
    """Where money that came in goes: to the accountants, back to the payer, or on hold.

    A wrong amount or currency is held first: nobody knows yet whose it is.
    """
    if currency != XOF or received != amount:
        return BOOKED_HELD
    return BOOKED_SETTLED if payable_state == OPEN else BOOKED_DUPLICATE


def next_state(state: str, reading: str) -> str:
    """State of an attempt after a reading at the provider.

    Money has the last word: an attempt thought failed or expired that proves paid has succeeded, and
    nothing takes a success back.
    """
    if state == SUCCEEDED or reading == READ_PAID:
        return SUCCEEDED
    if state in (FAILED, EXPIRED):
        return state
    return {READ_OPEN: PENDING, READ_FAILED: FAILED, READ_EXPIRED: EXPIRED}[reading]


def preference(status: str, is_known: bool) -> tuple[bool, bool, bool]:
    """Sort key of payments found under one reference: ours if it is paid, then a paid one, an open one."""
    return (not (is_known and status == READ_PAID), status != READ_PAID, status != READ_OPEN)


def check_delay(checks: int) -> timedelta:
    """Wait before the next reading, after that many: 15 s, doubled each time, never more than 15 min."""
    return timedelta(seconds=min(_FIRST_CHECK_SECONDS * 2 ** min(checks, 10), _LONGEST_CHECK_SECONDS))


def may_ask(checks: int, since_last: timedelta | None) -> bool:
    """Whether a payer who waits on the page makes us read again: every 3 s, then less and less, to 30 s."""
    return since_last is None or since_last >= timedelta(seconds=min(3 + checks, 30))


def may_ring(asked_this_hour: int) -> bool:
    """Whether one more request may be sent to a phone for a payer: nobody is rung again and again."""
    return asked_this_hour < _MOST_REQUESTS_AN_HOUR


def never_arrived(age: timedelta) -> bool:
    """Whether an attempt of which the provider knows nothing, at that age, can be called failed."""
    return age >= _GIVE_UP_LOOKING


def too_old(age: timedelta) -> bool:
    """Whether an attempt of that age is closed, since nobody is about to pay it any more."""
    return age >= _OLDEST


def till_expected(opening: int, taken: int) -> int:
    """Cash that should be in the drawer: the opening count and what was taken since, in francs."""
    return opening + taken


def change_due(amount: int, tendered: int) -> int | None:
    """Change to hand back, in francs; None when the cash given is not enough."""
    return tendered - amount if tendered >= amount else None
