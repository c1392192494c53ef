"""What the pages of content share: who may see and change, the rail and tabs, a file sent by ranges."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out, principal
from smartsenegal.wifi.media import actions, queries
from smartsenegal.wifi.media.models import Package
from smartsenegal.wifi.media.serving import answer, blocks
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.network.api import hotspot as find_hotspot

TABS = (("wifi_media:index", "Contenus"), ("wifi_media:caches", "Caches des sites"))


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some hotspot; raises PermissionRefused."""
    by = principal(request)
    if not by.may(queries.READ):
        raise PermissionRefused("Cette page est celle de qui publie les contenus du Wi-Fi.")
    return by


def editor(request: HttpRequest) -> Principal:
    """Who asks, if they may publish content; raises PermissionRefused."""
    by = principal(request)
    actions.check(by)
    return by


def edited(request: HttpRequest, code: str) -> Package:
    """The package of an address, for who may change it; raises PermissionRefused, Http404."""
    editor(request)
    return known(code)


def known(code: str) -> Package:
    """The package with this code; raises Http404."""
    found = queries.package(code)
    if found is None:
        raise Http404
    return found


def hotspot_of(request: HttpRequest, code: str, *, manage: bool = False) -> Hotspot:
    """The hotspot of an address, for who may read or manage it; raises PermissionRefused, Http404."""
    by = reader(request)
    found = find_hotspot(code)
    if found is None:
        raise Http404
    if not (queries.may_manage if manage else queries.may_read)(by, found):
        raise PermissionRefused("Ce point Wi-Fi n’est pas de votre territoire.")
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with its rail and its tabs."""
    door = {
        "label": "Contenus Wi-Fi",
        "url": reverse("wifi_media:index"),
        "icon": "graduation-cap",
        "current": True,
    }
    tabs = [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for name, label in TABS
    ]
    return render(request, f"media/{template}.html", {**context, "rail": [door], "tabs": tabs})


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to):
        return answer
    return show(request, "form", {"form": form, **context})


def page_of(package: Package) -> str:
    """Address of a package's page."""
    return reverse("wifi_media:package", args=[package.code])


def sent(request: HttpRequest, path: Path, sha256: str, content_type: str) -> HttpResponseBase:
    """A file, or the part of it that was asked for (RFC 9110 §14)."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    told = answer(sha256, path.stat().st_size, content_type, headers)
    body: HttpResponseBase
    if told.span is None or request.method == "HEAD":
        body = HttpResponse(status=told.status)
    else:
        body = StreamingHttpResponse(blocks(path, told.span), status=told.status)
    for name, value in told.headers.items():
        body.headers[name] = value
    # The bytes are counted by their ranges: the compression of pages must leave them as they are.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return body
