"""What is due, on a day."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.onestop.procedures.definition import DatedAmount, Fee
from smartsenegal.onestop.procedures.rules import amount_on, fees_assessed, fees_due, price, total
from tests.onestop.procedures.samples import ANSWERS, small

D = small()
TODAY = date(2026, 11, 24)


def test_lines_go_to_each_accountant():
    lines = fees_due(D, ANSWERS, TODAY)
    assert [(x.key, x.amount, x.beneficiary, x.nature) for x in lines] == [
        ("timbre", 200, "domaines", "timbre"),
        ("droit", 1500, "tresor", "droit"),
        ("vignette", 200, "commune", "vignette"),
    ]
    assert total(lines) == 1900


def test_a_conditional_fee_is_left_out_with_its_condition():
    assert total(fees_due(D, {**ANSWERS, "usage": "loisir"}, TODAY)) == 400


def test_the_tariff_of_the_day_counts():
    assert total(fees_due(D, ANSWERS, date(2026, 6, 30))) == 1400
    assert total(fees_due(D, ANSWERS, date(2026, 7, 1))) == 1900
    assert fees_due(D, ANSWERS, date(2020, 1, 1)) == []


def test_a_service_sets_its_amount_inside_the_published_range_only():
    assert total(fees_due(D, ANSWERS, TODAY, {"vignette": 350})) == 2050
    assert total(fees_due(D, ANSWERS, TODAY, {"vignette": 501, "timbre": 0})) == 1900


def test_price_says_the_least_and_the_most():
    found = price(D, TODAY)
    assert (found.least, found.most) == (300, 2200)
    assert price(small(fees=()), TODAY).most == 0


amounts = st.dictionaries(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 10**9), min_size=1)


@given(amounts, st.dates(date(1999, 1, 1), date(2041, 1, 1)))
def test_the_amount_is_the_last_one_started(dated, day):
    fee = Fee("f", "F", "tresor", "droit", tuple(DatedAmount(d, a) for d, a in sorted(dated.items())))
    started = [d for d in dated if d <= day]
    assert amount_on(fee, day) == (dated[max(started)] if started else 0)


days = st.dates(date(2021, 2, 1), date(2030, 1, 1))


@given(st.sampled_from(["loisir", "metier"]), st.integers(0, 600), days)
def test_what_is_due_lies_between_the_least_and_the_most(usage, vignette, day):
    due = total(fees_due(D, {**ANSWERS, "usage": usage}, day, {"vignette": vignette}))
    told = price(D, day)
    assert told.least <= due <= told.most


def test_an_assessed_fee_is_due_at_its_step_and_not_at_filing():
    tax = replace(D.fees[2], key="taxe", assessed_at="liquidation", minimum=100, maximum=500)
    d = small(fees=(D.fees[0], tax))
    assert [x.key for x in fees_due(d, ANSWERS, TODAY)] == ["timbre"]
    assert [x.key for x in fees_assessed(d, ANSWERS, "liquidation")] == ["taxe"]
    assert [x.amount for x in fees_due(d, ANSWERS, TODAY, {"taxe": 480}, at="liquidation")] == [480]
    assert (price(d, TODAY).least, price(d, TODAY).most) == (300, 700)
