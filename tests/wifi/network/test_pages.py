import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.wifi.network import actions, api
from smartsenegal.wifi.network.models import AccessPoint, Certificate, Hotspot, Nas

SYSTEM = system("test")
BASE = "/wifi/reseau/"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def test_an_empty_network_names_the_next_step(network: Client) -> None:
    text = page(network.get(BASE))
    assert "Aucun point Wi-Fi" in text
    assert "Importer une liste" in text


def test_the_list_is_searched_filtered_and_sorted(network: Client, hotspot: Hotspot) -> None:
    kaolack = Territory.objects.get(code="SN-KL-kaolack-kaolack")
    other = actions.add_hotspot(SYSTEM, name="Cœur de ville", place=kaolack, ssid="W")
    actions.change_state(SYSTEM, other, "suspended", "Travaux de voirie")
    text = page(network.get(BASE))
    assert "2 points" in text
    assert text.index("Cœur de ville") < text.index("Place du Marché")
    assert "Rien de déclaré" in text
    assert "Sans passerelle" in text
    assert "Débit non connu" in text
    assert "1 point" in page(network.get(BASE, {"etat": "bare"}))
    for query in ({"q": "marche"}, {"q": "Mbour"}, {"region": "SN-TH"}, {"etat": "open"}):
        text = page(network.get(BASE, query))
        assert "Place du Marché" in text
        assert "Cœur de ville" not in text
    assert "Aucun point ne répond" in page(network.get(BASE, {"q": "zzz"}))
    for sort in ("region", "bornes", "debit", "etat", "nom", "inconnu", "\x00"):
        assert "2 points" in page(network.get(BASE, {"tri": sort}))


def test_the_list_of_120_sites_asks_as_much_as_that_of_three(network: Client) -> None:
    communes = list(Territory.objects.filter(kind="commune")[:120])

    def add(first: int, last: int) -> None:
        for n, commune in enumerate(communes[first:last], first):
            made = actions.add_hotspot(SYSTEM, name=f"Point {n}", place=commune, ssid="W")
            point = {"name": "A", "mac": f"{n:012x}"}
            actions.add_access_point(SYSTEM, made.zones.get(), **point)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            network.get(address)
        return len(queries)

    addresses = (BASE, BASE + "points.csv", BASE + "points.geojson")
    add(0, 3)
    few = [asked(a) for a in addresses]
    add(3, 120)
    assert [asked(a) for a in addresses] == few
    assert few[0] <= 6
    assert page(network.get(BASE)).count("ss-map__point") <= 120


def test_a_hotspot_is_added_in_two_steps_and_its_configuration_taken(network: Client, portal: None) -> None:
    sent = {
        "name": "Gare de Thiès",
        "commune": "Thiès Nord",
        "ssid": "Smart Wifi",
        "kinds_of_access": ["click", "sms"],
    }
    assert "Le lieu et le réseau" in page(network.get(BASE + "nouveau/"))
    answer = network.post(BASE + "nouveau/", sent)
    assert answer.headers["Location"] == BASE + "wifi-gare-de-thies/passerelles/nouvelle/?suite=1"
    second = answer.headers["Location"]
    assert "Sa passerelle" in page(network.get(second))
    gateway = {
        "gateway": "mikrotik",
        "transport": "udp",
        "network": "102.164.10.20",
        "interim_seconds": "300",
    }
    answer = network.post(second, gateway)
    third = answer.headers["Location"]
    assert third == BASE + "passerelles/gare-de-thies-gw1/?suite=1"
    nas = Nas.objects.get()
    secret = api.open_secret(nas.code, bytes(nas.secret or b"")).decode()
    text = page(network.get(third))
    assert secret in text
    assert "Prenez la configuration maintenant" in text
    assert "no-store" in network.get(third).headers["Cache-Control"]
    file = network.get(BASE + f"passerelles/{nas.code}/fichiers/1/")
    assert 'filename="smart-senegal.rsc"' in file.headers["Content-Disposition"]
    assert secret in file.content.decode()
    assert network.get(BASE + f"passerelles/{nas.code}/fichiers/9/").status_code == 404


