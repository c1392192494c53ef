"""Pages of a datacentre: rooms, racks, parts, files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smartsenegal.datacenter.facility import actions, queries
from smartsenegal.datacenter.facility.models import DataCenter, Device, Rack, Reservation
from tests.datacenter.conftest import BACKEND, PARTS

BASE = "/datacentre/dc-essai/"


def page(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def test_what_was_published_of_diamniadio_and_examples_that_say_so(
    browser: Client, manager: Callable[..., Any]
) -> None:
    assert actions.load_facts(manager()) is not None
    assert actions.load_facts(manager()) is None
    assert "Centre de données de Diamniadio" in page(browser.get("/datacentre/"))
    text = page(browser.get("/datacentre/dc-diamniadio/"))
    for words in ("1 400 kW", "Aucun certificat connu", "250 m²", "Exemple", "Salle de l’État"):
        assert words in text
    verdict = page(browser.get("/datacentre/niveau/dc-diamniadio/"))
    assert "VANNE" in verdict  # the one valve all the cold goes through
    assert "Tout ne peut pas être arrêté" in verdict


def test_a_rack_shows_what_is_taken_and_what_is_left(browser: Client, rack: Rack) -> None:
    address = f"{BASE}baies/{rack.pk}/"
    assert "Cette baie est vide" in page(browser.get(address))
    given = {"name": "Serveur 1", "first": "1", "units": "2", "watts": "1,5", "kg": "40", "feeds": "AB"}
    answer = browser.post(f"{address}equipements/nouveau/", given)
    assert answer.headers["Location"] == address
    text = page(browser.get(address))
    for words in ("U1 à U2", "Serveur 1", "1,5 kW", "0,8 kW, 1,5 kW en secours", "40 U"):
        assert words in text
    again = page(browser.post(f"{address}equipements/nouveau/", {**given, "name": "Serveur 2"}))
    assert "U1 est déjà pris par « Serveur 1 »" in again
    assert 'value="1,5"' in again
    device = Device.objects.get()
    browser.post(f"{BASE}equipements/{device.pk}/retirer/")
    assert "Cette baie est vide" in page(browser.get(address))


def test_a_place_is_held_put_under_contract_and_freed(browser: Client, rack: Rack) -> None:
    address = f"{BASE}baies/{rack.pk}/"
    given = {
        "holder": "Jeune pousse", "expires_on": "31/12/2099", "first": "10", "units": "3", "feeds": "AB",
        "watts": "2",
    }  # fmt: skip
    assert browser.post(f"{address}retenir/", given).status_code == 302
    assert "Mettre sous contrat" in page(browser.get(address))
    held = Reservation.objects.get()
    browser.post(f"{BASE}places/{held.pk}/contrat/")
    text = page(browser.get(address))
    assert "Sous contrat" in text
    assert "Mettre sous contrat" not in text
    browser.post(f"{BASE}places/{held.pk}/liberer/")
    assert "Cette baie est vide" in page(browser.get(address))


@pytest.mark.parametrize("kind", ["pieces", "baies"])
def test_a_file_is_given_back_without_a_change(browser: Client, center: DataCenter, kind: str) -> None:
    before = list(queries.rows(center, kind))
    text = browser.get(f"{BASE}{kind}.csv").content.decode()
    file = SimpleUploadedFile("f.csv", text.encode())
    shown = page(browser.post(f"{BASE}importer/", {"kind": kind, "file": file}))
    assert "Modifié" in shown
    assert browser.post(f"{BASE}importer/", {"kind": kind, "text": text, "confirm": "1"}).status_code == 302
    assert list(queries.rows(center, kind)) == before


def test_a_file_with_a_fault_says_where_and_writes_nothing(browser: Client, center: DataCenter) -> None:
    wrong = PARTS.replace("TGBT,Tableau général,switchgear", "TGBT,Tableau général,tableau")
    file = SimpleUploadedFile("f.csv", wrong.encode())
    shown = page(browser.post(f"{BASE}importer/", {"kind": "pieces", "file": file}))
    assert "Ce fichier a des fautes" in shown
    assert "<code>nature</code>" in shown
    empty = page(browser.post(f"{BASE}importer/", {"kind": "baies"}))
    assert "Choisissez un fichier" in empty
    assert "<code>salle</code>" in empty


def test_parts_are_drawn_and_changed(browser: Client, center: DataCenter) -> None:
    text = page(browser.get(f"{BASE}pieces/"))
    assert text.count("ss-line-diagram__code") == 8
    assert "TGBT" in text
    assert page(browser.get(f"{BASE}pieces/?systeme=cooling")).count("ss-line-diagram__code") == 2
    form = page(browser.get(f"{BASE}pieces/TGBT/"))
    assert "RESEAU &gt; GE" in form
    given = {"name": "Tableau", "kind": "switchgear", "path": "", "feeds": "PDU-A", "isolation": "own"}
    refused = page(browser.post(f"{BASE}pieces/TGBT/", given))
    assert "s’alimentent en rond" in refused
    assert browser.post(f"{BASE}pieces/TGBT/", {**given, "feeds": "RESEAU > GE"}).status_code == 302


def test_a_room_and_a_rack_are_added(browser: Client, center: DataCenter) -> None:
    assert browser.post(f"{BASE}salles/nouvelle/", {"code": "salle-2", "name": "Salle 2"}).status_code == 302
    rack = {"room": "salle-2", "code": "C01", "place": "1", "units": "42", "feed_a": "PDU-A"}
    assert "triphasé" in page(browser.post(f"{BASE}baies/nouvelle/", rack))
    assert browser.post(f"{BASE}baies/nouvelle/", {**rack, "phase_a": "L1"}).status_code == 302
    assert "Salle 2" in page(browser.get(BASE))


def test_who_manages_another_territory_reads_nothing_here(
    client: Client, center: DataCenter, manager: Callable[..., Any]
) -> None:
    from smartsenegal.kernel.identity.models import Account

    elsewhere = manager("SN-TH-thies-kayar")
    client.force_login(Account.objects.get(pk=elsewhere.account_id), backend=BACKEND)
    assert client.get(BASE).status_code == 403
    assert client.get("/datacentre/niveau/dc-essai/").status_code == 403
    assert "dc-essai" not in page(client.get("/datacentre/"))
