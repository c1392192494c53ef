from datetime import date
from typing import Any

import pytest
from django.test import Client

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.sites.errors import SiteRefused
from smartsenegal.kernel.sites.models import Outage, Site
from smartsenegal.kernel.sites.rules import outage_words

pytestmark = pytest.mark.usefixtures("country")
SYSTEM = identity.system("test")
DAYS = (date(2026, 3, 3), date(2026, 3, 5))


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def keys(*codes: str) -> set[int]:
    return set(Site.objects.filter(code__in=codes).values_list("pk", flat=True))


def test_outages_are_what_their_source_says_and_no_more() -> None:
    both = keys("espace-sn-th-mbour", "espace-sn-th-thies")
    began, ended = sites.settle_outages(
        SYSTEM, "cable", "network", both, reason="Fibre coupée", expected=DAYS
    )
    assert (began, ended) == (["espace-sn-th-mbour", "espace-sn-th-thies"], [])
    assert sites.settle_outages(SYSTEM, "grid", "energy", keys("espace-sn-th-thies"), reason="Délestage")[0]
    began, ended = sites.settle_outages(
        SYSTEM, "cable", "network", keys("espace-sn-th-thies", "espace-sn-fk-fatick"), reason="Autre panne"
    )
    assert (began, ended) == (["espace-sn-fk-fatick"], ["espace-sn-th-mbour"])
    last = {(o.site.code, o.lacks): (o.reason, o.expected_until) for o in sites.outages()}
    assert last == {
        ("espace-sn-th-thies", "network"): ("Fibre coupée", DAYS[1]),  # the first reason stays
        ("espace-sn-th-thies", "energy"): ("Délestage", None),
        ("espace-sn-fk-fatick", "network"): ("Autre panne", None),
    }
    assert Outage.objects.get(site__code="espace-sn-th-mbour").ended_at is not None


def test_a_change_is_told_and_journalled_once_and_none_is_silent() -> None:
    for _ in range(2):
        sites.settle_outages(SYSTEM, "cable", "network", keys("espace-sn-th-mbour"), reason="Fibre coupée")
    told = Event.objects.filter(kind="sites.outages_changed").get()
    assert told.payload == {
        "source": "cable",
        "lacks": "network",
        "began": ["espace-sn-th-mbour"],
        "ended": [],
    }
    assert Entry.objects.filter(verb="site.outages_changed").count() == 1


def test_only_who_keeps_the_places_of_the_country_settles_them_and_says_why() -> None:
    nobody = identity.principal_for(
        identity.create_account(SYSTEM, name="Moussa Ba", phone="+221771000002", verified=True)
    )
    with pytest.raises(PermissionRefused):
        sites.settle_outages(nobody, "cable", "network", set(), reason="x")
    with pytest.raises(SiteRefused):
        sites.settle_outages(SYSTEM, "cable", "network", set(), reason=" ")


def test_the_public_reads_what_a_place_lacks_before_going(client: Client) -> None:
    assert "Aucune panne déclarée" in page(client.get("/lieux/coupures/"))
    sites.settle_outages(
        SYSTEM, "cable", "network", keys("espace-sn-th-mbour"), reason="Fibre coupée", expected=DAYS
    )
    own = page(client.get("/lieux/espace-sn-th-mbour/"))
    assert "Sans réseau depuis le" in own
    assert "entre le 3 mars 2026 et le 5 mars 2026" in own
    assert "Fibre coupée" in own
    assert "Sans réseau" in page(client.get("/lieux/", {"q": "Mbour"}))
    assert "Espace Sénégal Services de Mbour" in page(client.get("/lieux/coupures/"))
    assert page(client.get("/lieux/")).count("En panne") == 1
    assert "Sans réseau" not in page(client.get("/lieux/espace-sn-th-thies/"))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((None, None), "La date du rétablissement n’est pas connue."),
        ((DAYS[1], DAYS[1]), "Rétablissement attendu le 5 mars 2026."),
        (DAYS, "Rétablissement attendu entre le 3 mars 2026 et le 5 mars 2026."),
    ],
)
def test_words_say_no_more_than_is_known(days: tuple[date | None, date | None], words: str) -> None:
    told = outage_words("network", *days).replace("\u00a0", " ")
    assert told == f"Panne : le réseau est coupé vers ce lieu. {words}"


@pytest.fixture
def administrator(client: Client) -> Client:
    account = identity.create_account(SYSTEM, name="Aminata Cissé", phone="+221771000001", verified=True)
    identity.assign_role(SYSTEM, account, "administrator", identity.organisation("senum"))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_what_a_place_needs_is_kept_on_a_page_and_tells_what_stops_with_it(administrator: Client) -> None:
    needs = "/lieux/espace-sn-th-mbour/besoins/"
    thies = sites.get("espace-sn-th-thies")
    wrong = page(administrator.post(needs, {"depends_on": "Nulle part", "kind": "réseau"}))
    assert "Aucun lieu ne porte ce nom" in wrong
    assert "Dites ce qui se passe sans lui." in wrong
    assert "Nulle part" in wrong
    itself = {"depends_on": "espace-sn-th-mbour", "kind": "réseau", "criticality": "3"}
    assert "ne dépend pas de lui-même" in page(administrator.post(needs, itself))
    administrator.post(needs, {"depends_on": thies.name, "kind": "réseau", "criticality": "3"})
    assert thies.name in page(administrator.get(needs))
    assert "Espace Sénégal Services de Mbour" in page(administrator.get("/lieux/espace-sn-th-thies/besoins/"))
    need = thies.dependents.get()
    administrator.post(f"{needs}{need.pk}/retirer/")
    administrator.post(f"{needs}{need.pk}/retirer/")  # twice pressed
    assert sites.stopping_with(thies) == []


def test_a_declared_cut_is_told_where_it_is_and_where_all_stops_with_it(administrator: Client) -> None:
    thies, mbour = sites.get("espace-sn-th-thies"), sites.get("espace-sn-th-mbour")
    sites.add_dependency(SYSTEM, mbour, thies, kind="hébergement", criticality=3)
    sites.add_dependency(SYSTEM, sites.get("espace-sn-fk-fatick"), thies, kind="aide", criticality=1)
    cut = "/lieux/espace-sn-th-thies/coupure/"
    wrong = page(administrator.post(cut, {"reason": "Groupe en panne", "expected": "hier"}))
    assert "Choisissez ce qui manque." in wrong
    assert "Groupe en panne" in wrong
    past = {"lacks": "energy", "reason": "Groupe en panne", "expected": "1 1 2026"}
    assert "dans le passé" in page(administrator.post(cut, past))
    administrator.post(cut, {"lacks": "energy", "reason": "Groupe en panne"})
    assert [o.site.code for o in sites.outages()] == ["espace-sn-th-mbour", "espace-sn-th-thies"]
    assert "Sans électricité depuis le" in page(administrator.get("/lieux/espace-sn-th-mbour/"))
    administrator.post(cut, {"lacks": "hosting", "reason": "Salle arrêtée"})
    assert {o.lacks for o in sites.outages()} == {"hosting"}
    administrator.post(f"{cut}fin/")
    assert sites.outages() == []