def test_the_secret_is_shown_to_who_made_it_for_a_while_only(
    network: Client, hotspot: Hotspot, engineer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel.identity.models import Account
    from smartsenegal.wifi.network.views import gateways
    from tests.wifi.network.conftest import BACKEND

    gateway = {"gateway": "generic", "transport": "udp", "network": "192.0.2.1", "interim_seconds": "300"}
    address = network.post(f"{BASE}{hotspot.site.code}/passerelles/nouvelle/", gateway).headers["Location"]
    nas = Nas.objects.get()

    def secret() -> str:
        sealed = bytes(Nas.objects.get().secret or b"")
        return api.open_secret(nas.code, sealed).decode()

    assert secret() in page(network.get(address))
    colleague = Client()
    colleague.force_login(Account.objects.get(pk=engineer().account_id), backend=BACKEND)
    text = page(colleague.get(address))
    assert secret() not in text
    assert "SECRET-A-RENOUVELER" in text
    later = gateways.time.time() + gateways.SHOWN_SECONDS + 1
    monkeypatch.setattr(gateways.time, "time", lambda: later)
    assert secret() not in page(network.get(address))
    before = secret()
    assert "accepté pendant 24 heures" in page(network.get(address + "secret/"))
    assert network.post(address + "secret/").headers["Location"] == address
    assert secret() != before
    assert secret() in page(network.get(address))
    network.post(address + "retirer/")
    assert secret() not in page(network.get(address))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Indiquez le nom du point."),
        ("commune", "", "Indiquez la commune."),
        ("commune", "zzzzzz", "Cette commune est inconnue"),
        ("commune", "Mlomp", "Choisissez la vôtre"),
        ("ssid", "é" * 20, "32 octets"),
        ("kinds_of_access", [], "au moins une façon"),
        ("latitude", "14.7", "ou aucune des deux"),
        ("longitude", "500", "180"),
    ],
)
def test_faults_stand_beside_their_field(network: Client, field: str, value: Any, sentence: str) -> None:
    sent = {"name": "Gare", "commune": "Thiès Nord", "ssid": "W", "kinds_of_access": ["click"], field: value}
    text = page(network.post(BASE + "nouveau/", sent))
    assert sentence in text
    assert "Il y a un problème" in text
    assert Hotspot.objects.count() == 0


def test_a_site_says_what_is_left_to_do(network: Client, hotspot: Hotspot) -> None:
    address = f"{BASE}{hotspot.site.code}/"
    text = page(network.get(address))
    for words in ("Reste à faire", "Aucune passerelle", "Aucune borne déclarée", "Position approximative"):
        assert words in text
    settings = {
        "name": "Grand marché", "ssid": "Smart Wifi", "kinds_of_access": "click", "languages": "fr",
        "lease_seconds": "1800", "pool": "10.20.0.0/20", "uplink_down_kbps": "200000",
        "latitude": "14.41", "longitude": "-16.96", "mobile": "on",
    }  # fmt: skip
    assert network.post(address + "reglages/", settings).headers["Location"] == address
    point = {"zone": hotspot.zones.get().pk, "name": "A1", "mac": "00-11-22-AA-BB-CC", "channel_2.4": "6"}
    assert network.post(address + "bornes/nouvelle/", point).headers["Location"] == address
    text = page(network.get(address))
    for words in (
        "kit mobile",
        "00:11:22:AA:BB:CC",
        "canal 6",
        "200 Mbit/s",
        "14,41000",
        "montant : non connu",
    ):
        assert words in text
    assert "Déclarer ses bornes" not in text
    made = AccessPoint.objects.get()
    edit = f"{address}bornes/{made.pk}/"
    assert 'value="00:11:22:AA:BB:CC"' in page(network.get(edit))
    network.post(edit, {**point, "name": "A2", "channel_5": "36", "installed_on": "12/11/2026"})
    assert sorted(made.radios.values_list("band", "channel")) == [("2.4", 6), ("5", 36)]
    assert "12 novembre 2026" in page(network.get(edit))
    assert "hexadécimaux" in page(network.post(edit, {**point, "mac": "12"}))
    network.post(edit + "retirer/")
    assert "Retirée" in page(network.get(address))


