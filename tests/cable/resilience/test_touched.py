"""What a failure of the transport network touches in the other systems."""

from typing import Any

from django.test import Client

from smartsenegal.cable.network.models import Link, Node
from smartsenegal.cable.resilience import actions, queries
from smartsenegal.cable.resilience.queries_touched import offline, touched
from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.wifi.monitoring.api import message_for
from smartsenegal.wifi.network.models import Hotspot
from smartsenegal.wifi.portal import places

SYSTEM = system("test")


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def spur() -> Link:
    """The only fibre to Kédougou."""
    return Link.objects.get(code="ex-tambacounda-kedougou")


def lost() -> list[queries.Vertex]:
    found = queries.study()
    return found.lost(*found.numbers([spur()], []))


def square() -> Hotspot:
    """A hotspot in Kédougou."""
    place = Territory.objects.filter(kind="commune", path__contains="/SN-KE/").first()
    assert place is not None
    site = sites.add_site(
        SYSTEM, code="wifi-kedougou", name="Place de Kédougou", kind="hotspot", place=place, serves=[place]
    )
    return Hotspot.objects.create(site=site, ssid="Sénégal", welcome="Bienvenue")


def test_places_are_cut_with_the_node_that_serves_them_or_with_what_they_say_they_need(facts: None) -> None:
    town = sites.get("espace-sn-zg-ziguinchor")
    kedougou = Node.objects.get(code="ex-kedougou")
    assert kedougou.site is not None
    inside = [site for site in offline(lost()) if site != town]
    assert inside
    assert all("/SN-KE" in site.territory.path for site in inside)
    assert town not in offline(lost())
    sites.add_dependency(SYSTEM, town, kedougou.site, kind="réseau", criticality=3)
    assert town in offline(lost())
    # Who says that it needs another node is not deduced from its territory.
    own = sites.get("espace-sn-ke-kedougou")
    assert own in offline(lost())
    elsewhere = Node.objects.get(code="ex-kolda").site
    assert elsewhere is not None
    sites.add_dependency(SYSTEM, own, elsewhere, kind="réseau", criticality=3)
    assert own not in offline(lost())


def test_a_declared_failure_is_told_at_its_places_and_on_their_portals(
    client: Client, planner: Client, facts: None
) -> None:
    hotspot = square()
    found = touched(lost())
    assert [name for name, _ in found.systems] == ["Wi-Fi public"]
    assert found.systems[0][1][0].label == "Place de Kédougou"
    failure = actions.declare(SYSTEM, reason="Fibre coupée", links=[spur()])
    places.forget()
    told = page(planner.get(f"/cable/pannes/declarees/{failure.pk}/"))
    assert "Lieux sans réseau" in told
    assert "Place de Kédougou" in told
    assert "196 991 personnes" in told
    assert "Sans réseau depuis le" in page(client.get("/lieux/espace-sn-ke-kedougou/"))
    assert "le réseau est coupé vers ce lieu" in message_for(hotspot.pk)
    assert "le réseau est coupé vers ce lieu" in places.known().places["wifi-kedougou"].welcome
    assert "le réseau est coupé vers ce lieu" in page(planner.get("/wifi/direct/wifi-kedougou/"))
    actions.repair(SYSTEM, failure)
    places.forget()
    assert message_for(hotspot.pk) == ""
    assert places.known().places["wifi-kedougou"].welcome == "Bienvenue"
    assert sites.outages() == []
    assert "Réparée" in page(planner.get(f"/cable/pannes/declarees/{failure.pk}/"))
    assert planner.get("/cable/pannes/declarees/999999/").status_code == 404


def test_days_expected_are_those_of_the_zones_that_are_cut(facts: None) -> None:
    failure = actions.declare(SYSTEM, reason="Ancre", links=list(Link.objects.filter(system__code="ace")))
    assert sites.outages() == []  # the world is reached otherwise
    actions.repair(SYSTEM, failure)
