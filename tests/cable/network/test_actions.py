from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from smartsenegal.cable.network import actions, files, queries
from smartsenegal.cable.network.actions.imports import look
from smartsenegal.cable.network.errors import ImportRefused, NetworkRefused
from smartsenegal.cable.network.models import Circuit, Link, Node, System, Wavelength, Zone
from smartsenegal.kernel.identity.api import PermissionRefused, system
from smartsenegal.kernel.territory.models import Territory

SYSTEM = system("test")


def node(code: str, place: str = "011", role: str = "pop", **values: Any) -> Node:
    where = None if role == "abroad" else Territory.objects.get(code=place)
    return actions.add_node(SYSTEM, code=code, name=f"Nœud {code}", role=role, place=where, **values)


def link(code: str, a: Node, b: Node, **values: Any) -> Link:
    return actions.add_link(SYSTEM, code=code, name=f"Liaison {code}", a=a, b=b, **values)


def test_a_node_of_senegal_is_a_place_and_one_abroad_is_none(country: None) -> None:
    here, away = node("dakar"), node("praia", role="abroad", country="Cap-Vert")
    assert here.site is not None
    assert (here.site.code, here.site.kind) == ("reseau-dakar", "network_node")
    assert away.site is None
    actions.change_node(SYSTEM, here, name="Dakar 2")
    here.site.refresh_from_db()
    assert here.site.name == "Dakar 2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "pop", "place": None}, "place"),
        ({"role": "abroad", "place": None}, "country"),
        ({"role": "pop", "latitude": 14}, "longitude"),
        ({"role": "pop", "latitude": 140, "longitude": 0}, "latitude"),
        ({"role": "pop", "code": "pris"}, "code"),
        ({"role": "pop", "valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 2)}, "valid_until"),
    ],
)
def test_a_node_that_makes_no_sense_is_refused(country: None, values: dict[str, Any], field: str) -> None:
    node("pris")
    given = {"code": "x", "name": "X", "place": Territory.objects.get(code="011"), **values}
    with pytest.raises(NetworkRefused) as refused:
        actions.add_node(SYSTEM, **given)
    assert refused.value.field == field


def test_only_who_manages_the_whole_country_writes(engineer: Callable[..., Any]) -> None:
    regional = engineer(territory="SN-TH")
    with pytest.raises(PermissionRefused):
        actions.add_system(regional, code="x", name="X", kind="terrestrial")
    actions.add_system(engineer(), code="x", name="X", kind="terrestrial")


def test_a_territory_depends_on_one_node(country: None) -> None:
    thies = Territory.objects.get(code="SN-TH")
    node("a", serves=[thies])
    with pytest.raises(NetworkRefused, match="Thiès dépend déjà"):
        node("b", serves=[thies])


def test_a_link_joins_two_nodes_and_lights_no_more_than_its_design(country: None) -> None:
    a, b = node("a"), node("b")
    with pytest.raises(NetworkRefused) as loop:
        link("x", a, a)
    assert loop.value.field == "b"
    with pytest.raises(NetworkRefused) as lit:
        link("x", a, b, lit_gbps=200, design_gbps=100)
    assert lit.value.field == "lit_gbps"
    one, other = link("x", a, b), link("y", a, b)  # in parallel
    assert {one.a, one.b} == {other.a, other.b}


def test_a_circuit_keeps_its_paths_and_each_component_knows_it(country: None) -> None:
    a, b, c = node("a"), node("b"), node("c")
    ab, bc, ac = link("ab", a, b), link("bc", b, c), link("ac", a, c)
    odf = actions.add_equipment(SYSTEM, node=b, code="odf", name="Répartiteur", kind="odf")
    actions.add_wavelength(SYSTEM, link=ab, code="1", gbps=10)
    circuit = actions.add_circuit(
        SYSTEM, code="c1", name="C1", a=a, b=c, gbps=6, path=["ab@1", "odf", "bc"], spare=["ac"]
    )
    assert queries.words(circuit, 1) == ["ab@1", "odf", "bc"]
    assert [(c.code, paths) for c, paths in queries.circuits_through(link=bc)] == [("c1", [1])]
    assert [(c.code, paths) for c, paths in queries.circuits_through(node=a)] == [("c1", [1, 2])]
    assert queries.circuits_through(equipment=odf)
    assert queries.circuits_through(link=ac)[0][1] == [2]
    with pytest.raises(NetworkRefused, match="plus que 4 Gbit/s"):
        actions.add_circuit(SYSTEM, code="c2", name="C2", a=a, b=b, gbps=5, path=["ab@1"])
    assert not Circuit.objects.filter(code="c2").exists()
    with pytest.raises(NetworkRefused, match="ses bouts restent"):
        actions.change_link(SYSTEM, ab, b=c)
    actions.change_circuit(SYSTEM, circuit, path=["ac"])
    assert queries.circuits_through(link=ab) == []
    assert queries.shared(circuit) == {"link": ["Liaison ac"]}


