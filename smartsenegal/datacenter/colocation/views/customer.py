"""What a customer sees: their own places, visits and requests, nothing of others."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.datacenter.colocation import presenting, queries, rules
from smartsenegal.datacenter.colocation.actions import requests, visits
from smartsenegal.datacenter.colocation.forms import CrossForm, HandsForm, VisitForm
from smartsenegal.datacenter.colocation.models import Cross, Lease, Visit
from smartsenegal.datacenter.colocation.views.base import ask, own, page_of_customer, press
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.pages import data_of, principal

SHOWN = 50
PUBLIC = "shell/public.html"


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The bodies for which one acts."""
    rows = [
        {
            "name": each.name,
            "url": page_of_customer(each.pk),
            "count": queries.leases_of(each.pk).filter(signed_at__isnull=False, closed_at=None).count(),
        }
        for each in queries.organisations_of(principal(request))
    ]
    return render(request, "colocation/mine.html", {"rows": rows})


@login_required
@require_safe
def customer(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """All that a customer has here."""
    found = own(request, organisation_id)
    now = timezone.now()
    leases = list(queries.leases_of(found.pk)[:SHOWN])
    crosses = list(queries.crosses_of(found.pk))
    may_ask = queries.owns(principal(request), found.pk, "file")
    context = {
        "organisation": found,
        "may_ask": may_ask,
        "has_place": bool(_in_force(found)),
        "leases": [_place(each) for each in leases],
        "visits": [
            presenting.visit_row(
                each, _page_of_visit(found, each) if may_ask else "", now, who=each.center.site.name
            )
            for each in queries.visits_of(found.pk)[:SHOWN]
        ],
        "visit_columns": [{"label": "Visite"}, {"label": "Centre"}, {"label": "Quand"}, {"label": "État"}],
        "hands": [presenting.hands_entry(each) for each in queries.hands_of(found.pk)[:SHOWN]],
        "crosses": [{**presenting.cross_entry(each), **_sides(each, found)} for each in crosses],
    }
    return render(request, "colocation/customer.html", context)


def _place(lease: Lease) -> dict[str, Any]:
    words, tone = presenting.lease_chip(lease)
    standing = lease.reservation.devices.filter(removed_on=None).order_by("first")
    return {
        "lease": lease, "words": words, "tone": tone,
        "facts": presenting.lease_facts(lease, lease.monthly)[1:],
        "center": queries.center_of(lease).site.name,
        "devices": [f"{d.name}, {rules.spot(range(d.first, d.first + d.units))}" for d in standing],
    }  # fmt: skip


def _sides(cross: Cross, found: Organisation) -> dict[str, bool]:
    """Whether this customer is asked to accept, and may still give it up."""
    asked = bool(cross.other and cross.other.customer_id == found.pk)
    return {"to_accept": asked and cross.accepted_at is None, "to_refuse": cross.installed_at is None}


def _in_force(found: Organisation) -> list[Lease]:
    return list(queries.leases_of(found.pk).filter(signed_at__isnull=False, closed_at=None))


@login_required
def ask_visit(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Somebody to announce."""
    found = own(request, organisation_id, "file")
    centers = {queries.center_of(each).site.code: queries.center_of(each) for each in _in_force(found)}
    form = VisitForm(data_of(request), centers=centers)
    return ask(
        request,
        form,
        lambda: visits.ask(
            principal(request),
            centers[form.cleaned_data["center"]],
            found.pk,
            form.visitor(),
            **form.values(),
        ),
        lambda _: page_of_customer(found.pk),
        title="Annoncer un visiteur",
        button="Demander la visite",
        said="La visite est demandée : le centre l’accorde ou la refuse.",
        notice="Son nom et son téléphone sont chiffrés. Le centre les lit pour ouvrir la porte, chaque"
        " lecture est inscrite, et ils s’effacent au terme qu’il a fixé.",
        **_public(found),
    )


@login_required
@never_cache
@require_safe
def visit(request: HttpRequest, organisation_id: int, visit_id: int) -> HttpResponse:
    """Who was announced: reading it is journalled."""
    found = own(request, organisation_id, "file")
    known = _visit(found, visit_id)
    words, tone = presenting.visit_state(known, timezone.now())
    context = {
        "organisation": found, "visit": known, "words": words, "tone": tone,
        "visitor": visits.visitor(principal(request), known),
        "to_cancel": not (known.closed_at or known.in_at),
    }  # fmt: skip
    return render(request, "colocation/own_visit.html", context)


@login_required
@require_POST
def cancel_visit(request: HttpRequest, organisation_id: int, visit_id: int) -> HttpResponse:
    """Give a visit up."""
    found = own(request, organisation_id, "file")
    known = _visit(found, visit_id)
    to = page_of_customer(found.pk)
    return press(request, lambda: visits.cancel(principal(request), known), to, "La visite est annulée.")


def _visit(found: Organisation, visit_id: int) -> Visit:
    known = queries.visit(visit_id)
    if known is None or known.customer_id != found.pk:
        raise Http404
    return known


def _page_of_visit(found: Organisation, each: Visit) -> str:
    return reverse("datacenter_colocation:own_visit", args=[found.pk, each.pk])


@login_required
def ask_hands(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Something that the staff is asked to do."""
    found = own(request, organisation_id, "file")
    form = HandsForm(data_of(request), leases=_in_force(found))
    return ask(
        request,
        form,
        lambda: requests.ask_hands(principal(request), form.lease_chosen(), text=form.cleaned_data["text"]),
        lambda _: page_of_customer(found.pk),
        title="Demander un geste sur place",
        button="Demander",
        said="La demande est partie au centre.",
        **_public(found),
    )


@login_required
def ask_cross(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """A cable to ask for."""
    found = own(request, organisation_id, "file")
    leases = _in_force(found)
    centers = {queries.center_of(each).pk: queries.center_of(each) for each in leases}
    carriers: list[facility.Component] = [c for each in centers.values() for c in queries.carriers(each)]
    form = CrossForm(data_of(request), leases=leases, carriers=carriers)
    return ask(
        request,
        form,
        lambda: requests.ask_cross(principal(request), form.lease_chosen(), **form.values()),
        lambda _: page_of_customer(found.pk),
        title="Demander un raccordement",
        button="Demander",
        said="Le raccordement est demandé.",
        **_public(found),
    )


@login_required
@require_POST
def settle_cross(request: HttpRequest, organisation_id: int, cross_id: int, verb: str) -> HttpResponse:
    """Accept the cable of another, or refuse or give up one that is not laid."""
    found = own(request, organisation_id, "file")
    acts = {"accepter": requests.accept_cross, "refuser": requests.refuse_cross}
    known = queries.crosses_of(found.pk).filter(pk=cross_id).first()
    if known is None or verb not in acts or (verb == "accepter" and not _sides(known, found)["to_accept"]):
        raise Http404
    cross: Cross = known
    return press(request, lambda: acts[verb](principal(request), cross), page_of_customer(found.pk))


def _public(found: Organisation) -> dict[str, str]:
    return {"shell": PUBLIC, "back_url": page_of_customer(found.pk), "back_label": found.name}
