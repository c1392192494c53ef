"""The files of the inventory: what is written is read back, and faults name their line and column."""

import json

import pytest

from smartsenegal.cable.network import files, rules

NETBOX_SITES = (
    "Name,Slug,Status,Facility,Region,Tenant,Latitude,Longitude\n"
    "Dakar 1,dakar-1,Active,,Dakar,,14.693700,-17.444060\n"
)
NETBOX_DEVICES = (
    "name,role,manufacturer,device_type,serial,status,site\nslte-1,slte,Exemple,X1,S1,staged,dakar-1\n"
)
NETBOX_CIRCUITS = (
    "Circuit ID,Provider,Type,Status,Tenant,Side A,Side Z,Commit Rate (Kbps)\n"
    "CIR 1,Exploitant,Transit,Active,ADIE,dakar-1,thies-1,10000000\n"
)


def read(kind: str, text: str) -> list[files.Row]:
    found = files.read(kind, text)
    assert found.faults == []
    return [row for _, _, row in found.rows]


def faults(kind: str, text: str) -> list[tuple[int, str]]:
    return [(f.line, f.column) for f in files.read(kind, text).faults]


def test_what_is_not_known_stays_unknown() -> None:
    (row,) = read("links", "code,nom,de,a,longueur_km,paires\nx,Un lien,a,b,,\n")
    assert row["length_km"] is None
    assert row["fibre_pairs"] is None


def test_columns_may_stand_in_any_order_with_semicolons_and_commas_in_numbers() -> None:
    (row,) = read("links", "\ufeffa;de;nom;code;longueur_km\nb;a;Un lien;x;12,5\n")
    assert str(row["length_km"]) == "12.50"
    assert (row["a"], row["b"]) == ("a", "b")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("links", "code,nom,de\nx,X,a\n", [(1, "a")]),
        ("links", "code,nom,de,a,couleur\n", [(1, "couleur")]),
        ("links", "code,nom,de,a,longueur_km\nx,X,a,b,-3\n", [(2, "longueur_km")]),
        ("links", "code,nom,de,a,trace\nx,X,a,b,14.6 -17.4|999 0\n", [(2, "trace")]),
        ("links", "code,nom,de,a\nx,X,a,b\nx,X,a,b\n", [(3, "code")]),
        ("links", "code,nom,de,a\nx,X,a,b,c\n", [(2, "")]),
        ("nodes", "code,nom,role\né,X,pop\n", [(2, "code")]),
        ("nodes", "code,nom,role\nx,X,phare\n", [(2, "role")]),
        ("nodes", "code,nom,role,du\nx,X,pop,hier\n", [(2, "du")]),
        ("nodes", "\x00", [(1, "")]),
        ("geojson", "[" * 100_000, [(1, "")]),
        ("geojson", '{"features": [3]}', [(1, "")]),
        ("geojson", '{"features": [{"geometry": {"type": "Polygon"}, "properties": {}}]}', [(1, "geometry")]),
        ("netbox-sites", "name,status\nDakar,Active\n", [(1, "slug")]),
    ],
)
def test_a_fault_names_its_line_and_column(kind: str, text: str, expected: list[tuple[int, str]]) -> None:
    assert faults(kind, text) == expected


def test_exports_of_netbox_are_read_whatever_heads_their_columns() -> None:
    (site,) = read("netbox-sites", NETBOX_SITES)
    assert (site["code"], site["name"], site["place"], site["state"]) == (
        "dakar-1", "Dakar 1", "Dakar", "active",
    )  # fmt: skip
    (device,) = read("netbox-devices", NETBOX_DEVICES)
    assert (device["node"], device["make"], device["state"]) == ("dakar-1", "Exemple", "planned")
    (circuit,) = read("netbox-circuits", NETBOX_CIRCUITS)
    assert (circuit["code"], circuit["name"], circuit["a"], circuit["b"], str(circuit["gbps"])) == (
        "cir-1", "CIR 1", "dakar-1", "thies-1", "10.000",
    )  # fmt: skip


def test_a_geojson_line_stands_between_its_nodes() -> None:
    link = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[-17.4, 14.6], [-20, 15], [-23.5, 14.9]]},
        "properties": {"code": "x", "nom": "X", "de": "a", "a": "b"},
    }
    node = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-17.4, 14.6, 3]},
        "properties": {"code": "a", "nom": "A", "role": "pop"},
    }
    first, second = read("geojson", json.dumps({"type": "FeatureCollection", "features": [link, node]}))
    assert first["code"] == "a"
    assert second["line"] == [[-20, 15]]


def test_points_are_read_back_as_they_are_spelt() -> None:
    line = [[-20.5, 15.25], [-23.0, 14.9]]
    assert rules.points(rules.spelt_points(line)) == line
    with pytest.raises(rules.BadPoints, match="Point 2"):
        rules.points("14.6 -17.4\nici")


LINKS = {"x": ("a", "b"), "y": ("b", "c"), "z": ("c", "a")}


def test_a_path_is_followed_from_node_to_node() -> None:
    hops, nodes = rules.follow("a", "c", ["x@1", "odf", "y"], LINKS, {"odf": "b"}, {("x", "1")})
    assert nodes == ["a", "b", "c"]
    assert [h.link or h.equipment for h in hops] == ["x", "odf", "y"]
    assert hops[0].wavelength == "1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["y"], "ne part pas de « a »"),
        (["x", "odf2"], "n’est pas à « b »"),
        (["x", "q"], "Élément 2"),
        (["x@2", "y"], "longueur d’onde « 2 »"),
        (["x"], "finit à « b »"),
        (["x", "y", "z"], "repasse par « a »"),
    ],
)
def test_a_path_that_does_not_hold_names_the_spot(words: list[str], told: str) -> None:
    with pytest.raises(rules.BadPath, match=told):
        rules.follow("a", "c", words, LINKS, {"odf2": "c"}, {("x", "1")})


def test_the_shortest_way_avoids_what_it_is_told_to() -> None:
    links = {"x": ("a", "b", 1.0), "y": ("b", "c", 1.0), "z": ("a", "c", 5.0)}
    assert rules.shortest("a", "c", links) == ["x", "y"]
    assert rules.shortest("a", "c", links, {"y"}) == ["z"]
    assert rules.shortest("a", "c", links, {"y", "z"}) == []
