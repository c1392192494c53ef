"""What the pages of the data desk share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, principal
from smartsenegal.wifi.privacy import queries
from smartsenegal.wifi.privacy.actions.base import APPROVE, KEEP
from smartsenegal.wifi.privacy.models import LegalRequest

TONES = {"asked": "amber", "approved": "blue", "refused": "red", "opened": "green"}


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they keep the data or approve openings; raises PermissionRefused."""
    by = principal(request)
    if not (by.may(KEEP) or by.may(APPROVE)):
        raise PermissionRefused("Cette page est celle du délégué à la protection des données.")
    return by


def holder(request: HttpRequest, permission: str = KEEP) -> Principal:
    """Who asks, if they have this permission; raises PermissionRefused."""
    by = principal(request)
    if not by.may(permission):
        raise PermissionRefused("Cette page est celle du délégué à la protection des données.")
    return by


def known(pk: int) -> LegalRequest:
    """The request of an address. Raises Http404."""
    found = queries.request(pk)
    if found is None:
        raise Http404
    return found


def state_chip(found: LegalRequest) -> tuple[str, str]:
    """The state of a request, and its colour."""
    return found.get_state_display(), TONES[found.state]


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the desk, with its rail."""
    door = {"label": "Données Wi-Fi", "url": reverse("wifi_privacy:desk"), "icon": "lock", "current": True}
    return render(request, f"wifi_privacy/{template}.html", {**context, "rail": [door]})


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    to: Callable[[Any], str],
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to):
        return answer
    return show(request, "form", {"form": form, **context})
