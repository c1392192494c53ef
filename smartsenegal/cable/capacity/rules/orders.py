"""How a quote becomes an order, an order a service, and how a service changes and ends. Pure.

Quotes have the states of TM Forum's TMF648 (`approved`: sent, its capacity held). Orders have those of MEF
57 and TMF622; `replaced` and `terminated` are ours, for a service that changed or ended: to other systems
such an order stays `completed`."""

from collections.abc import Collection
from datetime import date, datetime

QUOTE_STATES = [
    ("approved", "Envoyé"),
    ("accepted", "Accepté"),
    ("rejected", "Refusé par le client"),
    ("cancelled", "Retiré"),
]
ORDER_STATES = [
    ("acknowledged", "Commande reçue"),
    ("rejected", "Commande rejetée"),
    ("inProgress", "En cours de livraison"),
    ("pending", "En attente du client"),
    ("held", "Livraison suspendue"),
    ("assessingCancellation", "Annulation demandée"),
    ("failed", "Livraison impossible"),
    ("completed", "Livrée"),
    ("cancelled", "Annulée"),
    ("replaced", "Remplacée par une modification"),
    ("terminated", "Résiliée"),
]
# From a state of an order to those that may follow.
FOLLOWS = {
    "acknowledged": ("inProgress", "rejected", "cancelled"),
    "inProgress": ("completed", "pending", "held", "failed", "cancelled"),
    "pending": ("inProgress", "cancelled"),
    "held": ("inProgress", "failed", "cancelled"),
    "assessingCancellation": ("cancelled", "inProgress"),
    "completed": ("terminated",),
    "rejected": (),
    "failed": (),
    "cancelled": (),
    "replaced": (),
    "terminated": (),
}
ENDED = ("rejected", "failed", "cancelled", "replaced", "terminated")
RUNNING = ("acknowledged", "inProgress", "pending", "held", "assessingCancellation")
# States that say why, and the states from which the customer may ask that an order be cancelled.
SAY_WHY = ("rejected", "pending", "held", "failed", "terminated")
MAY_ASK_CANCELLATION = ("inProgress", "pending", "held")
GBPS_AT_MOST = 100_000
TERM_AT_MOST = 360
HOLD_DAYS_AT_MOST = 90
# So that nobody holds what others would buy: offers of one product that a customer may have open at once.
OPEN_QUOTES_AT_MOST = 3


def holds(state: str, expires_at: datetime, now: datetime) -> bool:
    """Whether a quote keeps its capacity."""
    return state == "approved" and now < expires_at


def may_follow(state: str, asked: str) -> bool:
    """Whether an order may go from one state to another."""
    return asked in FOLLOWS[state]


def abroad(state: str) -> str:
    """The state of an order as TMF622 and MEF name it."""
    return "completed" if state in ("replaced", "terminated") else state


def overlapping(
    since: date, until: date | None, others: Collection[tuple[date, date | None]]
) -> bool:  # fmt: skip
    """Whether a range of days (the end excluded) shares a day with one of the others."""
    last = until or date.max
    return any(start < last and since < (end or date.max) for start, end in others)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the first of the month after, when that month is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        years, month = divmod(day.month + months, 12)
        return date(day.year + years, month + 1, 1)


def next_first(day: date) -> date:
    """The first day of a month that is not before a day."""
    return day if day.day == 1 else months_later(day.replace(day=1), 1)


def change_refusal(kind: str, before: int, gbps: int) -> str:
    """Why a service of so many Gbit/s may not become one of so many, in a French sentence; "" when it may."""
    if gbps == before:
        return "Le service a déjà ce débit : indiquez-en un autre."
    if kind == "iru" and gbps < before:
        return "Un droit d’usage irrévocable est payé d’avance : il ne se réduit pas. Vous pouvez le rendre."
    return ""


CONDITIONS = {
    "up": "En service",
    "reduced": "En service, sans secours",
    "down": "Coupé",
    "unknown": "Non suivi",
}
