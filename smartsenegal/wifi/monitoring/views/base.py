"""What the live pages share: who may see and act, the rail, a form that calls one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, principal
from smartsenegal.wifi.monitoring.actions.base import PERMISSION
from smartsenegal.wifi.network.api import Hotspot, may_read
from smartsenegal.wifi.network.api import hotspot as hotspot_of

READ = "wifi.read"


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some hotspot; raises PermissionRefused."""
    by = principal(request)
    if not by.may(READ):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau Wi-Fi.")
    return by


def known(request: HttpRequest, code: str) -> Hotspot:
    """The hotspot of an address that may be read; raises Http404, PermissionRefused."""
    by = reader(request)
    found = hotspot_of(code)
    if found is None:
        raise Http404
    if not may_read(by, found.site):
        raise PermissionRefused("Ce point Wi-Fi n’est pas de votre territoire.")
    return found


def manages(by: Principal, hotspot: Hotspot) -> bool:
    """Whether `by` may act on this hotspot."""
    site = hotspot.site
    return by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path)


def managed(request: HttpRequest, code: str) -> Hotspot:
    """The hotspot of an address that may be acted upon; raises as `known`."""
    found = known(request, code)
    if not manages(principal(request), found):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")
    return found


def asked(request: HttpRequest, name: str) -> str:
    """A word of the query, cut and without NUL."""
    return request.GET.get(name, "")[:120].replace("\x00", "")


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {"label": "Wi-Fi en direct", "url": reverse("wifi_monitoring:index"), "icon": "eye"}
    rail = {"rail": [{**door, "current": True}]}
    return render(request, f"monitoring/{template}.html", {**context, **rail})


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    to: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done, said, and led to `to`."""
    if answer := carry_out(request, form, act, lambda _: to, done):
        return answer
    return show(request, "form", {"form": form, "back_url": to, **context})
