"""What the pages share: who may see what, the rail, a form or a button that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from smartsenegal.datacenter.colocation import queries
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused
from smartsenegal.kernel.pages import carry_out, principal


def known(request: HttpRequest, code: str) -> facility.DataCenter:
    """The datacentre of an address that may be read; raises Http404, PermissionRefused."""
    by = principal(request)
    if not by.may(facility.READ):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = facility.center(code)
    if found is None:
        raise Http404
    if not facility.may_read(by, found.site):
        raise PermissionRefused("Ce centre de données n’est pas de votre territoire.")
    return found


def managed(request: HttpRequest, code: str) -> facility.DataCenter:
    """The datacentre of an address that may be changed; raises as `known`."""
    found = known(request, code)
    if not queries.manages(principal(request), found):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")
    return found


def managed_lease(request: HttpRequest, lease_id: int) -> Lease:
    """A lease of a datacentre that one manages; raises Http404, PermissionRefused."""
    if not principal(request).may(facility.PERMISSION):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = queries.lease(lease_id)
    if found is None:
        raise Http404
    if not queries.manages(principal(request), queries.center_of(found)):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")
    return found


def own(request: HttpRequest, organisation_id: int, what: str = "read") -> Organisation:
    """A customer for which one may `read` or `file`; raises PermissionRefused, Http404."""
    if not queries.owns(principal(request), organisation_id, what):
        raise PermissionRefused("Cette page est celle d’un organisme dont vous n’êtes pas.")
    found = queries.customer_of(organisation_id)
    if found is None:
        raise Http404
    return found


def page_of(center: facility.DataCenter) -> str:
    """Address of the colocation of a datacentre."""
    return reverse("datacenter_colocation:center", args=[center.site.code])


def page_of_lease(lease: Lease) -> str:
    """Address of a lease."""
    return reverse("datacenter_colocation:lease", args=[lease.pk])


def page_of_customer(organisation_id: int) -> str:
    """Address of what a customer has."""
    return reverse("datacenter_colocation:customer", args=[organisation_id])


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of who manages, with its door marked on the rail."""
    url = reverse("datacenter_facility:index")
    rail = [{"label": "Centres de données", "url": url, "icon": "building-2", "current": True}]
    return render(request, f"colocation/{template}.html", {**context, "rail": rail})


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives.

    `shell` is the template that it extends: that of agents, or the public one.
    """
    if answer := carry_out(request, form, act, to, context.get("said", "C’est enregistré.")):
        return answer
    shell = context.pop("shell", "shell/operations.html")
    return show(request, "form", {"form": form, "shell": shell, **context})


def press(request: HttpRequest, act: Callable[[], Any], to: str, said: str = "C’est noté.") -> HttpResponse:
    """A button: done, or refused with its sentence, and back to a page."""
    try:
        act()
    except ColocationRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said)
    return redirect(to)
