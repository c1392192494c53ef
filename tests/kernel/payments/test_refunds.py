"""What was paid twice goes back by itself, once; part of a payment by an accountant, and a second one."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import Account, Grant, PermissionRefused, Principal
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions import refunds as acts
from smartsenegal.kernel.payments.actions.refunds import RefundRefused
from smartsenegal.kernel.payments.base import Reading, Refused, Unknown
from smartsenegal.kernel.payments.models import Attempt, Payable, Refund
from smartsenegal.kernel.payments.rules import Line, refunds
from smartsenegal.kernel.payments.views.receipt import _rows
from tests.jobs import drain
from tests.kernel.payments.operator import Operator
from tests.kernel.payments.people import ACCOUNTANT, PAYER, STRANGER

pytestmark = pytest.mark.django_db


def accountant(name: str) -> Principal:
    grant = Grant("accountant", 1, "Trésor", frozenset({1}), "")
    return Principal(account_id=f"0190-{name}", label=name, kind="agent", grants=(grant,))


ADAMA, BINTA = accountant("Adama"), accountant("Binta")


def paid(payable: Payable, way: str, operator: Operator) -> Attempt:
    attempt = actions.start(payable, way, PAYER, number="77 123 45 67")
    operator.choose(attempt.provider_ref, "payer")
    return actions.check(attempt.pk)


@pytest.fixture
def twice(payable: Payable, operator: Operator, mobile: Operator) -> tuple[Attempt, Attempt]:
    """One sum paid at two operators: settled by mobile money, too many by Wave."""
    by_phone = actions.start(payable, "mobile", PAYER, number="77 123 45 67")
    actions.abandon(by_phone, PAYER)
    by_wave = actions.start(payable, "wave", PAYER)
    mobile.choose(by_phone.provider_ref, "payer")
    operator.choose(by_wave.provider_ref, "payer")
    return actions.check(by_phone.pk), actions.check(by_wave.pk)


def test_paid_at_two_operators_one_is_given_back_by_itself(
    payable: Payable, twice: tuple[Attempt, Attempt], operator: Operator, mobile: Operator
) -> None:
    settled, too_many = twice
    assert (settled.outcome, too_many.outcome) == (rules.BOOKED_SETTLED, rules.BOOKED_DUPLICATE)
    drain("payments.refund")
    refund = Refund.objects.get()
    assert (refund.attempt_id, refund.amount, refund.state) == (too_many.pk, 2000, refunds.DONE)
    assert (operator.debits, len(mobile.debits)) == ([], 1)
    assert queries.balance_of(rules.TO_REFUND) == 0
    assert queries.balance_of("operateur:wave") == 0
    assert queries.balance_of("operateur:mobile") == 2000
    assert queries.trial_balance() == 0
    payable.refresh_from_db()
    assert payable.state == rules.SETTLED, "it is paid, once"
    assert not queries.flagged(ACCOUNTANT)
    assert "payé en trop" in dict(_rows(payable, settled))["Rendu"]


def test_however_often_it_is_asked_it_is_given_back_once(
    twice: tuple[Attempt, Attempt], operator: Operator
) -> None:
    refund = Refund.objects.get()
    for _ in range(3):
        actions.give_back(twice[1])
        actions.carry_out(refund.pk)
    Refund.objects.update(state=refunds.READY, done_at=None)  # a worker killed before it could say so
    actions.carry_out(refund.pk)
    assert Refund.objects.count() == 1
    assert queries.balance_of("operateur:wave") == 0
    assert [line.amount for line in statement(operator)] == [2000, -2000]


def statement(operator: Operator) -> list[Any]:
    from django.utils import timezone

    from smartsenegal.kernel.payments.registry import provider_named

    return list(provider_named(operator.name).reconcile(timezone.now().date()))


def test_an_operator_away_is_asked_again_later(twice: tuple[Attempt, Attempt], operator: Operator) -> None:
    operator.faults(api="503")
    drain("payments.refund")
    refund = Refund.objects.get()
    assert (refund.state, refund.tries) == (refunds.READY, 1)
    operator.faults(api="normal")
    Refund.objects.update(next_try=refund.created_at)
    from smartsenegal.kernel.payments import jobs

    jobs.refunds_due(0)
    jobs.refunds_due(0)
    assert drain("payments.refund") == ["payments.refund"]
    refund.refresh_from_db()
    assert refund.state == refunds.DONE


def test_a_reversal_whose_answer_was_lost_is_not_made_twice(
    make_payable: Callable[..., Payable], mobile: Operator
) -> None:
    attempt = paid(make_payable("a"), "mobile", mobile)
    mobile.faults(create="lost_answer")
    refund = actions.ask_refund(attempt.pk, "tresor", 700, "Timbre compté deux fois", ADAMA)
    assert actions.carry_out(refund.pk).state == refunds.READY
    assert actions.carry_out(refund.pk).state == refunds.DONE
    assert sorted(line.amount for line in statement(mobile)) == [-700, 2000]
    assert queries.balance_of("tresor") == -1000
    assert queries.balance_of("operateur:mobile") == 1300


def test_the_person_is_told(twice: tuple[Attempt, Attempt], payable: Payable) -> None:
    awa = Account.objects.create_user(phone="+221771234567", name="Awa Ndiaye", phone_verified=True)
    Payable.objects.update(payer=str(awa.pk))
    drain("payments.refund")
    from smartsenegal.kernel.events.api import EventData
    from smartsenegal.kernel.events.models import Event
    from smartsenegal.kernel.payments import listeners

    for event in Event.objects.filter(kind__in=["payment.duplicate", "payment.refunded"]):
        data = EventData(event.id, event.kind, event.subject, event.payload, event.at)
        handler = {"payment.duplicate": listeners.tell_duplicate}.get(event.kind, listeners.tell_refunded)
        handler(data)
        handler(data)
    told = Message.objects.filter(recipient=str(awa.pk), channel="sms")
    assert sorted(m.template for m in told) == ["payment.duplicate", "payment.refunded"]
    assert all("2\u00a0000" in m.body or "2 000" in m.body for m in told)


# --- by an accountant -----------------------------------------------------------------------


@pytest.fixture
def settled(make_payable: Callable[..., Payable], mobile: Operator) -> Attempt:
    return paid(make_payable("a"), "mobile", mobile)


def test_part_of_a_payment_is_given_back_on_an_accountants_account(settled: Attempt) -> None:
    refund = actions.ask_refund(settled.pk, "commune:SN-TH-071", 300, "Droit non dû", ADAMA)
    drain("payments.refund")
    refund.refresh_from_db()
    assert refund.state == refunds.DONE
    assert queries.balance_of("commune:SN-TH-071") == 0
    assert queries.balance_of("tresor") == -1700
    assert queries.trial_balance() == 0
    assert [(s.code, s.left) for s in queries.sources_of(settled)] == [("tresor", 1700)]


@pytest.mark.parametrize(
    ("source", "amount", "reason", "said"),
    [
        ("tresor", 1701, "motif", "1\u202f700"),
        ("tresor", 0, "motif", "au plus"),
        ("domaines", 1, "motif", "au plus"),
        ("tresor", 100, "  ", "pourquoi"),
    ],
)
def test_what_cannot_be_given_back_is_refused_with_a_sentence(
    settled: Attempt, source: str, amount: int, reason: str, said: str
) -> None:
    with pytest.raises(RefundRefused, match=said):
        actions.ask_refund(settled.pk, source, amount, reason, ADAMA)
    assert not Refund.objects.exists()


def test_wave_gives_back_whole_payments_only(payable: Payable, operator: Operator) -> None:
    attempt = paid(payable, "wave", operator)
    with pytest.raises(RefundRefused, match="entier"):
        actions.ask_refund(attempt.pk, "tresor", 100, "motif", ADAMA)


@pytest.mark.parametrize("by", [PAYER, STRANGER])
def test_only_an_accountant_gives_back(settled: Attempt, by: Principal) -> None:
    with pytest.raises(PermissionRefused):
        actions.ask_refund(settled.pk, "tresor", 100, "motif", by)


def test_above_a_sum_a_second_person_decides(settled: Attempt, settings: Any) -> None:
    settings.REFUND_SECOND_PERSON_ABOVE = 500
    refund = actions.ask_refund(settled.pk, "tresor", 501, "Erreur de tarif", ADAMA)
    assert refund.state == refunds.ASKED
    assert drain("payments.refund") == []
    with pytest.raises(RefundRefused, match="Une autre personne"):
        actions.decide_refund(refund.pk, True, "", ADAMA)
    with pytest.raises(RefundRefused, match="au plus"):
        actions.ask_refund(settled.pk, "tresor", 1200, "Encore", BINTA)
    assert actions.decide_refund(refund.pk, True, "", BINTA).state == refunds.READY
    with pytest.raises(RefundRefused, match="déjà décidé"):
        actions.decide_refund(refund.pk, False, "trop tard", BINTA)
    drain("payments.refund")
    assert queries.balance_of("tresor") == -1199


def test_a_refund_set_aside_frees_the_sum(settled: Attempt, settings: Any) -> None:
    settings.REFUND_SECOND_PERSON_ABOVE = 0
    refund = actions.ask_refund(settled.pk, "tresor", 1700, "Erreur", ADAMA)
    with pytest.raises(RefundRefused, match="pourquoi"):
        actions.decide_refund(refund.pk, False, "", BINTA)
    assert actions.decide_refund(refund.pk, False, "Tarif juste", BINTA).state == refunds.DECLINED
    assert actions.ask_refund(settled.pk, "tresor", 1700, "Autre", ADAMA).state == refunds.ASKED


def test_a_payment_given_back_whole_is_no_longer_paid(settled: Attempt) -> None:
    actions.ask_refund(settled.pk, "tresor", 1700, "Annulation", ADAMA)
    actions.ask_refund(settled.pk, "commune:SN-TH-071", 300, "Annulation", ADAMA)
    drain("payments.refund")
    settled.payable.refresh_from_db()
    assert settled.payable.state == rules.REFUNDED
    assert queries.balance_of("operateur:mobile") == 0


def test_a_sum_held_goes_back_on_the_account_that_holds_it(payable: Payable, mobile: Operator) -> None:
    mobile.faults(amount_delta=-100)
    attempt = paid(payable, "mobile", mobile)
    actions.ask_refund(attempt.pk, rules.ON_HOLD, 1900, "Somme différente", ADAMA)
    drain("payments.refund")
    assert queries.balance_of(rules.ON_HOLD) == 0
    assert queries.trial_balance() == 0


# --- anything, in any order -------------------------------------------------------------------


class FarAway:
    """An operator's refunds, each honoured once a key; some calls break."""

    name, label, needs_number, can_close, refunds_parts = "mobile", "Essai", True, False, True

    def __init__(self) -> None:
        self.given: dict[str, int] = {}
        self.answers: list[str] = []

    def refund(self, ref: str, key: str, amount: int, whole: bool) -> Reading:
        answer = self.answers.pop() if self.answers else "paid"
        if answer == "lost_request":
            raise Unknown("lost")
        if answer == "refused" and key not in self.given:
            raise Refused("non")
        self.given.setdefault(key, amount)
        if answer == "lost_answer":
            raise Unknown("lost")
        status = rules.READ_OPEN if answer == "open" else rules.READ_PAID
        return Reading("", key, status, amount, rules.XOF)


