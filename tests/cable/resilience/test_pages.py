from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.cable.network.models import Link, Node
from smartsenegal.cable.resilience import actions, queries
from smartsenegal.cable.resilience.errors import ResilienceRefused
from smartsenegal.cable.resilience.models import Dark, Failure, Work
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import PermissionRefused, system
from smartsenegal.kernel.sites import api as sites

SYSTEM = system("test")
BASE = "/cable/pannes/"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def link(code: str) -> Link:
    return Link.objects.get(code=code)


def node(code: str) -> Node:
    return Node.objects.get(code=code)


def test_the_explorer_ranks_failures_of_links_nodes_and_zones(planner: Client, facts: None) -> None:
    text = page(planner.get(BASE))
    assert "Tambacounda – Kédougou (exemple)" in text
    assert "Coupures au large d’Abidjan" in text
    text = page(planner.get(BASE, {"quoi": "noeuds"}))
    assert "Dakar (exemple)" in text
    text = page(planner.get(BASE, {"quoi": "zones"}))
    assert "Sortie de Dakar (exemple)" in text
    assert "le cœur du réseau national" in page(planner.get(BASE, {"vers": "coeur", "quoi": "\x00"}))


def test_figures_of_the_explorer_are_those_of_a_search(facts: None) -> None:
    found = queries.study()
    spur = found.of[link("ex-tambacounda-kedougou").pk]
    assert found.by_link.single[spur] == found.graph.weights[found.at[node("ex-kedougou").pk]]
    assert found.people[node("ex-kedougou").pk] == 196_991
    pair = [found.of[link(f"ex-dakar-{code}").pk] for code in ("thies", "mbour")]
    lost = found.lost(pair, [])
    assert len(lost) == 15
    assert found.harm(lost).people == sum(
        people for pk, people in found.people.items() if pk != node("ex-dakar").pk
    )


def test_a_failure_is_shown_on_the_map_with_who_is_cut(planner: Client, facts: None) -> None:
    text = page(planner.get(f"{BASE}coupure/", {"liaison": "ex-tambacounda-kedougou"}))
    assert "1 site, 196 991 personnes" in text
    assert "ss-map__line--red" in text
    assert "Personne : le réseau passe par ailleurs" in page(planner.get(f"{BASE}coupure/?liaison=share"))
    assert "28 à 56 jours" in page(planner.get(f"{BASE}coupure/?zone=abidjan-2024"))
    assert "Rien n’est choisi" in page(planner.get(f"{BASE}coupure/?noeud=\x00"))


def test_the_effect_of_a_link_is_shown_before_it_is_built(planner: Client, facts: None) -> None:
    text = page(planner.get(f"{BASE}effet/", {"de": "ex-kedougou", "a": "ex-kolda"}))
    assert "Avec cette liaison" in text
    assert "Sans elle" in page(planner.get(f"{BASE}effet/?sans=share"))
    assert "Donnez les codes de deux nœuds" in page(
        planner.get(f"{BASE}effet/", {"de": "praia", "a": "praia"})
    )
    assert "pas en service" in page(planner.get(f"{BASE}effet/?sans=2africa"))


def test_a_declared_failure_suspends_the_places_it_cuts_and_repair_opens_them(facts: None) -> None:
    kedougou = node("ex-kedougou").site
    assert kedougou is not None
    school = sites.of_kind("town_hall").first()
    assert school is not None
    sites.add_dependency(SYSTEM, school, kedougou, kind="réseau", criticality=3)
    one = actions.declare(SYSTEM, reason="Fibre coupée", links=[link("ex-tambacounda-kedougou")])
    kedougou.refresh_from_db()
    assert (kedougou.state, kedougou.state_reason) == ("suspended", "Réseau coupé : Fibre coupée")
    told = Event.objects.filter(kind="cable.failure_declared").get()
    assert told.payload["down"] == [kedougou.code]
    assert school.code in told.payload["stopped"]
    other = actions.declare(SYSTEM, reason="Nœud éteint", nodes=[node("ex-kedougou")])
    actions.repair(SYSTEM, one)
    kedougou.refresh_from_db()
    assert kedougou.state == "suspended"  # still cut by the other
    actions.repair(SYSTEM, other)
    kedougou.refresh_from_db()
    assert kedougou.state == "open"
    assert Dark.objects.count() == 0
    with pytest.raises(ResilienceRefused):
        actions.repair(SYSTEM, one)


