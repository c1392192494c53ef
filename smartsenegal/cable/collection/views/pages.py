"""Who is asked, what each interface is billed for, and where readings are missing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.cable.collection import actions, jobs, queries
from smartsenegal.cable.collection.errors import CollectionRefused
from smartsenegal.cable.collection.forms import AgentForm, PortForm
from smartsenegal.cable.collection.models import Agent, Interface
from smartsenegal.cable.collection.views.base import ask, show
from smartsenegal.cable.pages import manager, reader
from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.snmp import available
from smartsenegal.lib.text import group_digits, plural


def _agent(code: str) -> Agent:
    found = queries.agent(code)
    if found is None:
        raise Http404
    return found


def _page(code: str) -> str:
    return reverse("cable_collection:agent", args=[code])


def _index() -> str:
    return reverse("cable_collection:index")


def _state(found: Agent) -> dict[str, str]:
    if found.asked_at is None:
        return {"chip": "Pas encore interrogé", "tone": "blue"}
    if queries.is_silent(found):
        return {"chip": "Muet", "tone": "red"}
    return (
        {"chip": "Manque un tour", "tone": "amber"} if found.missed else {"chip": "Répond", "tone": "green"}
    )


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Agents, gaps, and the ports that nobody reads."""
    reader(request)
    columns = [{"label": "Équipement"}, {"label": "État"}, {"label": "Dernière réponse"},
               {"label": "Interfaces", "numeric": True}, {"label": "Facturées", "numeric": True}]  # fmt: skip
    context = {
        "columns": columns,
        "rows": [_line(found) for found in queries.agents()],
        "gaps": [_gap(gap) for gap in queries.gaps(timezone.now())],
        "unread": list(queries.unread_ports()[:50]),
        "tools": available(),
    }
    return show(request, "index", context)


def _line(found: Any) -> dict[str, Any]:
    cells = [
        {"text": found.equipment.name, "sub": f"{found.address}, {found.get_version_display()}"},
        {**_state(found), "label": "État"},
        {
            "text": format_datetime(found.answered_at) if found.answered_at else "jamais",
            "label": "Dernière réponse",
        },
        {"text": group_digits(found.count), "numeric": True, "label": "Interfaces"},
        {"text": group_digits(found.billed), "numeric": True, "label": "Facturées"},
    ]
    return {"url": _page(found.code), "cells": cells}


def _gap(gap: queries.Gap) -> dict[str, Any]:
    since = format_datetime(gap.since) if gap.since else "jamais lu"
    return {"port": gap.port, "sentence": gap.sentence, "since": since, "code": gap.interface.agent.code}


@login_required
@require_GET
def agent(request: HttpRequest, code: str) -> HttpResponse:
    """One agent: its interfaces, and what is billed by each."""
    reader(request)
    found = _agent(code)
    context = {
        "agent": found, "state": _state(found), "interfaces": queries.interfaces(found),
        "answered": format_datetime(found.answered_at) if found.answered_at else "jamais",
        "days": None if found.uptime is None else plural(found.uptime // 8_640_000, "jour", "jours"),
    }  # fmt: skip
    return show(request, "agent", context)


def _asked(made: Agent) -> str:
    jobs.ask_one.defer(agent=made.pk)
    return _page(made.code)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Have an equipment asked; it is at once."""
    by, form = manager(request), AgentForm(data_of(request))
    return ask(
        request, form, lambda: actions.set_agent(by, form.cleaned_data["equipment"], **form.values()), _asked,
        title="Interroger un équipement", back_url=_index(), back_label="Collecte",
    )  # fmt: skip


@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change how an equipment is asked."""
    by = manager(request)
    found = _agent(code)
    form = AgentForm(data_of(request), found)
    return ask(
        request, form, lambda: actions.set_agent(by, found.equipment, **form.values()), _asked,
        title="Changer la collecte", subtitle=found.equipment.name, back_url=_page(code),
        back_label=found.equipment.name,
    )  # fmt: skip


@login_required
@require_POST
def ask_now(request: HttpRequest, code: str) -> HttpResponse:
    """Have an equipment asked now, beside its rounds."""
    manager(request)
    messages.success(request, "L’équipement est interrogé : rechargez la page dans quelques secondes.")
    return redirect(_asked(_agent(code)))


@login_required
@require_POST
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Ask an equipment no more."""
    by = manager(request)
    try:
        actions.stop_agent(by, _agent(code))
    except CollectionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(_page(code))
    return redirect(_index())


def _interface(pk: int) -> Interface:
    found = queries.interface(pk)
    if found is None:
        raise Http404
    return found


@login_required
def bill(request: HttpRequest, interface_id: int) -> HttpResponse:
    """Have a port read from an interface."""
    by = manager(request)
    found = _interface(interface_id)
    form = PortForm(data_of(request))
    return ask(
        request, form, lambda: actions.bill_by(by, found, form.cleaned_data["port"]),
        lambda made: _page(found.agent.code), title="Facturer par cette interface",
        subtitle=f"{found.name}, {found.agent.equipment.name}", back_url=_page(found.agent.code),
        back_label=found.agent.equipment.name,
    )  # fmt: skip


@login_required
@require_POST
def release(request: HttpRequest, interface_id: int) -> HttpResponse:
    """Have a port read from an interface no more."""
    by = manager(request)
    found = _interface(interface_id)
    actions.release(by, found)
    return redirect(_page(found.agent.code))
