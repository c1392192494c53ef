"""What may be sold on a route: light, what is lit, what the worst failure leaves, what is promised. Pure."""

from dataclasses import dataclass

# What solvers leave of a whole.
_NEARLY = 1e-6


@dataclass(frozen=True)
class Cut:
    """A failure and what the route still carries under it (Gbit/s)."""

    name: str
    left: float


@dataclass(frozen=True)
class Limits:
    """What a route carries alone (Gbit/s): what light permits (None: not known), what is lit, what both let
    through (link by link, so that it may be less than either), and what each failure that lowers it
    leaves."""

    physics: float | None
    lit: float
    usable: float
    cuts: tuple[Cut, ...]

    @property
    def worst(self) -> Cut | None:
        """The failure that leaves least; None when none takes anything."""
        return min(self.cuts, key=lambda cut: cut.left, default=None)


@dataclass(frozen=True)
class Taken:
    """What a route already owes (Gbit/s): the Administration's reserve, sold and held, of which protected."""

    reserve: int
    sold: int = 0
    held: int = 0
    sold_protected: int = 0
    held_protected: int = 0


@dataclass(frozen=True)
class Load:
    """All routes at once: how many times over everything promised would be carried, with what is asked.

    `whole` without failure; `cuts` what must survive each failure, as a ratio in `left`."""

    whole: float
    cuts: tuple[Cut, ...]


def sellable(limits: Limits, taken: Taken, protected: bool) -> int:
    """Whole Gbit/s left for sale: min(physics, lit, what the worst failure leaves), less the reserve, sold
    and held. A sale that is not protected does without the last, but the lit capacity must bear all."""
    room = limits.usable - taken.reserve - taken.sold - taken.held
    if protected and limits.worst:
        room = min(room, _after(limits.worst, taken))
    return max(0, int(room + _NEARLY))


def _after(cut: Cut, taken: Taken) -> float:
    return cut.left - taken.reserve - taken.sold_protected - taken.held_protected


def refusal(limits: Limits, taken: Taken, asked: int, protected: bool) -> str:
    """Why so many Gbit/s cannot be sold on the route alone, in a French sentence that names the limit and,
    for a failure, the cut that proves it; "" when they can."""
    owed = taken.reserve + taken.sold + taken.held
    told = _owed(taken.reserve, taken.sold, taken.held)
    if owed + asked > limits.usable + _NEARLY:
        if limits.usable < limits.lit - _NEARLY:
            return f"La lumière ne permet que {_gbps(limits.usable)} sur cette route{told}."
        return f"La capacité allumée est de {_gbps(limits.lit)} sur cette route{told}."
    if protected and limits.worst and asked > _after(limits.worst, taken) + _NEARLY:
        if limits.worst.left < 1:
            return f"Si l’on perd « {limits.worst.name} », il ne reste rien : rien n’y est protégé."
        kept = _owed(taken.reserve, taken.sold_protected, taken.held_protected)
        return (
            f"Si l’on perd « {limits.worst.name} », il ne reste que {_gbps(limits.worst.left)} sur cette "
            f"route{kept} : {_gbps(asked)} de capacité protégée n’y survivraient pas."
        )
    return ""


def _owed(reserve: int, sold: int, held: int) -> str:
    parts = [
        f"{_gbps(n)} {what}"
        for n, what in (
            (reserve, "réservés à l’Administration"),
            (sold, "vendus"),
            (held, "retenus par d’autres devis"),
        )
        if n
    ]
    return f", dont {', '.join(parts)}" if parts else ""


def overload(load: Load) -> str:
    """Why all the routes together cannot carry what is asked, in a French sentence; "" when they can."""
    if load.whole < 1 - _NEARLY:
        return "Les autres routes en prennent une part : tout ce qui est promis ne passerait pas ensemble."
    worst = min(load.cuts, key=lambda cut: cut.left, default=None)
    if worst and worst.left < 1 - _NEARLY:
        return (
            f"Si l’on perd « {worst.name} », tout ce qui est protégé et réservé sur les autres routes ne "
            "passerait plus avec cette vente."
        )
    return ""


def _gbps(value: float) -> str:
    return f"{int(value + _NEARLY)} Gbit/s"
