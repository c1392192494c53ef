"""What the pages of resilience share: who may see and change, the rail, figures in words."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable.pages import may_manage
from smartsenegal.cable.resilience import queries
from smartsenegal.cable.resilience.rules import Harm
from smartsenegal.kernel.pages import carry_out, principal
from smartsenegal.lib.text import group_digits, plural

HEADS = ("Sites", "Personnes", "Services vitaux")


def reach(request: HttpRequest) -> str:
    """Whether the world or the national core must be reached, as the address says."""
    given = request.GET.get("vers", "")
    return given if given in queries.REACHES else "monde"


def codes(request: HttpRequest, name: str) -> list[str]:
    """Codes of the query, at most 50, without NUL."""
    return [code[:60].replace("\x00", "") for code in request.GET.getlist(name)[:50]]


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {"label": "Pannes", "url": reverse("cable_resilience:index"), "icon": "triangle-alert",
            "current": True}  # fmt: skip
    may = may_manage(principal(request))
    return render(
        request, f"cable_resilience/{template}.html", {"may_manage": may, **context, "rail": [door]}
    )


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: str, **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to an address."""
    if answer := carry_out(request, form, act, lambda _: to):
        return answer
    return show(request, "form", {"form": form, **context})


def told(harm: Harm) -> str:
    """`3 sites, 1 200 000 personnes, 2 services vitaux`; « rien » when nothing is cut."""
    parts = [
        plural(harm.sites, "site", "sites") if harm.sites else "",
        plural(harm.people, "personne", "personnes") if harm.people else "",
        plural(harm.services, "service vital", "services vitaux") if harm.services else "",
    ]
    return ", ".join(filter(None, parts)) or "rien"


def figures(harm: Harm) -> list[dict[str, Any]]:
    """The cells of a harm in a table."""
    told = zip(HEADS, (harm.sites, harm.people, harm.services), strict=True)
    return [{"text": group_digits(n), "numeric": True, "label": head} for head, n in told]
