"""What the pages of the network share: who may see and change, the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, data_of, principal
from smartsenegal.wifi.network import actions, queries
from smartsenegal.wifi.network.models import Hotspot, Nas

TONES = {"open": "green", "suspended": "blue", "closed": "red"}


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some hotspot; raises PermissionRefused."""
    by = principal(request)
    if not by.may(queries.READ):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau Wi-Fi.")
    return by


def manager(request: HttpRequest) -> Principal:
    """Who asks, if they may change some hotspot; raises PermissionRefused."""
    by = principal(request)
    if not by.may(actions.PERMISSION):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau Wi-Fi.")
    return by


def manages(by: Principal, hotspot: Hotspot) -> bool:
    """Whether `by` may change this hotspot."""
    site = hotspot.site
    return by.may(
        actions.PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path
    )


def known(request: HttpRequest, code: str) -> Hotspot:
    """The hotspot of an address that may be read; raises Http404, PermissionRefused."""
    by = reader(request)
    found = queries.hotspot(code)
    if found is None:
        raise Http404
    if not queries.may_read(by, found.site):
        raise PermissionRefused("Ce point Wi-Fi n’est pas de votre territoire.")
    return found


def managed(request: HttpRequest, code: str) -> Hotspot:
    """The hotspot of an address that may be changed; raises as `known`."""
    found = known(request, code)
    if not manages(principal(request), found):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")
    return found


def known_gateway(request: HttpRequest, code: str) -> tuple[Nas, Hotspot]:
    """The gateway of an address that may be changed, and its hotspot; raises as `managed`."""
    manager(request)
    nas = queries.gateway(code)
    if nas is None or nas.hotspot is None:
        raise Http404
    return nas, managed(request, nas.hotspot.site.code)


def rail() -> dict[str, Any]:
    """Marks the door of the network, also on the pages behind it."""
    door = {"label": "Wi-Fi", "url": reverse("wifi_network:index"), "icon": "wifi", "current": True}
    return {"rail": [door]}


def asked(request: HttpRequest, name: str) -> str:
    """A word of the query, cut and without NUL."""
    return request.GET.get(name, "")[:120].replace("\x00", "")


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page with the rail marked."""
    return render(request, f"network/{template}.html", {**context, **rail()}, status=status)


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


def confirm(
    request: HttpRequest, hotspot: Hotspot, act: Callable[[], Any], to: str, **context: Any
) -> HttpResponse:
    """A page that asks once more before something is done."""
    return ask(request, forms.Form(data_of(request)), act, lambda _: to, hotspot=hotspot, **context)
