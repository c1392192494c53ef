"""The catalogue as linked data, held to CPSV-AP 3.2.0.

`cpsv_ap_3_2_0.csv` lists the cardinalities and the ranges of the profile's classes, as published at
semiceu.github.io/CPSV-AP/releases/3.2.0 (CC BY 4.0, European Union); they are made into SHACL shapes here.
"""

import csv
from pathlib import Path

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, RDF, RDFS, SH, SKOS, XSD

from smartsenegal.kernel.identity.api import system
from smartsenegal.onestop.procedures import actions, linked
from smartsenegal.onestop.procedures.definition import Text
from tests.onestop.procedures.samples import small

pytestmark = pytest.mark.django_db
FACTS = Path(__file__).parent / "cpsv_ap_3_2_0.csv"
NAMESPACES = {
    "adms": linked.ADMS, "cpsv": linked.CPSV, "cv": linked.CV, "dcat": DCAT, "dct": DCTERMS,
    "eli": linked.ELI, "foaf": FOAF, "org": ORG, "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "xsd": XSD,
    "locn": Namespace("http://www.w3.org/ns/locn#"), "time": Namespace("http://www.w3.org/2006/time#"),
}  # fmt: skip
PARTS = {
    "ttl": "turtle",
    "jsonld": "json-ld",
    "rdf": "xml",
}


def named(word: str) -> URIRef:
    prefix, _, name = word.partition(":")
    return URIRef(f"{NAMESPACES[prefix]}{name}")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    with FACTS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            shape, prop = URIRef(f"urn:shape:{row['class']}"), BNode()
            graph.add((shape, RDF.type, SH.NodeShape))
            graph.add((shape, SH.targetClass, named(row["class"])))
            graph.add((shape, SH.property, prop))
            graph.add((prop, SH.path, named(row["property"])))
            for name, key in ((SH.minCount, "min"), (SH.maxCount, "max")):
                if row[key]:
                    graph.add((prop, name, Literal(int(row[key]))))
            for name, key in ((SH.datatype, "datatype"), (SH["class"], "of_class")):
                if row[key]:
                    graph.add((prop, name, named(row[key])))
    return graph


def read(suffix: str) -> Graph:
    answer = Client().get(f"/demarches/catalogue.{suffix}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == linked.FORMATS[suffix][1]
    return Graph().parse(data=answer.content, format=PARTS[suffix])


def faults(graph: Graph, shapes: Graph) -> str:
    conforms, _, report = validate(graph, shacl_graph=shapes, inference="none")
    return "" if conforms else str(report)


def test_the_catalogue_keeps_to_the_profile_in_each_format(organisations, catalogue, shapes):
    turtle = read("ttl")
    assert faults(turtle, shapes) == ""
    services = set(turtle.subjects(RDF.type, linked.CPSV.PublicService))
    assert len(services) == 18
    for suffix in ("jsonld", "rdf"):
        other = read(suffix)
        assert len(other) == len(turtle)
        assert set(other.subjects(RDF.type, linked.CPSV.PublicService)) == services


def test_the_shapes_find_what_is_wrong(organisations, catalogue, shapes):
    graph = read("ttl")
    service = next(graph.subjects(DCTERMS.identifier, Literal("ninea")))
    graph.remove((service, linked.CV.hasCompetentAuthority, None))
    assert "hasCompetentAuthority" in faults(graph, shapes)


def test_a_service_says_what_it_costs_asks_and_rests_on(organisations, catalogue):
    graph = read("ttl")
    permit = next(graph.subjects(DCTERMS.identifier, Literal("permis-construire")))
    assert str(permit).endswith("/demarches/permis-construire/#demarche")
    assert str(graph.value(permit, linked.CV.processingTime)) == "P28D"
    assert len(list(graph.objects(permit, linked.CV.hasInputType))) == 8
    assert len(list(graph.objects(permit, linked.CV.hasLegalResource))) == 4
    assert len(list(graph.objects(permit, linked.CPSV.follows))) == 2
    events = {str(e) for e in graph.objects(permit, linked.CV.isGroupedBy)}
    assert {e.rpartition("#")[2] for e in events} == {"evenement-je-construis"}
    record = next(graph.subjects(DCTERMS.identifier, Literal("casier-judiciaire-b3")))
    costs = [graph.value(c, linked.CV.hasValue) for c in graph.objects(record, linked.CV.hasCost)]
    assert [float(c) for c in costs] == [200.0, 200.0]
    owner = graph.value(record, linked.CV.hasCompetentAuthority)
    assert str(graph.value(owner, SKOS.prefLabel)) == "Ministère de la Justice"


def test_it_is_written_once_for_each_state_of_the_catalogue(
    organisations, catalogue, django_assert_num_queries
):
    address = "/demarches/catalogue.ttl"
    first = Client().get(address)
    with django_assert_num_queries(2):
        assert Client().get(address).content == first.content
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    texts = (Text("Loi", "article 1", "https://example.sn/loi"),)
    actions.import_definition(small(texts=texts), system())
    actions.publish("licence-de-peche", system())
    after = Client().get(address)
    assert after["ETag"] != first["ETag"]
    assert b"licence-de-peche" in after.content
    assert b"https://example.sn/loi" in after.content
