"""Cable systems, links with their spans, zones of risk, equipment, wavelengths: add and change."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from smartsenegal.cable.network import rules
from smartsenegal.cable.network.actions.base import add, change, check, check_capacities, tell
from smartsenegal.cable.network.errors import NetworkRefused
from smartsenegal.cable.network.models import Equipment, Link, Node, Span, Step, System, Wavelength, Zone
from smartsenegal.kernel.identity.api import Principal

SpanValues = tuple[Any, str, Any]  # length (km), type of fibre, loss (dB/km) or None


@transaction.atomic
def add_system(by: Principal, **values: Any) -> System:
    """Add a cable system. Raises PermissionRefused, NetworkRefused for a code that is taken, dates that
    cross, or more lit than designed."""
    check(by)
    check_capacities(values)
    system = System(**values)
    add(by, system, "system_added")
    return system


@transaction.atomic
def change_system(by: Principal, system: System, **values: Any) -> System:
    """Correct a cable system. Raises as `add_system`."""
    check(by)
    system = System.objects.select_for_update().get(pk=system.pk)
    check_capacities({"lit_gbps": system.lit_gbps, "design_gbps": system.design_gbps, **values})
    change(by, system, values, "system_changed")
    return system


@transaction.atomic
def add_link(by: Principal, *, a: Node, b: Node, spans: Sequence[SpanValues] = (), **values: Any) -> Link:
    """Add a link between two nodes; parallel ones may exist. Raises as `add_system`, and for a loop."""
    check(by)
    if a.pk == b.pk:
        raise NetworkRefused("Une liaison joint deux nœuds différents.", "b")
    check_capacities(values)
    link = Link(a=a, b=b, **values)
    add(by, link, "link_added")
    _set_spans(by, link, spans)
    return link


@transaction.atomic
def change_link(
    by: Principal, link: Link, *, spans: Sequence[SpanValues] | None = None, **values: Any
) -> Link:
    """Correct a link; `spans`, when given, replaces its parts. Raises as `add_link`, and when a circuit
    whose path takes it would lose an end."""
    check(by)
    link = Link.objects.select_for_update(of=("self",)).select_related("a", "b").get(pk=link.pk)
    ends = {values.get("a", link.a), values.get("b", link.b)}
    if len(ends) == 1:
        raise NetworkRefused("Une liaison joint deux nœuds différents.", "b")
    if ends != {link.a, link.b} and (found := _circuits(link)):
        raise NetworkRefused(f"Le circuit « {found} » passe par cette liaison : ses bouts restent.", "a")
    check_capacities({"lit_gbps": link.lit_gbps, "design_gbps": link.design_gbps, **values})
    change(by, link, values, "link_changed")
    if spans is not None:
        _set_spans(by, link, spans)
    return link


def _circuits(link: Link) -> str:
    return Step.objects.filter(link=link).values_list("circuit__name", flat=True).first() or ""


def _set_spans(by: Principal, link: Link, spans: Sequence[SpanValues]) -> None:
    before = list(link.spans.values_list("length_km", "fibre_type", "loss_db_per_km"))
    if before == list(spans):
        return
    link.spans.all().delete()
    Span.objects.bulk_create(
        Span(link=link, order=n, length_km=length, fibre_type=fibre, loss_db_per_km=loss)
        for n, (length, fibre, loss) in enumerate(spans, 1)
    )
    tell(by, link, "link_changed", {"spans": len(spans)})


@transaction.atomic
def add_zone(by: Principal, *, links: Iterable[Link] = (), nodes: Iterable[Node] = (), **values: Any) -> Zone:
    """Add a zone of shared risk. Raises as `add_system`, and for days of repair that cross."""
    check(by)
    _check_repair(values)
    zone = Zone(**values)
    add(by, zone, "zone_added")
    zone.links.set(links)
    zone.nodes.set(nodes)
    return zone


@transaction.atomic
def change_zone(
    by: Principal, zone: Zone, *, links: Iterable[Link], nodes: Iterable[Node], **values: Any
) -> Zone:
    """Correct a zone and what it takes down. Raises as `add_zone`."""
    check(by)
    zone = Zone.objects.select_for_update().get(pk=zone.pk)
    _check_repair(
        {"repair_days_least": zone.repair_days_least, "repair_days_most": zone.repair_days_most, **values}
    )
    changed = change(by, zone, values, "zone_changed")
    wanted = set(links), set(nodes)
    if (set(zone.links.all()), set(zone.nodes.all())) != wanted:
        zone.links.set(wanted[0])
        zone.nodes.set(wanted[1])
        if not changed:
            tell(by, zone, "zone_changed", {"fields": ["members"]})
    return zone


def _check_repair(values: dict[str, Any]) -> None:
    least, most = values.get("repair_days_least"), values.get("repair_days_most")
    if (least is None) != (most is None):
        raise NetworkRefused("Donnez les deux durées de réparation, ou aucune.", "repair_days_most")
    if least is not None and least > most:
        raise NetworkRefused("La durée la plus courte dépasse la plus longue.", "repair_days_least")


@transaction.atomic
def add_equipment(by: Principal, *, node: Node, **values: Any) -> Equipment:
    """Add an equipment at a node. Raises PermissionRefused, NetworkRefused for a code that is taken."""
    check(by)
    equipment = Equipment(node=node, **values)
    add(by, equipment, "equipment_added")
    return equipment


@transaction.atomic
def change_equipment(by: Principal, equipment: Equipment, **values: Any) -> Equipment:
    """Correct an equipment. Raises as `add_equipment`; one that a circuit passes through stays at its
    node."""
    check(by)
    equipment = Equipment.objects.select_for_update().get(pk=equipment.pk)
    moves = "node" in values and values["node"].pk != equipment.node_id
    if moves and _is_passed(equipment):
        raise NetworkRefused("Un circuit passe par cet équipement : il reste à son nœud.", "node")
    change(by, equipment, values, "equipment_changed")
    return equipment


def _is_passed(equipment: Equipment) -> bool:
    return Step.objects.filter(equipment=equipment).exists()


@transaction.atomic
def add_wavelength(by: Principal, *, link: Link, code: str, **values: Any) -> Wavelength:
    """Light a wavelength on a link. Raises PermissionRefused, NetworkRefused for a code or a frequency that
    is taken there, a pair that the link has not, or a frequency outside the bands."""
    check(by)
    link = Link.objects.select_for_update().get(pk=link.pk)
    pair, frequency = values.get("pair"), values.get("frequency_thz")
    if pair is not None and link.fibre_pairs is not None and not 1 <= pair <= link.fibre_pairs:
        raise NetworkRefused(f"Cette liaison a {link.fibre_pairs} paires de fibres.", "pair")
    low, high = rules.FREQUENCIES_THZ
    if frequency is not None and not low <= frequency <= high:
        raise NetworkRefused(f"Une fréquence va de {low:n} à {high:n} THz.", "frequency_thz")
    try:
        with transaction.atomic():
            wave = Wavelength.objects.create(link=link, code=code, **values)
    except IntegrityError as error:
        field = "frequency_thz" if "wavelength_frequency_once" in str(error) else "code"
        raise NetworkRefused("Cette longueur d’onde est déjà allumée sur cette liaison.", field) from None
    tell(by, link, "wavelength_added", {"wavelength": code})
    return wave
