"""Circuits and the paths they take, kept step by step so that each component knows what passes through it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from smartsenegal.cable.network import queries, rules
from smartsenegal.cable.network.actions.base import add, change, check, tell
from smartsenegal.cable.network.errors import NetworkRefused
from smartsenegal.cable.network.models import Circuit, Equipment, Link, Node, Step, Wavelength
from smartsenegal.kernel.identity.api import Principal

PATHS = {1: "path", 2: "spare"}


@transaction.atomic
def add_circuit(
    by: Principal, *, a: Node, b: Node, path: Sequence[str] = (), spare: Sequence[str] = (), **values: Any
) -> Circuit:
    """Add a circuit with its path and the one that protects it, as words (`rules.follow`); empty is "not
    known".

    Raises PermissionRefused, NetworkRefused for a code that is taken, a path that does not hold or a
    wavelength that has no room left."""
    check(by)
    if a.pk == b.pk:
        raise NetworkRefused("Un circuit joint deux nœuds différents.", "b")
    circuit = Circuit(a=a, b=b, **values)
    add(by, circuit, "circuit_added")
    for number, words in ((1, path), (2, spare)):
        _trace(circuit, number, words)
    return circuit


@transaction.atomic
def change_circuit(
    by: Principal,
    circuit: Circuit,
    *,
    path: Sequence[str] | None = None,
    spare: Sequence[str] | None = None,
    **values: Any,
) -> Circuit:
    """Correct a circuit; a path that is given replaces the one before. Raises as `add_circuit`."""
    check(by)
    circuit = Circuit.objects.select_for_update(of=("self",)).select_related("a", "b").get(pk=circuit.pk)
    before = {number: queries.words(circuit, number) for number in PATHS}
    wanted = {1: before[1] if path is None else path, 2: before[2] if spare is None else spare}
    changed = change(by, circuit, values, "circuit_changed")
    if circuit.a_id == circuit.b_id:
        raise NetworkRefused("Un circuit joint deux nœuds différents.", "b")
    for number, words in wanted.items():
        if list(words) != before[number] or changed:
            _trace(circuit, number, words)
    if not changed and any(list(wanted[n]) != before[n] for n in PATHS):
        tell(by, circuit, "circuit_changed", {"fields": ["path"]})
    return circuit


def _trace(circuit: Circuit, number: int, words: Sequence[str]) -> None:
    circuit.steps.filter(path=number).delete()
    if not words:
        return
    links = Link.objects.select_related("a", "b").in_bulk(
        [word.partition("@")[0] for word in words], field_name="code"
    )
    equipment = Equipment.objects.select_related("node").in_bulk(list(words), field_name="code")
    waves = {
        (w.link.code, w.code): w
        for w in Wavelength.objects.select_for_update(of=("self",))
        .select_related("link")
        .filter(link__in=links.values())
    }
    try:
        hops, passed = rules.follow(
            circuit.a.code,
            circuit.b.code,
            words,
            {code: (link.a.code, link.b.code) for code, link in links.items()},
            {code: each.node.code for code, each in equipment.items()},
            waves,
        )
    except rules.BadPath as bad:
        raise NetworkRefused(str(bad), PATHS[number]) from None
    nodes = iter([Node.objects.in_bulk(passed, field_name="code")[code] for code in passed])
    steps = [Step(node=next(nodes))]
    for hop in hops:
        if hop.link:
            wave = waves.get((hop.link, hop.wavelength))
            if wave:
                _check_room(circuit, wave, PATHS[number])
            steps += [Step(link=links[hop.link], wavelength=wave), Step(node=next(nodes))]
        else:
            steps.append(Step(equipment=equipment[hop.equipment]))
    for order, step in enumerate(steps, 1):
        step.circuit, step.path, step.order = circuit, number, order
    Step.objects.bulk_create(steps)


def _check_room(circuit: Circuit, wave: Wavelength, field: str) -> None:
    others = Circuit.objects.filter(steps__wavelength=wave).exclude(pk=circuit.pk).distinct()
    used = [float(each.gbps or 0) for each in others]
    spare = rules.spare_gbps(wave.gbps, used)
    if spare is not None and circuit.gbps is not None and circuit.gbps > Decimal(str(spare)):
        raise NetworkRefused(
            f"La longueur d’onde « {wave.link.code}@{wave.code} » n’a plus que {spare:g} Gbit/s.", field
        )
