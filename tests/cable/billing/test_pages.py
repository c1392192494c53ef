"""Contracts, months and invoices as engineers and customers see them; the customer makes the bill again."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smartsenegal.cable.billing import actions, holdings
from smartsenegal.cable.billing.listeners import tell_invoice
from smartsenegal.cable.billing.models import Contract, Conventions, Downtime, Invoice, Port
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.api import EventData
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.notifications.rules import sms_size
from smartsenegal.kernel.payments.api import payable_for
from smartsenegal.kernel.payments.registry import party_of, place_of_subject
from tests.cable.billing.terms import MONTH
from tests.cable.billing.world import FEBRUARY, HEAD, STARTS, SYSTEM, contract, counters
from tests.cable.conftest import BACKEND

BASE = "/cable/facturation/"
PAGE = f"{BASE}contrats/transit-1/"
GUIDE = Path(__file__).resolve().parents[3] / "docs/guides/cable-billing.md"


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def customer(country: None) -> identity.Account:
    return identity.create_account(SYSTEM, name="Ndèye Faye", phone="+221771000555", verified=True)


@pytest.fixture
def portal(customer: identity.Account) -> Client:
    """A browser in which the customer's account is signed in."""
    client = Client()
    client.force_login(customer, backend=BACKEND)
    return client


def burst(slot: int) -> int:
    return 250 if slot % 10 == 0 else 40


def issued(payer: identity.Account, **said: Any) -> Invoice:
    made = contract(payer=str(payer.pk), ports=("p1", "p2"), **said)
    actions.take_readings(
        SYSTEM,
        HEAD + counters("p1", burst, skip=[100, 101]) + counters("p2", lambda n: 3 + n % 7, skip=[300]),
    )
    return actions.invoice_month(SYSTEM, made, FEBRUARY)


def test_an_engineer_writes_a_contract_from_its_first_page_to_its_invoice(
    planner: Client, customer: identity.Account
) -> None:
    from smartsenegal.kernel.payments.api import enter_carrier

    assert "Aucun contrat" in page(planner.get(BASE))
    carrier = identity.organisation("senum")
    assert carrier is not None
    enter_carrier(SYSTEM, carrier)
    sent = {
        "name": "Transit 1", "customer": "Opérateur SA", "payer": "personne@exemple.sn", "carrier": "senum",
        "starts_on": "27 2 2024", "slot_seconds": "300", "spread_slots": "2", "payment_days": "30",
    }  # fmt: skip
    assert "Personne ne se connecte ainsi" in page(planner.post(f"{BASE}nouveau/", sent))
    planner.post(f"{BASE}nouveau/", {**sent, "payer": "77 100 05 55"})
    made = Contract.objects.get(code="transit-1")
    assert (made.payer, made.starts_on) == (str(customer.pk), STARTS)
    assert "déjà pris" in page(planner.post(f"{BASE}nouveau/", {**sent, "payer": "77 100 05 55"}))
    assert "entier de 1 à" in page(planner.post(f"{PAGE}ports/nouveau/", {"code": "p1", "bits": "64"}))
    planner.post(f"{PAGE}ports/nouveau/", {"code": "p1", "bits": "64", "speed_mbps": "1000"})
    assert Port.objects.get().bits == 64
    said = {name: value for name, value in MONTH.items() if not isinstance(value, tuple)}
    said |= {
        "valid_from": "1er février 2024",
        "source": "Contrat n° 1",
        "commit_kbps": "100",
        "price": "5 000",
    }
    assert "Choisissez" in page(planner.get(f"{PAGE}conditions/"))
    assert "ne se lit pas" in page(planner.post(f"{PAGE}conditions/", {**said, "tiers": "cent = 4"}))
    assert "La dernière tranche" in page(planner.post(f"{PAGE}conditions/", {**said, "tiers": "100 : 6000"}))
    planner.post(f"{PAGE}conditions/", {**said, "tiers": "100 : 6 000\nau-delà : 4000"})
    assert Conventions.objects.get().tiers == [[100_000, 6_000], [None, 4_000]]
    assert "100 : 6000" in page(planner.get(f"{PAGE}conditions/"))
    text = (HEAD + counters("p1", burst)).encode()
    bad = planner.post(f"{BASE}releves/", {"file": SimpleUploadedFile("x.csv", text + b"p9,1,,1,1\n")})
    assert "Aucun port n’a le code « p9 »" in page(bad, 422)
    planner.post(f"{BASE}releves/", {"file": SimpleUploadedFile("x.csv", text)})
    text = page(planner.get(f"{PAGE}2024-02/"))
    assert "250 Mbit/s" in text
    assert "aucun, 44 créneaux de trop" in text
    assert "864 sur 864" in text
    assert "Facturer" in text
    planner.post(f"{PAGE}2024-02/facturer/")
    assert "Facture TR-" in page(planner.get(f"{PAGE}2024-02/"))
    assert "Ajouter un port" not in page(planner.get(PAGE))
    again = planner.post(f"{PAGE}2024-02/facturer/", follow=True)
    assert "déjà facturé" in page(again)
    assert Invoice.objects.count() == 1
    assert Entry.objects.filter(verb__startswith="cable.").count() >= 5


