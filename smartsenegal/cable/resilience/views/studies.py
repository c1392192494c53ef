"""A past event replayed on the network of today, and how long cables that wait for a ship stay down."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from smartsenegal.cable.network.api import gbps
from smartsenegal.cable.pages import reader
from smartsenegal.cable.resilience import queries
from smartsenegal.cable.resilience.forms import FleetForm
from smartsenegal.cable.resilience.rules import repair
from smartsenegal.cable.resilience.views.base import show, told
from smartsenegal.cable.resilience.views.explorer import draw
from smartsenegal.lib.dates import format_date

YEARS = 20_000
SEED = 2024


@login_required
@require_GET
def replay(request: HttpRequest, event_code: str) -> HttpResponse:
    """What the country would lose today if the cables of an event were cut again, and what would be left."""
    reader(request)
    event = queries.event(event_code)
    if event is None:
        raise Http404
    found = queries.study("monde")
    hit = [x for x in found.links if x.system in event.cables]
    ways = [x for x in found.links if _leaves(found, x)]
    lost = found.lost(*found.numbers(hit, []))
    context = {
        "event": event,
        "day": format_date(event.day),
        "hit": hit,
        "left": [{"row": x, "lit": gbps(x.lit_gbps)} for x in ways if x not in hit],
        "told": told(found.harm(lost)),
        "lost": lost,
        "map": draw(found, hit, lost),
        "query": urlencode([("liaison", x.code) for x in hit]),
    }
    return show(request, "replay", context)


def _leaves(found: queries.Study, link: queries.Edge) -> bool:
    """Whether a link goes from Senegal to somewhere else."""
    a, b = (found.nodes[found.at[end]].role == "abroad" for end in (link.a_id, link.b_id))
    return a != b


@login_required
@require_GET
def capacity(request: HttpRequest) -> HttpResponse:
    """Which single failures leave everyone connected and too little capacity for all circuits."""
    reader(request)
    found = queries.study()
    answer = queries.capacity(found)
    context = {
        "answer": answer,
        "whole": "" if answer.whole is None else _share(answer.whole),
        "rows": [
            {"link": link, "share": _share(part), "cut": part == 0} for part, link in answer.after if part < 1
        ],
        "has_examples": any(x.is_example for x in found.links),
    }
    return show(request, "capacity", context)


def _share(part: float) -> str:
    return "100\u00a0%" if part >= 1 else f"{100 * part:.1f}".replace(".", ",") + "\u00a0%"


@login_required
@require_GET
def availability(request: HttpRequest) -> HttpResponse:
    """How often fewer cables are up than are needed, by formula and by simulation; the address can be
    sent."""
    reader(request)
    form = FleetForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        fleet, needed = form.fleet(), form.cleaned_data["needed"]
        exact = repair.down(fleet)
        drawn = repair.simulated(fleet, YEARS, SEED)
        context["rows"] = [
            {"down": n, "exact": _percent(a), "drawn": _percent(b) if b else "jamais vu"}
            for n, (a, b) in enumerate(zip(exact, drawn, strict=True))
        ]
        context["answers"] = [
            {"label": label, "share": _percent(repair.enough(shares, needed)),
             "days": _days(1 - repair.enough(shares, needed))}
            for label, shares in (("Formule", exact), ("Simulation", drawn))
        ]  # fmt: skip
        context["enough"] = fleet.crews >= fleet.cables
    return show(request, "availability", context)


def _percent(share: float) -> str:
    return f"{100 * share:.4f}".replace(".", ",") + "\u00a0%"


def _days(share: float) -> str:
    if 0 < share * repair.DAYS_A_YEAR < 0.005:
        return "moins de 0,01"
    return f"{share * repair.DAYS_A_YEAR:.2f}".replace(".", ",")
