"""Alerts: the list of those that are not closed, one of them, and what is done about it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural
from smartsenegal.wifi.monitoring import queries, wording
from smartsenegal.wifi.monitoring.actions import alerts as actions
from smartsenegal.wifi.monitoring.forms import CloseForm, NoteForm
from smartsenegal.wifi.monitoring.models import Alert
from smartsenegal.wifi.monitoring.views.base import ask, asked, known, manages, reader, show
from smartsenegal.wifi.network.api import Hotspot


@login_required
@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """Alerts of the hotspots one may read: those that wait, or all."""
    by = reader(request)
    whole = asked(request, "toutes") == "1"
    names = {row.hotspot.pk: row.hotspot.site.name for row in queries.live(by)}
    found = queries.alerts(list(names), still=not whole)
    context = {
        "count": plural(len(found), "alerte", "alertes"),
        "tabs": [
            {"label": "À traiter", "url": reverse("wifi_monitoring:alerts"), "current": not whole},
            {"label": "Toutes", "url": "?toutes=1", "current": whole},
        ],
        "columns": [{"label": n} for n in ("Point", "Nature", "Depuis", "Prise par", "État")],
        "rows": [_row(a, names[a.hotspot]) for a in found],
    }
    return show(request, "alerts", context)


def _row(found: Alert, name: str) -> dict[str, object]:
    words, tone = state_of(found)
    return {
        "url": reverse("wifi_monitoring:alert", args=[found.pk]),
        "cells": [
            {"text": name},
            {"text": wording.CAUSES[found.cause], "sub": found.why},
            {"text": format_datetime(found.raised_at)},
            {"text": found.assigned_name or "Personne"},
            {"chip": words, "tone": tone, "sub": excuse(found)},
        ],
    }


def state_of(found: Alert) -> tuple[str, str]:
    """What the chip of an alert says, and its tone."""
    if found.closed_at:
        return "Close", "neutral"
    if found.ended_at:
        return "Finie, à clore", "blue"
    return ("Prise en charge", "amber") if found.acknowledged_at else ("À traiter", "red")


def excuse(found: Alert) -> str:
    """Why an alert was told to nobody; "" for one that was."""
    if found.hidden_by:
        return f"Expliquée par {found.hidden_by}"
    return "Pendant des travaux" if found.silenced else ""


def _known(request: HttpRequest, pk: int) -> tuple[Alert, Hotspot]:
    found = queries.alert(pk)
    if found is None:
        reader(request)
        raise Http404
    known(request, found[0].site_code)
    return found


def _managed(request: HttpRequest, pk: int) -> tuple[Alert, Hotspot]:
    found, hotspot = _known(request, pk)
    if not manages(principal(request), hotspot):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")
    return found, hotspot


@login_required
@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what it is, who has it, what was written, what may be done."""
    found, hotspot = _known(request, pk)
    facts = [
        ("Levée", format_datetime(found.raised_at)),
        ("Finie", format_datetime(found.ended_at) if found.ended_at else "Pas encore"),
        ("Prise par", found.assigned_name or "Personne"),
        ("Close", format_datetime(found.closed_at) if found.closed_at else "Pas encore"),
        ("Cause trouvée", found.closed_because or "Pas encore"),
    ]
    context = {
        "alert": found,
        "site": hotspot.site,
        "cause": wording.CAUSES[found.cause],
        "chip": state_of(found),
        "excuse": excuse(found),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "notes": [{"text": n.text, "by": n.by, "at": format_datetime(n.at)} for n in found.notes.all()],
        "open": found.closed_at is None,
        "mine": str(found.assigned_to) == principal(request).account_id,
        "may_manage": manages(principal(request), hotspot),
    }
    return show(request, "alert", context)


@login_required
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take an alert, comment it, close it."""
    found, hotspot = _managed(request, pk)
    by, to = principal(request), reverse("wifi_monitoring:alert", args=[pk])
    data = data_of(request)
    if name == "prendre":
        form = Form(data)
        title, button, done = (
            "Prendre cette alerte en charge",
            "Prendre en charge",
            "Cette alerte est à vous.",
        )
        return ask(
            request, form, lambda: actions.take_alert(by, found, hotspot), to, done,
            title=title, button=button, hotspot=hotspot,
        )  # fmt: skip
    if name == "commenter":
        note = NoteForm(data)
        return ask(
            request, note, lambda: actions.comment_alert(by, found, hotspot, note.cleaned_data["text"]), to,
            "Le commentaire est gardé.", title="Commenter", button="Enregistrer", hotspot=hotspot,
        )  # fmt: skip
    if name != "clore":
        raise Http404
    close = CloseForm(data)
    return ask(
        request, close, lambda: actions.close_alert(by, found, hotspot, close.cleaned_data["because"]), to,
        "L’alerte est close.", title="Clore l’alerte", button="Clore", hotspot=hotspot,
    )  # fmt: skip
