"""Pages of `sites`: find one's Espace or service, and for administrators change what the public reads."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import refuse
from smartsenegal.kernel.sites import actions, queries, rules
from smartsenegal.kernel.sites.errors import SiteRefused
from smartsenegal.kernel.sites.forms import DetailsForm, NeedForm, OutageForm, PlaceForm, StateForm
from smartsenegal.kernel.sites.models import Site
from smartsenegal.kernel.territory import api as territory

PAGE = 50
COLUMNS = [{"label": "Lieu"}, {"label": "Nature"}, {"label": "État"}, {"label": "Remplacé par"}]
TONES = {rules.OPEN: "green", rules.SUSPENDED: "blue", rules.CLOSED: "red"}
# In the order people look for them.
PUBLIC_KINDS = (
    "espace", "civil_registry", "town_hall", "police", "gendarmerie", "court_ti", "court_tgi", "tax_centre",
    "transport", "prefecture", "consulate",
)  # fmt: skip


# --- public ---------------------------------------------------------------------------


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The services of one's commune, or the Espaces by region."""
    url = reverse("territory_search_json") + "?kinds=commune,departement,post"
    form = PlaceForm(request.GET if "q" in request.GET else None, places_url=url)
    if form.is_bound and form.is_valid():
        place = form.cleaned_data["q"]
        found = queries.covering(place.code, PUBLIC_KINDS)
        lacks = {o.site_id: o.get_lacks_display() for o in queries.outages([_shown(c).pk for c in found])}
        context = {"place": place, "services": [_service(c, lacks) for c in found]}
        return render(request, "sites/of_place.html", context)
    lacking = {outage.site_id for outage in queries.outages()}
    context = {"form": form, "regions": _espaces_by_region(), "lacking": lacking}
    return render(request, "sites/index.html", context)


def _shown(answer: queries.Competent) -> Site:
    shown = answer.site or answer.asked
    assert shown is not None
    return shown


def _service(answer: queries.Competent, lacks: dict[int, str]) -> dict[str, Any]:
    shown = _shown(answer)
    replaced = answer.asked if answer.asked and answer.asked != answer.site else None
    told = {"site": shown, "replaces": replaced if answer.site else None, "reason": answer.reason}
    return {**told, "lacks": lacks.get(shown.pk, "")}


def _espaces_by_region() -> list[tuple[str, list[Site]]]:
    names = {t.code: t.name for t in territory.of_kind("region")}
    espaces = sorted(queries.of_kind("espace"), key=_region)
    groups = {names[code]: list(sites) for code, sites in groupby(espaces, key=_region)}
    return [(name, groups[name]) for name in names.values() if name in groups]


def _region(site: Site) -> str:
    return site.territory.path.split("/")[1]


@require_GET
def outages(request: HttpRequest) -> HttpResponse:
    """The places that work without network or energy now, by kind: what anybody may know before going."""
    found = groupby(queries.outages(), key=lambda outage: outage.site.get_kind_display())
    groups = [(kind, list(rows)) for kind, rows in found]
    return render(request, "sites/outages.html", {"groups": groups})


