"""Nodes: add and change, with the place under those of Senegal and the territories they serve."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from smartsenegal.cable.network.actions.base import KEEPER, add, change, check, check_point, tell
from smartsenegal.cable.network.errors import NetworkRefused
from smartsenegal.cable.network.models import Node, Served
from smartsenegal.kernel.identity.api import Principal, organisation, system
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory.api import Territory


@transaction.atomic
def add_node(
    by: Principal,
    *,
    code: str,
    name: str,
    role: str,
    place: Territory | None = None,
    serves: Sequence[Territory] = (),
    **values: Any,
) -> Node:
    """Add a node; in Senegal `place` (a commune or a département) is needed and a place of `kernel.sites`
    opens.

    Raises PermissionRefused, NetworkRefused for a code that is taken, a place that is missing, a position
    that is nowhere, or a territory that another node serves."""
    check(by)
    check_point(values)
    node = Node(code=code, name=name, role=role, **values)
    if role == "abroad":
        if place is not None or serves:
            raise NetworkRefused(
                "Un nœud hors du Sénégal n’a pas de commune et ne dessert personne ici.", "place"
            )
        if node.country == "Sénégal":
            raise NetworkRefused("Indiquez le pays, ou « Monde ».", "country")
    else:
        node.site = _open_place(by, node, place)
    add(by, node, "node_added")
    _serve(by, node, serves)
    return node


def _open_place(by: Principal, node: Node, place: Territory | None) -> sites.Site:
    if place is None:
        raise NetworkRefused("Indiquez la commune ou le département.", "place")
    if node.country != "Sénégal":
        raise NetworkRefused("Seul un nœud de rôle « Monde » est hors du Sénégal.", "country")
    try:
        return sites.add_site(
            system(f"réseau de transport, pour {by.label}"),
            code=f"reseau-{node.code}",
            name=node.name,
            kind="network_node",
            place=place,
            serves=[],
            organisation=organisation(KEEPER),
            source=node.source,
            latitude=node.latitude,
            longitude=node.longitude,
        )
    except sites.SiteRefused as refused:
        raise NetworkRefused(refused.sentence, "code") from None


@transaction.atomic
def change_node(
    by: Principal, node: Node, *, serves: Sequence[Territory] | None = None, **values: Any
) -> Node:
    """Correct a node and what the public reads of its place; `serves`, when given, replaces its territories.

    Its role may change but not to or from abroad. Raises as `add_node`.
    """
    check(by)
    node = Node.objects.select_for_update(of=("self",)).select_related("site__territory").get(pk=node.pk)
    wanted = values.get("role", node.role)
    if (wanted == "abroad") != (node.role == "abroad"):
        raise NetworkRefused("Un nœud ne passe pas la frontière : ajoutez-en un autre.", "role")
    check_point({"latitude": node.latitude, "longitude": node.longitude, **values})
    change(by, node, values, "node_changed")
    if node.site is not None:
        told = {name: values[name] for name in ("name", "latitude", "longitude", "source") if name in values}
        sites.update_site(system(f"réseau de transport, pour {by.label}"), node.site, **told)
    if serves is not None:
        _serve(by, node, serves)
    return node


def _serve(by: Principal, node: Node, serves: Sequence[Territory]) -> None:
    wanted = {place.pk: place for place in serves}
    before = set(node.served.values_list("territory_id", flat=True))
    if before == set(wanted):
        return
    taken = Served.objects.filter(territory__in=wanted.values()).exclude(node=node)
    if other := taken.select_related("node", "territory").first():
        raise NetworkRefused(f"{other.territory.label} dépend déjà du nœud « {other.node.name} ».", "serves")
    node.served.exclude(territory__in=wanted.values()).delete()
    Served.objects.bulk_create(
        Served(node=node, territory=place) for pk, place in wanted.items() if pk not in before
    )
    tell(by, node, "node_changed", {"serves": sorted(wanted)})
