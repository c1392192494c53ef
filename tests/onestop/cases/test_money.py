"""Money of a case: what was booked less what was given back, whatever happens and in whatever order."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import Grant, Principal
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import actions as money
from smartsenegal.kernel.payments import api as payments
from smartsenegal.kernel.payments import queries as ledger
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.actions import refunds as acts
from smartsenegal.kernel.payments.base import Reading
from smartsenegal.kernel.payments.models import Attempt, Payable, Refund
from smartsenegal.onestop.cases import actions, listeners, queries
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import for_person
from tests.jobs import drain
from tests.onestop.cases.world import fill

pytestmark = pytest.mark.django_db
FEES = 400


class FarAway:
    """An operator that gives back what it is asked to."""

    name, label, needs_number, can_close, refunds_parts = "mobile", "Essai", True, False, True

    def refund(self, ref: str, key: str, amount: int, whole: bool) -> Reading:
        return Reading("", key, rules.READ_PAID, amount, rules.XOF)


@pytest.fixture(autouse=True)
def _operator(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(acts, "provider_named", lambda name: FarAway())
    settings.REFUND_SECOND_PERSON_ABOVE = 10**9


def accountant(service: int) -> Principal:
    grant = Grant("accountant", service, "Trésor", frozenset({service}), "")
    return Principal(account_id="0190-adama", label="Adama", kind="agent", grants=(grant,))


def to_pay(world: Any) -> tuple[Case, Payable]:
    case = actions.submit(fill(world, "bulletin-numero-3").pk, world.awa).case
    payable = actions.payable_of(case.pk)
    assert payable is not None
    return case, payable


def pay(payable: Payable, amount: int = FEES) -> Attempt:
    attempt = Attempt.objects.create(payable=payable, provider="mobile", key=uuid4().hex, amount=FEES)
    reading = Reading(f"t/{attempt.key}", attempt.key, rules.READ_PAID, amount, rules.XOF)
    return money.apply_reading(attempt.pk, reading)


def give_back(world: Any, attempt: Attempt, amount: int, reason: str = "Droit non dû") -> None:
    source = ledger.sources_of(attempt)[0].code
    money.ask_refund(attempt.pk, source, amount, reason, accountant(world.thies.pk))


def view_of(case: Case) -> Any:
    return queries.for_system(case.pk).view


def test_the_accountants_of_the_service_see_what_is_paid_for_its_cases(world):
    _, payable = to_pay(world)
    assert payable.place == payments.Place(world.thies.pk, world.thies.territory.path)


def test_the_receipt_is_found_again_from_the_case_that_was_paid(world):
    case, payable = to_pay(world)
    browser = Client()
    browser.force_login(world.account(world.awa))
    url, receipt = reverse("cases:follow", args=[case.pk]), f"/paiements/{payable.pk}/recu/"
    assert receipt not in browser.get(url).content.decode()
    pay(payable)
    drain()
    assert receipt in browser.get(url).content.decode()
    assert browser.get(receipt).status_code == 200


def test_a_sum_opened_before_places_were_written_is_given_that_of_its_case(world):
    _, payable = to_pay(world)
    Payable.objects.update(organisation_id=None, territory="")
    assert money.name_places() == 1
    payable.refresh_from_db()
    assert payable.place == payments.Place(world.thies.pk, world.thies.territory.path)
    assert money.name_places() == 0


def test_a_refund_is_written_in_the_story_and_told_with_its_reason(world):
    case, payable = to_pay(world)
    attempt = pay(payable)
    give_back(world, attempt, 100, "Timbre compté deux fois")
    drain()
    view = view_of(case)
    assert (view.state, view.kept, view.refunded, view.badges) == ("in_review", FEES - 100, 100, [])
    story = [e.text for e in for_person(view.definition, queries.for_system(case.pk).actions)]
    assert any("100" in line and "Timbre compté deux fois" in line for line in story)
    told = Message.objects.get(template="payment.refunded", channel="page")
    assert "Timbre compté deux fois" in told.body
    assert case.reference in told.body


def test_a_whole_refund_changes_neither_state_nor_clock(world):
    case, payable = to_pay(world)
    attempt = pay(payable)
    drain()
    before = view_of(case)
    give_back(world, attempt, FEES)
    drain()
    after = view_of(case)
    assert (after.state, after.due, after.open_steps) == (before.state, before.due, before.open_steps)
    assert (after.kept, after.badges) == (0, ["refunded"])
    assert actions.payable_of(case.pk).state == rules.REFUNDED


def test_a_payment_after_the_withdrawal_is_due_back_until_it_is_given_back(world):
    case, payable = to_pay(world)
    attempt = pay(payable)
    actions.withdraw(case.pk, world.awa)
    drain()
    assert view_of(case).badges == ["refund_due"]
    give_back(world, attempt, FEES)
    drain()
    assert (view_of(case).badges, view_of(case).state) == (["refunded"], "withdrawn")


def test_what_was_paid_twice_is_no_fee_given_back(world):
    case, payable = to_pay(world)
    pay(payable), pay(payable)
    drain()
    view = view_of(case)
    assert (view.kept, view.refunded, view.badges, view.state) == (FEES, 0, [], "in_review")
    assert [r.extra for r in view.record.refunds] == [True]


def test_the_same_refund_heard_twice_is_noted_once(world):
    case, payable = to_pay(world)
    give_back(world, pay(payable), 100)
    drain()
    event = Event.objects.filter(kind="payment.refunded").get()
    again = events.EventData(event.id, event.kind, event.subject, event.payload, event.at)
    listeners.note_refund(again)
    assert case.actions.filter(kind="refunded").count() == 1


steps = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.sampled_from([FEES, FEES, FEES - 1])),
        st.tuples(st.just("back"), st.integers(1, FEES)),
        st.tuples(st.just("withdraw"), st.just(0)),
    ),
    max_size=8,
)


@examples(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(steps, st.randoms(use_true_random=False))
def test_the_case_and_the_ledger_agree_in_whatever_order_the_case_hears_of_money(world, chosen, chance):
    """Callbacks and refunds of one case, heard shuffled and twice: what it kept is what the ledger kept."""
    with transaction.atomic():
        case, payable = to_pay(world)
        Event.objects.all().delete()
        paid: list[Attempt] = []
        for act, amount in chosen:
            done(world, case, payable, paid, act, amount)
            booked = sum(a.received or 0 for a in paid)
            back = sum(r.amount for r in Refund.objects.filter(state="done"))
            assert ledger.balance_of("operateur:mobile") == booked - back
            assert ledger.trial_balance() == 0
        heard = [e for e in Event.objects.all() if e.kind in ("payment.settled", "payment.refunded")] * 2
        chance.shuffle(heard)
        for event in heard:
            hear(event)
        view = view_of(case)
        assert view.kept == ledger.kept_of(case.subject)
        assert view.kept == view.record.received - view.refunded >= 0
        assert ("refunded" in view.badges) == (view.record.received > 0 and view.kept == 0)
        transaction.set_rollback(True)


def done(world: Any, case: Case, payable: Payable, paid: list[Attempt], act: str, amount: int) -> None:
    if act == "pay":
        paid.append(pay(payable, amount))
    elif act == "withdraw":
        if view_of(case).is_open:
            actions.withdraw(case.pk, world.awa)
            actions.cancel_payable(case.pk, "demande retirée")
    else:
        for attempt in paid:
            for source in ledger.sources_of(attempt)[:1]:
                money.ask_refund(
                    attempt.pk, source.code, min(amount, source.left), "motif", accountant(world.thies.pk)
                )
    for refund in Refund.objects.filter(state="ready"):
        money.carry_out(refund.pk)


def hear(event: Event) -> None:
    data = events.EventData(event.id, event.kind, event.subject, event.payload, event.at)
    handler = {"payment.settled": listeners.settle_payment}.get(event.kind, listeners.note_refund)
    handler(data)