answers = st.sampled_from(["paid", "paid", "open", "lost_request", "lost_answer", "refused"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(0, 2), st.sampled_from([2000, 2000, 1900])),
        st.tuples(st.just("ask"), st.integers(0, 2), st.integers(1, 2100)),
        st.tuples(st.just("decide"), st.booleans(), st.just(0)),
        st.tuples(st.just("carry"), st.lists(answers, max_size=3), st.just(0)),
    ),
    max_size=14,
)


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps)
def test_whatever_happens_the_money_adds_up_and_never_goes_back_twice(
    make_payable: Callable[..., Payable], monkeypatch: pytest.MonkeyPatch, chosen: list[tuple[Any, Any, int]]
) -> None:
    far = FarAway()
    monkeypatch.setattr(acts, "provider_named", lambda name: far)
    monkeypatch.setattr("django.conf.settings.REFUND_SECOND_PERSON_ABOVE", 900)
    with transaction.atomic():
        payable = make_payable(f"case:{uuid4()}", [Line("A", 1700, "tresor"), Line("B", 300, "domaines")])
        tried = [
            Attempt.objects.create(payable=payable, provider="mobile", key=uuid4().hex, amount=2000)
            for _ in range(3)
        ]
        for act, which, amount in chosen:
            perform(act, which, amount, tried, far)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        received = sum(a.received or 0 for a in Attempt.objects.filter(payable=payable))
        done = Refund.objects.filter(state=refunds.DONE)
        assert queries.trial_balance() == 0
        assert queries.balance_of("operateur:mobile") == received - sum(r.amount for r in done)
        for attempt in Attempt.objects.filter(payable=payable):
            keys = [r.pk.hex for r in attempt.refunds.all()]
            assert sum(far.given.get(key, 0) for key in keys) <= (attempt.received or 0)
        transaction.set_rollback(True)


