"""What the pages of collection share: the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable.pages import may_manage
from smartsenegal.kernel.pages import carry_out, principal


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {
        "label": "Collecte",
        "url": reverse("cable_collection:index"),
        "icon": "download",
        "current": True,
    }
    may = may_manage(principal(request))
    return render(
        request, f"cable_collection/{template}.html", {"may_manage": may, **context, "rail": [door]}
    )


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to):
        return answer
    return show(request, "form", {"form": form, **context})