def test_what_a_gateway_lacks_is_told_all_at_once(network: Client, hotspot: Hotspot) -> None:
    address = f"{BASE}{hotspot.site.code}/passerelles/nouvelle/"
    told = page(network.post(address, {"transport": "udp", "interim_seconds": "300"}))
    assert "Choisissez le modèle de la passerelle." in told
    assert "Indiquez l’adresse d’où viennent ses paquets." in told
    zone = page(
        network.post(f"{BASE}{hotspot.site.code}/zones/nouvelle/", {"name": "Quai", "latitude": "abc"})
    )
    assert "Écrivez la latitude en degrés, comme 14,69370." in zone


def test_zones_works_and_states(network: Client, hotspot: Hotspot) -> None:
    address = f"{BASE}{hotspot.site.code}/"
    network.post(address + "zones/nouvelle/", {"name": "Hall des arrivées"})
    zone = hotspot.zones.get(code="hall-des-arrivees")
    network.post(f"{address}zones/{zone.pk}/", {"name": "Hall nord"})
    assert "Hall nord" in page(network.get(address))
    day = timezone.localdate() + timedelta(days=1)
    works = {
        "starts_on": day.strftime("%d/%m/%Y"), "starts_time": "08:00",
        "ends_on": day.strftime("%d/%m/%Y"), "ends_time": "12:30", "reason": "Passage de la fibre",
    }  # fmt: skip
    assert "comme 8 h 30" in page(network.post(address + "travaux/", {**works, "ends_time": "midi"}))
    backwards = page(network.post(address + "travaux/", {**works, "ends_time": "7 h"}))
    assert 'href="#id_ends_on">La fin vient après le début.' in backwards
    network.post(address + "travaux/", works)
    assert "Passage de la fibre" in page(network.get(address))
    work = hotspot.maintenances.get()
    network.post(f"{address}travaux/{work.pk}/annuler/")
    assert "Passage de la fibre" not in page(network.get(address))
    assert "Indiquez le motif" in page(network.post(address + "etat/", {"state": "closed"}))
    network.post(address + "etat/", {"state": "suspended", "reason": "Vol de câbles"})
    assert "Vol de câbles" in page(network.get(address))


def upload(client: Client, text: str) -> Any:
    return client.post(BASE + "importer/", {"file": SimpleUploadedFile("points.csv", text.encode())})


def test_a_file_is_looked_at_before_it_is_brought_in(network: Client, hotspot: Hotspot) -> None:
    text = (
        "code;nom;commune;ssid;descendant_kbps\n"
        "wifi-gare;Gare;Thiès Nord;Smart Wifi;200000\n"
        f"{hotspot.site.code};Grand marché;Mbour;Smart Wifi;\n"
    )
    looked = page(upload(network, text))
    assert "1 point à ajouter, 1 à modifier, 0 déjà pareil" in looked
    assert "nom : Place du Marché → Grand marché" in looked
    assert looked.count(">Mbour<") == 1
    assert Hotspot.objects.count() == 1
    answer = network.post(BASE + "importer/", {"text": text.replace("\n", "\r\n"), "confirm": "1"})
    assert answer.headers["Location"] == BASE
    assert sorted(Hotspot.objects.values_list("site__name", flat=True)) == ["Gare", "Grand marché"]
    assert "Rien à changer" in page(upload(network, text))


def test_the_faults_of_a_file_name_line_and_column(network: Client, hotspot: Hotspot) -> None:
    text = "code,nom,commune,ssid,latitude\nx,X,zzzz,W,\ny,Y,Mbour,W,abc\nz,Z,Mbour,,\nz,,Mbour,W,\n"
    looked = page(upload(network, text))
    assert "Ce fichier a des fautes" in looked
    for words in (">2</th>", ">3</th>", "<code>commune</code>", "<code>latitude</code>", "Rien n’est écrit"):
        assert words in looked
    network.post(BASE + "importer/", {"text": text, "confirm": "1"})
    assert Hotspot.objects.count() == 1
    for content, sentence in ((b"\xff\xfe", "UTF-8"), (b"x" * 1_000_001, "un mégaoctet")):
        answer = network.post(BASE + "importer/", {"file": SimpleUploadedFile("p.csv", content)})
        assert sentence in page(answer)
    assert "Choisissez un fichier." in page(network.post(BASE + "importer/"))


