"""Live pages: what they say, what they ask of the database, and who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.monitoring.actions.counting import count_events, roll_up
from smartsenegal.wifi.monitoring.actions.looking import look
from smartsenegal.wifi.monitoring.api import Tally, message_for
from smartsenegal.wifi.monitoring.models import Alert
from smartsenegal.wifi.network import actions as network_actions
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.sessions.api import Order, Session, settle_order
from tests.wifi.monitoring.conftest import OFF, at, report

BASE = "/wifi/direct/"
SITE = "/wifi/direct/wifi-place-du-marche/"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    text = str(response.content.decode())
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def lived(heard: Callable[..., None], nas: Nas, hotspot: Hotspot) -> Session:
    """Two devices on, one that carries octets, and refusals."""
    heard([report(nas, b"a", ago=60, octets_in=10, octets_out=3_000_000), report(nas, b"b", ago=30)])
    count_events()
    tally = Tally()
    tally.add(hotspot.pk, "portal", 60)
    tally.add(hotspot.pk, "accept", 40)
    tally.add(hotspot.pk, "reject:volume", 20)
    tally.flush()
    roll_up(at())
    for seconds in (0, 60, 125):
        look(at(seconds))
    return Session.objects.get(nas_session="a.")


def test_the_country_shows_each_site_and_why_it_is_troubled(network: Client, lived: Session) -> None:
    text = page(network.get(BASE))
    assert "Refus en nombre" in text
    assert "33 % refusés : le volume du jour est épuisé." in text
    assert "1 en difficulté" in text
    assert 'class="ss-map__mark ss-map__mark--red"' in text
    assert 'href="?etat=failing"' in text
    assert "Aucune passerelle en service." not in text
    assert 'href="?region=SN-TH&amp;etat=failing"' in page(network.get(BASE, {"region": "SN-TH"}))
    for query in ({"q": "marche"}, {"region": "SN-TH"}, {"etat": "failing"}):
        assert "Place du Marché" in page(network.get(BASE, query))
    assert "Aucun point ne répond" in page(network.get(BASE, {"etat": "down"}))


def test_a_site_that_nothing_can_be_heard_of_says_why(network: Client, hotspot: Hotspot) -> None:
    text = page(network.get(BASE))
    assert "Sans nouvelles" in text
    assert "Aucune passerelle en service." in text


def test_a_site_shows_its_funnel_with_what_is_lost(network: Client, lived: Session) -> None:
    text = page(network.get(SITE))
    for words in ("Pages du portail", "33 % en moins", "Le volume du jour est épuisé", "Non compté", "3 Mo"):
        assert words in text, words
    for span in ("7", "30", "autre"):
        assert "Historique" in page(network.get(SITE, {"jours": span}))


def test_sessions_name_no_address_and_reading_is_journalled(network: Client, lived: Session) -> None:
    text = page(network.get(SITE + "connexions/"))
    assert "2 appareils connectés" in text
    assert "612E-0000" in text
    key = bytes(lived.key).hex()
    text += page(network.get(f"{SITE}connexions/{key}/"))
    assert "0A-1B" not in text
    assert "10.0.0.1" not in text
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["wifi.sessions_read", "wifi.session_read"]
    assert network.get(f"{SITE}connexions/zz/").status_code == 404


def test_an_order_is_followed_to_its_end(network: Client, lived: Session) -> None:
    address = f"{SITE}connexions/{bytes(lived.key).hex()}/"
    assert "Indiquez le motif." in page(network.post(address + "deconnecter/", {"reason": ""}))
    assert network.post(address + "deconnecter/", {"reason": "À sa demande"}).status_code == 302
    assert "En attente" in page(network.get(address))
    settle_order(Order.objects.get(), "refused", tries=1, error_cause=503)
    text = page(network.get(address))
    assert "Refusé par la passerelle" in text
    assert "Connexion inconnue de la passerelle" in text
    assert "Indiquez au moins un débit." in page(network.post(address + "debit/", {"reason": "Essai"}))
    network.post(address + "debit/", {"down_kbps": "512", "reason": "Essai"})
    assert Order.objects.get(state="pending").limits["down_kbps"] == 512


def test_who_is_blocked_may_be_unblocked(network: Client, lived: Session) -> None:
    realm = Realm.objects.get_or_create(name="", defaults={"kind": "local"})[0]
    access = Credential.objects.create(realm=realm, login="a", kind="password", holder=7)
    address = f"{SITE}connexions/{bytes(lived.key).hex()}/"
    assert "Bloquer" in page(network.get(address))
    network.post(address + "bloquer/", {"reason": "Attaque"})
    access.refresh_from_db()
    assert access.closed_because == "blocked"
    assert "Débloquer" in page(network.get(address))
    network.post(address + "debloquer/", {"reason": "Erreur"})
    access.refresh_from_db()
    assert access.closed_because == ""
    assert network.get(address + "autre/").status_code == 404


def test_a_message_is_shown_and_withdrawn(network: Client, hotspot: Hotspot) -> None:
    given = {"text": "Coupure à midi", "minutes": "60", "reason": "Fibre"}
    assert network.post(SITE + "message/", given).status_code == 302
    assert message_for(hotspot.pk) == "Coupure à midi"
    assert "Message montré aux connectés" in page(network.get(SITE))
    assert "Retirer le message" in page(network.get(SITE + "message/"))
    network.post(SITE + "message/", {"withdraw": "1"})
    assert message_for(hotspot.pk) == ""


def test_an_alert_is_taken_and_closed_with_its_cause(
    network: Client, heard: Callable[..., None], nas: Nas
) -> None:
    assert "Aucune alerte" in page(network.get(BASE + "alertes/"))
    heard([report(nas, b"a", ago=1), report(nas, b"", OFF)])
    count_events()
    look(at())
    address = f"{BASE}alertes/{Alert.objects.get().pk}/"
    assert "Le site ne répond plus" in page(network.get(BASE + "alertes/"))
    assert "Prendre en charge" in page(network.get(address))
    network.post(address + "prendre/")
    assert "Prendre en charge" not in page(network.get(address))
    network.post(address + "commenter/", {"text": "Équipe en route"})
    assert "Indiquez la cause trouvée." in page(network.post(address + "clore/", {"because": ""}))
    network.post(address + "clore/", {"because": "Onduleur"})
    text = page(network.get(address))
    for words in ("Équipe en route", "Onduleur", "Close"):
        assert words in text
    assert "Aucune alerte" in page(network.get(BASE + "alertes/"))
    assert "Onduleur" not in page(network.get(BASE + "alertes/", {"toutes": "1"}))
    assert network.get(f"{BASE}alertes/999999/").status_code == 404


def test_two_sites_are_compared(network: Client, lived: Session, hotspot: Hotspot) -> None:
    assert "Choisissez au moins deux points" in page(network.get(BASE + "comparer/"))
    place = Territory.objects.get(code="SN-KL-kaolack-kaolack")
    network_actions.add_hotspot(system("test"), name="Cœur de ville", place=place, ssid="W")
    query = {"point": ["wifi-place-du-marche", "wifi-coeur-de-ville"], "jours": "1"}
    text = page(network.get(BASE + "comparer/", query))
    assert "3 Mo" in text
    assert "67 %" in text


def test_the_country_of_120_sites_asks_as_much_as_that_of_three(network: Client) -> None:
    communes = list(Territory.objects.filter(kind="commune")[:120])

    def add(first: int, last: int) -> int:
        for n, commune in enumerate(communes[first:last], first):
            network_actions.add_hotspot(system("test"), name=f"Point {n}", place=commune, ssid="W")
        look(at())
        network.get(BASE)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            network.get(BASE)
        return len(asked)

    few = add(0, 3)
    assert add(3, 120) == few
    assert few <= 12


def test_an_engineer_of_elsewhere_sees_and_does_nothing_here(
    engineer: Any, client: Client, lived: Session
) -> None:
    from smartsenegal.kernel.identity import api as identity
    from tests.wifi.network.conftest import BACKEND

    by = engineer(territory="SN-DK")
    client.force_login(identity.Account.objects.get(pk=by.account_id), backend=BACKEND)
    assert "Place du Marché" not in page(client.get(BASE))
    key = bytes(lived.key).hex()
    for address in ("", "message/", "connexions/", f"connexions/{key}/", f"connexions/{key}/bloquer/"):
        assert client.get(SITE + address).status_code == 403, address
    assert client.get("/wifi/direct/passerelles/marche-gw1/cle/").status_code == 403
