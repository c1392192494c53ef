"""Which rack takes a request, why another does not, and what is left of all of them. Pure.

Amounts are W, kg, ports and units; "left" is what remains under failover, the other path or the largest
machine out, as `facility.rules.ledger.headroom` finds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.ledger import DIMENSIONS, Claim, Limits
from smartsenegal.lib.text import group_digits

HELD, SIGNED, ENDED, EXPIRED, DROPPED = "held", "signed", "ended", "expired", "dropped"
STATES = {
    HELD: "Retenu",
    SIGNED: "Sous contrat",
    ENDED: "Terminé",
    EXPIRED: "Retenue expirée",
    DROPPED: "Abandonné",
}
TARIFFS = [
    ("unit", "Un U, par mois"),
    ("rack", "Une baie entière, par mois"),
    ("kilowatt", "Un kW réservé, par mois"),
    ("cross", "Un raccordement entre deux ports, par mois"),
    ("hands", "Une heure de geste sur place"),
]
TARIFF_NAMES = dict(TARIFFS)
MEDIA = [("fibre", "Fibre"), ("copper", "Cuivre")]
# Where a form shows what is lacking in each dimension.
FIELDS = {
    "units": "units", "watts": "watts", "kg": "kg", "ports": "ports", "feeds": "feeds", "failover": "watts",
    "phase": "watts", "cooling": "watts",
}  # fmt: skip


@dataclass(frozen=True)
class Left:
    """What is left under failover above a rack, and the narrowest part there; None is no known limit."""

    watts: int | None = None
    at: str = ""


@dataclass(frozen=True)
class Path:
    """A path of a rack: what is left above it, and on its phase where it has one."""

    above: Left = field(default_factory=Left)
    phase: str = ""
    on_phase: int | None = None


@dataclass(frozen=True)
class Stand:
    """A rack as admission sees it. `cold` is None when nothing cools it; `paths` are those it has."""

    key: int
    code: str
    room: str
    row: str
    place: int
    limits: Limits
    claims: tuple[Claim, ...] = ()
    paths: Mapping[str, Path] = field(default_factory=dict)
    cold: Left | None = None


@dataclass(frozen=True)
class Ask:
    """What is asked for: some units, or (`whole`) a rack that nobody shares."""

    units: int
    watts: int = 0
    kg: int = 0
    ports: int = 0
    feeds: str = "AB"
    whole: bool = False


@dataclass(frozen=True)
class Lack:
    """One thing that a rack lacks: its dimension, how much (0 where it is no amount), and the sentence."""

    dimension: str
    missing: int
    sentence: str


def free_ranges(units: int, claims: Iterable[Claim]) -> list[range]:
    """Ranges of free units, from the bottom."""
    taken = {u for claim in claims for u in claim.range}
    found: list[range] = []
    start = 1
    for unit in range(1, units + 2):
        if unit in taken or unit > units:
            if unit > start:
                found.append(range(start, unit))
            start = unit + 1
    return found


def spot(units: range) -> str:
    """`U12`, or `U12 à U17`."""
    return f"U{units[0]}" if len(units) == 1 else f"U{units[0]} à U{units[-1]}"


def place(stand: Stand, ask: Ask) -> int | None:
    """The first unit for a request: in the shortest free range that takes it, long ones stay whole."""
    fits = [r for r in free_ranges(stand.limits.units, stand.claims) if len(r) >= height(stand, ask)]
    return min(fits, key=lambda r: (len(r), r[0]))[0] if fits else None


def height(stand: Stand, ask: Ask) -> int:
    """How many units a request takes in this rack."""
    return stand.limits.units if ask.whole else ask.units


def lacks(stand: Stand, ask: Ask) -> list[Lack]:
    """All that a rack lacks for a request, in every dimension at once; [] when it takes it."""
    return [*_of_units(stand, ask), *_of_rack(stand, ask), *_of_paths(stand, ask), *_of_cold(stand, ask)]


def _of_units(stand: Stand, ask: Ask) -> list[Lack]:
    wanted = height(stand, ask)
    if place(stand, ask) is not None:
        return []
    free = free_ranges(stand.limits.units, stand.claims)
    longest = max(free, key=len, default=range(0))
    missing = wanted - len(longest)
    if ask.whole:
        first = min(stand.claims, key=lambda c: c.first)
        told = f"la baie {stand.code} n’est pas entière : {first.spot} est pris par « {first.label} »"
    elif not longest:
        told = f"il manque {missing} U dans la baie {stand.code}, qui est pleine"
    else:
        told = (
            f"il manque {missing} U contigus dans la baie {stand.code} ;"
            f" la plus longue plage libre est {spot(longest)}"
        )
    return [Lack("units", missing, told)]


def _of_rack(stand: Stand, ask: Ask) -> list[Lack]:
    free = ledger.ledger(stand.limits, stand.claims).free
    where = f"dans la baie {stand.code}"
    kinds = (("watts", "W"), ("kg", "kg de charge"), ("ports", "ports"))
    return [_short(name, free[name], getattr(ask, name), unit, where) for name, unit in kinds if (
        free[name] is not None and getattr(ask, name) > max(free[name] or 0, 0)
    )]  # fmt: skip


def _short(dimension: str, left: int | None, wanted: int, unit: str, where: str) -> Lack:
    kept = max(left or 0, 0)
    told = (
        f"il manque {group_digits(wanted - kept)} {unit} {where} :"
        f" il en reste {group_digits(kept)}, il en faut {group_digits(wanted)}"
    )
    return Lack(dimension, wanted - kept, told)


def _of_paths(stand: Stand, ask: Ask) -> list[Lack]:
    found = []
    for name in ask.feeds:
        path = stand.paths.get(name)
        if path is None:
            told = f"la baie {stand.code} n’a pas de voie {name}"
            found.append(Lack("feeds", 0, told))
            continue
        above = path.above
        if above.watts is not None and ask.watts > max(above.watts, 0):
            where = f"en secours à {above.at}, au-dessus de la voie {name} de la baie {stand.code}"
            found.append(_short("failover", above.watts, ask.watts, "W", where))
        if path.on_phase is not None and ask.watts > max(path.on_phase, 0):
            where = f"en secours sur la phase {path.phase} de la voie {name} de la baie {stand.code}"
            found.append(_short("phase", path.on_phase, ask.watts, "W", where))
    return found


def _of_cold(stand: Stand, ask: Ask) -> list[Lack]:
    if not ask.watts:
        return []
    if stand.cold is None:
        return [Lack("cooling", ask.watts, f"la baie {stand.code} n’a pas de froid déclaré")]
    if stand.cold.watts is not None and ask.watts > max(stand.cold.watts, 0):
        where = f"de froid à {stand.cold.at}, une machine à l’arrêt, pour la baie {stand.code}"
        return [_short("cooling", stand.cold.watts, ask.watts, "W", where)]
    return []


def nearest(stands: Iterable[Stand], to: Stand, ask: Ask) -> Stand | None:
    """The rack nearest to another that takes a request: its row first, then its room, then the others."""
    taking = [s for s in stands if s.key != to.key and not lacks(s, ask)]
    return min(taking, key=lambda s: _distance(s, to), default=None)


def _distance(stand: Stand, to: Stand) -> tuple[bool, bool, int, str, str]:
    return stand.room != to.room, stand.row != to.row, abs(stand.place - to.place), stand.room, stand.code


def refusal(stands: Sequence[Stand], stand: Stand, ask: Ask) -> str:
    """Why a rack does not take a request, in French, with the nearest that would; "" if it does."""
    found = lacks(stand, ask)
    if not found:
        return ""
    told = " ; ".join(lack.sentence for lack in found)
    other = nearest(stands, stand, ask)
    told = f"{told[0].upper()}{told[1:]}. "
    if other is None:
        return f"{told}Aucune autre baie de ce centre ne prendrait cette demande."
    first = place(other, ask) or 1
    at = spot(range(first, first + height(other, ask)))
    return f"{told}La baie la plus proche qui la prendrait est {other.room}/{other.code}, de {at}."


def unchecked(stand: Stand, ask: Ask) -> list[str]:
    """Dimensions of a request that nothing bounds here because the limit is not known."""
    names = {"watts": "la puissance", "kg": "le poids", "ports": "les ports"}
    found = [told for n, told in names.items() if getattr(ask, n) and getattr(stand.limits, n) is None]
    above = [stand.paths[p].above.watts for p in ask.feeds if p in stand.paths]
    if ask.watts and None in above:
        found.append("l’énergie au-dessus de la baie")
    if ask.watts and stand.cold is not None and stand.cold.watts is None:
        found.append("le froid")
    return found


def sellable(stand: Stand) -> int | None:
    """W that the rack would still take on all its paths: the least of its limits; None: none is known."""
    free = ledger.ledger(stand.limits, stand.claims).free["watts"]
    known = [free, stand.cold.watts if stand.cold else 0]
    known += [w for p in stand.paths.values() for w in (p.above.watts, p.on_phase)]
    bounds = [w for w in known if w is not None]
    return max(min(bounds), 0) if bounds else None


@dataclass(frozen=True)
class Total:
    """Racks added up by dimension: all there is, each state, what is free; None: a limit is not known."""

    most: Mapping[str, int | None]
    used: Mapping[str, Mapping[str, int]]
    free: Mapping[str, int | None]


def total(stands: Iterable[Stand]) -> Total:
    """The ledger of several racks: what is free and what is used add up to what there is."""
    kept = [(s.limits, ledger.ledger(s.limits, s.claims)) for s in stands]
    most = {name: _sum(getattr(limits, name) for limits, _ in kept) for name in DIMENSIONS}
    used = {
        state: {name: sum(book.used[state][name] for _, book in kept) for name in DIMENSIONS}
        for state in ledger.STATES
    }
    return Total(most, used, {name: _sum(book.free[name] for _, book in kept) for name in DIMENSIONS})


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = list(amounts)
    return None if None in known else sum(n for n in known if n is not None)


# --- money ------------------------------------------------------------------------------------


def in_force(dated: Iterable[tuple[date, int]], day: date) -> int | None:
    """The amount of the last tariff begun on or before a day; None when there is none."""
    begun = [(start, amount) for start, amount in dated if start <= day]
    return max(begun)[1] if begun else None


def monthly(prices: Mapping[str, int | None], ask: Ask) -> int | None:
    """F CFA a month of a place, power reserved to the W and rounded up; None when a tariff is missing."""
    base = prices.get("rack") if ask.whole else prices.get("unit")
    power = prices.get("kilowatt")
    if base is None or (ask.watts and power is None):
        return None
    return base * (1 if ask.whole else ask.units) + -(-(power or 0) * ask.watts // 1_000)


def missing(prices: Mapping[str, int | None], ask: Ask) -> list[str]:
    """Names of the tariffs that a place needs and that nobody entered."""
    wanted = ["rack" if ask.whole else "unit", *(["kilowatt"] if ask.watts else [])]
    return [TARIFF_NAMES[kind] for kind in wanted if prices.get(kind) is None]


def hands_amount(hourly: int | None, minutes: int) -> int | None:
    """F CFA of a work of some minutes, rounded up; None without a tariff."""
    return None if hourly is None else -(-hourly * minutes // 60)


@dataclass(frozen=True)
class Due:
    """What is owed: F CFA a month from a day until another (excluded), or (`hands`) once, on its day.

    `amount` is None when no tariff says it.
    """

    kind: str
    label: str
    amount: int | None
    starts: date
    ends: date | None = None
    minutes: int = 0


# --- states -----------------------------------------------------------------------------------


def lease_state(
    signed_at: datetime | None, closed_at: datetime | None, expires_at: datetime | None, now: datetime
) -> str:
    """The state of a lease at a time."""
    if closed_at is not None:
        return ENDED if signed_at else DROPPED
    if signed_at is not None:
        return SIGNED
    return EXPIRED if expires_at is not None and expires_at <= now else HELD