def test_a_wavelength_fits_its_link(country: None) -> None:
    ab = link("ab", node("a"), node("b"), fibre_pairs=2)
    actions.add_wavelength(SYSTEM, link=ab, code="1", pair=1, frequency_thz=193.1)
    for code, pair, frequency, field in (
        ("1", 2, 193.2, "code"),
        ("2", 1, 193.1, "frequency_thz"),
        ("2", 3, 193.1, "pair"),
        ("2", 1, 12, "frequency_thz"),
    ):
        with pytest.raises(NetworkRefused) as refused:
            actions.add_wavelength(SYSTEM, link=ab, code=code, pair=pair, frequency_thz=frequency)
        assert refused.value.field == field
    assert Wavelength.objects.count() == 1


def test_the_shortest_way_is_proposed_over_what_is_in_service(country: None) -> None:
    a, b, c = node("a"), node("b"), node("c")
    link("ab", a, b, length_km=10), link("bc", b, c, length_km=10)
    link("ac", a, c, length_km=15, state="planned")
    today = date(2026, 11, 26)
    assert queries.propose(a, c, today) == ["ab", "bc"]
    assert queries.propose(a, c, today, avoid=["ab"]) == []


def test_a_file_is_looked_at_then_brought_in_whole_or_not_at_all(country: None) -> None:
    nodes = "code,nom,role,commune\na,A,pop,011\nb,B,pop,SN-TH-thies\n"
    outcome = look(SYSTEM, "nodes", nodes)
    assert [code for _, _, code, _ in outcome.added] == ["a", "b"]
    assert Node.objects.count() == 0
    actions.import_inventory(SYSTEM, "nodes", nodes)
    links = "code,nom,de,a,longueur_km\nx,X,a,b,70\ny,Y,a,nulle-part,1\n"
    with pytest.raises(ImportRefused) as refused:
        actions.import_inventory(SYSTEM, "links", links)
    assert [(f.line, f.column) for f in refused.value.faults] == [(3, "a")]
    assert Link.objects.count() == 0
    actions.import_inventory(SYSTEM, "links", "code,nom,de,a,longueur_km\nx,X,a,b,70\n")
    again = look(SYSTEM, "links", "code,nom,de,a,longueur_km\nx,X,a,b,75\n")
    assert [columns for *_, columns in again.changed] == [["longueur_km"]]
    assert look(SYSTEM, "links", "code,nom,de,a\nx,X,a,b\n").same == 1


def test_the_facts_load_once_and_come_out_as_they_went_in(facts: None) -> None:
    share = System.objects.get(code="share")
    assert (share.length_km, share.fibre_pairs, share.lit_gbps, share.design_gbps) == (720, None, 100, 16_000)
    assert all(row.source for row in (*System.objects.all(), *Node.objects.all(), *Zone.objects.all()))
    assert not Link.objects.filter(system__code="reseau-exemple", is_example=False).exists()
    assert actions.load_facts(SYSTEM) == 0
    for kind in ("systems", "nodes", "links", "zones", "circuits"):
        text = files.write(kind, queries.rows(kind))
        outcome = look(SYSTEM, kind, text)
        assert (outcome.faults, outcome.added, outcome.changed) == ([], [], [])
    document = queries.geojson()
    by_code = {f["id"]: f for f in document["features"]}
    assert by_code["praia"]["geometry"]["coordinates"] == [-23.51, 14.93]
    assert by_code["ace"]["geometry"] is None
    import json

    outcome = look(SYSTEM, "geojson", json.dumps(document))
    assert (outcome.faults, outcome.changed) == ([], [])
