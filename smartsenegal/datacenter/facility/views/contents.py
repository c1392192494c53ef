"""What takes place in a rack: devices, ranges held and under contract."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from smartsenegal.datacenter.facility import actions, queries
from smartsenegal.datacenter.facility.forms import DeviceForm, HoldForm
from smartsenegal.datacenter.facility.models import Rack
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.views.base import ask, known_rack, managed, page_of_rack
from smartsenegal.kernel.pages import data_of, found_or_404, principal


def _first_free(rack: Rack) -> dict[str, Any]:
    """The lowest free unit, as what a form begins with."""
    return {"first": ledger.first_free(rack.units, queries.claims(rack), 1)}


@login_required
def install(request: HttpRequest, code: str, rack_id: int) -> HttpResponse:
    """A device to install."""
    rack = known_rack(managed(request, code), rack_id)
    known, place = queries.reservations(rack), request.GET.get("place", "")
    within = next((each for each in known if str(each.pk) == place), None)
    initial = {"reservation": place, "first": within.first} if within else _first_free(rack)
    form = DeviceForm(data_of(request), initial=initial, reservations=known)
    return ask(
        request,
        form,
        lambda: actions.install_device(principal(request), rack, **form.values()),
        lambda _: page_of_rack(rack),
        title="Installer un équipement",
        **_behind(rack),
    )


@login_required
def hold(request: HttpRequest, code: str, rack_id: int) -> HttpResponse:
    """A range to hold."""
    rack = known_rack(managed(request, code), rack_id)
    form = HoldForm(data_of(request), initial=_first_free(rack))
    return ask(
        request,
        form,
        lambda: actions.hold(principal(request), rack, **form.values()),
        lambda _: page_of_rack(rack),
        title="Retenir une place",
        **_behind(rack),
    )


@login_required
def remove(request: HttpRequest, code: str, device_id: int) -> HttpResponse:
    """A device to take out, after asking once more."""
    device = found_or_404(queries.device(managed(request, code), device_id))
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: actions.remove_device(principal(request), device),
        lambda _: page_of_rack(device.rack),
        title=f"Retirer {device.name}",
        notice="Ses U et sa puissance redeviennent libres. Son passage dans la baie reste inscrit.",
        button="Retirer l’équipement",
        **_behind(device.rack),
    )


@login_required
def contract(request: HttpRequest, code: str, reservation_id: int) -> HttpResponse:
    """A hold that becomes a contract, after asking once more."""
    held = found_or_404(queries.reservation(managed(request, code), reservation_id))
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: actions.contract(principal(request), held),
        lambda _: page_of_rack(held.rack),
        title=f"Mettre sous contrat la place de {held.holder}",
        notice="Elle n’expire plus : elle compte jusqu’à ce qu’elle soit libérée.",
        button="Mettre sous contrat",
        **_behind(held.rack),
    )


@login_required
def release(request: HttpRequest, code: str, reservation_id: int) -> HttpResponse:
    """A range to free, after asking once more."""
    held = found_or_404(queries.reservation(managed(request, code), reservation_id))
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: actions.release(principal(request), held),
        lambda _: page_of_rack(held.rack),
        title=f"Libérer la place de {held.holder}",
        notice="Ses U et sa puissance peuvent être donnés à d’autres aussitôt.",
        button="Libérer la place",
        **_behind(held.rack),
    )


def _behind(rack: Rack) -> dict[str, str]:
    return {"back_url": page_of_rack(rack), "back_label": f"Baie {rack.code}"}
