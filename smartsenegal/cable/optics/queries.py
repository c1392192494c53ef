"""What light can carry on a link, from its assumptions of today."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from smartsenegal.cable.network.api import Link, links
from smartsenegal.cable.optics.errors import OpticsRefused
from smartsenegal.cable.optics.models import Assumptions, Deduction, Format
from smartsenegal.cable.optics.rules import line as optics
from smartsenegal.cable.optics.rules.ledger import BEGIN, END, Allowance, Ledger, aged, ledger
from smartsenegal.cable.optics.rules.line import BadLine, Line
from smartsenegal.cable.optics.rules.selling import Bearing, Modulation, Step, bearings, steps

SWEEP_DB, STEP_DB = 5.0, 0.5


@dataclass(frozen=True)
class Outlook:
    """All that pages tell of the light on a link. `pairs` are those counted: one when `pairs_known` is not.

    `sweep` has launch power (dBm), ratio when new and ratio when old (dB in 0.1 nm, worst channel)."""

    assumptions: Assumptions
    line: Line
    pairs: int
    pairs_known: bool
    launch_dbm: float
    optimum_dbm: float
    ledger: Ledger
    shannon_gbps: float
    sweep: list[tuple[float, float, float]]
    bearings: list[Bearing]
    steps: list[Step]

    @property
    def best(self) -> Bearing | None:
        """The modulation that carries most at the end of life; None when none is known for this rate."""
        return self.bearings[0] if self.bearings else None


def link(code: str) -> Link | None:
    """The link of an address."""
    return links().filter(code=code).first()


def lengths(found: Link, spans: int) -> tuple[float, ...]:
    """Its spans in km: those of the inventory, or so many equal ones. Raises OpticsRefused when the length
    of the link is not known."""
    known = [float(s.length_km) for s in found.spans.all()]
    if known:
        return tuple(known)
    if found.length_km is None:
        raise OpticsRefused("La longueur de cette liaison n’est pas connue : indiquez-la d’abord.", "spans")
    # A count that makes no sense is for the rules to refuse.
    return (float(found.length_km) / max(spans, 1),) * min(spans, optics.SPANS_AT_MOST + 1)


def line_of(found: Link, given: Assumptions) -> Line:
    """The line that is supposed. Raises OpticsRefused, BadLine."""
    parts = lengths(found, given.spans)
    return Line(given.fibre, parts, (given.extra_db,) * len(parts), given.noise_figure_db)


def assumptions() -> QuerySet[Assumptions]:
    """Those of every link that has some, by code."""
    return Assumptions.objects.select_related("link__system").order_by("link__code")


def assumptions_of(found: Link) -> Assumptions | None:
    """Those of a link."""
    return assumptions().filter(link=found).first()


def deductions(found: Link) -> list[Deduction]:
    """What is taken off its ratio, those of the beginning first."""
    return list(Deduction.objects.filter(link=found).order_by("stage", "pk"))


def formats(day: date | None = None) -> list[Format]:
    """Modulations that can be bought on a day (today), the fastest first."""
    day = day or timezone.localdate()
    on = Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day))
    return list(Format.objects.filter(on).order_by("gbaud", "-gbps", "name"))


def format_of(pk: int) -> Format | None:
    """The modulation of that number."""
    return Format.objects.filter(pk=pk).first()


def all_formats() -> list[Format]:
    """Every modulation ever entered, the newest first."""
    return list(Format.objects.order_by("gbaud", "-gbps", "name", "-valid_from"))


def pairs_of(found: Link) -> int | None:
    """Its fibre pairs, or those of its cable; None when nobody knows."""
    if found.fibre_pairs is None and found.system:
        return found.system.fibre_pairs
    return found.fibre_pairs


def outlook(found: Link) -> Outlook | None:
    """What the assumptions of a link give; None when it has none. Raises OpticsRefused when the inventory
    has changed so that they no longer hold."""
    given = assumptions_of(found)
    if given is None:
        return None
    try:
        return _reckon(found, given)
    except BadLine as bad:
        raise OpticsRefused(bad.sentence, bad.field) from None


def _reckon(found: Link, given: Assumptions) -> Outlook:
    line, comb = line_of(found, given), given.comb
    new, old = optics.noise(line, comb), optics.noise(aged(line, given.ageing), comb)
    best = optics.optimum(new, comb)
    launch = best if given.launch_dbm is None else given.launch_dbm
    taken = [Allowance(d.name, d.decibels, d.stage, d.source) for d in deductions(found)]
    told = ledger(line, comb, launch, given.ageing, taken)
    known = pairs_of(found)
    pairs = known or 1
    fitting = [Modulation(f.name, f.gbps, f.required_db) for f in formats() if f.gbaud == given.gbaud]
    borne = bearings(told, fitting, given.margin_db, pairs)
    return Outlook(
        given, line, pairs, bool(known), launch, best, told,
        optics.shannon_gbps([n.ratio(optics.watts(launch)) for n in new], comb),
        _sweep(new, old, given, taken, best), borne, _steps(found, borne, pairs),
    )  # fmt: skip


def _sweep(
    new: list[optics.Noise],
    old: list[optics.Noise],
    given: Assumptions,
    taken: list[Allowance],
    best: float,
) -> list[tuple[float, float, float]]:
    first = round((best - SWEEP_DB) / STEP_DB) * STEP_DB
    begin = sum(a.decibels for a in taken if a.stage == BEGIN)
    end = begin + sum(a.decibels for a in taken if a.stage == END)
    swept = (optics.sweep(n, given.comb, first, first + 2 * SWEEP_DB, STEP_DB) for n in (new, old))
    return [(p, young - begin, worn - end) for (p, young), (_, worn) in zip(*swept, strict=True)]


def _steps(found: Link, borne: list[Bearing], pairs: int) -> list[Step]:
    if not borne or not found.design_gbps:
        return []
    return steps(borne[0], found.lit_gbps or found.design_gbps, found.design_gbps, pairs)


def sellable_gbps(found: Link) -> int | None:
    """What physics lets be sold on a link until the end of its life (Gbit/s): of one fibre pair when their
    number is not known. None when nothing is supposed of it, or no modulation is known."""
    seen = outlook(found)
    return seen.best.gbps if seen and seen.best else None


def sellable_by_link() -> dict[int, int]:
    """`sellable_gbps` of every link of which something is known, by its key; one whose assumptions no longer
    hold bears nothing."""
    found = {}
    for given in assumptions():
        try:
            told = sellable_gbps(given.link)
        except OpticsRefused:
            told = 0
        if told is not None:
            found[given.link_id] = told
    return found


def undescribed() -> list[Link]:
    """Links under the sea of which nothing is supposed yet, by code."""
    given = Assumptions.objects.values("link")
    return list(links().filter(system__kind="submarine").exclude(pk__in=given))


def deduction(pk: int) -> Deduction | None:
    """A deduction with its link, or None."""
    return Deduction.objects.select_related("link").filter(pk=pk).first()
