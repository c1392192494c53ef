"""What who manages a datacentre sees of its colocation: what is left, leases, prices."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.datacenter.colocation import presenting, queries, rules
from smartsenegal.datacenter.colocation.actions import leases, terms
from smartsenegal.datacenter.colocation.forms import HoldForm, ReadingForm, TariffForm, TermsForm
from smartsenegal.datacenter.colocation.views.base import (
    ask,
    known,
    managed,
    managed_lease,
    page_of,
    page_of_lease,
    show,
)
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import plural

LEASES_SHOWN = 100


@login_required
@require_GET
def center(request: HttpRequest, code: str) -> HttpResponse:
    """A datacentre: what is left by room and by rack, and its leases."""
    found = known(request, code)
    stands, measured = queries.stands(found), queries.measured(found)
    names = {room.code: room.name for room in found.rooms.all()}
    manages = queries.manages(principal(request), found)
    context = {
        "center": found,
        "manages": manages,
        "rooms": [
            {"name": names.get(room, room), "lines": presenting.book(racks, _drawn(racks, measured))}
            for room, racks in presenting.by_room(stands).items()
        ],
        "columns": [
            {"label": "Baie"}, {"label": "Plus longue plage libre"},
            {"label": "Louable en secours", "numeric": True}, {"label": "Prise ou retenue", "numeric": True},
            {"label": "Mesurée", "numeric": True},
        ],
        "rows": [_rack_row(code, stand, measured) for stand in stands],
        "has_examples": found.components.filter(is_example=True).exists()
        or found.tariffs.filter(is_example=True).exists(),
        **_leases(found, manages),
        **_waiting(found),
    }  # fmt: skip
    return show(request, "center", context)


def _drawn(racks: list[rules.Stand], measured: dict[int, Any]) -> int | None:
    """W measured in some racks; None as long as one of them was never read."""
    found = [measured[stand.key].watts for stand in racks if stand.key in measured]
    return sum(found) if len(found) == len(racks) else None


def _rack_row(code: str, stand: rules.Stand, measured: dict[int, Any]) -> dict[str, Any]:
    url = reverse("datacenter_facility:rack", args=[code, stand.key])
    return presenting.rack_row(stand, measured.get(stand.key), url)


def _leases(found: facility.DataCenter, manages: bool) -> dict[str, Any]:
    let = list(queries.leases(found)[: LEASES_SHOWN + 1])
    return {
        "lease_columns": [
            {"label": "Bail"}, {"label": "Client"}, {"label": "Place"}, {"label": "État"},
            {"label": "Par mois", "numeric": True},
        ],
        "leases": [
            presenting.lease_row(each, page_of_lease(each) if manages else "", customer=True)
            for each in let[:LEASES_SHOWN]
        ],
        "more": len(let) > LEASES_SHOWN,
    }  # fmt: skip


def _waiting(found: facility.DataCenter) -> dict[str, str]:
    now = timezone.now()
    visits = queries.visits(found).filter(approved_at=None, closed_at=None, ends_at__gt=now).count()
    hands = queries.hands_in(found).filter(done_at=None, declined_at=None).count()
    cables = queries.crosses_in(found).filter(accepted_at__isnull=False, installed_at=None).count()
    return {
        "visits_waiting": plural(visits, "visite à décider", "visites à décider") if visits else "Visites",
        "requests_waiting": plural(hands + cables, "demande à traiter", "demandes à traiter")
        if hands + cables
        else "Demandes",
    }


@login_required
def hold(request: HttpRequest, code: str) -> HttpResponse:
    """A place to hold for a customer."""
    found = managed(request, code)
    form = HoldForm(data_of(request), racks=facility.racks(found))
    return ask(
        request,
        form,
        lambda: leases.hold(principal(request), form.rack_chosen(), form.ask(), **form.values()),
        page_of_lease,
        title="Retenir une place",
        button="Retenir la place",
        said="La place est retenue.",
        **_behind(found),
    )


@login_required
@require_GET
def lease(request: HttpRequest, lease_id: int) -> HttpResponse:
    """A lease: what it says, what stands in it, what may be done of it."""
    found = managed_lease(request, lease_id)
    center_, state = queries.center_of(found), queries.state(found)
    prices = queries.prices(center_, found.starts_on)
    expected = found.monthly if found.signed_at else rules.monthly(prices, queries.asked(found))
    words, tone = presenting.lease_chip(found)
    stand = next((s for s in queries.stands(center_) if s.key == found.reservation.rack_id), None)
    context = {
        "lease": found, "center": center_, "state": state, "words": words, "tone": tone,
        "facts": presenting.lease_facts(found, expected),
        "missing": rules.missing(prices, queries.asked(found)) if state == rules.HELD else [],
        "unchecked": rules.unchecked(stand, queries.asked(found)) if stand and state == rules.HELD else [],
        "devices": [
            {"name": d.name, "spot": rules.spot(range(d.first, d.first + d.units)),
             "watts": facility.amount(d.watts)}
            for d in found.reservation.devices.filter(removed_on=None).order_by("first")
        ],
        "overdue": state == rules.SIGNED and found.ends_on and found.ends_on <= timezone.localdate(),
    }  # fmt: skip
    return show(request, "lease", context)


SIGNING = "La place n’expire plus : elle compte jusqu’à la fin du bail."
ACTS: dict[str, tuple[Any, str, str, str]] = {
    "signer": (leases.sign, "Signer le bail", "Signer", SIGNING),
    "abandonner": (
        leases.drop, "Rendre la place", "Rendre la place", "Elle peut être donnée à d’autres aussitôt.",
    ),
    "terminer": (leases.end, "Terminer le bail", "Terminer le bail", "La place est rendue dès maintenant."),
}  # fmt: skip


@login_required
def act(request: HttpRequest, lease_id: int, verb: str) -> HttpResponse:
    """Sign, drop or end a lease, after asking once more."""
    found = managed_lease(request, lease_id)
    if verb not in ACTS:
        raise Http404
    do, title, button, notice = ACTS[verb]
    if verb == "signer":
        prices = queries.prices(queries.center_of(found), found.starts_on)
        monthly = rules.monthly(prices, queries.asked(found))
        if monthly is not None:
            begun = format_date(found.starts_on)
            notice = f"Loyer mensuel : {presenting.money(monthly)}, au tarif du {begun}. {notice}"
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: do(principal(request), found),
        page_of_lease,
        title=f"{title} {found}",
        notice=notice,
        button=button,
        back_url=page_of_lease(found),
        back_label=str(found),
    )


@login_required
def tariffs(request: HttpRequest, code: str) -> HttpResponse:
    """Prices, and one to enter."""
    found = managed(request, code)
    form = TariffForm(data_of(request))
    rows = [
        {
            "cells": [
                {"text": each.get_kind_display(), "sub": "Exemple inventé" if each.is_example else ""},
                {"text": presenting.money(each.amount), "numeric": True, "label": "Montant"},
                {"text": f"à partir du {format_date(each.starts_on)}"},
                {"text": each.source},
            ]
        }
        for each in queries.tariffs(found)
    ]
    columns = [
        {"label": "Prestation"}, {"label": "Montant", "numeric": True}, {"label": "Date"},
        {"label": "Décidé par"},
    ]  # fmt: skip
    return ask(
        request,
        form,
        lambda: terms.add_tariff(principal(request), found, **form.cleaned_data),
        lambda _: reverse("datacenter_colocation:tariffs", args=[code]),
        title="Tarifs",
        rows=rows,
        columns=columns,
        caption="Tarifs saisis",
        button="Ajouter le tarif",
        **_behind(found),
    )


@login_required
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """How long names of visitors are kept."""
    found = managed(request, code)
    set_ = queries.terms(found)
    form = TermsForm(
        data_of(request), initial={"visit_days": set_.visit_days, "basis": set_.basis} if set_ else None
    )
    return ask(
        request,
        form,
        lambda: terms.set_terms(principal(request), found, **form.cleaned_data),
        lambda _: reverse("datacenter_colocation:visits", args=[code]),
        title="Conservation des noms des visiteurs",
        notice="Elle vaut pour les visites demandées désormais ; les autres gardent la leur.",
        **_behind(found),
    )


@login_required
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """What a rack draws now."""
    found = managed(request, code)
    form = ReadingForm(data_of(request), racks=facility.racks(found))
    return ask(
        request,
        form,
        lambda: terms.note_reading(principal(request), **form.values()),
        lambda _: page_of(found),
        title="Relever la puissance d’une baie",
        **_behind(found),
    )


def _behind(found: facility.DataCenter) -> dict[str, str]:
    return {"back_url": page_of(found), "back_label": f"Colocation, {found.site.name}"}