@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One site: whether it is open, who replaces it, its hours and address as far as they are published."""
    site = _site(code)
    context = {
        "site": site,
        "served": site.serves.order_by("kind", "name"),
        "hours": rules.hours_lines(site.hours),
        "tone": TONES[site.state],
        "outages": (lacking := queries.outages([site.pk])),
        "own_outage": any(o.source == rules.own_outage(site.pk) for o in lacking),
        "may_manage": _manages(request, site),
    }
    return render(request, "sites/site.html", context)


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:200].replace("\x00", "")


def _site(code: str) -> Site:
    site = queries.find(code)
    if site is None:
        raise Http404
    return site


@require_GET
def search_json(request: HttpRequest) -> JsonResponse:
    """Names of sites like `q` as [{code, label}], of one `kind` when it is given."""
    found = queries.named(_asked(request, "q"), _asked(request, "kind"))
    return JsonResponse([{"code": s.code, "label": s.name} for s in found], safe=False)


# --- administrators ---------------------------------------------------------------------


def _manages(request: HttpRequest, site: Site) -> bool:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal.may(
        actions.PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path
    )


def _managed(request: HttpRequest, code: str) -> Site:
    site = _site(code)
    if not _manages(request, site):
        raise PermissionRefused("Vous n’administrez pas ce lieu.")
    return site


def _rail() -> dict[str, Any]:
    # Marks the door of the places, also on the pages behind it.
    door = {"label": "Lieux", "url": reverse("sites_manage"), "icon": "map-pin", "current": True}
    return {"rail": [door]}


@login_required
@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    """All sites, to find the one whose state changes."""
    if not request.principal.may(actions.PERMISSION):  # type: ignore[attr-defined]
        raise PermissionRefused("Cette page est celle des administrateurs.")
    asked = {name: _asked(request, name) for name in ("q", "nature", "etat", "apres")}
    found = queries.search(asked["q"], asked["nature"], asked["etat"], asked["apres"], PAGE)
    context = {
        "rows": [_row(s) for s in found],
        "columns": COLUMNS,
        "asked": asked,
        "kinds": rules.KINDS,
        "states": rules.STATES,
        "next_url": _next_page(found, asked),
        **_rail(),
    }
    return render(request, "sites/manage.html", context)


def _next_page(found: list[Site], asked: dict[str, str]) -> str:
    if len(found) < PAGE:
        return ""
    last = found[-1]
    return "?" + urlencode({**asked, "apres": f"{last.name_key}|{last.code}"})  # type: ignore[attr-defined]


def _row(site: Site) -> dict[str, Any]:
    return {
        "url": reverse("site", args=[site.code]),
        "cells": [
            {"text": site.name, "sub": site.territory.label},
            {"text": site.get_kind_display()},
            {"chip": site.get_state_display(), "tone": TONES[site.state]},
            {"text": site.replacement.name if site.replacement else ""},
        ],
    }


@login_required
def state(request: HttpRequest, code: str) -> HttpResponse:
    """Open, suspend or close a site, with its reason and its replacement."""
    site = _managed(request, code)
    url = f"{reverse('sites_search_json')}?kind={site.kind}"
    initial = {"state": site.state, "reason": site.state_reason}
    form = StateForm(
        request.POST if request.method == "POST" else None, initial=initial, site=site, sites_url=url
    )
    if form.is_valid() and _apply(request, form, site):
        messages.success(request, "L’état est changé.")
        return redirect("site", site.code)
    context = {"form": form, "site": site, "title": "Changer l’état", **_rail()}
    return render(request, "sites/form.html", context)


def _apply(request: HttpRequest, form: StateForm, site: Site) -> bool:
    by: Principal = request.principal  # type: ignore[attr-defined]
    data = dict(form.cleaned_data)
    wanted = data.pop("state")
    try:
        if wanted == rules.OPEN:
            actions.open_site(by, site)
        elif wanted == rules.SUSPENDED:
            actions.suspend_site(by, site, **data)
        else:
            actions.close_site(by, site, reason=data["reason"], replacement=data["replacement"])
    except SiteRefused as refused:
        form.add_error(refused.field or None, refused.sentence)
        return False
    return True


@login_required
def details(request: HttpRequest, code: str) -> HttpResponse:
    """Correct the name, address, phone, position and hours of a site."""
    site = _managed(request, code)
    form = DetailsForm.of(site, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.update_site(request.principal, site, **form.cleaned_data)  # type: ignore[attr-defined]
            return redirect("site", site.code)
        except SiteRefused as refused:
            refuse(form, refused)
    context = {"form": form, "site": site, "title": "Corriger la fiche", **_rail()}
    return render(request, "sites/form.html", context)


@login_required
def needs(request: HttpRequest, code: str) -> HttpResponse:
    """What a site needs to work, what stops with it, and one more need."""
    site = _managed(request, code)
    form = NeedForm(
        request.POST if request.method == "POST" else None, sites_url=reverse("sites_search_json")
    )
    if form.is_valid():
        try:
            actions.add_dependency(request.principal, site, **form.cleaned_data)  # type: ignore[attr-defined]
            return redirect("site_needs", site.code)
        except SiteRefused as refused:
            refuse(form, refused)
    context = {
        "form": form,
        "site": site,
        "needs": queries.needs(site),
        "stopping": queries.stopping_with(site),
        **_rail(),
    }
    return render(request, "sites/needs.html", context)


@login_required
@require_POST
def drop_need(request: HttpRequest, code: str, need_id: int) -> HttpResponse:
    """Forget a need; forgotten already, nothing changes."""
    site = _managed(request, code)
    found = site.dependencies.select_related("site__organisation", "site__territory").filter(pk=need_id)
    if need := found.first():
        actions.remove_dependency(request.principal, need)  # type: ignore[attr-defined]
    return redirect("site_needs", site.code)


@login_required
def outage(request: HttpRequest, code: str) -> HttpResponse:
    """Declare what a site lacks now: the public reads it here, and at each place that stops with it."""
    site = _managed(request, code)
    standing = queries.declared_outage(site)
    initial = {"lacks": standing.lacks, "reason": standing.reason} if standing else {}
    form = OutageForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.declare_outage(request.principal, site, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, "La coupure est déclarée.")
            return redirect("site", site.code)
        except SiteRefused as refused:
            refuse(form, refused)
    context = {"form": form, "site": site, "standing": standing, "stopping": queries.stopping_with(site)}
    return render(request, "sites/declare_outage.html", {**context, **_rail()})


@login_required
@require_POST
def end_outage(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a site has all again."""
    site = _managed(request, code)
    if actions.end_outage(request.principal, site):  # type: ignore[attr-defined]
        messages.success(request, "La coupure est finie.")
    return redirect("site", site.code)
