"""A month of a customer: what it owes is invoiced once, asked, corrected, and read by nobody else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from smartsenegal.datacenter.billing import actions, queries, rules
from smartsenegal.datacenter.billing.errors import BillingRefused, NothingOwed
from smartsenegal.datacenter.billing.models import Invoice
from smartsenegal.datacenter.billing.rules import CROSS, LEASE, Terms
from smartsenegal.datacenter.colocation.actions import leases, requests
from smartsenegal.datacenter.colocation.models import Cross, Hands, Lease
from smartsenegal.datacenter.facility.models import DataCenter, Rack
from smartsenegal.datacenter.hosting.models import Bill, Machine, Project, Step
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments.api import enter_carrier, payable_for
from smartsenegal.kernel.payments.registry import may_pay_for
from tests.datacenter.colocation.world import SYSTEM, hold, make_company
from tests.datacenter.facility.test_pages import page
from tests.datacenter.hosting.world import make_machine, make_pool, make_project
from tests.datacenter.hosting.world import price as price_hosting
from tests.jobs import drain

ROOT = "/datacentre/facturation/"
TERMS = Terms("days", "nearest", 30)
JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("starts", "ends", "terms", "quantity", "amount"),
    [
        (date(2026, 5, 3), None, TERMS, "30/30", 1000),
        (date(2026, 6, 21), None, TERMS, "10/30", 333),
        (date(2026, 6, 21), None, replace(TERMS, money_rounding="up"), "10/30", 334),
        (date(2026, 6, 11), date(2026, 6, 21), replace(TERMS, part_month="whole"), "30/30", 1000),
        (date(2026, 1, 1), date(2026, 6, 2), TERMS, "1/30", 33),
        (date(2026, 1, 1), JUNE, TERMS, "", 0),
        (date(2026, 7, 1), None, TERMS, "", 0),
    ],
)
def test_a_rent_is_due_by_its_days_the_end_excluded(
    starts: date, ends: date | None, terms: Terms, quantity: str, amount: int
) -> None:
    line = rules.rent(LEASE, "Bail", 1_000, starts, ends, JUNE, terms)
    assert (line.quantity, line.amount) == (quantity, amount) if line else (quantity, amount) == ("", 0)


def _last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def test_a_month_is_invoiced_once_asked_corrected_and_nobody_elses(
    priced: DataCenter,
    rack: Rack,
    browser: Client,
    signed_in: Callable[[identity.Principal], Client],
) -> None:
    by, customer = make_company("Teranga SARL")
    stranger, _ = make_company("Ailleurs SARL")
    month = _last_month()
    start = timezone.make_aware(timezone.datetime(month.year, month.month, 1))
    after = rules.next_month(month)
    lease = leases.sign(SYSTEM, hold(rack, customer))  # 4 U at 10 000, 1 kW at 50 000
    cross = requests.ask_cross(by, lease, port=1, medium="fibre", other=lease, other_port=2)
    requests.install_cross(SYSTEM, cross)
    Cross.objects.update(installed_at=start)
    work = requests.finish_hands(SYSTEM, requests.ask_hands(by, lease, text="Voir"), minutes=60, answer="Vu")
    Hands.objects.filter(pk=work.pk).update(done_at=start, amount=None)  # its tariff is that of its day
    project = make_project(by, make_pool(priced), customer)
    machine = make_machine(by, project)
    Project.objects.update(opened_at=start)
    Machine.objects.update(made_at=start)
    Step.objects.bulk_create(
        [
            Step(machine=machine, at=start, running=True, vcpus=2, memory_mib=1024, disk_gib=1),
            Step(
                machine=machine, at=start + timedelta(hours=10), running=False, vcpus=2, memory_mib=1,
                disk_gib=0,
            ),
        ]
    )  # fmt: skip
    center, address = f"{ROOT}centre/dc-essai/", f"{ROOT}centre/dc-essai/mois/{month:%Y-%m}/"

    # Nothing is owed to anybody before who invoices and how is said, and every use has its price.
    assert "Rien ne peut être facturé" in page(browser.get(center))
    assert "Aucune condition ne vaut pour ce mois" in page(browser.get(address))
    biller = identity.organisation("senum")
    assert biller is not None
    asked = {
        "valid_from": "2 janvier 2020", "biller": "senum", "part_month": "days", "payment_days": "30",
        "money_rounding": "nearest", "source": "Décision 1",
    }  # fmt: skip
    assert "Aucun n’a encore de compte" in page(browser.post(f"{center}conditions/", asked))
    enter_carrier(SYSTEM, biller)
    assert "le premier jour d’un mois" in page(browser.post(f"{center}conditions/", asked))
    asked["valid_from"] = "1er janvier 2020"
    assert browser.post(f"{center}conditions/", asked).status_code == 302
    told = page(browser.get(address))
    assert "Teranga SARL" in told
    assert "Tarif non fixé" in told
    assert "Tarif non fixé pour : disque" in page(browser.post(address))
    assert not Bill.objects.exists()
    price_hosting(priced)
    with pytest.raises(BillingRefused, match="n’est pas fini"):
        actions.invoice_month(SYSTEM, priced, customer, after)
    with pytest.raises(NothingOwed):
        actions.invoice_month(SYSTEM, priced, identity.Organisation.objects.get(pk=biller.pk), month)
    owed = 40_000 + 50_000 + 15_000 + 25_001 + 50 + 25 + 25
    assert "130\u202f101\u00a0F\u00a0CFA" in browser.get(address).content.decode()
    assert "1 facture émise" in page(browser.post(address))
    found = Invoice.objects.get()
    assert (found.total, found.brought, found.due, found.left) == (owed, 0, owed, 0)
    assert "Rien ne reste à facturer" in page(browser.get(address))
    with pytest.raises(BillingRefused, match="déjà facturé"):
        actions.invoice_month(SYSTEM, priced, customer, month)

    # It is asked of who may pay for the customer, on the account of who invoices; nobody else reads it.
    payable = payable_for(found.subject)
    assert payable is not None
    assert (payable.amount, payable.lines.get().beneficiary.code) == (owed, "exploitant:senum")
    assert may_pay_for(by, found.subject)
    assert not may_pay_for(stranger, found.subject)
    drain()
    sms = Message.objects.get(
        recipient=by.account_id, channel="sms", template="datacenter_billing.invoice_issued"
    )
    assert found.number in sms.body
    own, theirs, one = signed_in(by), signed_in(stranger), f"{ROOT}factures/{found.number}/"
    told = page(own.get(one))
    for words in ("Payer 130 101 F CFA", "90 000 F CFA par mois", "20 vCPU·h", "60 min", f"Bail {lease}"):
        assert words in told, words
    statement = json.loads(own.get(f"{one}calcul.json").content)
    assert sum(line["amount"] for line in statement["reckoned"]["lines"]) == owed
    assert statement["reckoned"]["projects"] == {"jokko": Bill.objects.get().sha256}
    assert found.number in page(own.get(f"{ROOT}client/{customer.pk}/"))
    doors = (one, f"{one}calcul.json", f"{ROOT}client/{customer.pk}/", f"{ROOT}factures/DC-2026-99999/")
    assert {theirs.get(door).status_code for door in doors} == {403}
    assert own.get(f"{one}corriger/").status_code == 403
    with (
        pytest.raises(DatabaseError, match=r"append_only|Cannot update"),
        transaction.atomic(),
    ):
        Invoice.objects.update(total=1)

    # What was false is mended by another invoice: what was paid is brought into it.
    assert "Rien n’a changé" in page(browser.post(f"{one}corriger/", {"reason": "Vérifier"}))
    payable.state, payable.settled_at = "settled", timezone.now()
    payable.save()
    Cross.objects.update(closed_at=start)
    assert browser.post(f"{one}corriger/", {"reason": "Le câble était retiré"}).status_code == 302
    again = Invoice.objects.get(replaces=found)
    assert (again.total, again.brought, again.due, again.left) == (owed - 15_000, owed, 0, 15_000)
    assert "Le câble était retiré" in page(own.get(one))
    assert queries.credit_of(priced, customer.pk, biller.pk) == 15_000
    # Past its term a lease owes nothing more.
    Lease.objects.update(ends_on=month + timedelta(days=1))
    lines = queries.owed(priced, month, TERMS, customer.pk)[customer.pk]
    assert [line.quantity for line in lines if line.kind == LEASE] == [f"1/{(after - month).days}"]
    kinds = {line["kind"] for line in json.loads(again.statement)["reckoned"]["lines"]}
    assert CROSS not in kinds
