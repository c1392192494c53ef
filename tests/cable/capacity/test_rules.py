from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.capacity import rules
from smartsenegal.cable.capacity.rules import Cut, Limits, Load, Offered, Price, Taken, Tariff

ROUTE = Limits(physics=16_000, lit=300, usable=300, cuts=(Cut("SHARE", 100), Cut("Canyon", 140)))
OWED = Taken(reserve=20, sold=50, held=30, sold_protected=25, held_protected=15)

sizes = st.integers(0, 400)
limits = st.builds(
    Limits,
    st.one_of(st.none(), st.floats(0, 500)),
    st.floats(0, 500),
    st.floats(0, 500),
    st.lists(st.builds(Cut, st.just("c"), st.floats(0, 500)), max_size=3).map(tuple),
)
owed = st.builds(Taken, sizes, sizes, sizes, sizes, sizes)


def test_what_is_left_is_the_least_of_the_three_less_what_is_promised() -> None:
    assert rules.sellable(ROUTE, OWED, protected=False) == 300 - 20 - 50 - 30
    assert rules.sellable(ROUTE, OWED, protected=True) == 100 - 20 - 25 - 15
    assert rules.sellable(Limits(90, 300, 90, ()), Taken(20), protected=True) == 70
    assert rules.sellable(Limits(None, 300, 300, ()), Taken(20), protected=False) == 280
    assert rules.sellable(Limits(None, 0, 0, ()), Taken(20), protected=False) == 0


@pytest.mark.parametrize(
    ("asked", "protected", "words"),
    [
        (200, False, ""),
        (201, False, "La capacité allumée est de 300 Gbit/s"),
        (40, True, ""),
        (41, True, "Si l’on perd « SHARE », il ne reste que 100 Gbit/s"),
    ],
)
def test_a_refusal_names_the_limit_and_the_cut_that_proves_it(
    asked: int, protected: bool, words: str
) -> None:
    told = rules.refusal(ROUTE, OWED, asked, protected)
    assert told.startswith(words)
    assert bool(told) == bool(words)
    if words:
        assert "20 Gbit/s réservés à l’Administration" in told


def test_a_cut_that_leaves_nothing_is_told_so() -> None:
    told = rules.refusal(Limits(None, 300, 300, (Cut("SHARE", 0),)), Taken(20), 1, protected=True)
    assert told == "Si l’on perd « SHARE », il ne reste rien : rien n’y est protégé."


def test_light_refuses_before_what_is_lit() -> None:
    assert "La lumière ne permet que 90 Gbit/s" in rules.refusal(Limits(90, 300, 90, ()), Taken(0), 91, False)


@given(limits, owed, st.booleans())
def test_what_is_left_is_just_what_is_not_refused(found: Limits, taken: Taken, protected: bool) -> None:
    left = rules.sellable(found, taken, protected)
    if left:
        assert rules.refusal(found, taken, left, protected) == ""
    assert rules.refusal(found, taken, left + 1, protected) != ""


def test_routes_together_may_be_too_much() -> None:
    assert rules.overload(Load(1.0, (Cut("SHARE", 1.0),))) == ""
    assert "Les autres routes" in rules.overload(Load(0.9, ()))
    assert "« Canyon »" in rules.overload(Load(2.0, (Cut("SHARE", 1.2), Cut("Canyon", 0.8))))


TARIFFS = [Tariff(1, 12, 1, 1_000, 500), Tariff(2, 12, 10, 900, 500), Tariff(3, 36, 1, 800, 0)]


@pytest.mark.parametrize(
    ("term", "gbps", "pk"), [(12, 1, 1), (12, 9, 1), (12, 10, 2), (36, 50, 3), (35, 10, 2), (11, 10, None)]
)
def test_the_tariff_is_that_of_the_longest_term_then_the_largest_volume_reached(
    term: int, gbps: int, pk: int | None
) -> None:
    found = rules.tariff_for(TARIFFS, term, gbps)
    assert (found and found.pk) == pk


def test_a_price_is_whole_francs() -> None:
    assert rules.price(TARIFFS[1], 12) == Price(10_800, 500)


def test_the_same_product_term_and_volume_have_the_same_price() -> None:
    others = [Offered("D-00001", Price(10_000, 0))]
    assert rules.discrimination(Price(10_000, 0), others) == ""
    assert rules.discrimination(Price(9_999, 0), []) == ""
    assert "D-00001" in rules.discrimination(Price(9_999, 0), others)


def test_a_quote_holds_until_its_last_moment_and_only_while_it_is_sent() -> None:
    end = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert rules.holds("approved", end, datetime(2026, 3, 1, 11, 59, tzinfo=UTC))
    assert not rules.holds("approved", end, end)
    assert not rules.holds("rejected", end, datetime(2026, 2, 1, tzinfo=UTC))


def test_every_state_of_an_order_follows_from_the_first_and_ends() -> None:
    names = {name for name, _ in rules.ORDER_STATES}
    assert set(rules.FOLLOWS) == names
    assert {s for follows in rules.FOLLOWS.values() for s in follows} == (
        names - {"acknowledged", "assessingCancellation", "replaced"}
    )
    assert not any(rules.may_follow(end, s) for end in rules.ENDED for s in names)


def test_days_overlap_only_when_they_share_one() -> None:
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    assert not rules.overlapping(march, april, [(april, None)])
    assert rules.overlapping(march, None, [(april, None)])
    assert not rules.overlapping(april, None, [(march, april)])
