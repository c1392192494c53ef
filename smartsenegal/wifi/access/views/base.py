"""What the pages of access share: who may see and change, the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, principal
from smartsenegal.wifi.access import actions, queries

TABS = (
    ("wifi_access:index", "Règles et forfaits"),
    ("wifi_access:preview", "Aperçu"),
    ("wifi_access:groups", "Groupes"),
    ("wifi_access:batches", "Tickets"),
    ("wifi_access:realms", "Domaines"),
)


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some hotspot; raises PermissionRefused."""
    by = principal(request)
    if not by.may(queries.READ):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau Wi-Fi.")
    return by


def manager(request: HttpRequest, *, everywhere: bool = False) -> Principal:
    """Who asks, if they may change some hotspot, or those of the whole country; raises PermissionRefused."""
    by = principal(request)
    if not by.may(actions.PERMISSION, territory_path="" if everywhere else None):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau Wi-Fi.")
    return by


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with its rail and its tabs."""
    door = {"label": "Accès Wi-Fi", "url": reverse("wifi_access:index"), "icon": "key-round", "current": True}
    tabs = [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for name, label in TABS
    ]
    return render(request, f"access/{template}.html", {**context, "rail": [door], "tabs": tabs})


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
