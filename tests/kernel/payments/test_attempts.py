"""Readings in any order on any state of a payable: the money always adds up and settles once."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions.attempts import NotPayable
from smartsenegal.kernel.payments.base import Reading
from smartsenegal.kernel.payments.models import Attempt, Payable
from smartsenegal.kernel.payments.registry import UnknownProvider
from smartsenegal.kernel.payments.rules import Line
from tests.kernel.payments.people import ACCOUNTANT, CASHIER, LINES, PAYER, STRANGER

pytestmark = pytest.mark.django_db


def attempt_on(payable: Payable) -> Attempt:
    return Attempt.objects.create(payable=payable, provider="wave", key=uuid4().hex, amount=payable.amount)


def reading(attempt: Attempt, status: str, amount: int = 2000, currency: str = "XOF") -> Reading:
    return Reading(f"cos-{attempt.key}", attempt.key, status, amount, currency, "http://operateur/payer")


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["open", "paid", "failed", "expired", "cancel"]),
        st.sampled_from([2000, 2000, 2000, 1999, 0]),
        st.sampled_from(["XOF", "XOF", "XOF", "EUR"]),
    ),
    max_size=12,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps)
def test_whatever_is_read_the_money_adds_up(
    make_payable: Callable[..., Payable], chosen: list[tuple[int, str, int, str]]
) -> None:
    with transaction.atomic():
        payable = make_payable(f"case:{uuid4()}")
        tried = [attempt_on(payable) for _ in range(3)]
        money: dict[int, int] = {}
        for which, status, amount, currency in chosen:
            if status == "cancel":
                actions.cancel(payable, PAYER, "essai")
                continue
            actions.apply_reading(tried[which].pk, reading(tried[which], status, amount, currency))
            if status == "paid":
                money.setdefault(which, amount)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        payable.refresh_from_db()
        found = list(Attempt.objects.filter(payable=payable))
        settled = [a for a in found if a.outcome == rules.BOOKED_SETTLED]
        assert len(settled) <= 1
        assert (payable.state == rules.SETTLED) == bool(settled)
        assert queries.trial_balance() == 0
        assert queries.balance_of("operateur:wave") == sum(money.values())
        kept = sum(a.received or 0 for a in found if a.outcome in (rules.BOOKED_HELD, rules.BOOKED_DUPLICATE))
        assert -queries.balance_of(rules.TO_REFUND) - queries.balance_of(rules.ON_HOLD) == kept
        assert all((a.state == rules.SUCCEEDED) == (i in money) for i, a in enumerate(tried_again(tried)))
        transaction.set_rollback(True)


def tried_again(attempts: list[Attempt]) -> list[Attempt]:
    return [Attempt.objects.get(pk=a.pk) for a in attempts]


def test_a_second_success_is_owed_back(payable: Payable) -> None:
    first, second = attempt_on(payable), attempt_on(payable)
    for attempt in (first, second, first, second):
        actions.apply_reading(attempt.pk, reading(attempt, rules.READ_PAID))
    assert queries.balance_of("operateur:wave") == 4000
    assert queries.balance_of(rules.TO_REFUND) == -2000
    assert list(queries.flagged(ACCOUNTANT)) == [Attempt.objects.get(pk=second.pk)]


def test_the_same_key_opens_one_payable(make_payable: Callable[..., Payable]) -> None:
    assert make_payable().pk == make_payable().pk
    with pytest.raises(actions.PayableConflict):
        make_payable(lines=[*LINES, Line("Autre", 1, "tresor")])


def test_a_payable_shows_its_lines(payable: Payable) -> None:
    assert payable.amount == 2000
    assert [(line.label, line.amount) for line in payable.lines.all()] == [
        ("Timbre fiscal", 200),
        ("Droit de commune", 300),
        ("Vignette", 1500),
    ]
    assert list(queries.shares(payable)) == [("Trésor public", 1700), ("Commune (SN-TH-071)", 300)]
    assert queries.by_reference(f" {payable.spoken_reference.lower()} ") == payable
    assert queries.by_reference("\x00") is None


def test_state_of_a_subject(make_payable: Callable[..., Payable]) -> None:
    assert queries.state_of("case:1") is None
    first = make_payable("a")
    assert queries.state_of("case:1") == rules.OPEN
    attempt = attempt_on(first)
    actions.apply_reading(attempt.pk, reading(attempt, rules.READ_PAID))
    assert queries.state_of("case:1") == rules.SETTLED
    second = make_payable("b")
    assert queries.state_of("case:1") == rules.OPEN
    actions.cancel(second, PAYER, "essai")
    assert queries.state_of("case:1") == rules.SETTLED
    assert [p.key for p in queries.payables_of("case:1")] == ["a", "b"]


def test_only_the_payer_or_a_counter_pays(payable: Payable) -> None:
    with pytest.raises(PermissionRefused):
        actions.start(payable, "wave", STRANGER)
    with pytest.raises(UnknownProvider):
        actions.start(payable, "carte", CASHIER)
    with pytest.raises(UnknownProvider):
        actions.start(payable, "till", PAYER)


def test_nothing_is_started_on_what_is_paid(payable: Payable) -> None:
    attempt = attempt_on(payable)
    actions.apply_reading(attempt.pk, reading(attempt, rules.READ_PAID))
    with pytest.raises(NotPayable):
        actions.start(payable, "wave", PAYER)
