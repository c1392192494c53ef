from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, system
from smartsenegal.wifi.access import actions, api, queries
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.homes import fault_of_secret, read_address
from smartsenegal.wifi.access.models import Credential, Realm
from tests.wifi.access.test_plans import page

SYSTEM = system("test")
BASE = "/wifi/acces/domaines/"
SECRET = "quinze-et-un-signes"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Radius.UGB.sn ", "radius.ugb.sn"),
        ("196.1.95.10", "196.1.95.10"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
        ("196.1.95.300", ""),
        ("0.0.0.0", ""),
        ("ff02::1", ""),
        ("radius", ""),
        ("radius.ugb.sn:2083", ""),
    ],
)
def test_a_server_is_named_by_a_host_or_an_address(typed: str, read: str) -> None:
    assert read_address(typed) == read


def test_only_udp_has_a_secret_and_it_is_long() -> None:
    assert fault_of_secret("radsec", "") == fault_of_secret("udp", "x" * 16) == ""
    assert "laissez" in fault_of_secret("radsec", SECRET)
    assert "Indiquez" in fault_of_secret("udp", "")
    assert "trop court" in fault_of_secret("udp", "x" * 15)
    assert "accent" in fault_of_secret("udp", "é" * 16)


def ranks(realm: Realm) -> list[tuple[int, str, int]]:
    return [(s.rank, s.address, s.port) for s in queries.home_servers(realm)]


@pytest.mark.django_db
def test_the_servers_of_a_realm_are_asked_in_the_order_that_is_set(country: None) -> None:
    realm = actions.add_realm_elsewhere(SYSTEM, name=" UGB.sn ")
    assert (realm.name, realm.kind) == ("ugb.sn", "proxy")
    one = actions.add_home_server(SYSTEM, realm, address="un.ugb.sn", transport="radsec")
    two = actions.add_home_server(SYSTEM, realm, address="196.1.95.10", transport="udp", secret=SECRET)
    assert ranks(realm) == [(1, "un.ugb.sn", 2083), (2, "196.1.95.10", 1812)]
    assert one.secret is None
    assert api.open_home_secret(realm.pk, two.address, bytes(two.secret or b"")) == SECRET.encode()
    actions.raise_home_server(SYSTEM, two)
    actions.raise_home_server(SYSTEM, two)
    assert [a for _, a, _ in ranks(realm)] == ["196.1.95.10", "un.ugb.sn"]
    actions.close_home_server(SYSTEM, two)
    assert ranks(realm) == [(1, "un.ugb.sn", 2083)]
    two.refresh_from_db()
    assert (two.secret, two.closed_at is None) == (None, False)
    for act in (actions.close_home_server, actions.raise_home_server):
        with pytest.raises(AccessRefused, match="déjà retiré"):
            act(SYSTEM, two)
    actions.add_home_server(SYSTEM, realm, address="196.1.95.10", transport="udp", secret=SECRET)
    events = list(audit.of_subject(f"wifi_realm:{realm.pk}").order_by("id"))
    acts = ["realm_elsewhere_added", "home_server_added", "home_server_added", "home_server_raised"]
    acts += ["home_server_closed", "home_server_added"]
    assert [e.verb for e in events] == [f"wifi.{verb}" for verb in acts]
    assert not any(SECRET in str(e.detail) for e in events)


@pytest.mark.django_db
def test_what_is_asked_wrong_of_a_realm_elsewhere_is_refused_beside_its_field(country: None) -> None:
    realm = actions.add_realm_elsewhere(SYSTEM, name="ugb.sn")
    good: dict[str, Any] = {"address": "un.ugb.sn", "transport": "radsec"}
    actions.add_home_server(SYSTEM, realm, **good)
    for values, field in (
        (good, "address"),
        ({**good, "address": "un"}, "address"),
        ({**good, "transport": "tcp"}, "transport"),
        ({**good, "port": 70_000}, "port"),
        ({**good, "transport": "udp"}, "secret"),
    ):
        with pytest.raises(AccessRefused) as refused:
            actions.add_home_server(SYSTEM, realm, **values)
        assert refused.value.field == field
    for name in ("ugb", "ugb.sn"):
        with pytest.raises(AccessRefused) as refused:
            actions.add_realm_elsewhere(SYSTEM, name=name)
        assert refused.value.field == "name"
    ours = actions.add_realm(SYSTEM, name="ucad.sn", methods=["tls"])
    with pytest.raises(AccessRefused, match="nous-mêmes"):
        actions.add_home_server(SYSTEM, ours, **good)
    for port in range(1, 8):
        actions.add_home_server(SYSTEM, realm, **good, port=port)
    with pytest.raises(AccessRefused, match="8 serveurs au plus"):
        actions.add_home_server(SYSTEM, realm, **good, port=8)