def perform(act: str, which: Any, amount: int, tried: list[Attempt], far: FarAway) -> None:
    if act == "read":
        one = tried[which]
        reading = Reading(f"transactions/{one.key}", one.key, rules.READ_PAID, amount, rules.XOF)
        actions.apply_reading(one.pk, reading)
    elif act == "ask":
        attempt = Attempt.objects.get(pk=tried[which].pk)
        for source in queries.sources_of(attempt)[:1]:
            try:
                actions.ask_refund(attempt.pk, source.code, amount, "motif", ADAMA)
            except RefundRefused:
                assert amount > source.left
    elif act == "decide":
        for refund in Refund.objects.filter(state=refunds.ASKED)[:1]:
            actions.decide_refund(refund.pk, which, "motif", BINTA)
    else:
        far.answers = list(which)
        for refund in Refund.objects.filter(state=refunds.READY):
            actions.carry_out(refund.pk)


def test_lines_shared_between_accountants_are_given_back_within_their_share() -> None:
    lines = [Line("A", 100, "tresor"), Line("B", 50, "domaines"), Line("C", 25, "tresor")]
    given = {"tresor": [(refunds.DONE, 60), (refunds.FAILED, 60), (refunds.ASKED, 5)]}
    assert refunds.shares_left(lines, given) == {"tresor": 60, "domaines": 50}
