"""Add and change hotspots, zones, access points, works."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography
from smartsenegal.wifi.network import actions, queries
from smartsenegal.wifi.network.forms import (
    AccessPointForm,
    HotspotForm,
    MaintenanceForm,
    SettingsForm,
    StateForm,
    ZoneForm,
)
from smartsenegal.wifi.network.models import AccessPoint, Hotspot
from smartsenegal.wifi.network.rules import spelt_mac
from smartsenegal.wifi.network.views.base import ask, confirm, managed, manager

STEPS = ("Le lieu et le réseau", "La passerelle", "La configuration")


def steps(current: int) -> list[dict[str, str]]:
    """The three steps of a new hotspot."""
    states = ("done", "current", "todo")
    return [
        {"label": label, "state": states[(n > current) - (n < current) + 1]} for n, label in enumerate(STEPS)
    ]


def page_of(hotspot: Hotspot) -> str:
    """Address of a hotspot's page."""
    return reverse("wifi_network:hotspot", args=[hotspot.site.code])


@login_required
def add_hotspot(request: HttpRequest) -> HttpResponse:
    """First step of a new hotspot; the second is its gateway."""
    by = manager(request)
    url = reverse("territory_search_json") + "?kinds=commune"
    initial = {"kinds_of_access": ["click"], "ssid": "Smart Wifi"}
    form = HotspotForm(data_of(request), initial=initial, places_url=url)
    return ask(
        request,
        form,
        lambda: actions.add_hotspot(by, **form.values()),
        lambda made: reverse("wifi_network:add_gateway", args=[made.site.code]) + "?suite=1",
        title="Nouveau point Wi-Fi",
        steps=steps(0),
        button="Continuer",
        back_url=reverse("wifi_network:index"),
        back_label="Points Wi-Fi",
    )


@login_required
def change_hotspot(request: HttpRequest, code: str) -> HttpResponse:
    """Settings of a hotspot."""
    hotspot = managed(request, code)
    form = SettingsForm.of(hotspot, data_of(request))
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.change_hotspot(principal(request), hotspot, **form.cleaned_data),
        "Réglages du point",
    )


@login_required
def change_state(request: HttpRequest, code: str) -> HttpResponse:
    """Open, suspend or close a hotspot."""
    hotspot = managed(request, code)
    initial = {"state": hotspot.site.state, "reason": hotspot.site.state_reason}
    form = StateForm(data_of(request), initial=initial)
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.change_state(principal(request), hotspot, **form.cleaned_data),
        "Changer l’état",
        notice="Fermer un point retire ses passerelles : plus aucun appareil n’y entre.",
    )


@login_required
def add_zone(request: HttpRequest, code: str) -> HttpResponse:
    """A new zone of a hotspot."""
    hotspot = managed(request, code)
    form = ZoneForm(data_of(request))
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.add_zone(principal(request), hotspot, **form.cleaned_data),
        "Nouvelle zone",
    )


@login_required
def change_zone(request: HttpRequest, code: str, zone_id: int) -> HttpResponse:
    """The name and position of a zone."""
    hotspot = managed(request, code)
    zone = queries.zone(hotspot, zone_id)
    if zone is None:
        raise Http404
    initial = {"name": zone.name, "latitude": zone.latitude, "longitude": zone.longitude}
    form = ZoneForm(data_of(request), initial=initial)
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.change_zone(principal(request), zone, **form.cleaned_data),
        typography(f"Zone « {zone.name} »"),
    )


@login_required
def add_access_point(request: HttpRequest, code: str) -> HttpResponse:
    """A new access point of a hotspot."""
    hotspot = managed(request, code)
    form = AccessPointForm(data_of(request), zones=queries.zones(hotspot))
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.add_access_point(principal(request), **form.values()),
        "Nouvelle borne",
    )


