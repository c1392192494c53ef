"""The day of the network on one page; one alarm; whom works touch."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.cable.collection import api as collection
from smartsenegal.cable.noc import presenting, queries
from smartsenegal.cable.noc.models import Alarm
from smartsenegal.cable.noc.rules import CAUSES
from smartsenegal.cable.noc.views.base import alarm_of, show, work_of
from smartsenegal.cable.pages import may_manage, reader
from smartsenegal.cable.peering import api as peering
from smartsenegal.cable.resilience.api import open_failures
from smartsenegal.kernel.pages import principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural

GRAVITY = {"red": 0, "amber": 1}
COLUMNS = [{"label": label} for label in ("Alarme", "État", "Depuis", "Touchés", "Prise par")]
CLOSED = [{"label": label} for label in ("Alarme", "Cause trouvée", "Levée", "Close", "Par")]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Alarms, works and their risk, sessions, collection: what the day asks for."""
    reader(request)
    now = timezone.now()
    alarms = sorted(queries.alarms(), key=lambda a: (bool(a.ended_at), GRAVITY[a.tone]))
    context = {
        "columns": COLUMNS,
        "rows": [_row(a) for a in alarms],
        "count": _count(alarms),
        "works": [_work(p) for p in queries.planned(now)],
        "failures": open_failures(),
        "sessions": _sessions(now),
        "gaps": collection.gaps(now),
    }
    return show(request, "index", context)


def _count(alarms: list[Alarm]) -> str:
    waiting = sum(not a.taken_at and not a.silenced and not a.ended_at for a in alarms)
    if not alarms:
        return "Rien ne demande qu’on s’en occupe."
    told = plural(len(alarms), "alarme", "alarmes")
    return f"{told}, dont {waiting} à prendre." if waiting else f"{told}, toutes vues."


def _row(found: Alarm) -> dict[str, Any]:
    cells = [
        {
            "text": CAUSES[found.cause][0],
            "sub": ". ".join(filter(None, (found.title, found.sentence))),
        },
        {**presenting.state(found), "label": "État"},
        {"text": format_datetime(found.holds_since), "label": "Depuis"},
        {"text": presenting.hits(found), "label": "Touchés"},
        {"text": found.taken_name or "personne", "label": "Prise par"},
    ]
    return {"url": reverse("cable_noc:alarm", args=[found.pk]), "cells": cells}


def _work(found: queries.Planned) -> dict[str, Any]:
    return {
        "row": found.work, "running": found.running, "starts": format_datetime(found.work.starts_at),
        "ends": format_datetime(found.work.ends_at), "cut": presenting.harm(found.cut),
        "cuts": bool(found.cut.sites),
        "worst": presenting.harm(found.worst), "culprit": found.culprit,
        "at_once": ", ".join(w.reason for w in found.at_once),
        "touched": plural(found.customers, "client touché", "clients touchés"),
        "told": plural(found.told, "contact prévenu", "contacts prévenus"),
    }  # fmt: skip


def _sessions(now: datetime) -> dict[str, Any]:
    """How many sessions are as they are meant, and those that are not."""
    meant = [row for row in peering.rows(now) if row.session and not row.session.stopped]
    wrong = [row for row in meant if row.tone in ("red", "amber")]
    told = f"{plural(len(meant) - len(wrong), 'session conforme', 'sessions conformes')} sur {len(meant)}"
    return {"told": told, "wrong": wrong, "any": bool(meant)}


@login_required
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """Alarms that are closed, the latest first."""
    reader(request)
    rows = [
        {
            "url": reverse("cable_noc:alarm", args=[a.pk]),
            "cells": [
                {"text": CAUSES[a.cause][0], "sub": a.title},
                {"text": a.get_ending_display(), "label": "Cause trouvée"},
                {"text": format_datetime(a.raised_at) if a.raised_at else "", "label": "Levée"},
                {"text": format_datetime(a.closed_at) if a.closed_at else "", "label": "Close"},
                {"text": a.closed_by or "personne", "label": "Par"},
            ],
        }
        for a in queries.closed_alarms()
    ]
    return show(request, "closed", {"rows": rows, "columns": CLOSED})


@login_required
@require_GET
def alarm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """One alarm: what it says, whom it touches, what was done."""
    by = reader(request)
    found = alarm_of(alarm_id)
    hurt = queries.hurt_by_alarm(found)
    facts = [
        ("Constatée depuis", format_datetime(found.holds_since)),
        ("Levée", format_datetime(found.raised_at) if found.raised_at else ""),
        ("Finie", format_datetime(found.ended_at) if found.ended_at else "pas encore"),
        ("Prise par", found.taken_name or "personne"),
    ]
    if found.closed_at:
        facts += [("Cause trouvée", found.get_ending_display()), ("Close par", found.closed_by or "personne")]
    context = {
        "alarm": found,
        "what": CAUSES[found.cause][0],
        "state": presenting.state(found),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "hurt": _hurt(request, hurt),
        "left": found.ended_at is None and _left(hurt),
        "notes": [{"text": n.text, "by": n.by, "at": format_datetime(n.at)} for n in found.notes.all()],
        "open": found.closed_at is None,
        "mine": found.taken_by == (by.account_id or "-"),
    }
    return show(request, "alarm", context)


def _moment(at: datetime | None) -> str:
    return format_datetime(at) if at else ""


def _hurt(request: HttpRequest, found: list[queries.Hurt]) -> list[dict[str, Any]]:
    """Customers and their contacts; who they are is for those who may tell them."""
    may = may_manage(principal(request))
    return [
        {
            "customer": each.customer, "cut": ", ".join(each.cut), "weak": ", ".join(each.weak),
            "known": bool(each.contacts),
            "contacts": [
                {"name": c.name if may else "un contact", "told": _moment(each.told.get(c.pk)),}
                for c in each.contacts
            ],
        }
        for each in found
    ]  # fmt: skip


def _left(found: list[queries.Hurt]) -> bool:
    """Whether somebody is still to be told."""
    return any(len(each.contacts) > len(each.told) for each in found)


@login_required
@require_GET
def work(request: HttpRequest, cable_work_id: int) -> HttpResponse:
    """Whom works touch, and who was told."""
    reader(request)
    found = work_of(cable_work_id)
    hurt = queries.hurt_by_work(found)
    context = {
        "work": found, "starts": format_datetime(found.starts_at), "ends": format_datetime(found.ends_at),
        "hurt": _hurt(request, hurt),
        "left": found.ends_at > timezone.now() and _left(hurt),
    }  # fmt: skip
    return show(request, "work", context)
