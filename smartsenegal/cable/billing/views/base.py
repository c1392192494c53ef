"""What the pages of billing share: who may see and change, the rail, a form that calls one action."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable.billing import queries
from smartsenegal.cable.billing.models import Contract, Invoice
from smartsenegal.cable.customers import owned_ids
from smartsenegal.cable.pages import may_manage
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, principal


def manager(request: HttpRequest) -> Principal:
    """Who asks, if they may write contracts and invoice; raises PermissionRefused."""
    by = principal(request)
    if not may_manage(by):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")
    return by


def known(request: HttpRequest, code: str) -> Contract:
    """The contract of an address, for who may read it; raises PermissionRefused (also for one that is not
    there, to who reads none), Http404."""
    by = principal(request)
    found = queries.contract(by, code)
    if found is None and not queries.reads_all(by):
        raise PermissionRefused("Ce contrat est celui d’un autre client.")
    if found is None:
        raise Http404
    return found


def managed(request: HttpRequest, code: str) -> Contract:
    """The contract of an address, for who may change it; raises PermissionRefused, Http404."""
    manager(request)
    return known(request, code)


def known_invoice(request: HttpRequest, number: str) -> Invoice:
    """The invoice of an address, for who may read its contract; raises PermissionRefused, Http404."""
    by = principal(request)
    found = queries.invoice(by, number.replace("\x00", ""))
    if found is None and not queries.reads_all(by):
        raise PermissionRefused("Cette facture est celle d’un autre client.")
    if found is None:
        raise Http404
    return found


def month_of(text: str) -> date:
    """The first day of the month of an address (`2026-10`); raises Http404."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise Http404
    return date(int(text[:4]), int(text[5:]), 1)


def to_contract(contract: Contract) -> dict[str, str]:
    """Where a form of a contract leads back to."""
    return {
        "back_url": reverse("cable_billing:contract", args=[contract.code]),
        "back_label": contract.name,
        "subtitle": contract.name,
    }


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page with the rail marked."""
    door = {
        "label": "Facturation",
        "url": reverse("cable_billing:index"),
        "icon": "banknote",
        "current": True,
    }
    by = principal(request)
    rail = [door]
    if not queries.reads_all(by) and owned_ids(by):
        rail.insert(0, {"label": "Vos services", "url": reverse("cable_wholesale:mine"), "icon": "handshake"})
    found = {"may_manage": may_manage(by), **context, "rail": rail}
    return render(request, f"cable_billing/{template}.html", found, status=status)


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to, context.get("said", "C’est enregistré.")):
        return answer
    return show(request, "form", {"form": form, "button": "Enregistrer", **context})
