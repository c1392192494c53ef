from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, organisation, system
from smartsenegal.wifi.access import actions
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.access.rules import is_domain
from tests.wifi.access.test_plans import page

SYSTEM = system("test")
BASE = "/wifi/acces/domaines/"


@given(st.text(max_size=40))
def test_a_domain_has_a_dot_and_no_room_for_an_identity(text: str) -> None:
    if is_domain(text):
        assert "." in text
        assert not set(text) - set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert is_domain(f"wifi.{text}")
        assert not is_domain(f"{text}.")


@pytest.mark.django_db
def test_a_realm_is_opened_changed_and_retired_in_the_journal(country: None) -> None:
    realm = actions.add_realm(SYSTEM, name=" UCAD.sn ", methods=["ttls-mschapv2", "ttls-pap"])
    assert (realm.name, realm.kind, realm.methods) == ("ucad.sn", "local", ["ttls-pap", "ttls-mschapv2"])
    one = Credential.objects.create(realm=realm, login="a", kind="password", holder=1, sealed=b"sealed")
    actions.change_realm(SYSTEM, realm, methods=["ttls-pap"], organisation=organisation("senegal"))
    one.refresh_from_db()
    assert one.sealed is None
    assert actions.retire_realm(SYSTEM, realm) == 1
    one.refresh_from_db()
    assert (one.closed_because, Realm.objects.get().methods) == ("withdrawn", [])
    verbs = [e.verb for e in audit.of_subject(f"wifi_realm:{realm.pk}").order_by("id")]
    assert verbs == ["wifi.realm_added", "wifi.realm_changed", "wifi.realm_retired"]


@pytest.mark.django_db
def test_what_is_asked_wrong_is_refused_beside_its_field(country: None) -> None:
    actions.add_realm(SYSTEM, name="ucad.sn", methods=["tls"])
    for name, methods, field in (
        ("ucad", ["tls"], "name"),
        ("awa@ucad.sn", ["tls"], "name"),
        ("ucad.sn", ["tls"], "name"),
        ("uasz.sn", ["md5"], "methods"),
    ):
        with pytest.raises(AccessRefused) as refused:
            actions.add_realm(SYSTEM, name=name, methods=methods)
        assert refused.value.field == field
    with pytest.raises(AccessRefused, match="ne se règle pas ici"):
        actions.retire_realm(SYSTEM, actions.local_realm())


@pytest.mark.django_db
def test_realms_are_opened_by_who_manages_the_country(engineer: Callable[..., Any]) -> None:
    with pytest.raises(PermissionRefused):
        actions.add_realm(engineer(territory="SN-TH"), name="ucad.sn", methods=["tls"])


def test_a_realm_is_kept_on_pages(network: Client) -> None:
    assert "n’admet personne" in page(network.get(BASE))
    sent = {"name": "ucad.sn", "organisation": "senegal", "methods": ["ttls-pap", "peap-mschapv2"]}
    assert network.post(BASE + "nouveau/", sent).status_code == 302
    realm = Realm.objects.get()
    assert realm.organisation == organisation("senegal")
    text = page(network.get(BASE))
    assert "ucad.sn" in text
    assert "mots de passe lisibles" in text
    assert "faux serveur" in page(network.get(BASE + f"{realm.pk}/"))
    wrong = page(network.post(BASE + f"{realm.pk}/", {"organisation": "Personne", "methods": ["tls"]}))
    assert "Aucun organisme ne porte ce nom" in wrong
    assert network.post(BASE + f"{realm.pk}/", {"methods": ["tls"]}).status_code == 302
    realm.refresh_from_db()
    assert (realm.organisation, realm.methods) == (None, ["tls"])
    assert "Plus aucun appareil" in page(network.get(BASE + f"{realm.pk}/retirer/"))
    assert network.post(BASE + f"{realm.pk}/retirer/").status_code == 302
    assert "Retiré" in page(network.get(BASE))
    assert network.get(BASE + f"{actions.local_realm().pk}/").status_code == 404
