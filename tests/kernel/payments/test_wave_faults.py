"""The operator in its own process, with each fault: whatever happens, one debit, and the money adds up."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from smartsenegal.kernel.audit.api import of_subject
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions import attempts
from smartsenegal.kernel.payments.actions.attempts import NotPayable
from smartsenegal.kernel.payments.models import Attempt, Payable, ProviderEvent, Transaction
from tests.jobs import drain
from tests.kernel.payments.operator import Operator, Relay
from tests.kernel.payments.people import ACCOUNTANT, PAYER

pytestmark = pytest.mark.django_db


def begin(payable: Payable) -> Attempt:
    return actions.start(payable, "wave", PAYER)


def only_payments() -> None:
    drain("payments.callback", "payments.check")


def kinds(payable: Payable) -> list[str]:
    from smartsenegal.kernel.events.models import Event

    found = Event.objects.filter(payload__payable=str(payable.pk)).order_by("at", "id")
    return list(found.values_list("kind", flat=True))


def assert_settled_once(payable: Payable, operator: Operator) -> None:
    payable.refresh_from_db()
    assert payable.state == rules.SETTLED
    assert len(operator.debits) == 1
    assert queries.trial_balance() == 0
    assert queries.balance_of("operateur:wave") == payable.amount
    assert queries.balance_of("tresor") == -1700
    assert queries.balance_of("commune:SN-TH-071") == -300
    assert kinds(payable).count("payment.settled") == 1


def test_a_payment_from_end_to_end(payable: Payable, operator: Operator, relay: Relay) -> None:
    attempt = begin(payable)
    assert attempt.state == rules.PENDING
    assert attempt.checkout_url.startswith(operator.url + "/payer/")
    operator.choose(attempt.provider_ref, "payer")
    assert [e["type"] for e in relay.pump(1)] == ["checkout.session.completed"]
    payable.refresh_from_db()
    # The callback alone changes nothing: the job reads the payment back.
    assert payable.state == rules.OPEN
    only_payments()
    assert_settled_once(payable, operator)
    assert ProviderEvent.objects.get().processed_at is not None


def test_a_callback_that_comes_twice(payable: Payable, operator: Operator, relay: Relay) -> None:
    operator.faults(duplicate=1)
    operator.choose(begin(payable).provider_ref, "payer")
    assert len({e["id"] for e in relay.pump(2)}) == 1
    only_payments()
    assert relay.statuses == [200, 200]
    assert ProviderEvent.objects.count() == 1
    assert_settled_once(payable, operator)


def test_a_callback_that_is_late(payable: Payable, operator: Operator, relay: Relay) -> None:
    operator.faults(delay_seconds=2)
    attempt = begin(payable)
    operator.choose(attempt.provider_ref, "payer")
    # Read back before the callback comes: settled, and the callback then changes nothing.
    actions.check(attempt.pk)
    assert_settled_once(payable, operator)
    relay.pump(1)
    only_payments()
    assert_settled_once(payable, operator)
    assert Transaction.objects.count() == 1


def test_a_callback_that_never_comes(payable: Payable, operator: Operator) -> None:
    operator.faults(callbacks="lose")
    attempt = begin(payable)
    operator.choose(attempt.provider_ref, "payer")
    Attempt.objects.update(next_check=timezone.now())
    assert queries.due_for_check() == [attempt.pk]
    from smartsenegal.kernel.payments import jobs

    jobs.check_due(0)
    only_payments()
    assert_settled_once(payable, operator)
    assert operator.state()["events"][0]["state"] == "lost"
    assert queries.due_for_check() == []


def test_a_forged_callback(payable: Payable, operator: Operator, relay: Relay) -> None:
    attempt = begin(payable)
    waiting = operator.forge(attempt.provider_ref)
    relay.pump(1)
    waiting.join(10)
    assert relay.statuses == [401]
    assert not ProviderEvent.objects.exists()
    assert [e.verb for e in of_subject("provider:wave")] == ["payments.callback_forged"]
    payable.refresh_from_db()
    assert payable.state == rules.OPEN


def test_a_signed_callback_that_lies_is_not_believed(
    payable: Payable, operator: Operator, client: object
) -> None:
    from smartsenegal.kernel.payments.contrib.wave_signature import sign
    from tests.kernel.payments.operator import SECRET

    attempt = begin(payable)
    data = {"id": attempt.provider_ref, "payment_status": "succeeded"}
    body = json.dumps({"id": "EV_x", "type": "checkout.session.completed", "data": data}).encode()
    answer = client.post(  # type: ignore[attr-defined]
        "/paiements/rappels/wave/",
        data=body,
        content_type="application/json",
        headers={"Wave-Signature": f"t=1,v1={sign(SECRET, '1', body)}"},
    )
    assert answer.status_code == 200
    only_payments()
    payable.refresh_from_db()
    assert payable.state == rules.OPEN


def test_forgeries_do_not_fill_the_journal(client: object) -> None:
    for _ in range(5):
        answer = client.post("/paiements/rappels/wave/", b"{}", content_type="application/json")  # type: ignore[attr-defined]
        assert answer.status_code == 401
    assert of_subject("provider:wave").count() == 1


@pytest.mark.parametrize(
    "event",
    [
        {"id": "EV\x00\ud800", "type": "x\x00", "data": {"id": "\x00", "client_reference": "\ud800"}},
        {"type": "checkout.session.completed", "data": None},
        {"id": 7, "type": None, "data": {"id": ["x"], "client_reference": {}}},
        {"id": "x" * 500, "type": "y" * 500, "data": {"id": "z" * 500}},
    ],
)
def test_a_strange_callback_is_kept_and_concerns_nobody(
    payable: Payable, client: object, settings: object, event: dict[str, object]
) -> None:
    from smartsenegal.kernel.payments.contrib.wave_signature import sign

    settings.WAVE_WEBHOOK_SECRET = "s"  # type: ignore[attr-defined]
    body = json.dumps(event).encode()
    for _ in range(2):
        answer = client.post(  # type: ignore[attr-defined]
            "/paiements/rappels/wave/",
            body,
            content_type="application/json",
            headers={"Wave-Signature": f"t=1,v1={sign('s', '1', body)}"},
        )
        assert answer.status_code == 200
    only_payments()
    assert ProviderEvent.objects.get().processed_at is not None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null"])
def test_a_signed_callback_that_is_no_event_is_refused(client: object, settings: object, body: bytes) -> None:
    from smartsenegal.kernel.payments.contrib.wave_signature import sign

    settings.WAVE_WEBHOOK_SECRET = "s"  # type: ignore[attr-defined]
    answer = client.post(  # type: ignore[attr-defined]
        "/paiements/rappels/wave/",
        body,
        content_type="application/json",
        headers={"Wave-Signature": f"t=1,v1={sign('s', '1', body)}"},
    )
    assert answer.status_code == 401


def test_callbacks_in_disorder(payable: Payable, operator: Operator, relay: Relay) -> None:
    operator.faults(reorder=1)
    ref = begin(payable).provider_ref
    operator.choose(ref, "solde")
    operator.choose(ref, "payer")
    came = [e["type"] for e in relay.pump(2)]
    assert came == ["checkout.session.completed", "checkout.session.payment_failed"]
    only_payments()
    assert_settled_once(payable, operator)


def test_an_answer_lost_at_creation_is_found_again(
    payable: Payable, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.faults(create="lost_answer")
    attempt = begin(payable)
    assert (attempt.state, attempt.provider_ref) == (rules.UNKNOWN, "")
    assert len(operator.sessions) == 1
    # Even when the payer tries again long after, the session that exists is taken up.
    monkeypatch.setattr(attempts, "CREATION_GRACE", timedelta(0))
    again = begin(payable)
    assert again.pk == attempt.pk
    assert (again.state, again.provider_ref) == (rules.PENDING, operator.sessions[0]["id"])
    assert len(operator.sessions) == 1
    operator.choose(again.provider_ref, "payer")
    actions.check(again.pk)
    assert_settled_once(payable, operator)


def test_a_request_lost_at_creation_is_sent_again_under_the_same_reference(
    payable: Payable, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.faults(create="lost_request")
    attempt = begin(payable)
    assert attempt.state == rules.UNKNOWN
    operator.faults(create="normal")
    assert begin(payable).state == rules.UNKNOWN, "it may still be on its way"
    monkeypatch.setattr(attempts, "CREATION_GRACE", timedelta(0))
    again = begin(payable)
    assert (again.pk, again.state) == (attempt.pk, rules.PENDING)
    assert [s["client_reference"] for s in operator.sessions] == [attempt.key]


def test_an_outage_is_unknown_then_failed_when_nothing_ever_arrived(
    payable: Payable, operator: Operator
) -> None:
    operator.faults(api="503")
    attempt = begin(payable)
    assert attempt.state == rules.UNKNOWN
    assert actions.check(attempt.pk).state == rules.UNKNOWN
    operator.faults(api="normal")
    assert actions.check(attempt.pk).state == rules.UNKNOWN
    Attempt.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    assert actions.check(attempt.pk).state == rules.FAILED
    assert kinds(payable)[-1] == "payment.failed"
    assert begin(payable).state == rules.PENDING, "a new attempt may begin"


def test_an_operator_that_says_nothing(payable: Payable, operator: Operator) -> None:
    operator.faults(api="silence")
    assert begin(payable).state == rules.UNKNOWN


def test_no_operator_at_all_sends_nothing(payable: Payable, operator: Operator) -> None:
    operator.kill()
    attempt = begin(payable)
    assert attempt.state == rules.FAILED
    assert "Wave ne répond pas" in attempt.error


def test_the_operator_killed_between_creation_and_payment(
    payable: Payable, operator: Operator, relay: Relay
) -> None:
    attempt = begin(payable)
    operator.kill()
    assert actions.check(attempt.pk).state == rules.PENDING
    operator.start()
    operator.choose(attempt.provider_ref, "payer")
    relay.pump(1)
    only_payments()
    assert_settled_once(payable, operator)


def test_the_operator_killed_after_the_payment_still_tells(
    payable: Payable, operator: Operator, relay: Relay
) -> None:
    operator.faults(delay_seconds=2)
    attempt = begin(payable)
    operator.choose(attempt.provider_ref, "payer")
    operator.kill()
    operator.start()
    relay.pump(1)
    only_payments()
    assert_settled_once(payable, operator)


def test_a_payer_without_the_money_may_try_again(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    operator.choose(attempt.provider_ref, "solde")
    checked = actions.check(attempt.pk)
    assert (checked.state, checked.error) == (rules.PENDING, "Le solde du compte Wave ne suffit pas.")
    assert begin(payable).pk == attempt.pk
    operator.choose(attempt.provider_ref, "payer")
    actions.check(attempt.pk)
    assert_settled_once(payable, operator)


@pytest.mark.parametrize("delta", [-100, 100])
def test_a_wrong_amount_is_held(payable: Payable, operator: Operator, delta: int) -> None:
    operator.faults(amount_delta=delta)
    attempt = begin(payable)
    operator.choose(attempt.provider_ref, "payer")
    checked = actions.check(attempt.pk)
    assert (checked.state, checked.outcome) == (rules.SUCCEEDED, rules.BOOKED_HELD)
    payable.refresh_from_db()
    assert payable.state == rules.OPEN
    assert queries.balance_of("operateur:wave") == payable.amount + delta
    assert queries.balance_of(rules.ON_HOLD) == -(payable.amount + delta)
    assert queries.balance_of("tresor") == 0
    assert queries.trial_balance() == 0
    assert "payment.held" in kinds(payable)
    assert list(queries.flagged(ACCOUNTANT)) == [checked]


def test_two_sessions_under_one_reference_both_paid(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    # A creation repeated by the network: the operator has a second session under our reference.
    request = urllib.request.Request(
        operator.url + "/v1/checkout/sessions",
        data=json.dumps(
            {
                "amount": "2000",
                "currency": "XOF",
                "client_reference": attempt.key,
                "success_url": "http://x/",
                "error_url": "http://x/",
            }
        ).encode(),
        headers={"Authorization": "Bearer cle-de-test"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        other = json.loads(answer.read())["id"]
    operator.choose(attempt.provider_ref, "payer")
    operator.choose(other, "payer")
    actions.check(attempt.pk)
    attempts.read_back(attempt.pk, ref=other)
    attempts.read_back(attempt.pk, ref=other)
    payable.refresh_from_db()
    assert payable.state == rules.SETTLED
    assert queries.balance_of("operateur:wave") == 4000
    assert queries.balance_of(rules.TO_REFUND) == -2000
    assert queries.trial_balance() == 0
    assert kinds(payable).count("payment.settled") == 1
    assert kinds(payable).count("payment.duplicate") == 1


def test_abandoning_closes_the_session_at_the_operator(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    left = actions.abandon(attempt, PAYER)
    assert left.state == rules.EXPIRED
    assert left.given_up_at, "no failure: its payer chose another way"
    with pytest.raises(urllib.error.HTTPError) as refused:
        operator.choose(attempt.provider_ref, "payer")
    assert refused.value.code == 409
    assert operator.debits == []


def test_abandoning_what_was_just_paid_settles_it(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    operator.choose(attempt.provider_ref, "payer")
    assert actions.abandon(attempt, PAYER).state == rules.SUCCEEDED
    assert_settled_once(payable, operator)


def test_abandoning_during_an_outage_says_to_wait(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    operator.faults(api="503")
    with pytest.raises(NotPayable, match="ne répond pas"):
        actions.abandon(attempt, PAYER)


def test_a_cancelled_payable_paid_after_all_is_owed_back(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    actions.cancel(payable, PAYER, "Demande retirée")
    operator.choose(attempt.provider_ref, "payer")
    assert actions.check(attempt.pk).outcome == rules.BOOKED_DUPLICATE
    payable.refresh_from_db()
    assert payable.state == rules.CANCELLED
    assert queries.balance_of(rules.TO_REFUND) == -payable.amount
    assert queries.trial_balance() == 0


def test_a_cancelled_payable_is_closed_at_the_operator(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    actions.cancel(payable, PAYER, "Demande retirée")
    assert actions.check(attempt.pk).state == rules.EXPIRED
    assert operator.sessions[0]["checkout_status"] == "expired"


def test_an_old_attempt_is_closed(payable: Payable, operator: Operator) -> None:
    attempt = begin(payable)
    Attempt.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert actions.check(attempt.pk).state == rules.EXPIRED


def test_the_wrong_key_is_refused_with_a_sentence(
    payable: Payable, operator: Operator, settings: object
) -> None:
    settings.WAVE_API_KEY = "autre"  # type: ignore[attr-defined]
    attempt = begin(payable)
    assert attempt.state == rules.FAILED
    assert "payez au guichet" in attempt.error


def test_the_statement_of_the_day(make_payable: Callable[..., Payable], operator: Operator) -> None:
    from smartsenegal.kernel.payments.registry import provider_named

    paid = begin(make_payable("a"))
    begin(make_payable("b"))
    operator.choose(paid.provider_ref, "payer")
    lines = provider_named("wave").reconcile(timezone.now().date())
    assert [(line.key, line.amount) for line in lines] == [(paid.key, 2000)]
    for _ in range(2):
        given = provider_named("wave").refund(paid.provider_ref, paid.key, 2000, whole=True)
        assert given.status == rules.READ_PAID
    assert operator.debits == []
    lines = provider_named("wave").reconcile(timezone.now().date())
    assert [(line.key, line.amount) for line in lines] == [(paid.key, 2000), (paid.key, -2000)]
