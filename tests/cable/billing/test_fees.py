"""Fees: held to a naive bill that goes day by day, and invoices of them that the customer makes again."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing import actions, queries
from smartsenegal.cable.billing.errors import BillingRefused
from smartsenegal.cable.billing.models import Contract, Fee, Invoice
from smartsenegal.cable.billing.rules import fees
from smartsenegal.cable.billing.rules.bill import Window
from smartsenegal.kernel.identity.api import organisation
from smartsenegal.kernel.payments.api import enter_carrier, payable_for
from tests.cable.billing.terms import unhurried
from tests.cable.billing.world import NOBODY, SYSTEM

GUIDE = Path(__file__).resolve().parents[3] / "docs/guides/cable-billing.md"
NEAREST = fees.FeeTerms("nearest", 100, 3_600, 50)
days = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def naive(fee: fees.Fee, month: date) -> Fraction:
    """What each day of a month is worth, one after the other."""
    total, day = Fraction(0), month
    while day < fees.next_month(month):
        if fee.kind == fees.ONCE:
            total += fee.amount if day == fee.starts and fee.ends != fee.starts else 0
        elif fee.starts <= day < (fee.ends or date.max):
            if fee.kind == fees.MONTH:
                total += Fraction(fee.amount, (fees.next_month(month) - month).days)
            else:
                years = next(n for n in range(10) if fees.anniversary(fee.starts, n + 1) > day)
                begins, ends = (fees.anniversary(fee.starts, years + n) for n in (0, 1))
                total += Fraction(fee.amount, (ends - begins).days)
        day += timedelta(days=1)
    return total


@unhurried
@given(
    st.sampled_from([fees.ONCE, fees.MONTH, fees.YEAR]),
    st.integers(1, 10**10),
    days,
    st.none() | st.integers(0, 900),
    days,
)
def test_a_month_is_what_its_days_are_worth(
    kind: str, amount: int, starts: date, lasts: int | None, day: date
) -> None:
    fee = fees.Fee("x", kind, amount, starts, None if lasts is None else starts + timedelta(days=lasts))
    month = day.replace(day=1)
    found = fees.lines([fee], NEAREST, month)
    assert abs(sum(line.amount for line in found) - naive(fee, month)) <= len(found)
    if kind == fees.MONTH and found:
        assert abs(found[0].amount - naive(fee, month)) <= Fraction(1, 2)


@unhurried
@given(st.sampled_from(["up", "down", "nearest"]), st.integers(1, 10**10), days)
def test_twelve_months_make_the_price_of_a_year_to_the_franc(how: str, amount: int, starts: date) -> None:
    fee = fees.Fee("x", fees.YEAR, amount, starts, fees.anniversary(starts, 1))
    month, total = starts.replace(day=1), 0
    for _ in range(13):
        total += sum(x.amount for x in fees.lines([fee], fees.FeeTerms(how, 0, 0, 0), month))
        month = fees.next_month(month)
    assert total == amount


@unhurried
@given(st.integers(1, 10**9), days, st.integers(0, 30), st.integers(0, 400))
def test_a_change_of_price_owes_each_day_once(amount: int, starts: date, after: int, lasts: int) -> None:
    """The same price ended and begun again owes what one that runs on owes, but for a rounding."""
    change = starts + timedelta(days=after)
    ends = change + timedelta(days=lasts)
    whole = [fees.Fee("x", fees.MONTH, amount, starts, ends)]
    split = [
        fees.Fee("x", fees.MONTH, amount, starts, change),
        fees.Fee("x", fees.MONTH, amount, change, ends),
    ]
    month = change.replace(day=1)
    one, two = (sum(x.amount for x in fees.lines(each, NEAREST, month)) for each in (whole, split))
    assert abs(one - two) <= 1


def test_downtime_gives_back_of_recurring_fees_alone_and_never_more_than_the_cap() -> None:
    month, window = date(2024, 2, 1), Window(29, 29)
    owed = [
        fees.Fee("Mise en service", fees.ONCE, 500_000, month),
        fees.Fee("Location", fees.MONTH, 2_900_000, month),
    ]
    found = fees.lines(owed, NEAREST, month)
    assert fees.credit(NEAREST, found, window, 3_600) == 0
    assert fees.credit(NEAREST, found, window, 3_600 + 86_400) == 100_000
    assert fees.credit(NEAREST, found, window, 29 * 86_400) == 1_450_000


def test_an_early_end_costs_its_part_of_what_was_committed_to() -> None:
    fee = fees.Fee("Location", fees.MONTH, 3_000_000, date(2024, 1, 1))
    year = fees.Fee("Entretien", fees.YEAR, 3_660_000, date(2024, 1, 1))
    once = fees.Fee("Mise en service", fees.ONCE, 9, date(2024, 1, 1))
    asked = (date(2024, 4, 16), date(2024, 7, 1), 50, "nearest")
    assert fees.remaining([fee, once], *asked) == 3_750_000  # 2.5 months, half of them
    assert fees.remaining([year], *asked) == 380_000  # 76 days at 10,000, half of them
    assert fees.remaining([fee], date(2024, 7, 1), date(2024, 7, 1), 50, "nearest") == 0


def sold(*owed: fees.Fee, **more: Any) -> Contract:
    carrier = organisation("senum")
    assert carrier is not None
    enter_carrier(SYSTEM, carrier)
    made = actions.add_contract(
        SYSTEM, code=more.pop("code", "s1"), name="Capacité", customer="Opérateur SA", payer=NOBODY,
        carrier=carrier, starts_on=date(2024, 1, 11), slot_seconds=300, spread_slots=1, payment_days=30,
        **more,
    )  # fmt: skip
    actions.add_fees(SYSTEM, made, owed)
    return made


START = date(2024, 1, 11)
OWED = (
    fees.Fee("Mise en service", fees.ONCE, 500_000, START),
    fees.Fee("Location, 10 Gbit/s", fees.MONTH, 3_100_000, START),
    fees.Fee("Entretien", fees.YEAR, 366_000, START),
    fees.Fee("Rien", fees.MONTH, 0, START),
)


def test_what_is_sold_is_invoiced_and_made_again_by_the_customer(country: None, tmp_path: Path) -> None:
    made = sold(*OWED)
    assert Fee.objects.count() == 3
    with pytest.raises(BillingRefused, match="conditions des redevances"):
        actions.invoice_month(SYSTEM, made, date(2024, 1, 1))
    actions.write_fee_terms(SYSTEM, made, valid_from=date(2024, 1, 1), terms=NEAREST, source="Contrat 1")
    first = actions.invoice_month(SYSTEM, made, date(2024, 1, 1))
    assert first.total == 500_000 + 2_100_000 + 21_000
    payable = payable_for(first.subject)
    assert payable is not None
    assert payable.amount == first.total
    assert payable.title.startswith("Capacité de janvier")
    # More is bought on the 16th of the month after, and the line is down for a day and an hour.
    actions.end_fees(SYSTEM, made, date(2024, 2, 16))
    actions.add_fees(
        SYSTEM, made, [fees.Fee("Location, 20 Gbit/s", fees.MONTH, 5_800_000, date(2024, 2, 16))]
    )
    down = datetime(2024, 2, 20, tzinfo=UTC)
    actions.declare_downtime(
        SYSTEM, made, began_at=down, ended_at=down + timedelta(hours=25), reason="Coupure"
    )
    second = actions.invoice_month(SYSTEM, made, date(2024, 2, 1))
    fees_due = round(3_100_000 * 15 / 29) + 2_800_000 + 15_000
    assert second.total == fees_due - round(Fraction(fees_due, 29))
    script = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)
    assert script is not None
    for invoice in (first, second):
        (tmp_path / "conditions.json").write_text(invoice.statement)
        (tmp_path / "creneaux.csv").write_text("start,port,received,sent,measured,counted\n")
        told = subprocess.run(
            [sys.executable, "-c", script[1]], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert told.stdout.split() == ["0", str(invoice.total), invoice.statement_sha256]
    actions.end_contract(SYSTEM, made, date(2024, 2, 26))
    actions.end_fees(SYSTEM, made, date(2024, 2, 26))
    third = actions.correct(SYSTEM, second, "Le service a fini avant")
    assert third.total < second.total
    assert Invoice.objects.count() == 3


def test_what_is_sold_with_its_traffic_is_never_invoiced_without_it(country: None) -> None:
    made = sold(*OWED)
    actions.write_fee_terms(SYSTEM, made, valid_from=date(2024, 1, 1), terms=NEAREST, source="Contrat 1")
    actions.add_port(SYSTEM, made, code="p1", bits=64, speed_mbps=1_000)
    with pytest.raises(BillingRefused, match="il faut un port, des conditions"):
        actions.invoice_month(SYSTEM, made, date(2024, 1, 1))
    assert queries.charges(made, date(2024, 1, 1)) is not None
    assert not made.invoices.exists()


def test_all_contracts_of_a_month_are_invoiced_and_one_that_cannot_be_keeps_none_back(
    planner: Client,
) -> None:
    january = date(2024, 1, 1)
    first, second = sold(*OWED), sold(*OWED, code="s2")
    actions.write_fee_terms(SYSTEM, first, valid_from=january, terms=NEAREST, source="Contrat 1")
    url = "/cable/facturation/facturer/2024-01/"
    assert "Opérateur SA" in planner.get(url).content.decode()
    text = planner.post(url).content.decode()
    assert "1 facture émise" in text
    assert "conditions des redevances" in text
    assert [i.contract for i in Invoice.objects.all()] == [first]
    assert queries.to_invoice(january) == [second]
    assert queries.to_invoice(date(2023, 12, 1)) == []
    assert planner.get("/cable/facturation/facturer/2999-01/").status_code == 404