@login_required
def change_access_point(request: HttpRequest, code: str, borne_id: int) -> HttpResponse:
    """An access point and its radios."""
    hotspot, found = _access_point(request, code, borne_id)
    form = AccessPointForm(data_of(request), initial=_initial(found), zones=queries.zones(hotspot))
    retire = reverse("wifi_network:retire_access_point", args=[code, found.pk])
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.change_access_point(principal(request), found, **_kept(form.values(), found)),
        typography(f"Borne « {found.name} »"),
        more_url="" if found.retired_on else retire,
        more_label="Retirer la borne",
        notice=f"Cette borne est retirée depuis le {format_date(found.retired_on)}."
        if found.retired_on
        else "",
    )


def _kept(values: dict[str, Any], found: AccessPoint) -> dict[str, Any]:
    """The form asks for channels; widths and limits of the radios stay as they are."""
    before = {r.band: r for r in found.radios.all()}
    for band, radio in values["radios"].items():
        if band in before:
            radio |= {"width_mhz": before[band].width_mhz, "clients_at_most": before[band].clients_at_most}
    return values


def _access_point(request: HttpRequest, code: str, pk: int) -> tuple[Hotspot, AccessPoint]:
    hotspot, found = managed(request, code), queries.access_point(pk)
    if found is None or found.zone.hotspot_id != hotspot.pk:
        raise Http404
    return hotspot, found


def _initial(found: AccessPoint) -> dict[str, Any]:
    fields = ("name", "make", "model", "serial", "address")
    channels = {f"channel_{r.band}": r.channel for r in found.radios.all()}
    installed = format_date(found.installed_on) if found.installed_on else ""
    return {
        **{name: getattr(found, name) for name in fields},
        "zone": str(found.zone_id),
        "mac": spelt_mac(found.mac),
        "installed_on": installed,
        **channels,
    }


@login_required
def retire_access_point(request: HttpRequest, code: str, borne_id: int) -> HttpResponse:
    """Note that an access point was taken down, after asking once more."""
    hotspot, found = _access_point(request, code, borne_id)
    return confirm(
        request,
        hotspot,
        lambda: actions.retire_access_point(principal(request), found),
        page_of(hotspot),
        title=typography(f"Retirer la borne « {found.name} »"),
        notice="Elle reste dans l’historique, et ne compte plus parmi les bornes du site.",
        button="Retirer la borne",
        back_url=page_of(hotspot),
        back_label=hotspot.site.name,
    )


@login_required
def plan_maintenance(request: HttpRequest, code: str) -> HttpResponse:
    """Announce works."""
    hotspot = managed(request, code)
    form = MaintenanceForm(data_of(request))
    return _part(
        request,
        hotspot,
        form,
        lambda: actions.plan_maintenance(principal(request), hotspot, **form.values()),
        "Prévoir des travaux",
        notice="Pendant ces travaux, le silence du site ne déclenche pas d’alerte.",
    )


@login_required
def cancel_maintenance(request: HttpRequest, code: str, work_id: int) -> HttpResponse:
    """Cancel works, after asking once more."""
    hotspot = managed(request, code)
    work = queries.work(hotspot, work_id)
    if work is None:
        raise Http404

    def act() -> bool:
        actions.cancel_maintenance(principal(request), work)
        return True

    return confirm(
        request,
        hotspot,
        act,
        page_of(hotspot),
        title="Annuler ces travaux",
        notice=work.reason,
        button="Annuler ces travaux",
        back_url=page_of(hotspot),
        back_label=hotspot.site.name,
    )


def _part(
    request: HttpRequest, hotspot: Hotspot, form: Any, act: Any, title: str, **context: Any
) -> HttpResponse:
    """A form about one hotspot, which leads back to its page."""
    answer = ask(
        request,
        form,
        act,
        lambda _: page_of(hotspot),
        hotspot=hotspot,
        title=title,
        back_url=page_of(hotspot),
        back_label=hotspot.site.name,
        **context,
    )
    if answer.status_code == 302:
        messages.success(request, "C’est enregistré.")
    return answer