def test_exports_hold_no_secret_and_say_what_is_approximate(network: Client, hotspot: Hotspot) -> None:
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    actions.add_access_point(SYSTEM, hotspot.zones.get(), name="A", mac="001122334455", radios={"5": {}})
    secret = api.open_secret(nas.code, bytes(nas.secret or b"")).decode()
    found = page(network.get(BASE + "points.geojson"))
    assert secret not in found
    feature = json.loads(found)["features"][0]
    assert feature["properties"]["position"] == "approximative"
    assert feature["properties"]["zones"][0]["access_points"][0]["radios"][0]["band"] == "5"
    assert secret not in page(network.get(BASE + "points.csv"))
    assert json.loads(page(network.get(BASE + "points.geojson", {"q": "zzz"})))["features"] == []


def test_other_agents_and_other_regions_are_kept_out(
    client: Client, hotspot: Hotspot, engineer: Callable[..., Any]
) -> None:
    from smartsenegal.kernel.identity.models import Account
    from tests.wifi.network.conftest import BACKEND

    address = f"{BASE}{hotspot.site.code}/"
    for by in (engineer(role="inspector"), engineer(territory="SN-KL")):
        client.force_login(Account.objects.get(pk=by.account_id), backend=BACKEND)
        for end in ("", "reglages/", "etat/", "bornes/nouvelle/", "passerelles/nouvelle/", "travaux/"):
            assert client.get(address + end).status_code == 403
            assert client.post(address + end).status_code in (403, 405)


def test_a_gateway_that_connects_by_radsec_is_given_its_certificate_once(
    network: Client, hotspot: Hotspot
) -> None:
    given = {
        "gateway": "generic", "transport": "radsec", "certificate_name": "gw1.ucad.sn",
        "interim_seconds": "300",
    }  # fmt: skip
    address = network.post(f"{BASE}{hotspot.site.code}/passerelles/nouvelle/", given).headers["Location"]
    page = network.get(address).content.decode()
    assert "Il lui faut un certificat" in page
    assert "port 2083" in page
    assert "Autre secret" not in page
    asked = network.get(f"{address}certificat/").content.decode()
    assert "Le précédent" not in asked
    answer = network.post(f"{address}certificat/")
    assert answer.headers["Content-Disposition"].endswith('.pem"')
    assert "no-store" in answer.headers["Cache-Control"]
    shown, root = x509.load_pem_x509_certificates(answer.content)
    shown.verify_directly_issued_by(root)
    assert load_pem_private_key(answer.content, None).public_key() == shown.public_key()
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["gw1.ucad.sn"]
    nas = Nas.objects.get(certificate_name="gw1.ucad.sn")
    assert nas.certificate_until == shown.not_valid_after_utc
    entry = Entry.objects.get(verb="wifi.gateway_certificate")
    assert "PRIVATE" not in str(entry.detail)
    later = network.get(address).content.decode()
    assert "Il lui faut un certificat" not in later
    assert "Autre certificat" in later
    assert "Le précédent reste valable" in network.get(f"{address}certificat/").content.decode()
    # Its key is lost: the certificate is revoked, from the list or by what is typed, and it needs another.
    fingerprint = shown.fingerprint(SHA256()).hex()
    assert f"revoquer/?certificat={fingerprint}" in later
    form = network.get(f"{address}revoquer/?certificat={fingerprint}").content.decode()
    assert f'value="{fingerprint}"' in form
    wrong = network.post(f"{address}revoquer/", {"mark": "x" * 64, "reason": "Volée"}).content.decode()
    assert "Écrivez l’empreinte SHA-256" in wrong
    assert "Volée" in wrong
    typed = {"mark": f"serial={shown.serial_number:X}", "reason": "Passerelle volée"}
    assert network.post(f"{address}revoquer/", typed).status_code == 302
    certificate = Certificate.objects.get()
    assert (certificate.fingerprint, certificate.reason) == (fingerprint, "Passerelle volée")
    assert certificate.revoked_at
    page = network.get(address).content.decode()
    assert "Révoqué" in page
    assert "Il lui faut un certificat" in page
    assert "déjà révoqué" in network.post(f"{address}revoquer/", typed).content.decode()
    assert Entry.objects.filter(verb="wifi.certificate_revoked").count() == 1
    # One of another authority, that we never saw.
    assert network.post(f"{address}revoquer/", {**typed, "mark": "ab:" * 31 + "ab"}).status_code == 302
    assert "Pas par nous" in network.get(address).content.decode()
