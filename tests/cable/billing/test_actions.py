"""Counters in, invoices out: what is frozen, what is corrected, what is refused."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.utils import timezone

from smartsenegal.cable.billing import actions, queries
from smartsenegal.cable.billing.errors import BillingRefused, ReadingsRefused
from smartsenegal.cable.billing.models import Contract, Invoice, PortDay
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.payments import api as payments
from tests.cable.billing.terms import terms
from tests.cable.billing.world import FEBRUARY, HEAD, STARTS, SYSTEM, contract, counters

AFTER = datetime(2024, 3, 2, tzinfo=UTC)


@pytest.fixture
def made(country: None) -> Contract:
    return contract()


def take(*files: str) -> actions.readings.Taken:
    return actions.take_readings(SYSTEM, HEAD + "".join(files))


def month(of: Contract) -> queries.Traffic:
    found = queries.traffic(of, FEBRUARY, AFTER)
    assert found is not None
    return found


def burst(slot: int) -> int:
    """50 Mbit/s, and 300 in the first 44 slots: one more than the 5 % that are free."""
    return 300 if slot < 44 else 50


def test_a_month_is_billed_from_its_counters(made: Contract) -> None:
    taken = take(counters("p1", burst))
    assert (taken.readings, taken.new, taken.ports) == (865, 865, 1)
    invoice = actions.invoice_month(SYSTEM, made, FEBRUARY)
    assert invoice.kbps == 300_000
    # 3 days of 29: 100 Mbit/s at 5,000, 100 at 6,000, 100 at 4,000.
    assert invoice.total == round(500_000 * 3 / 29) + round(600_000 * 3 / 29) + round(400_000 * 3 / 29)
    assert invoice.due == invoice.total == payments.payable_for(invoice.subject).amount  # type: ignore[union-attr]
    assert Entry.objects.filter(verb="cable.invoice_issued").count() == 1
    assert invoice.number.endswith("-00001")


def test_one_slot_less_and_the_commitment_is_enough(made: Contract) -> None:
    take(counters("p1", lambda n: 300 if n < 43 else 50))
    assert month(made).kbps == 50_000
    assert (month(made).headroom.free, month(made).headroom.left) == (43, 0)


def test_files_that_come_twice_late_and_in_pieces_give_the_same(made: Contract) -> None:
    whole = counters("p1", burst).splitlines(keepends=True)
    take(*reversed(whole[400:]))
    take(*whole[:300])
    assert take(*whole[200:450]).new == 100
    assert take(*whole).new == 0
    pieces = {row.day: bytes(row.slots) for row in PortDay.objects.all()}
    PortDay.objects.all().delete()
    take(*whole)
    assert {row.day: bytes(row.slots) for row in PortDay.objects.all()} == pieces
    assert month(made).missing == 0


def test_a_reading_that_was_lost_is_spread_and_a_longer_hole_is_told(made: Contract) -> None:
    take(counters("p1", burst, skip=[100, 200, 201]))
    found = month(made)
    assert found.missing == 3
    assert dict(found.causes) == {"long": 1}
    assert found.kbps == 300_000


def test_a_file_with_a_fault_is_refused_whole_by_line(made: Contract) -> None:
    take(counters("p1", burst))
    ok = "p1,2024-03-05T00:00:00Z,,5,5\n"
    wrong = [
        ("p9,2024-02-27T00:00:00Z,,1,1", "port"),
        ("p1,hier,,1,1", "at"),
        ("p1,2999-01-01T00:00:00Z,,1,1", "at"),
        ("p1,2024-03-03T00:00:00Z,,-5,1", "received"),
        (f"p1,2024-03-03T00:00:00Z,,1,{1 << 64}", "sent"),
        ("p1,2024-03-03T00:00:00Z,x,1,1", "uptime"),
        ("p1,2024-03-03T00:00:00Z", "received"),
    ]
    with pytest.raises(ReadingsRefused) as refused:
        take(ok, *(f"{line}\n" for line, _ in wrong))
    assert [(f.line, f.column) for f in refused.value.faults] == [
        (n + 3, x) for n, (_, x) in enumerate(wrong)
    ]
    with pytest.raises(ReadingsRefused) as refused:
        take(ok, "p1,2024-02-27T00:05:00Z,,1,1\n")
    assert [(f.line, f.column) for f in refused.value.faults] == [(3, "at")]
    assert not PortDay.objects.filter(day=date(2024, 3, 5)).exists()


@pytest.mark.parametrize("text", ["", "port,at\n", "[1]", "[{", HEAD, '"' + "x" * 200_000, "[" * 100_000])
def test_a_file_that_is_none_is_refused(made: Contract, text: str) -> None:
    with pytest.raises(ReadingsRefused):
        actions.take_readings(SYSTEM, text)


def test_json_is_read_as_csv_is(made: Contract) -> None:
    rows = list(csv.DictReader((HEAD + counters("p1", burst)).splitlines()))
    actions.take_readings(SYSTEM, json.dumps([{**row, "received": int(row["received"])} for row in rows]))
    assert month(made).kbps == 300_000


def test_an_invoice_never_changes(made: Contract) -> None:
    take(counters("p1", burst))
    actions.invoice_month(SYSTEM, made, FEBRUARY)
    for statement in (
        "UPDATE cable_billing_invoice SET total = 0",
        "DELETE FROM cable_billing_invoice",
        "UPDATE cable_billing_conventions SET price = 0",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_correction_is_a_new_invoice_and_what_was_owed_is_owed_once(made: Contract) -> None:
    take(counters("p1", burst, skip=range(500, 864)))
    first = actions.invoice_month(SYSTEM, made, FEBRUARY)
    with pytest.raises(BillingRefused, match="déjà facturé"):
        actions.invoice_month(SYSTEM, made, FEBRUARY)
    with pytest.raises(BillingRefused, match="Rien n’a changé"):
        actions.correct(SYSTEM, first, "Pour voir")
    take(counters("p1", burst))
    with pytest.raises(BillingRefused) as refused:
        actions.correct(SYSTEM, first, " ")
    assert refused.value.field == "reason"
    second = actions.correct(SYSTEM, first, "Relevés arrivés après")
    assert (second.replaces, second.brought) == (first, 0)
    states = [p.state for p in (payments.payable_for(x.subject) for x in (first, second)) if p]
    assert states == ["cancelled", "open"]
    with pytest.raises(BillingRefused, match="déjà remplacée"):
        actions.correct(SYSTEM, first, "Encore")
    assert queries.standing_invoice(made, FEBRUARY) == second


def test_what_was_paid_too_much_is_taken_off_the_next_invoice(made: Contract) -> None:
    take(counters("p1", burst))
    first = actions.invoice_month(SYSTEM, made, FEBRUARY)
    payable = payments.payable_for(first.subject)
    assert payable is not None
    payable.state, payable.settled_at = "settled", timezone.now()
    payable.save()
    actions.declare_downtime(
        SYSTEM, made, began_at=datetime(2024, 2, 28, 10, tzinfo=UTC),
        ended_at=datetime(2024, 2, 28, 23, tzinfo=UTC), reason="Coupure",
    )  # fmt: skip
    second = actions.correct(SYSTEM, first, "Coupure oubliée")
    credit = round(51_724 * 12 / 72)  # twelve hours of three days, beyond the one that is free
    assert (first.total - second.total, second.due, second.left) == (credit, 0, credit)
    assert payments.payable_for(second.subject) is None
    third = actions.invoice_month(SYSTEM, made, date(2024, 3, 1))
    assert (third.kbps, third.total, third.brought, third.due) == (None, 500_000, credit, 500_000 - credit)


def test_conditions_written_again_hold_from_their_month_on(made: Contract) -> None:
    take(counters("p1", burst))
    actions.write_conventions(
        SYSTEM, made, valid_from=date(2024, 3, 1), terms=terms(price=9_000), source="Avenant 1"
    )
    assert month(made).terms.price == 5_000
    actions.write_conventions(SYSTEM, made, valid_from=FEBRUARY, terms=terms(price=4_000), source="Erreur")
    assert month(made).terms.price == 4_000
    with pytest.raises(BillingRefused) as refused:
        actions.write_conventions(SYSTEM, made, valid_from=STARTS, terms=terms(), source="x")
    assert refused.value.field == "valid_from"
    with pytest.raises(BillingRefused) as refused:
        actions.write_conventions(SYSTEM, made, valid_from=FEBRUARY, terms=terms(tiers=()), source="x")
    assert refused.value.field == "tiers"


def test_what_cannot_be_invoiced_says_why(made: Contract) -> None:
    with pytest.raises(BillingRefused, match="pas fini"):
        actions.invoice_month(SYSTEM, made, timezone.localdate().replace(day=1))
    with pytest.raises(BillingRefused, match="jour de service"):
        actions.invoice_month(SYSTEM, made, date(2024, 1, 1))
    actions.end_contract(SYSTEM, made, date(2024, 3, 1))
    with pytest.raises(BillingRefused, match="jour de service"):
        actions.invoice_month(SYSTEM, made, date(2024, 3, 1))
    with pytest.raises(BillingRefused):
        actions.end_contract(SYSTEM, made, STARTS)
    actions.invoice_month(SYSTEM, made, FEBRUARY)
    with pytest.raises(BillingRefused, match="ports ne changent plus"):
        actions.add_port(SYSTEM, made, code="p2", bits=64, speed_mbps=1)


def test_without_an_account_for_the_carrier_nothing_is_issued(made: Contract) -> None:
    from smartsenegal.kernel.payments.models import LedgerAccount

    LedgerAccount.objects.filter(kind="carrier").delete()
    with pytest.raises(BillingRefused, match="payments exploitant senum"):
        actions.invoice_month(SYSTEM, made, FEBRUARY)
    assert not Invoice.objects.exists()


def test_downtime_is_declared_once_over_and_withdrawn_once(made: Contract) -> None:
    noon = datetime(2024, 2, 28, 12, tzinfo=UTC)
    for began, ended in ((noon, noon), (noon, datetime(2999, 1, 1, tzinfo=UTC))):
        with pytest.raises(BillingRefused):
            actions.declare_downtime(SYSTEM, made, began_at=began, ended_at=ended, reason="x")
    found = actions.declare_downtime(
        SYSTEM, made, began_at=noon, ended_at=noon.replace(hour=14), reason="Coupure"
    )
    assert month(made).lost() == 7_200
    actions.withdraw_downtime(SYSTEM, found)
    assert month(made).lost() == 0
    with pytest.raises(BillingRefused):
        actions.withdraw_downtime(SYSTEM, found)


def test_only_who_manages_the_whole_country_writes(engineer: Callable[..., Any], made: Contract) -> None:
    by = engineer(territory="SN-TH")
    for act in (
        lambda: actions.take_readings(by, HEAD),
        lambda: actions.invoice_month(by, made, FEBRUARY),
        lambda: actions.add_port(by, made, code="x", bits=64, speed_mbps=1),
        lambda: actions.end_contract(by, made, date(2024, 3, 1)),
        lambda: actions.add_contract(by, code="x"),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_the_evidence_has_every_slot_of_every_port(country: None) -> None:
    made = contract(ports=("p1", "p2"))
    take(counters("p1", burst), counters("p2", lambda n: 10, skip=[5, 6]))
    invoice = actions.invoice_month(SYSTEM, made, FEBRUARY)
    rows = list(csv.DictReader(gzip.decompress(bytes(invoice.evidence)).decode().splitlines()))
    assert len(rows) == 2 * 864
    assert rows[0]["start"] == "2024-02-27T00:00Z"
    assert [r["port"] for r in rows if r["measured"] == "0"] == ["p2"] * 3
    assert [r["received"] for r in rows if r["measured"] == "0"] == [""] * 3
    assert sum(r["counted"] == "0" for r in rows) == 6
    reckoned = json.loads(invoice.statement)["reckoned"]
    assert (reckoned["slots"], reckoned["slots_measured"]) == (864, 861)
