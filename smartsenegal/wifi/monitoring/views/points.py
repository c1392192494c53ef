"""The access points of a hotspot that are followed by SNMP."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural
from smartsenegal.wifi.monitoring import presenting, queries
from smartsenegal.wifi.monitoring.actions.snmp import set_snmp, stop_snmp
from smartsenegal.wifi.monitoring.forms import SnmpForm
from smartsenegal.wifi.monitoring.models import SnmpAgent
from smartsenegal.wifi.monitoring.views.base import ask, known, managed, manages, show
from smartsenegal.wifi.network.api import AccessPoint


@login_required
@require_GET
def points(request: HttpRequest, code: str) -> HttpResponse:
    """Every access point in service, and what it last answered."""
    hotspot = known(request, code)
    may = manages(principal(request), hotspot)
    context = {
        "site": hotspot.site,
        "columns": [{"label": n} for n in ("Borne", "État", "Appareils", "Interfaces", "En marche depuis")],
        "rows": [_row(code, point, agent, may) for point, agent in queries.access_points(hotspot)],
    }
    return show(request, "points", context)


def _row(code: str, point: AccessPoint, agent: SnmpAgent | None, may: bool) -> dict[str, Any]:
    chip, tone, sub = _state(agent)
    return {
        "url": reverse("wifi_monitoring:point", args=[code, point.pk]) if may else "",
        "cells": [
            {"text": point.name, "sub": point.zone.name},
            {"chip": chip, "tone": tone, "sub": sub},
            *({"text": words} for words in (_said(agent) if agent else ("", "", ""))),
        ],
    }


def _said(agent: SnmpAgent) -> tuple[str, str, str]:
    """Devices, interfaces and time since it started, in words that stand without a heading."""
    stations, uptime = agent.stations, agent.uptime
    return (
        plural(stations, "appareil", "appareils") if stations is not None else "Appareils non comptés",
        f"{agent.interfaces_up} interfaces sur {agent.interfaces}" if agent.interfaces else "Non connues",
        f"depuis {presenting.duration(uptime)}" if uptime is not None else "Durée non connue",
    )


def _state(agent: SnmpAgent | None) -> tuple[str, str, str]:
    if agent is None:
        return "Pas suivie", "neutral", ""
    at = format_datetime(agent.answered_at) if agent.answered_at else ""
    if agent.missed == 0 and agent.answered_at:
        return "Répond", "green", at
    if agent.asked_at is None:
        return "Pas encore demandée", "neutral", ""
    return "Ne répond pas", "red" if agent.silent else "amber", f"Dernière réponse : {at or 'aucune'}"


@login_required
def point(request: HttpRequest, code: str, borne_id: int) -> HttpResponse:
    """How an access point is asked by SNMP; or that it is asked no more."""
    hotspot = managed(request, code)
    found = next((pair for pair in queries.access_points(hotspot) if pair[0].pk == borne_id), None)
    if found is None:
        raise Http404
    borne, agent = found
    by, to = principal(request), reverse("wifi_monitoring:points", args=[code])
    context: dict[str, Any] = {
        "title": f"Suivre la borne {borne.name} par SNMP",
        "button": "Suivre la borne",
        "hotspot": hotspot,
    }
    if request.method == "POST" and "stop" in request.POST:
        return ask(
            request, Form(request.POST), lambda: stop_snmp(by, borne, hotspot), to,
            "La borne n’est plus suivie.", **context,
        )  # fmt: skip
    initial = (
        {"version": agent.version, "port": agent.port, "stations_oid": agent.stations_oid} if agent else None
    )
    form = SnmpForm(data_of(request), initial=initial)
    return ask(
        request, form, lambda: set_snmp(by, borne, hotspot, **form.values()), to,
        "La borne est suivie : sa réponse paraîtra dans cinq minutes au plus.", stop=agent is not None,
        **context,
    )  # fmt: skip
