"""What the pages of a datacentre share: who may see and change, the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.datacenter.facility import actions, queries
from smartsenegal.datacenter.facility.models import DataCenter, Rack
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, principal


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some datacentre; raises PermissionRefused."""
    by = principal(request)
    if not by.may(queries.READ):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    return by


def may_manage(by: Principal) -> bool:
    """Whether `by` may change some datacentre."""
    return by.may(actions.PERMISSION)


def manages(by: Principal, center: DataCenter) -> bool:
    """Whether `by` may change this datacentre."""
    site = center.site
    return by.may(
        actions.PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path
    )


def known(request: HttpRequest, code: str) -> DataCenter:
    """The datacentre of an address that may be read; raises Http404, PermissionRefused."""
    by = reader(request)
    found = queries.center(code)
    if found is None:
        raise Http404
    if not queries.may_read(by, found.site):
        raise PermissionRefused("Ce centre de données n’est pas de votre territoire.")
    return found


def managed(request: HttpRequest, code: str) -> DataCenter:
    """The datacentre of an address that may be changed; raises as `known`."""
    found = known(request, code)
    if not manages(principal(request), found):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")
    return found


def known_rack(center: DataCenter, rack_id: int) -> Rack:
    """A rack of a datacentre; raises Http404."""
    found: Rack | None = queries.racks(center).filter(pk=rack_id).first()
    if found is None:
        raise Http404
    return found


def page_of(center: DataCenter) -> str:
    """Address of a datacentre."""
    return reverse("datacenter_facility:center", args=[center.site.code])


def page_of_rack(rack: Rack) -> str:
    """Address of a rack."""
    return reverse("datacenter_facility:rack", args=[rack.room.center.site.code, rack.pk])


def rail() -> dict[str, Any]:
    """Marks the door of the datacentre, also on the pages behind it."""
    url = reverse("datacenter_facility:index")
    return {"rail": [{"label": "Centres de données", "url": url, "icon": "building-2", "current": True}]}


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page with the rail marked."""
    return render(request, f"datacenter_facility/{template}.html", {**context, **rail()}, status=status)


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    to: Callable[[Any], str],
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to, context.get("said", "C’est enregistré.")):
        return answer
    return show(request, "form", {"form": form, **context})
