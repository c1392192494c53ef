"""What is measured in a datacentre, and what of it cannot be believed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.sensors import queries, rules
from smartsenegal.datacenter.sensors.actions import sources
from smartsenegal.datacenter.sensors.forms import SourceForm
from smartsenegal.datacenter.sensors.models import Sensor, Source
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import NBSP, group_digits, typography


@login_required
@require_GET
def center(request: HttpRequest, code: str) -> HttpResponse:
    """The sources of a datacentre, what each says, and the doubts."""
    found = _managed(request, code)
    all_sources = list(queries.sources_of(found))
    context = {
        "center": found,
        "sources": [_told(each) for each in all_sources],
        "doubted": any(sensor.doubt for each in all_sources for sensor in each.sensors.all()),
    }
    return _show(request, "center", context)


def _told(each: Source) -> dict[str, Any]:
    if each.fault:
        words, tone = "Sans réponse", "red"
    elif each.answered_at is None:
        words, tone = "Pas encore demandée", "amber"
    else:
        words, tone = "Répond", "green"
    answered = f"répondu le {format_datetime(each.answered_at)}" if each.answered_at else ""
    return {
        "source": each, "where": f"{facility.load_code(each.rack)}, {each.rack.room.name}", "words": words,
        "tone": tone, "told": each.fault or answered,
        "rows": [
            _row(sensor)
            for sensor in sorted(each.sensors.all(), key=lambda s: (s.quantity, s.name))
            # What the last answer no longer holds is not shown as if it did.
            if sensor.read_at == each.answered_at
        ],
    }  # fmt: skip


def _row(sensor: Sensor) -> dict[str, Any]:
    whole, _, part = f"{sensor.value:f}".partition(".")
    part = part.rstrip("0")
    digits = group_digits(int(whole)) + (f",{part}" if part else "")
    return {
        "name": sensor.name, "value": f"{digits}{NBSP}{rules.UNITS[sensor.quantity]}",
        "doubt": typography(sensor.doubt),
        "counts": sensor.source.counts and (sensor.quantity, sensor.role) == (rules.WATTS, rules.TOTAL),
    }  # fmt: skip


@login_required
def add(request: HttpRequest, code: str) -> HttpResponse:
    """A device to ask."""
    found = _managed(request, code)
    form = SourceForm(request.POST if request.method == "POST" else None, racks=facility.racks(found))
    if request.method == "POST" and form.is_valid():
        sources.add(_principal(request), form.rack_chosen(), **form.values())
        messages.success(request, typography("Ajouté : l’appareil est interrogé toutes les cinq minutes."))
        return redirect(_page_of(code))
    context = {"form": form, "center": found, "back_url": _page_of(code)}
    return _show(request, "form", context)


@login_required
@require_POST
def close(request: HttpRequest, code: str, source_id: int) -> HttpResponse:
    """Ask it no more."""
    found = queries.source(_managed(request, code), source_id)
    if found is None:
        raise Http404
    sources.close(_principal(request), found)
    messages.success(request, typography("L’appareil n’est plus demandé."))
    return redirect(_page_of(code))


def _principal(request: HttpRequest) -> Principal:
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def _managed(request: HttpRequest, code: str) -> facility.DataCenter:
    by = _principal(request)
    if not by.may(facility.PERMISSION):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = facility.center(code)
    if found is None:
        raise Http404
    if not colocation.manages(by, found):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")
    return found


def _page_of(code: str) -> str:
    return reverse("datacenter_sensors:center", args=[code])


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    url = reverse("datacenter_facility:index")
    rail = [{"label": "Centres de données", "url": url, "icon": "building-2", "current": True}]
    return render(request, f"sensors/{template}.html", {**context, "rail": rail})
