"""What the pages of capacity share: who may see and sell, the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable.capacity import queries
from smartsenegal.cable.capacity.models import Quote, Route
from smartsenegal.cable.pages import may_manage
from smartsenegal.kernel.pages import carry_out, principal


def known_route(code: str) -> Route:
    """The route of an address; raises Http404."""
    found = queries.route(code)
    if found is None:
        raise Http404
    return found


def known_quote(pk: int) -> Quote:
    """The quote of an address; raises Http404."""
    found = queries.quote(pk)
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {"label": "Capacité", "url": reverse("cable_capacity:index"), "icon": "handshake", "current": True}
    may = may_manage(principal(request))
    return render(request, f"cable_capacity/{template}.html", {"may_manage": may, **context, "rail": [door]})


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    back: str,
    to: Callable[[Any], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to `to` or back."""
    if answer := carry_out(request, form, act, to or (lambda _: back)):
        return answer
    return show(request, "form", {"form": form, "back_url": back, **context})
