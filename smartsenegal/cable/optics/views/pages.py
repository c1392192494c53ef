"""What light can carry on the links, and on one of them: its curve, its ledger, its verdict."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.cable.network.api import Link, gbps
from smartsenegal.cable.optics import queries
from smartsenegal.cable.optics.errors import OpticsRefused
from smartsenegal.cable.optics.models import Assumptions
from smartsenegal.cable.optics.presenting import curve, db, decimal, plain
from smartsenegal.cable.optics.queries import Outlook
from smartsenegal.cable.optics.rules.ledger import Entry
from smartsenegal.cable.optics.views.base import known, show
from smartsenegal.cable.pages import reader
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import plural

HYPOTHESIS = "hypothèse"
UNKNOWN_PAIRS = "inconnu : compté pour une paire, la plus petite possible"


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Links of which something is supposed, those whose light is not described, and the modulations."""
    reader(request)
    given = list(queries.assumptions())
    context = {
        "rows": [_row(each) for each in given],
        "others": queries.undescribed(),
        "formats": [_format_row(f) for f in queries.all_formats()],
        "has_examples": any(each.is_example for each in given),
    }
    return show(request, "index", context)


def _row(given: Assumptions) -> dict[str, Any]:
    link = given.link
    row: dict[str, Any] = {"row": link, "given": given, "design": gbps(link.design_gbps)}
    try:
        seen = queries.outlook(link)
    except OpticsRefused as refused:
        return {**row, "fault": refused.sentence}
    assert seen is not None
    return {
        **row,
        "begin": db(min(seen.ledger.begin)),
        "end": db(min(seen.ledger.end)),
        "best": _carried(seen) if seen.best else "aucun format connu à cette vitesse",
    }


def _carried(seen: Outlook) -> str:
    assert seen.best is not None
    least = "" if seen.pairs_known else "au moins "
    return least + gbps(seen.best.gbps) if seen.best.gbps else "rien"


def _format_row(found: Any) -> dict[str, Any]:
    until = f", jusqu’au {format_date(found.valid_until)} exclu" if found.valid_until else ""
    return {
        "row": found,
        "gbaud": plain(found.gbaud),
        "gbps": gbps(found.gbps),
        "required": db(found.required_db),
        "dates": f"depuis le {format_date(found.valid_from)}{until}",
        "source": found.source or HYPOTHESIS,
    }


@login_required
@require_GET
def line(request: HttpRequest, code: str) -> HttpResponse:
    """The light of one link."""
    reader(request)
    found = known(code)
    context: dict[str, Any] = {"row": found, "change_url": reverse("cable_optics:suppose", args=[code])}
    try:
        seen = queries.outlook(found)
    except OpticsRefused as refused:
        return show(request, "line", {**context, "fault": refused.sentence})
    if seen is None:
        return show(request, "line", {**context, "empty": True})
    context |= {
        "given": seen.assumptions,
        "verdict": _verdict(found, seen),
        "parts": _parts(found, seen),
        "curve": curve(seen.sweep, seen.launch_dbm),
        "sweep": [
            {"power": plain(p), "new": decimal(new), "old": decimal(old)} for p, new, old in seen.sweep
        ],
        "launch": f"{decimal(seen.launch_dbm)} dBm",
        "optimum": f"{decimal(seen.optimum_dbm)} dBm",
        "ideal": db(seen.ledger.ideal),
        "begin": _entries(seen.ledger.begin_entries),
        "begin_left": db(min(seen.ledger.begin)),
        "end": _entries(seen.ledger.end_entries),
        "end_left": db(min(seen.ledger.end)),
        "deductions": queries.deductions(found),
        "shannon": gbps(round(seen.shannon_gbps / 1000) * 1000),
        "bearings": [_bearing_row(seen, each) for each in seen.bearings],
        "steps": [{"step": s, "gbps": gbps(s.gbps)} for s in seen.steps],
        "margin": db(seen.assumptions.margin_db),
    }
    return show(request, "line", context)


def _entries(found: tuple[Entry, ...]) -> list[dict[str, str]]:
    return [
        {
            "name": e.name,
            "taken": ("−" if e.decibels >= 0 else "+") + db(abs(e.decibels)),
            "left": db(e.left),
            "source": "calcul" if e.source is None else e.source or HYPOTHESIS,
        }
        for e in found
    ]


