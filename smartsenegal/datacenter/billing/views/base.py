"""What the pages share: who may see what, the rail, a form that calls one action."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.datacenter.billing import queries
from smartsenegal.datacenter.billing.models import Invoice
from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import carry_out, principal

OPERATIONS, PUBLIC = "shell/operations.html", "shell/public.html"


def managed(request: HttpRequest, code: str) -> facility.DataCenter:
    """The datacentre of an address, run by who asks; raises Http404, PermissionRefused."""
    by = principal(request)
    if not by.may(facility.PERMISSION):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = facility.center(code)
    if found is None:
        raise Http404
    if not colocation.manages(by, found):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")
    return found


def known(request: HttpRequest, number: str) -> Invoice:
    """The invoice of an address that may be read.

    Raises PermissionRefused, for one that does not exist too: numbers are not to be guessed.
    """
    found = queries.invoice(principal(request), number.replace("\x00", ""))
    if found is None:
        raise PermissionRefused("Cette facture est celle d’un autre client.")
    return found


def month_of(typed: str) -> date:
    """The first day of the month of an address, `2026-10`; raises Http404."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", typed):
        raise Http404
    return date.fromisoformat(f"{typed}-01")


def page_of(center: facility.DataCenter) -> str:
    """Address of the billing of a datacentre."""
    return reverse("datacenter_billing:center", args=[center.site.code])


def page_of_invoice(found: Invoice) -> str:
    """Address of an invoice."""
    return reverse("datacenter_billing:invoice", args=[found.number])


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page; for those of agents, its door is marked on the rail."""
    url = reverse("datacenter_facility:index")
    rail = [{"label": "Centres de données", "url": url, "icon": "building-2", "current": True}]
    given = {"shell": OPERATIONS, "rail": rail, **context}
    return render(request, f"datacenter_billing/{template}.html", given)


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to, context.get("said", "C’est enregistré.")):
        return answer
    return show(request, "form", {"form": form, "button": "Enregistrer", **context})
