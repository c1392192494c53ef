import plistlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity import api as identity
from smartsenegal.wifi.access import actions, authority, profiles
from smartsenegal.wifi.access.actions import devices
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.access.secrets import open_password, verifier
from smartsenegal.wifi.network.models import Hotspot
from tests.wifi.access.test_plans import page
from tests.wifi.network.conftest import BACKEND

SYSTEM = identity.system("test")
BASE = "/wifi/mes-appareils/"
# Any octets do here: tests/wifi/radius/test_devices.py has the real certificate checked by a real device.
ROOT = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n"
CAMPUS = "Campus & Wi-Fi"


@pytest.fixture
def known() -> Iterator[None]:
    before = list(authority._tellers)
    authority.register_authority(lambda: authority.Authority(ROOT, "radius.example.sn"))
    yield
    authority._tellers[:] = before


@pytest.fixture
def secure(known: None, hotspot: Hotspot) -> Hotspot:
    Hotspot.objects.update(secure_ssid=CAMPUS)
    return hotspot


@pytest.fixture
def realm(country: None) -> Realm:
    return actions.add_realm(SYSTEM, name="wifi.sn", methods=["ttls-pap"])


@pytest.fixture
def account(country: None) -> identity.Account:
    return identity.create_account(SYSTEM, name="Awa Ndiaye", phone="+221771234567", verified=True)


@pytest.fixture
def awa(account: identity.Account, client: Client) -> Client:
    client.force_login(account, backend=BACKEND)
    return client


def test_a_password_is_made_renewed_and_withdrawn(
    secure: Hotspot, realm: Realm, account: identity.Account
) -> None:
    by = identity.principal_for(account)
    made = devices.make_password(by, realm)
    first = Credential.objects.get()
    assert bytes(first.verifier or b"") == verifier(made.password)
    assert (first.sealed, first.account, len(made.password)) == (None, account, 23)
    assert account.phone not in (first.login, made.password)
    again = devices.make_password(by, realm)
    renewed = Credential.objects.get()
    assert renewed.login == first.login
    assert bytes(renewed.verifier or b"") == verifier(again.password) != bytes(first.verifier or b"")
    assert devices.withdraw_password(by, realm)
    assert not devices.withdraw_password(by, realm)
    assert Credential.objects.get().closed_because == "withdrawn"
    verbs = [e.verb for e in audit.of_subject(f"wifi_holder:{first.holder}").order_by("id")]
    assert verbs == ["wifi.password_made", "wifi.password_renewed", "wifi.password_withdrawn"]


def test_a_password_is_readable_only_where_a_method_needs_it(
    secure: Hotspot, account: identity.Account
) -> None:
    realm = actions.add_realm(SYSTEM, name="pc.sn", methods=["peap-mschapv2"])
    made = devices.make_password(identity.principal_for(account), realm)
    kept = bytes(Credential.objects.get().sealed or b"")
    assert open_password(realm.pk, made.credential.login, kept) == made.password


def test_nothing_is_made_where_devices_could_not_check_the_network(
    hotspot: Hotspot, realm: Realm, awa: Client, account: identity.Account
) -> None:
    Hotspot.objects.update(secure_ssid=CAMPUS)
    before = list(authority._tellers)
    authority.register_authority(lambda: None)
    try:
        assert "pas encore ouvert ici" in page(awa.get(BASE))
        assert awa.post(BASE + f"{realm.pk}/mot-de-passe/").status_code == 302
        with pytest.raises(AccessRefused, match="pas encore ouvert"):
            devices.make_password(identity.principal_for(account), realm)
    finally:
        authority._tellers[:] = before
    assert not Credential.objects.exists()


def test_a_realm_of_an_organisation_is_its_people_s(
    secure: Hotspot, account: identity.Account, engineer: Callable[..., Any], awa: Client
) -> None:
    realm = actions.add_realm(
        SYSTEM, name="etat.sn", methods=["ttls-pap"], organisation=identity.organisation("senegal")
    )
    assert "Aucun domaine" in page(awa.get(BASE))
    assert awa.post(BASE + f"{realm.pk}/mot-de-passe/").status_code == 404
    with pytest.raises(AccessRefused, match="votre compte"):
        devices.make_password(identity.principal_for(account), realm)
    agent = engineer()
    devices.make_password(agent, realm)
    assert devices.close_strangers() == 0
    identity.RoleAssignment.objects.all().delete()
    assert devices.close_strangers() == 1
    assert Credential.objects.get().closed_because == "withdrawn"


def test_a_person_s_page_gives_a_password_once_and_profiles_without_it(
    secure: Hotspot, realm: Realm, awa: Client
) -> None:
    assert "Faire mon mot de passe" in page(awa.get(BASE))
    assert awa.get(BASE + f"{realm.pk}/profil/apple/").status_code == 404
    response = awa.post(BASE + f"{realm.pk}/mot-de-passe/")
    assert "no-store" in response.headers["Cache-Control"]
    shown = page(response)
    login = Credential.objects.get().login
    password = shown.partition("<dt>Mot de passe</dt><dd><code>")[2].partition("<")[0]
    assert bytes(Credential.objects.get().verifier or b"") == verifier(password)
    assert password not in page(awa.get(BASE))
    files = {kind: awa.get(BASE + f"{realm.pk}/profil/{kind}/") for kind in
             ("apple", "installateur", "wpa-supplicant")}  # fmt: skip
    assert all(password.encode() not in f.content for f in files.values())
    root, wifi = plistlib.loads(files["apple"].content)["PayloadContent"]
    asked = wifi["EAPClientConfiguration"]
    assert (wifi["SSID_STR"], asked["UserName"]) == (CAMPUS, f"{login}@wifi.sn")
    assert asked["OuterIdentity"] == "anonymous@wifi.sn"
    assert asked["TLSTrustedServerNames"] == ["radius.example.sn"]
    assert asked["PayloadCertificateAnchorUUID"] == [root["PayloadUUID"]]
    top = ET.fromstring(files["installateur"].content)
    assert [e.text for e in top.iter("SSID")] == [CAMPUS]
    assert [e.text for e in top.iter("Type")] == ["21", "1"]
    assert [e.text for e in top.iter("ServerID")] == ["radius.example.sn"]
    assert awa.get(BASE + f"{realm.pk}/profil/autre/").status_code == 404
    assert "Mot de passe retiré" in page(awa.post(BASE + f"{realm.pk}/retirer/", follow=True))
    assert "Faire mon mot de passe" in page(awa.get(BASE))


def test_a_network_s_name_cannot_break_out_of_a_supplicant_s_file() -> None:
    given = profiles.Profile("wifi.sn", "a", "ttls-pap", ('x"\n  key_mgmt=NONE',), ROOT, "radius.example.sn")
    assert "key_mgmt=NONE" not in profiles.supplicant(given)
    assert b"SSID_STR" in profiles.apple(given)