def test_a_place_that_was_closed_for_another_reason_stays_so(facts: None) -> None:
    kedougou = node("ex-kedougou").site
    assert kedougou is not None
    sites.suspend_site(SYSTEM, kedougou, reason="Travaux")
    failure = actions.declare(SYSTEM, reason="Coupure", nodes=[node("ex-kedougou")])
    actions.repair(SYSTEM, failure)
    kedougou.refresh_from_db()
    assert (kedougou.state, kedougou.state_reason) == ("suspended", "Travaux")


def test_only_who_manages_the_whole_country_declares(engineer: Callable[..., Any], facts: None) -> None:
    with pytest.raises(PermissionRefused):
        actions.declare(engineer(territory="SN-TH"), reason="x", links=[link("share")])
    for values, field in (({"reason": " ", "links": [link("share")]}, "reason"), ({"reason": "x"}, "links")):
        with pytest.raises(ResilienceRefused) as refused:
            actions.declare(SYSTEM, **values)
        assert refused.value.field == field


def test_works_tell_the_failure_that_would_hurt_while_they_run(planner: Client, facts: None) -> None:
    now = timezone.now()
    start, end = now + timedelta(days=1), now + timedelta(days=2)
    actions.plan_work(SYSTEM, reason="Nord", starts_at=start, ends_at=end, links=[link("ex-dakar-thies")])
    text = page(planner.get(f"{BASE}travaux/"))
    assert "Dakar – Mbour (exemple)" in text
    assert "15 sites" in text
    actions.plan_work(SYSTEM, reason="Sud", starts_at=start, ends_at=end, links=[link("ex-dakar-mbour")])
    text = page(planner.get(f"{BASE}travaux/"))
    assert "En même temps : Sud" in text
    assert "Coupure" in text
    for work in Work.objects.all():
        planner.post(f"{BASE}travaux/{work.pk}/annuler/")
    assert "Aucuns travaux" in page(planner.get(f"{BASE}travaux/"))


def test_the_forms_declare_repair_and_plan(planner: Client, facts: None) -> None:
    assert "Choisissez au moins" in page(planner.post(f"{BASE}declarer/", {"reason": "Coupure"}))
    assert "checked" in page(planner.get(f"{BASE}declarer/?liaison=share"))
    planner.post(f"{BASE}declarer/", {"reason": "Coupure de SHARE", "links": ["share"]})
    assert "Coupure de SHARE" in page(planner.get(f"{BASE}declarees/"))
    planner.post(f"{BASE}declarees/{Failure.objects.get().pk}/reparer/")
    assert "Réparées" in page(planner.get(f"{BASE}declarees/"))
    sent = {"reason": "Fibre", "links": ["share"], "starts_on": "1er janvier 2099", "starts_time": "08:00",
            "ends_on": "1er janvier 2099", "ends_time": "07:00"}  # fmt: skip
    assert "La fin vient après le début" in page(planner.post(f"{BASE}travaux/nouveaux/", sent))
    assert planner.post(f"{BASE}travaux/nouveaux/", {**sent, "ends_time": "09:00"}).status_code == 302


def test_march_2024_is_replayed_with_its_sources(planner: Client, facts: None) -> None:
    text = page(planner.get(f"{BASE}rejeu/14-mars-2024/"))
    for words in ("14 mars 2024", "WACS", "9 mai 2024", "datacenterdynamics", "Le rejeu est prudent"):
        assert words in text
    left = text[text.index("Ce qui resterait") :]
    assert "SHARE, Dakar – Praia" in left
    assert "Atlantis-2" in left
    assert "MainOne, Dakar" not in left
    assert planner.get(f"{BASE}rejeu/autre/").status_code == 404


def test_availability_is_told_by_formula_and_by_simulation(planner: Client, country: None) -> None:
    asked = {"cables": "3", "needed": "1", "faults": "0,2", "crews": "1", "least": "28", "most": "56"}
    text = page(planner.get(f"{BASE}disponibilite/", asked))
    assert "Formule" in text
    assert "Simulation" in text
    assert "Il en faut plus" in page(planner.get(f"{BASE}disponibilite/", {**asked, "needed": "4"}))


def test_a_failure_that_cuts_nobody_may_still_starve_the_circuits(planner: Client, facts: None) -> None:
    text = page(planner.get(f"{BASE}debits/"))
    assert "Sans panne, le réseau porte 100 % de ces débits." in text
    assert "Dakar – Thiès (exemple)" in text
    assert "66,7 %" in text  # 100 Gbit/s left out of Dakar for 150
    assert "SHARE, Dakar – Praia" not in text
