"""Add and change cables, nodes, links, zones of risk, equipment, wavelengths."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from smartsenegal.cable.network import actions, queries
from smartsenegal.cable.network.forms import (
    EquipmentForm,
    LinkForm,
    NodeForm,
    SystemForm,
    WavelengthForm,
    ZoneForm,
)
from smartsenegal.cable.network.views.base import ask, known
from smartsenegal.cable.pages import manager
from smartsenegal.kernel.pages import data_of


def _to(name: str, code: str) -> str:
    return reverse(f"cable_network:{name}", args=[code])


def _back(kind: str, label: str) -> dict[str, Any]:
    return {"back_url": reverse("cable_network:list", args=[kind]), "back_label": label}


def _back_to(name: str, row: Any) -> dict[str, Any]:
    return {
        "back_url": _to(name, row.code),
        "back_label": row.name,
        "subtitle": row.name,
    }


@login_required
def add_system(request: HttpRequest) -> HttpResponse:
    """A new cable system."""
    by, form = manager(request), SystemForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_system(by, **form.values()), lambda made: _to("system", made.code),
        title="Ajouter un câble", **_back("cables", "Câbles"),
    )  # fmt: skip


@login_required
def change_system(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a cable system."""
    by, found = manager(request), known("systems", code)
    form = SystemForm.of(found, data_of(request))
    return ask(
        request, form, lambda: actions.change_system(by, found, **form.values()),
        lambda made: _to("system", made.code), title="Modifier le câble", **_back_to("system", found),
    )  # fmt: skip


@login_required
def add_node(request: HttpRequest) -> HttpResponse:
    """A new node."""
    by, form = manager(request), NodeForm(data_of(request), places_url=_places())
    return ask(
        request, form, lambda: actions.add_node(by, **form.values()), lambda made: _to("node", made.code),
        title="Ajouter un nœud", **_back("noeuds", "Nœuds"),
    )  # fmt: skip


def _places() -> str:
    return reverse("territory_search_json")


@login_required
def change_node(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a node."""
    by, found = manager(request), known("nodes", code)
    served = [s.territory for s in queries.served(found)]
    form = NodeForm.of_node(found, served, data_of(request), places_url=_places())
    return ask(
        request, form, lambda: actions.change_node(by, found, **form.values()),
        lambda made: _to("node", made.code), title="Modifier le nœud", **_back_to("node", found),
    )  # fmt: skip


@login_required
def add_link(request: HttpRequest) -> HttpResponse:
    """A new link; what it changes for the weak points is shown on the page it leads to."""
    by = manager(request)
    form = LinkForm(data_of(request), nodes=list(queries.nodes()), systems=list(queries.systems()))
    return ask(
        request, form, lambda: actions.add_link(by, **form.values()), _effect,
        title="Ajouter une liaison", **_back("liaisons", "Liaisons"),
    )  # fmt: skip


def _effect(made: Any) -> str:
    return reverse("cable_resilience:effect") + f"?sans={made.code}"


@login_required
def change_link(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a link."""
    by, found = manager(request), known("links", code)
    nodes, systems = list(queries.nodes()), list(queries.systems())
    form = LinkForm.of_link(found, data_of(request), nodes=nodes, systems=systems)
    return ask(
        request, form, lambda: actions.change_link(by, found, **form.values()), _effect,
        title="Modifier la liaison", **_back_to("link", found),
    )  # fmt: skip


@login_required
def add_wavelength(request: HttpRequest, code: str) -> HttpResponse:
    """A new wavelength on a link."""
    by, found = manager(request), known("links", code)
    form = WavelengthForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_wavelength(by, link=found, **form.cleaned_data),
        lambda _: _to("link", code), title="Allumer une longueur d’onde", **_back_to("link", found),
    )  # fmt: skip


@login_required
def add_equipment(request: HttpRequest, code: str) -> HttpResponse:
    """A new equipment at a node."""
    by, found = manager(request), known("nodes", code)
    form = EquipmentForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_equipment(by, node=found, **form.values()),
        lambda _: _to("node", code), title="Ajouter un équipement", **_back_to("node", found),
    )  # fmt: skip


@login_required
def change_equipment(request: HttpRequest, code: str) -> HttpResponse:
    """Correct an equipment."""
    by, found = manager(request), known("equipment", code)
    form = EquipmentForm.of(found, data_of(request))
    return ask(
        request, form, lambda: actions.change_equipment(by, found, **form.values()),
        lambda _: _to("node", found.node.code), title="Modifier l’équipement",
        **_back_to("node", found.node),
    )  # fmt: skip


@login_required
def add_zone(request: HttpRequest) -> HttpResponse:
    """A new zone of shared risk."""
    by = manager(request)
    form = ZoneForm(data_of(request), nodes=list(queries.nodes()), links=list(queries.links()))
    return ask(
        request, form, lambda: actions.add_zone(by, **form.values()),
        lambda _: reverse("cable_network:list", args=["zones"]), title="Ajouter une zone de risque",
        **_back("zones", "Zones de risque"),
    )  # fmt: skip


@login_required
def change_zone(request: HttpRequest, code: str) -> HttpResponse:
    """A zone of shared risk, to correct."""
    by, found = manager(request), known("zones", code)
    form = ZoneForm.of_zone(found, data_of(request), nodes=list(queries.nodes()), links=list(queries.links()))
    return ask(
        request, form, lambda: actions.change_zone(by, found, **form.values()),
        lambda _: reverse("cable_network:list", args=["zones"]), title="Modifier la zone de risque",
        subtitle=found.name, **_back("zones", "Zones de risque"),
    )  # fmt: skip