@pytest.mark.django_db
def test_realms_elsewhere_are_declared_by_who_manages_the_country(engineer: Callable[..., Any]) -> None:
    realm = actions.add_realm_elsewhere(SYSTEM, name="ugb.sn")
    server = actions.add_home_server(SYSTEM, realm, address="un.ugb.sn", transport="radsec")
    thies = engineer(territory="SN-TH")
    for act in (
        lambda: actions.add_realm_elsewhere(thies, name="uasz.sn"),
        lambda: actions.add_home_server(thies, realm, address="deux.ugb.sn", transport="radsec"),
        lambda: actions.raise_home_server(thies, server),
        lambda: actions.close_home_server(thies, server),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_a_realm_elsewhere_is_kept_on_pages(network: Client) -> None:
    wrong = page(network.post(BASE + "ailleurs/nouveau/", {"name": "ugb"}))
    assert "avec un point" in wrong
    assert network.post(BASE + "ailleurs/nouveau/", {"name": "ugb.sn"}).status_code == 302
    realm = Realm.objects.get()
    here = f"{BASE}ailleurs/{realm.pk}/"
    assert "Refusé" in page(network.get(BASE))
    assert "sont refusées" in page(network.get(here))
    sent = {"address": "196.1.95.10", "transport": "udp", "port": "", "secret": "court"}
    refused = page(network.post(here + "serveur/", sent))
    assert "trop court" in refused
    assert "196.1.95.10" in refused
    assert 'value="court"' not in refused
    assert network.post(here + "serveur/", {**sent, "secret": SECRET}).status_code == 302
    sent = {"address": "deux.ugb.sn", "transport": "radsec", "port": "2084"}
    assert network.post(here + "serveur/", sent).status_code == 302
    text = page(network.get(here))
    assert "port 1812" in text
    assert "port 2084" in text
    assert SECRET not in text
    first, second = queries.home_servers(realm)
    assert network.post(f"{BASE}serveurs/{second.pk}/avant/").status_code == 302
    assert queries.home_servers(realm) == [second, first]
    assert "répondent à sa place" in page(network.get(f"{BASE}serveurs/{first.pk}/retirer/"))
    assert network.post(f"{BASE}serveurs/{first.pk}/retirer/").status_code == 302
    assert "C’est le dernier" in page(network.get(f"{BASE}serveurs/{second.pk}/retirer/"))
    assert "Déclaré" in page(network.get(BASE))
    assert network.get(f"{BASE}serveurs/{first.pk}/retirer/").status_code == 404
    assert network.get(f"{BASE}ailleurs/{actions.local_realm().pk}/").status_code == 404


@pytest.mark.django_db
def test_passwords_and_secrets_under_an_old_key_are_sealed_again(country: None) -> None:
    realm = actions.add_realm_elsewhere(SYSTEM, name="ugb.sn")
    server = actions.add_home_server(SYSTEM, realm, address="un.ugb.sn", transport="udp", secret=SECRET)
    sealed = api.seal_password(realm.pk, "awa", "xyzzy5461")
    one = Credential.objects.create(realm=realm, login="awa", kind="password", holder=1, sealed=sealed)
    Credential.objects.create(realm=realm, login="baye", kind="password", holder=2, verifier=b"v")
    batches = [
        vault.resealers()[what]
        for what in ("mots de passe Wi-Fi lisibles", "secrets des serveurs d’origine du Wi-Fi")
    ]
    assert [batch() for batch in batches] == [0, 0]
    vault.keyring().rotate()
    assert [batch() for batch in batches] == [1, 1]
    assert [batch() for batch in batches] == [0, 0]
    one.refresh_from_db()
    server.refresh_from_db()
    assert bytes(one.sealed or b"") != sealed
    assert api.open_password(realm.pk, "awa", bytes(one.sealed or b"")) == "xyzzy5461"
    assert api.open_home_secret(realm.pk, "un.ugb.sn", bytes(server.secret or b"")) == SECRET.encode()
