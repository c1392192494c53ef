from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.rules import Line, LineRefused

STATES = [state for state, _ in rules.ATTEMPT_STATES]
READINGS = [rules.READ_OPEN, rules.READ_PAID, rules.READ_FAILED, rules.READ_EXPIRED]
lines = st.lists(
    st.builds(
        Line,
        st.just("x"),
        st.integers(1, 10**6),
        st.sampled_from(["tresor", "domaines", "commune:SN-TH-071", "chambre:dakar"]),
    ),
    min_size=1,
    max_size=8,
)


@given(lines)
def test_a_settlement_adds_up_to_zero_and_gives_each_its_share(chosen: list[Line]) -> None:
    entries = rules.settlement("operateur:wave", chosen)
    assert sum(e.amount for e in entries) == 0
    assert entries[0].amount == rules.total(chosen)
    for entry in entries[1:]:
        assert -entry.amount == sum(line.amount for line in chosen if line.beneficiary == entry.account)
    assert len({e.account for e in entries}) == len(entries)


@given(st.integers(1, 10**12))
def test_money_set_aside_adds_up_to_zero(amount: int) -> None:
    assert sum(e.amount for e in rules.set_aside("a", "b", amount)) == 0


@pytest.mark.parametrize(
    "line",
    [
        Line("x", 0, "tresor"),
        Line("x", -5, "tresor"),
        Line("x", True, "tresor"),
        Line("x", 1.5, "tresor"),  # type: ignore[arg-type]
        Line("x", 100, "societe-privee"),
        Line("x", 100, "commune:"),
        Line("x", 100, "commune:\x00"),
        Line("x", 100, "tresor\n"),
        Line("x", 10**13, "tresor"),
    ],
)
def test_what_may_not_be_collected_is_refused(line: Line) -> None:
    with pytest.raises(LineRefused):
        rules.total([line])


def test_nothing_is_no_payable() -> None:
    with pytest.raises(LineRefused):
        rules.total([])


@given(st.sampled_from(STATES), st.lists(st.sampled_from(READINGS), max_size=12))
def test_an_attempt_has_succeeded_exactly_when_it_was_read_as_paid(state: str, readings: list[str]) -> None:
    start = state
    for reading in readings:
        before, state = state, rules.next_state(state, reading)
        assert state in STATES
        assert before != rules.SUCCEEDED or state == rules.SUCCEEDED
        assert not (before in (rules.FAILED, rules.EXPIRED) and state in rules.LIVE)
    assert (state == rules.SUCCEEDED) == (start == rules.SUCCEEDED or rules.READ_PAID in readings)


@given(st.permutations(READINGS * 2))
def test_the_order_of_readings_does_not_change_who_paid(readings: list[str]) -> None:
    state = rules.CREATED
    for reading in readings:
        state = rules.next_state(state, reading)
    assert state == rules.SUCCEEDED


def test_where_the_money_goes() -> None:
    for state, received, currency in product(
        [s for s, _ in rules.PAYABLE_STATES], [999, 1000], ["XOF", "EUR"]
    ):
        outcome = rules.outcome(state, 1000, received, currency)
        wrong = received != 1000 or currency != "XOF"
        expected = (
            rules.BOOKED_HELD
            if wrong
            else rules.BOOKED_SETTLED
            if state == rules.OPEN
            else rules.BOOKED_DUPLICATE
        )
        assert outcome == expected


@given(st.integers(0, 30_000))
def test_checks_slow_down_to_a_quarter_of_an_hour(checks: int) -> None:
    delay = rules.check_delay(checks)
    assert timedelta(seconds=15) <= delay <= rules.check_delay(checks + 1) <= timedelta(minutes=15)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_change(amount: int, tendered: int) -> None:
    change = rules.change_due(amount, tendered)
    assert (change is None) == (tendered < amount)
    assert change is None or amount + change == tendered


def test_names_of_accountants() -> None:
    assert rules.accountant_label("tresor") == "Trésor public"
    assert rules.accountant_label("commune:SN-TH-071") == "Commune (SN-TH-071)"


def test_a_waiting_page_asks_less_and_less() -> None:
    assert rules.may_ask(0, None)
    assert not rules.may_ask(0, timedelta(seconds=2))
    assert rules.may_ask(0, timedelta(seconds=3))
    assert not rules.may_ask(500, timedelta(seconds=29))
    assert rules.may_ask(500, timedelta(seconds=30))