def test_downtime_and_end_are_declared_and_an_invoice_corrected(
    planner: Client, customer: identity.Account
) -> None:
    invoice = issued(customer)
    away = {"reason": "Coupure", "began_on": "28 2 2024", "began_time": "10:00", "ended_on": "28 2 2024"}
    assert "La fin vient après" in page(
        planner.post(f"{PAGE}interruptions/nouvelle/", {**away, "ended_time": "09:00"})
    )
    planner.post(f"{PAGE}interruptions/nouvelle/", {**away, "ended_time": "23:00"})
    planner.post(f"{PAGE}interruptions/nouvelle/", {**away, "reason": "Faute", "ended_time": "23:30"})
    planner.post(f"{BASE}interruptions/{Downtime.objects.get(reason='Faute').pk}/retirer/")
    assert "Coupure" in page(planner.get(PAGE))
    planner.post(f"{BASE}factures/{invoice.number}/corriger/", {"reason": "Coupure oubliée"})
    text = page(planner.get(f"{BASE}factures/{invoice.number}/"))
    assert "Cette facture est remplacée" in text
    text = page(planner.get(f"{BASE}factures/{Invoice.objects.get(replaces=invoice).number}/"))
    assert "Avoir pour interruption" in text
    assert "780 min" in text
    planner.post(f"{PAGE}fin/", {"ends_on": "1er mars 2024"})
    assert Contract.objects.get().ends_on == date(2024, 3, 1)
    assert planner.get(f"{PAGE}2024-03/").status_code == 404


def test_the_customer_sees_their_own_contract_alone_and_pays_it(
    portal: Client, client: Client, customer: identity.Account
) -> None:
    assert portal.get(BASE).status_code == 403
    invoice = issued(customer)
    assert "Transit de l’opérateur" in page(portal.get(BASE))
    text = page(portal.get(PAGE))
    assert "Déclarer une interruption" not in text
    assert "Payer" in page(portal.get(f"{BASE}factures/{invoice.number}/"))
    payable = payable_for(invoice.subject)
    assert payable is not None
    assert "Pour le compte de : Opérateur SA" in re.sub(
        r"<[^>]+>", "", page(portal.get(f"/paiements/{payable.pk}/"))
    )
    assert portal.post(f"{PAGE}2024-02/facturer/").status_code == 403
    own = str(customer.pk)
    assert holdings.subjects(own) == [f"cable_contract:{invoice.contract_id}"]
    (item,) = holdings.export(own)
    assert json.loads(b"".join(item.chunks))[0]["factures"][0]["numero"] == invoice.number
    assert [outcome.kept for outcome in holdings.erase(own, None)] == [1]
    party, place = party_of(invoice.subject), place_of_subject(invoice.subject)
    assert (party.label if party else "", place.organisation_id) == (
        "Opérateur SA",
        invoice.contract.carrier_id,
    )
    other = identity.create_account(SYSTEM, name="Autre", phone="+221771000556", verified=True)
    client.force_login(other, backend=BACKEND)
    for address in (PAGE, f"{PAGE}2024-02/", f"{BASE}factures/{invoice.number}/creneaux.csv"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"direction": "side_max", "missing": "zero", "rate_rounding": "nearest", "tier_mode": "volume"},
        {"direction": "sum", "missing": "interpolate", "rate_rounding": "down", "money_rounding": "up"},
        {"direction": "out", "part_month": "whole", "money_rounding": "down", "least_known": 100},
        {"direction": "in", "step_kbps": 1, "percent": 90, "gap_slots": 0, "missing": "interpolate"},
    ],
    ids=["as-signed", "side-max", "sum", "out", "in"],
)
def test_the_customer_makes_the_invoice_again_with_the_script_of_the_guide(
    portal: Client, customer: identity.Account, said: dict[str, Any], tmp_path: Path
) -> None:
    invoice = issued(customer, **said)
    for name, file in (("creneaux.csv", "creneaux.csv"), ("conditions.json", "conditions.json")):
        (tmp_path / name).write_bytes(portal.get(f"{BASE}factures/{invoice.number}/{file}").content)
    script = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)
    assert script is not None
    told = subprocess.run(
        [sys.executable, "-c", script[1]], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()
    reckoned = json.loads(invoice.statement)["reckoned"]
    assert told[:2] == [str(reckoned["kbps"] or 0), str(invoice.total)]
    assert told[2:] == [invoice.statement_sha256]
    (tmp_path / "creneaux.csv").write_text((tmp_path / "creneaux.csv").read_text().replace("p1", "p3"))
    forged = subprocess.run([sys.executable, "-c", script[1]], cwd=tmp_path, capture_output=True, check=False)
    assert forged.returncode != 0


def test_the_customer_is_told_of_an_invoice_and_of_its_correction_once(customer: identity.Account) -> None:
    invoice = issued(customer)
    actions.end_contract(SYSTEM, invoice.contract, date(2024, 2, 29))
    corrected = actions.correct(SYSTEM, invoice, "Le service a fini la veille")
    for event in Event.objects.filter(kind__startswith="cable.invoice_").order_by("pk"):
        data = EventData(event.id, event.kind, event.subject, event.payload, event.at)
        for _ in range(2):
            tell_invoice(data)
    told = {m.template: m.body for m in Message.objects.filter(recipient=str(customer.pk), channel="sms")}
    assert Message.objects.filter(recipient=str(customer.pk), channel="sms").count() == 2
    assert invoice.number in told["cable.invoice_issued"]
    assert corrected.number in told["cable.invoice_corrected"]
    assert all(sms_size(text).encoding == "gsm7" for text in told.values())
