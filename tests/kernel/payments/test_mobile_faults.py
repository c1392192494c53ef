"""The mobile-money operator in its own process, with each fault: one debit, and the money adds up."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit.api import of_subject
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions import attempts
from smartsenegal.kernel.payments.actions.attempts import NotPayable
from smartsenegal.kernel.payments.base import Refused, Unknown
from smartsenegal.kernel.payments.models import Attempt, Payable, ProviderEvent
from smartsenegal.kernel.payments.registry import provider_named
from smartsenegal.lib.phones import PhoneRefused
from tests.jobs import drain
from tests.kernel.payments.operator import Operator, Relay
from tests.kernel.payments.people import PAYER

pytestmark = pytest.mark.django_db
NUMBER = "77 123 45 67"


def begin(payable: Payable) -> Attempt:
    return actions.start(payable, "mobile", PAYER, number=NUMBER)


def only_payments() -> None:
    drain("payments.callback", "payments.check")


def kinds(payable: Payable) -> list[str]:
    from smartsenegal.kernel.events.models import Event

    found = Event.objects.filter(payload__payable=str(payable.pk)).order_by("at", "id")
    return list(found.values_list("kind", flat=True))


def assert_settled_once(payable: Payable, mobile: Operator) -> None:
    payable.refresh_from_db()
    assert payable.state == rules.SETTLED
    assert len(mobile.debits) == 1
    assert queries.trial_balance() == 0
    assert queries.balance_of("operateur:mobile") == payable.amount
    assert queries.balance_of("tresor") == -1700
    assert kinds(payable).count("payment.settled") == 1


def test_a_payment_from_end_to_end(payable: Payable, mobile: Operator, mobile_relay: Relay) -> None:
    attempt = begin(payable)
    assert attempt.state == rules.PENDING
    assert attempt.number_hint == "77\u00a0•••\u00a0••\u00a067"
    assert b"771234567" not in bytes(attempt.sealed_number or b"")
    mobile.choose(attempt.provider_ref, "payer")
    assert [e["transactionStatus"] for e in mobile_relay.pump(1)] == ["completed"]
    assert mobile_relay.statuses == [204]
    payable.refresh_from_db()
    assert payable.state == rules.OPEN, "the callback alone changes nothing"
    only_payments()
    assert_settled_once(payable, mobile)
    attempt.refresh_from_db()
    assert attempt.provider_ref == f"transactions/{attempt.transaction_ref}"
    assert attempt.sealed_number is None, "the number is kept no longer than it serves"
    assert ProviderEvent.objects.get().processed_at is not None


@pytest.mark.parametrize("number", ["", "12", "77 123"])
def test_a_number_that_is_none_begins_nothing(payable: Payable, mobile: Operator, number: str) -> None:
    with pytest.raises(PhoneRefused):
        actions.start(payable, "mobile", PAYER, number=number)
    assert not Attempt.objects.exists()


def test_a_callback_that_comes_twice(payable: Payable, mobile: Operator, mobile_relay: Relay) -> None:
    mobile.faults(duplicate=1)
    mobile.choose(begin(payable).provider_ref, "payer")
    mobile_relay.pump(2)
    only_payments()
    assert ProviderEvent.objects.count() == 1
    assert_settled_once(payable, mobile)


def test_a_callback_that_is_late(payable: Payable, mobile: Operator, mobile_relay: Relay) -> None:
    mobile.faults(delay_seconds=2)
    attempt = begin(payable)
    mobile.choose(attempt.provider_ref, "payer")
    actions.check(attempt.pk)
    assert_settled_once(payable, mobile)
    mobile_relay.pump(1)
    only_payments()
    assert_settled_once(payable, mobile)


def test_a_callback_that_never_comes(payable: Payable, mobile: Operator) -> None:
    mobile.faults(callbacks="lose")
    attempt = begin(payable)
    mobile.choose(attempt.provider_ref, "payer")
    Attempt.objects.update(next_check=timezone.now())
    assert queries.due_for_check() == [attempt.pk]
    actions.check(attempt.pk)
    assert_settled_once(payable, mobile)


def test_callbacks_in_disorder(
    make_payable: Callable[..., Payable], mobile: Operator, mobile_relay: Relay
) -> None:
    mobile.faults(reorder=1)
    first, second = make_payable("a"), make_payable("b")
    mobile.choose(begin(first).provider_ref, "solde")
    mobile.choose(begin(second).provider_ref, "payer")
    told = mobile_relay.pump(2)
    assert [e.get("errorCode") for e in told] == [None, "insufficientFunds"]
    only_payments()
    second.refresh_from_db()
    assert second.state == rules.SETTLED
    assert "payment.failed" in kinds(first)
    assert queries.trial_balance() == 0


def test_a_forged_callback(payable: Payable, mobile: Operator, mobile_relay: Relay) -> None:
    attempt = begin(payable)
    waiting = mobile.forge(attempt.provider_ref)
    mobile_relay.pump(1)
    waiting.join(10)
    assert mobile_relay.statuses == [401]
    assert not ProviderEvent.objects.exists()
    assert [e.verb for e in of_subject("provider:mobile")] == ["payments.callback_forged"]


def test_a_true_key_with_a_false_content_is_refused(payable: Payable, mobile: Operator) -> None:
    answer = Client().put(
        "/paiements/rappels/mobile/",
        data=b'{"transactionReference": "X"}',
        content_type="application/json",
        headers={"X-API-Key": "secret-de-test", "X-Content-Hash": "00", "X-CorrelationID": str(uuid4())},
    )
    assert answer.status_code == 401


def test_a_callback_that_lies_is_not_believed(payable: Payable, mobile: Operator) -> None:
    attempt = begin(payable)
    answer = Client().put(
        "/paiements/rappels/mobile/",
        data=b'{"transactionReference": "MPX", "transactionStatus": "completed", "amount": "2000"}',
        content_type="application/json",
        headers={"X-API-Key": "secret-de-test", "X-CorrelationID": str(UUID(attempt.key))},
    )
    assert answer.status_code == 204
    only_payments()
    attempt.refresh_from_db()
    assert attempt.state == rules.PENDING
    assert queries.balance_of("operateur:mobile") == 0


def test_an_answer_lost_at_creation_is_found_again(
    payable: Payable, mobile: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile.faults(create="lost_answer")
    attempt = begin(payable)
    assert (attempt.state, attempt.provider_ref) == (rules.UNKNOWN, "")
    monkeypatch.setattr(attempts, "CREATION_GRACE", timedelta(0))
    again = begin(payable)
    assert (again.pk, again.state) == (attempt.pk, rules.PENDING)
    assert len(mobile.sessions) == 1
    mobile.choose(again.provider_ref, "payer")
    actions.check(again.pk)
    assert_settled_once(payable, mobile)


def test_a_request_lost_at_creation_is_sent_again_with_its_number(
    payable: Payable, mobile: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile.faults(create="lost_request")
    attempt = begin(payable)
    assert attempt.state == rules.UNKNOWN
    mobile.faults(create="normal")
    assert actions.start(payable, "mobile", PAYER).state == rules.UNKNOWN, "it may still be on its way"
    monkeypatch.setattr(attempts, "CREATION_GRACE", timedelta(0))
    again = actions.start(payable, "mobile", PAYER)
    assert (again.pk, again.state) == (attempt.pk, rules.PENDING)
    assert [(s["correlation"], s["msisdn"]) for s in mobile.sessions] == [
        (str(UUID(attempt.key)), "+221771234567")
    ]


def test_the_same_request_twice_is_refused_by_the_operator(payable: Payable, mobile: Operator) -> None:
    from smartsenegal.kernel.payments.base import Checkout

    checkout = Checkout(uuid4().hex, 500, "Essai", "", "", "+221771234567")
    provider_named("mobile").create(checkout)
    with pytest.raises(Unknown, match="duplicateRequest"):
        provider_named("mobile").create(checkout)
    assert len(mobile.sessions) == 1


def test_an_outage_is_unknown_then_failed_when_nothing_ever_arrived(
    payable: Payable, mobile: Operator
) -> None:
    mobile.faults(api="503")
    attempt = begin(payable)
    assert attempt.state == rules.UNKNOWN
    assert actions.check(attempt.pk).state == rules.UNKNOWN
    mobile.faults(api="normal")
    assert actions.check(attempt.pk).state == rules.UNKNOWN
    Attempt.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    assert actions.check(attempt.pk).state == rules.FAILED
    assert begin(payable).state == rules.PENDING, "a new attempt may begin"


def test_an_operator_that_says_nothing(payable: Payable, mobile: Operator) -> None:
    mobile.faults(api="silence")
    assert begin(payable).state == rules.UNKNOWN


def test_no_operator_at_all_sends_nothing(payable: Payable, mobile: Operator) -> None:
    mobile.kill()
    attempt = begin(payable)
    assert attempt.state == rules.FAILED
    assert "ne répond pas" in attempt.error


def test_the_operator_killed_after_the_payment_still_tells(
    payable: Payable, mobile: Operator, mobile_relay: Relay
) -> None:
    mobile.faults(delay_seconds=2)
    attempt = begin(payable)
    mobile.choose(attempt.provider_ref, "payer")
    mobile.kill()
    mobile.start()
    mobile_relay.pump(1)
    only_payments()
    assert_settled_once(payable, mobile)


@pytest.mark.parametrize(
    ("choice", "said"), [("solde", "Le solde de ce compte"), ("refuser", "refusée sur le téléphone")]
)
def test_a_refusal_is_told_and_another_try_begins(
    payable: Payable, mobile: Operator, choice: str, said: str
) -> None:
    attempt = begin(payable)
    mobile.choose(attempt.provider_ref, choice)
    checked = actions.check(attempt.pk)
    assert checked.state == rules.FAILED
    assert said in checked.error
    again = begin(payable)
    assert again.pk != attempt.pk
    mobile.choose(again.provider_ref, "payer")
    actions.check(again.pk)
    assert_settled_once(payable, mobile)


@pytest.mark.parametrize("delta", [-100, 100])
def test_a_wrong_amount_is_held(payable: Payable, mobile: Operator, delta: int) -> None:
    mobile.faults(amount_delta=delta)
    attempt = begin(payable)
    mobile.choose(attempt.provider_ref, "payer")
    assert actions.check(attempt.pk).outcome == rules.BOOKED_HELD
    assert queries.balance_of(rules.ON_HOLD) == -(payable.amount + delta)
    assert queries.trial_balance() == 0


def test_a_request_given_up_leaves_the_way_free_and_is_owed_back_when_paid(
    payable: Payable, mobile: Operator, operator: Operator
) -> None:
    left = begin(payable)
    assert actions.abandon(left, PAYER).given_up_at is not None
    assert len(mobile.sessions) == 1
    other = actions.start(payable, "wave", PAYER)
    operator.choose(other.provider_ref, "payer")
    assert actions.check(other.pk).outcome == rules.BOOKED_SETTLED
    mobile.choose(left.provider_ref, "payer")
    assert actions.check(left.pk).outcome == rules.BOOKED_DUPLICATE
    assert queries.trial_balance() == 0
    assert queries.balance_of("operateur:mobile") == payable.amount


def test_an_old_request_is_looked_at_no_more(payable: Payable, mobile: Operator) -> None:
    attempt = begin(payable)
    Attempt.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert actions.check(attempt.pk).state == rules.EXPIRED
    mobile.choose(attempt.provider_ref, "payer")
    assert actions.check(attempt.pk).state == rules.SUCCEEDED, "money has the last word"


def test_the_wrong_key_is_refused_with_a_sentence(
    payable: Payable, mobile: Operator, settings: object
) -> None:
    settings.MOBILE_MONEY_KEY = "autre"  # type: ignore[attr-defined]
    attempt = begin(payable)
    assert attempt.state == rules.FAILED
    assert "payez autrement" in attempt.error


def test_the_statement_and_reversals(make_payable: Callable[..., Payable], mobile: Operator) -> None:
    far = provider_named("mobile")
    paid = begin(make_payable("a"))
    begin(make_payable("b"))
    mobile.choose(paid.provider_ref, "payer")
    paid = actions.check(paid.pk)
    for _ in range(2):
        assert far.refund(paid.provider_ref, UUID(int=1).hex, 500, whole=False).amount == 500
    with pytest.raises(Refused):
        far.refund(paid.provider_ref, UUID(int=2).hex, 2000, whole=True)
    lines = far.reconcile(timezone.now().date())
    assert sorted(line.amount for line in lines) == [-500, 2000]
    assert [line.transaction_ref for line in lines if line.amount > 0] == [paid.transaction_ref]
    assert {line.fee for line in lines} == {None}


def test_nobody_is_rung_again_and_again(make_payable: Callable[..., Payable], mobile: Operator) -> None:
    for rank in range(6):
        begin(make_payable(f"k{rank}"))
    with pytest.raises(NotPayable, match="attendez une heure"):
        begin(make_payable("k7"))
    assert len(mobile.sessions) == 6
    Attempt.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert begin(make_payable("k7")).state == rules.PENDING


def test_numbers_are_sealed_again_after_a_rotation(
    payable: Payable, mobile: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel import vault
    from smartsenegal.kernel.payments.actions import numbers
    from smartsenegal.lib.crypto import Keyring

    ring = Keyring.create(tmp_path / "keyring")
    monkeypatch.setattr(vault, "keyring", lambda: ring)
    attempt = begin(payable)
    assert numbers.reseal_numbers() == 0
    old = ring.active
    ring.rotate()
    assert numbers.reseal_numbers() == 1
    assert numbers.reseal_numbers() == 0
    ring.forget(old)
    attempt.refresh_from_db()
    assert numbers.open_number(attempt) == "+221771234567"
