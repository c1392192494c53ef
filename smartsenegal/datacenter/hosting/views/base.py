"""What the pages share: who may see what, a form or a button that calls one action."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Project
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import carry_out, principal
from smartsenegal.lib.text import typography

PUBLIC = "shell/public.html"


def managed(request: HttpRequest, code: str) -> facility.DataCenter:
    """The datacentre of an address, run by who asks; raises Http404, PermissionRefused."""
    if not principal(request).may(facility.PERMISSION):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = facility.center(code)
    if found is None:
        raise Http404
    if not colocation.manages(principal(request), found):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")
    return found


def known(request: HttpRequest, code: str, what: str = roles.READ) -> Project:
    """The project of an address in which one may do this.

    Raises PermissionRefused, for a project that does not exist too: codes are not to be guessed.
    """
    found = queries.project(code)
    if found is None or not queries.may(principal(request), found, what):
        raise PermissionRefused("Cette page est celle d’un projet dont vous n’êtes pas, ou pas à ce titre.")
    return found


def month_of(typed: str) -> date:
    """The first day of the month of an address, `2026-11`; raises Http404."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", typed):
        raise Http404
    return date.fromisoformat(f"{typed}-01")


def page_of(project: Project) -> str:
    """Address of a project."""
    return reverse("datacenter_hosting:project", args=[project.code])


def page_of_center(center: facility.DataCenter) -> str:
    """Address of the hosting of a datacentre."""
    return reverse("datacenter_hosting:center", args=[center.site.code])


def behind(project: Project) -> dict[str, str]:
    """The way back to a project, on the public face."""
    return {"shell": PUBLIC, "back_url": page_of(project), "back_label": project.name}


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page; for those of agents, its door is marked on the rail."""
    url = reverse("datacenter_facility:index")
    rail = [{"label": "Centres de données", "url": url, "icon": "building-2", "current": True}]
    return render(request, f"hosting/{template}.html", {"rail": rail, **context})


def ask(
    request: HttpRequest, form: forms.Form, act: Callable[[], Any], to: Callable[[Any], str], **context: Any
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to, context.get("said", "C’est enregistré.")):
        return answer
    shell = context.pop("shell", "shell/operations.html")
    return show(request, "form", {"form": form, "shell": shell, **context})


def press(request: HttpRequest, act: Callable[[], Any], to: str, said: str = "C’est noté.") -> HttpResponse:
    """A button: done, or refused with its sentence, and back to a page."""
    try:
        act()
    except HostingRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, typography(said))
    return redirect(to)
