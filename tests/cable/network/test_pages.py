import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartsenegal.cable.network import actions
from smartsenegal.cable.network.models import Circuit, Link, Node, System
from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.territory.models import Territory

SYSTEM = system("test")
BASE = "/cable/"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def test_an_empty_inventory_names_the_next_step(planner: Client) -> None:
    assert "Importez les nœuds" in page(planner.get(BASE))


def test_the_map_and_the_lists_say_what_is_known_and_what_is_invented(planner: Client, facts: None) -> None:
    text = page(planner.get(BASE))
    for words in ("SHARE (Dakar – Praia)", "720 km", "100 Gbit/s", "16 Tbit/s", "inconnu", "inventé"):
        assert words in text
    assert text.count("ss-map__line--") >= 22
    for kind in ("cables", "liaisons", "noeuds", "circuits", "zones"):
        assert planner.get(f"{BASE}liste/{kind}/").status_code == 200
    assert "Praia, bout commun" in page(planner.get(f"{BASE}liste/zones/", {"q": "praia"}))
    assert "Rien à montrer" in page(planner.get(f"{BASE}liste/liaisons/", {"q": "\x00zzz"}))
    assert planner.get(f"{BASE}liste/autre/").status_code == 404
    text = page(planner.get(f"{BASE}cables/share/"))
    assert "HMN Technologies" in text
    assert "HMN Tech (convergedigest" in text
    assert "14,93000 ; -23,51000" in page(planner.get(f"{BASE}noeuds/praia/"))
    assert "approximative : celle de Dakar" in page(planner.get(f"{BASE}noeuds/dakar-share/"))
    assert "Praia, bout commun" in page(planner.get(f"{BASE}liaisons/share/"))


def test_a_list_asks_as_much_for_many_rows_as_for_few(planner: Client, facts: None) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert planner.get(address).status_code == 200
        return len(queries)

    addresses = [BASE, f"{BASE}liste/liaisons/", f"{BASE}noeuds.csv", f"{BASE}reseau.geojson"]
    before = [asked(a) for a in addresses]
    dakar = Node.objects.get(code="ex-dakar")
    for n in range(4):
        place = Territory.objects.get(code="SN-TH-tivaouane")
        node = actions.add_node(SYSTEM, code=f"n{n}", name=f"N{n}", role="access", place=place)
        actions.add_link(SYSTEM, code=f"l{n}", name=f"L{n}", a=dakar, b=node)
    assert [asked(a) for a in addresses] == before


@pytest.fixture
def two(country: None) -> tuple[Node, Node]:
    made = []
    for code, name in (("dakar", "Dakar"), ("thies", "Thiès")):
        place = Territory.objects.filter(kind="departement", name=name).get()
        made.append(actions.add_node(SYSTEM, code=code, name=name, role="core", place=place))
    return made[0], made[1]


def test_a_link_is_drawn_with_its_points_and_spans_then_changed(planner: Client, two: Any) -> None:
    sent = {"name": "Dakar – Thiès", "a": "dakar", "b": "dakar", "state": "active", "length_km": "72,5",
            "line": "14.7 -17.2\n14.75 -17.0", "spans": "40 ; G.652 ; 0,21\n32,5"}  # fmt: skip
    assert "joint deux nœuds différents" in page(planner.post(f"{BASE}liaisons/nouvelle/", sent))
    wrong = {**sent, "b": "thies", "line": "ici"}
    text = page(planner.post(f"{BASE}liaisons/nouvelle/", wrong))
    assert "Point 1 :" in text
    assert "40 ; G.652 ; 0,21" in text  # nothing typed is lost
    answer = planner.post(f"{BASE}liaisons/nouvelle/", {**sent, "b": "thies"})
    assert answer.headers["Location"] == "/cable/pannes/effet/?sans=dakar-thies"
    link = Link.objects.get()
    assert link.line == [[-17.2, 14.7], [-17.0, 14.75]]
    assert [(str(s.length_km), s.fibre_type, str(s.loss_db_per_km)) for s in link.spans.all()] == [
        ("40.00", "G.652", "0.210"), ("32.50", "", "None"),
    ]  # fmt: skip
    form = page(planner.get(f"{BASE}liaisons/dakar-thies/modifier/"))
    assert "14.70000 -17.20000" in form
    assert 'name="code"' not in form
    planner.post(f"{BASE}liaisons/dakar-thies/modifier/", {**sent, "b": "thies", "spans": ""})
    assert link.spans.count() == 0
    assert planner.get(f"{BASE}liaisons/rien/").status_code == 404


