"""What the pages of optics share: who may see and change, the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable.network.api import Link
from smartsenegal.cable.optics import queries
from smartsenegal.cable.pages import may_manage
from smartsenegal.kernel.pages import carry_out, principal


def known(code: str) -> Link:
    """The link of an address; raises Http404."""
    found = queries.link(code)
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {"label": "Optique", "url": reverse("cable_optics:index"), "icon": "sun", "current": True}
    may = may_manage(principal(request))
    return render(request, f"cable_optics/{template}.html", {"may_manage": may, **context, "rail": [door]})


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: str, **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to an address."""
    if answer := carry_out(request, form, act, lambda _: to):
        return answer
    return show(request, "form", {"form": form, "back_url": to, **context})