def _bearing_row(seen: Outlook, each: Any) -> dict[str, Any]:
    return {
        "name": each.modulation.name,
        "required": db(each.modulation.required_db),
        "channels": f"{each.end} sur {seen.assumptions.channels}",
        "begin": f"{each.begin} sur {seen.assumptions.channels}",
        "margin": db(each.margin),
        "enough": each.end > 0,
        "gbps": gbps(each.gbps),
    }


def _verdict(link: Link, seen: Outlook) -> dict[str, str]:
    """Whether the design is within reach of light, in one sentence and a tone."""
    if seen.best is None:
        return {
            "tone": "amber",
            "title": "Pas de verdict",
            "text": f"Aucun format n’est décrit à {plain(seen.assumptions.gbaud)} GBd : ajoutez ceux de vos "
            "terminaux.",
        }
    if not seen.best.gbps:
        return {
            "tone": "red",
            "title": "Rien à vendre",
            "text": "Aucun format connu ne tient jusqu’à la fin de vie avec la marge gardée.",
        }
    pairs = (
        plural(seen.pairs, "paire de fibres", "paires de fibres") if seen.pairs_known else "une seule paire"
    )
    text = (
        f"En fin de vie, {plural(seen.best.end, 'canal porte', 'canaux portent')} encore "
        f"{seen.best.modulation.name} sur {pairs} : {_carried(seen)}."
    )
    if link.design_gbps is None:
        return {"tone": "blue", "title": "Capacité que la lumière permet", "text": text}
    reached = seen.best.gbps >= link.design_gbps
    design = f" La conception annonce {gbps(link.design_gbps)}."
    title = "La lumière permet la conception" if reached else "La lumière ne permet pas toute la conception"
    return {"tone": "green" if reached else "amber", "title": title, "text": text + design}


def _parts(link: Link, seen: Outlook) -> list[dict[str, Any]]:
    """What is known and what is supposed, as the page lists them: each part with its source."""
    known = (
        ("Paires de fibres", str(seen.pairs) if seen.pairs_known else UNKNOWN_PAIRS),
        ("Capacité allumée", gbps(link.lit_gbps)),
        ("Capacité de conception", gbps(link.design_gbps)),
    )
    parts = (
        ("Inventaire", link.source or "aucune", known),
        ("Ligne", seen.assumptions.line_source, _of_line(seen)),
        ("Canaux", seen.assumptions.comb_source, _of_comb(seen)),
        ("Vieillissement", seen.assumptions.ageing_source, _of_ageing(seen.assumptions)),
    )
    return [
        {
            "name": name,
            "source": source,
            "facts": [{"label": label, "value": value} for label, value in facts],
        }
        for name, source, facts in parts
    ]


def _of_line(seen: Outlook) -> tuple[tuple[str, str], ...]:
    given, spans = seen.assumptions, sorted({round(km, 1) for km in seen.line.lengths_km})
    lengths = plain(spans[0]) if len(spans) == 1 else f"{plain(spans[0])} à {plain(spans[-1])}"
    return (
        ("Tronçons", f"{len(seen.line.lengths_km)} de {lengths} km"),
        ("Atténuation", f"{plain(given.loss_db_per_km)} dB/km"),
        ("Aire effective", f"{plain(given.area_um2)} µm²"),
        ("Dispersion", f"{plain(given.dispersion)} ps/(nm·km)"),
        ("Indice non linéaire", f"{plain(given.index)} × 10⁻²⁰ m²/W"),
        ("En plus, par tronçon", f"{plain(given.extra_db)} dB"),
        ("Facteur de bruit", f"{plain(given.noise_figure_db)} dB"),
    )


def _of_comb(seen: Outlook) -> tuple[tuple[str, str], ...]:
    given = seen.assumptions
    best = "" if given.launch_dbm is not None else ", la meilleure"
    return (
        ("Canaux par paire", str(given.channels)),
        ("Espacement", f"{plain(given.spacing_ghz)} GHz"),
        ("Modulation", f"{plain(given.gbaud)} GBd"),
        ("Puissance par canal", f"{decimal(seen.launch_dbm)} dBm{best}"),
    )


def _of_ageing(given: Assumptions) -> tuple[tuple[str, str], ...]:
    return (
        ("Fibre", f"+{plain(given.aged_fibre_db_per_km)} dB/km"),
        ("Amplificateurs", f"+{plain(given.aged_noise_figure_db)} dB"),
        (
            "Réparations",
            f"{given.repairs}, de {plural(given.splices, 'épissure', 'épissures')} à "
            f"{plain(given.splice_db)} dB et {plain(given.cable_km)} km de câble",
        ),
        ("Marge gardée", f"{plain(given.margin_db)} dB"),
    )