def test_a_node_is_added_with_those_it_serves(planner: Client, country: None) -> None:
    sent = {
        "name": "Kaolack",
        "role": "pop",
        "state": "active",
        "place": "Kaolack",
        "serves": "SN-KL ; Nulle",
    }
    text = page(planner.post(f"{BASE}noeuds/nouveau/", sent))
    assert "« Nulle » est inconnu" in text
    answer = planner.post(f"{BASE}noeuds/nouveau/", {**sent, "place": "SN-KL-kaolack", "serves": "SN-KL"})
    assert answer.headers["Location"] == f"{BASE}noeuds/kaolack/"
    assert "Kaolack" in page(planner.get(answer.headers["Location"]))
    planner.post(f"{BASE}noeuds/kaolack/modifier/", {**sent, "serves": "", "valid_from": "1er janvier 2026"})
    node = Node.objects.get()
    assert node.served.count() == 0
    assert node.valid_from is not None


def test_a_circuit_finds_its_paths_and_shows_them(planner: Client, two: Any) -> None:
    dakar, thies = two
    for code in ("nord", "sud"):
        actions.add_link(SYSTEM, code=code, name=f"Route {code}", a=dakar, b=thies)
    actions.add_zone(SYSTEM, code="z", name="Tranchée", kind="trench", links=list(Link.objects.all()))
    sent = {"name": "Hôpital", "a": "dakar", "b": "thies", "state": "active", "priority": "1", "gbps": "10"}
    text = page(planner.post(f"{BASE}circuits/nouveau/", {**sent, "path": "nord ouest"}))
    assert "Élément 2" in text
    answer = planner.post(f"{BASE}circuits/nouveau/", {**sent, "find": "on"})
    assert answer.headers["Location"] == f"{BASE}circuits/hopital/"
    text = page(planner.get(answer.headers["Location"]))
    for words in ("Route nord", "Route sud", "les zones de risque Tranchée", "10 Gbit/s", "Vital"):
        assert words in text
    assert "Hôpital" in page(planner.get(f"{BASE}liaisons/nord/"))
    planner.post(f"{BASE}circuits/hopital/modifier/", {**sent, "path": "sud", "spare": ""})
    assert Circuit.objects.get().steps.filter(path=2).count() == 0


def test_wavelengths_equipment_zones_and_cables_have_their_forms(planner: Client, two: Any) -> None:
    actions.add_link(SYSTEM, code="x", name="X", a=two[0], b=two[1])
    base = {"name": "Essai", "state": "active"}
    waves = f"{BASE}liaisons/x/longueurs-d-onde/nouvelle/"
    assert (
        planner.post(waves, {"code": "193.1", "state": "active", "frequency_thz": "193,1"}).status_code == 302
    )
    assert "déjà allumée" in page(planner.post(waves, {"code": "193.1", "state": "active"}))
    equipment = {**base, "kind": "odf"}
    assert planner.post(f"{BASE}noeuds/dakar/equipements/nouveau/", equipment).status_code == 302
    assert planner.post(f"{BASE}equipements/essai/", {**equipment, "make": "M"}).status_code == 302
    zone = {**base, "kind": "duct", "links": ["x"], "repair_days_least": "9", "repair_days_most": "3"}
    assert "dépasse la plus longue" in page(planner.post(f"{BASE}zones/nouvelle/", zone))
    assert planner.post(f"{BASE}zones/nouvelle/", {**zone, "repair_days_most": "12"}).status_code == 302
    assert "checked" in page(planner.get(f"{BASE}zones/essai/"))
    cable = {**base, "kind": "submarine", "lit_gbps": "20", "design_gbps": "10"}
    assert "dépasse celle de conception" in page(planner.post(f"{BASE}cables/nouveau/", cable))
    assert planner.post(f"{BASE}cables/nouveau/", {**cable, "lit_gbps": "5"}).status_code == 302
    planner.post(f"{BASE}cables/essai/modifier/", {**cable, "lit_gbps": ""})
    assert System.objects.get().lit_gbps is None


def test_a_file_is_looked_at_before_it_is_brought_in(planner: Client, two: Any) -> None:
    address = f"{BASE}importer/"
    text = "code,nom,de,a\nl1,Une liaison,dakar,thies\nl2,Autre,dakar,ailleurs\n"
    file = SimpleUploadedFile("l.csv", text.encode(), "text/csv")
    seen = page(planner.post(address, {"kind": "links", "file": file}))
    assert "Ce fichier a des fautes" in seen
    assert "ailleurs" in seen
    good = "code,nom,de,a\nl1,Une liaison,dakar,thies\n"
    seen = page(planner.post(address, {"kind": "links", "text": good}))
    assert "1 ligne à ajouter" in seen
    assert Link.objects.count() == 0
    planner.post(address, {"kind": "links", "text": good, "confirm": "1"})
    assert Link.objects.get().name == "Une liaison"
    assert "Rien à changer" in page(planner.post(address, {"kind": "links", "text": good}))
    document = json.loads(planner.get(f"{BASE}reseau.geojson").content)
    assert [f["id"] for f in document["features"]] == ["dakar", "thies", "l1"]
    assert planner.get(f"{BASE}autre.csv").status_code == 404
