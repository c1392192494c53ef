"""A circuit with its paths; add and change one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.cable.network import actions, presenting, queries, rules
from smartsenegal.cable.network.forms import CircuitForm
from smartsenegal.cable.network.models import Circuit, Step
from smartsenegal.cable.network.presenting import facts, gbps
from smartsenegal.cable.network.views.base import ask, known
from smartsenegal.cable.network.views.pages import dates, page_of
from smartsenegal.cable.pages import manager, reader
from smartsenegal.kernel.pages import data_of

SHARED = {"link": "les liaisons", "node": "les nœuds", "zone": "les zones de risque"}


@login_required
@require_GET
def circuit(request: HttpRequest, code: str) -> HttpResponse:
    """A circuit: its two paths step by step, on the map, and what they have in common."""
    reader(request)
    found: Circuit = known("circuits", code)
    steps = queries.steps(found)
    passed = [s for n in (1, 2) for s in steps[n]]
    nodes = {s.node.pk: s.node for s in passed if s.node}.values()
    links = {s.link.pk: s.link for s in passed if s.link}.values()
    spare = {f"link:{s.link.code}": "blue" for s in steps[2] if s.link}
    shared = queries.shared(found)
    context = {
        "facts": facts(
            (
                ("Entre", f"{found.a.name} – {found.b.name}"),
                ("Pour", found.customer or presenting.UNKNOWN),
                ("Débit", gbps(found.gbps)),
                ("Priorité", found.get_priority_display()),
                ("Valable", dates(found)),
            )
        ),
        "paths": [
            {"title": title, "steps": [_step(s) for s in steps[n]]}
            for n, title in ((1, "Chemin nominal"), (2, "Chemin de secours"))
        ],
        "shared": " ; ".join(f"{SHARED[name]} {', '.join(those)}" for name, those in shared.items()),
        "map": presenting.drawing(nodes, links, spare, named=[found.a.code, found.b.code]),
        "change_url": reverse("cable_network:change_circuit", args=[code]),
    }
    return page_of(request, found, "circuit", context)


def _step(step: Step) -> dict[str, str]:
    if step.node:
        return {"what": "Nœud", "name": step.node.name, "url": _to("node", step.node.code)}
    if step.link:
        wave = f", longueur d’onde {step.wavelength.code}" if step.wavelength else ""
        return {"what": "Liaison", "name": step.link.name + wave, "url": _to("link", step.link.code)}
    assert step.equipment
    what = dict(rules.KINDS_OF_EQUIPMENT)[step.equipment.kind]
    return {"what": what, "name": step.equipment.name, "url": _to("equipment", step.equipment.code)}


def _to(name: str, code: str) -> str:
    return reverse(f"cable_network:{name}", args=[code])


@login_required
def add_circuit(request: HttpRequest) -> HttpResponse:
    """A new circuit; its path is typed, or left to the shortest way."""
    by = manager(request)
    form = CircuitForm(data_of(request), nodes=list(queries.nodes()))
    return ask(
        request,
        form,
        lambda: actions.add_circuit(by, **_values(form)),
        lambda made: _to("circuit", made.code),
        title="Ajouter un circuit",
        back_url=reverse("cable_network:list", args=["circuits"]),
        back_label="Circuits",
    )


@login_required
def change_circuit(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a circuit and its paths."""
    by = manager(request)
    found: Circuit = known("circuits", code)
    form = CircuitForm.of(found, data_of(request), nodes=list(queries.nodes()))
    return ask(
        request,
        form,
        lambda: actions.change_circuit(by, found, **_values(form)),
        lambda made: _to("circuit", made.code),
        title="Modifier le circuit",
        subtitle=found.name,
        back_url=_to("circuit", code),
        back_label=found.name,
    )


def _values(form: CircuitForm) -> dict[str, Any]:
    """What the actions take; a path that is asked to be found is the shortest way, and the one that
    protects it avoids its links."""
    values = form.values()
    today = timezone.localdate()
    if values.pop("find"):
        values["path"] = queries.propose(values["a"], values["b"], today)
        values["spare"] = queries.propose(values["a"], values["b"], today, values["path"])
    return values
