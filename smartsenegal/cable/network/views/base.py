"""What the pages of the inventory share: who may see and change, the rail, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable.network import queries
from smartsenegal.cable.pages import may_manage
from smartsenegal.kernel.pages import carry_out, principal

# Kind of the inventory → its address in lists and files, what one and many are called, its page.
KINDS = {
    "cables": ("systems", "câble", "câbles", "system"),
    "liaisons": ("links", "liaison", "liaisons", "link"),
    "noeuds": ("nodes", "nœud", "nœuds", "node"),
    "circuits": ("circuits", "circuit", "circuits", "circuit"),
    "zones": ("zones", "zone de risque", "zones de risque", "zone"),
    "equipements": ("equipment", "équipement", "équipements", "equipment"),
}


def known(kind: str, code: str) -> Any:
    """The row of an address; raises Http404."""
    found = queries.find(kind, code)
    if found is None:
        raise Http404
    return found


def asked(request: HttpRequest, name: str) -> str:
    """A word of the query, cut and without NUL."""
    return request.GET.get(name, "")[:120].replace("\x00", "")


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {"label": "Câbles", "url": reverse("cable_network:index"), "icon": "globe", "current": True}
    may = may_manage(principal(request))
    return render(request, f"cable_network/{template}.html", {"may_manage": may, **context, "rail": [door]})


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to, context.get("said", "C’est enregistré.")):
        return answer
    return show(request, "form", {"form": form, **context})
