"""What a contract says, word by word. Nothing here has a default: two honest readings of a contract give two
invoices, so each convention is written down by who signs it."""

from dataclasses import dataclass

SLOTS = [(60, "1 minute"), (300, "5 minutes"), (900, "15 minutes")]
BITS = [(32, "32 bits"), (64, "64 bits")]

SLOT_MAX, SIDE_MAX, IN, OUT, SUM = "slot_max", "side_max", "in", "out", "sum"
DIRECTIONS = [
    (SLOT_MAX, "Le plus grand des deux sens, créneau par créneau"),
    (SIDE_MAX, "Le plus grand des deux centiles, un par sens"),
    (IN, "Le sens reçu par l’exploitant"),
    (OUT, "Le sens envoyé par l’exploitant"),
    (SUM, "La somme des deux sens"),
]
ZERO, LEAVE_OUT, INTERPOLATE = "zero", "leave_out", "interpolate"
MISSING_POLICIES = [
    (ZERO, "Compté comme un débit nul"),
    (LEAVE_OUT, "Laissé de côté"),
    (INTERPOLATE, "Interpolé entre ses voisins, s’il en manque peu"),
]
UP, DOWN, NEAREST = "up", "down", "nearest"
ROUNDINGS = [(UP, "Vers le haut"), (DOWN, "Vers le bas"), (NEAREST, "Au plus près, la moitié vers le haut")]
GRADUATED, VOLUME = "graduated", "volume"
TIER_MODES = [
    (GRADUATED, "Chaque tranche à son prix"),
    (VOLUME, "Tout le dépassement au prix de la tranche atteinte"),
]
BY_DAY, WHOLE = "days", "whole"
PART_MONTHS = [(BY_DAY, "Au prorata des jours de service"), (WHOLE, "En entier")]


@dataclass(frozen=True)
class Measure:
    """How slots are made of counters: seconds in a slot, and over how many slots at most the difference of
    two readings may be spread."""

    slot_seconds: int
    spread_slots: int


@dataclass(frozen=True)
class Tier:
    """A band of what passes the commitment: up to so many kbit/s of excess (None: without end), and francs a
    Mbit/s a month."""

    upto_kbps: int | None
    price: int


@dataclass(frozen=True)
class Terms:
    """The conventions and the tariff of a contract for a month.

    Rates are kbit/s, prices whole francs a Mbit/s (1,000,000 bit/s) a month. `gap_slots` is the longest hole
    that is interpolated. Below `least_known` percent of the slots known, only the commitment is due.
    `credit_percent` of the fee of the time lost is given back beyond `credit_free_seconds`, at most
    `credit_cap_percent` of the fee.
    """

    percent: int
    direction: str
    missing: str
    gap_slots: int
    least_known: int
    step_kbps: int
    rate_rounding: str
    commit_kbps: int
    price: int
    tiers: tuple[Tier, ...]
    tier_mode: str
    part_month: str
    money_rounding: str
    credit_percent: int
    credit_free_seconds: int
    credit_cap_percent: int


def share(rounding: str, amount: int, by: int) -> int:
    """`amount / by`, both at least zero, as a whole number rounded as the contract says. Integers only."""
    if rounding == UP:
        return -(-amount // by)
    if rounding == DOWN:
        return amount // by
    return (2 * amount + by) // (2 * by)


def faults_of(terms: Terms) -> list[tuple[str, str]]:
    """What is wrong in terms, as (field, French sentence): the ladder of tiers and the steps of the rate."""
    found = []
    if terms.commit_kbps % terms.step_kbps:
        found.append(("commit_kbps", "L’engagement est un multiple du pas de débit."))
    tops = [tier.upto_kbps for tier in terms.tiers]
    if not tops or tops[-1] is not None or None in tops[:-1]:
        found.append(("tiers", "La dernière tranche, et elle seule, est sans fin : « au-delà : prix »."))
    elif any(b <= a for a, b in zip([0, *tops], tops[:-1], strict=False)):  # type: ignore[operator]
        found.append(("tiers", "Les tranches vont de la plus petite à la plus grande."))
    elif any(top and top % terms.step_kbps for top in tops):
        found.append(("tiers", "Les limites des tranches sont des multiples du pas de débit."))
    return found
