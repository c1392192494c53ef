"""Delivery against real servers: a gateway over HTTP and an SMTP sink, with each fault."""

import json
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.utils import timezone

from smartsenegal.kernel.audit.api import SYSTEM
from smartsenegal.kernel.notifications import actions, delivery
from smartsenegal.kernel.notifications.actions import Address
from smartsenegal.kernel.notifications.models import DemoDelivery, Message, Tariff
from tests.kernel.notifications.servers import Gateway, MailSink

pytestmark = pytest.mark.django_db

PHONE = Address("sms", "+221771234567")
MAIL = Address("email", "awa@exemple.sn")


def ready(address: Address = PHONE, key: str = "ready:1") -> Message:
    return actions.send(key, "test.ready", address, {"number": "CJ-2026-004188"})


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notifications.deliver'")
        return int(cursor.fetchone()[0])


def test_an_sms_goes_out_with_our_reference(gateway: Gateway) -> None:
    message = ready()
    assert delivery.deliver(message.pk) == "sent"
    _, path, headers, body = gateway.requests[0]
    assert path == "/messages"
    assert headers["Authorization"] == "Bearer jeton"
    assert headers["Idempotency-Key"] == str(message.pk)
    payload = json.loads(body)
    # ê is not in the 7-bit alphabet, so the text keeps its typography.
    assert payload == {
        "to": "+221771234567",
        "text": "Votre dossier CJ-2026-004188 est prêt\u00a0: retirez-le.",
        "reference": str(message.pk),
        "encoding": "ucs2",
    }
    message.refresh_from_db()
    assert (message.provider_ref, message.attempts, message.cost) == ("gw-1", 1, None)


def test_the_cost_is_the_tariff_of_the_day_by_segment(gateway: Gateway) -> None:
    Tariff.objects.create(starts_on=date(2020, 1, 1), provider="http", price=9, source="contrat d’essai")
    Tariff.objects.create(starts_on=date(2999, 1, 1), provider="http", price=99, source="contrat d’essai")
    message = actions.send("long", "test.ready", PHONE, {"number": "ê" * 200})
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.segments > 1
    assert message.cost == 9 * message.segments


def test_delivering_twice_sends_once(gateway: Gateway) -> None:
    message = ready()
    delivery.deliver(message.pk)
    assert delivery.deliver(message.pk) == "sent"
    assert len(gateway.requests) == 1


def test_an_answer_that_was_lost_is_asked_for(gateway: Gateway) -> None:
    def drop_the_answer(handler: object, before: bool) -> bool:
        if not before:
            handler.connection.close()  # type: ignore[attr-defined]
        return not before

    gateway.misbehave = drop_the_answer
    message = ready()
    assert delivery.deliver(message.pk) == "sending"
    gateway.misbehave = lambda handler, before: False
    assert delivery.deliver(message.pk) == "sent"
    assert [r[0] for r in gateway.requests] == ["POST", "GET"]
    assert len(gateway.accepted) == 1


def waiting_questions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notifications.confirm'")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(("status", "state"), [("delivered", "delivered"), ("failed", "given_up")])
def test_the_gateway_tells_later_what_became_of_it(gateway: Gateway, status: str, state: str) -> None:
    message = ready()
    delivery.deliver(message.pk)
    assert waiting_questions() == 1
    gateway.status = status
    delivery.confirm(message.pk, 0)
    message.refresh_from_db()
    assert message.state == state
    assert waiting_questions() == 1, "nothing more is asked"


def test_what_did_not_arrive_is_started_again_under_another_reference(gateway: Gateway) -> None:
    message = ready()
    delivery.deliver(message.pk)
    gateway.status = "failed"
    delivery.confirm(message.pk, 0)
    assert actions.resend(message.pk, SYSTEM)
    assert delivery.deliver(message.pk) == "sent"
    assert len(gateway.accepted) == 2


def test_a_gateway_that_never_knows_is_asked_three_times(gateway: Gateway) -> None:
    message = ready()
    delivery.deliver(message.pk)
    for asked in range(3):
        delivery.confirm(message.pk, asked)
    message.refresh_from_db()
    assert message.state == "sent"
    assert waiting_questions() == 3


def test_a_crash_before_the_call_is_mended(gateway: Gateway) -> None:
    message = ready()
    actions.begin(message.pk, "http")
    assert delivery.deliver(message.pk) == "sent"
    assert [r[0] for r in gateway.requests] == ["GET", "POST"]


def test_an_outage_is_waited_out_then_given_up(gateway: Gateway) -> None:
    def outage(handler: object, before: bool) -> bool:
        handler.answer(503, {})  # type: ignore[attr-defined]
        return True

    gateway.misbehave = outage
    message = ready()
    before = waiting_jobs()
    assert delivery.deliver(message.pk) == "failed"
    message.refresh_from_db()
    assert message.next_attempt is not None
    assert message.next_attempt > timezone.now()
    assert waiting_jobs() == before + 1
    while delivery.deliver(message.pk) == "failed":
        pass
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("given_up", 8)
    gateway.misbehave = lambda handler, before: False
    assert actions.resend(message.pk, SYSTEM)
    assert not actions.resend(message.pk, SYSTEM)
    assert delivery.deliver(message.pk) == "sent"


def test_a_wrong_number_is_given_up_at_once(gateway: Gateway) -> None:
    def refuse(handler: object, before: bool) -> bool:
        handler.answer(422, {})  # type: ignore[attr-defined]
        return True

    gateway.misbehave = refuse
    message = ready()
    assert delivery.deliver(message.pk) == "given_up"
    message.refresh_from_db()
    assert "422" in message.error


def test_no_gateway_at_all_keeps_the_message(settings: object, gateway: Gateway) -> None:
    settings.SMS_HTTP_URL = "http://127.0.0.1:1/messages"  # type: ignore[attr-defined]
    message = ready()
    assert delivery.deliver(message.pk) == "failed"


def test_a_mail_goes_out(mail_sink: MailSink) -> None:
    message = ready(MAIL)
    assert delivery.deliver(message.pk) == "sent"
    mail = message_from_bytes(mail_sink.mails[0].removesuffix(b"\r\n.\r\n"), policy=policy.default)
    assert mail["Subject"] == "Dossier CJ-2026-004188"
    assert mail["To"] == "awa@exemple.sn"
    assert mail["Message-ID"] == f"<{message.pk}@exemple.sn>"
    assert "est prêt\u00a0: retirez-le." in mail.get_content()


@pytest.mark.parametrize(
    ("verb", "answer", "state"),
    [
        ("RCPT", "550 no such user", "given_up"),
        ("RCPT", "451 later", "failed"),
        ("MAIL", "452 full", "failed"),
        ("DATA", "554 spam", "given_up"),
    ],
)
def test_what_the_mail_server_says(mail_sink: MailSink, verb: str, answer: str, state: str) -> None:
    mail_sink.answers[verb] = answer
    assert delivery.deliver(ready(MAIL).pk) == state


def test_a_mail_that_may_have_left_is_repeated_once(mail_sink: MailSink) -> None:
    mail_sink.hang_up_after_data = True
    message = ready(MAIL)
    assert delivery.deliver(message.pk) == "sending"
    assert delivery.deliver(message.pk) == "sending"
    assert delivery.deliver(message.pk) == "given_up"
    assert len(mail_sink.mails) == 2


def test_no_mail_server(settings: object, mail_sink: MailSink) -> None:
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    assert delivery.deliver(ready(MAIL).pk) == "failed"


def test_a_secret_is_erased_once_sent(settings: object) -> None:
    message = actions.send("code:1", "test.code", PHONE, {"code": "482913"}, secret=True)
    assert delivery.deliver(message.pk) == "delivered"
    message.refresh_from_db()
    assert message.body == ""
    received = DemoDelivery.objects.get()
    assert "482913" in received.body
    DemoDelivery.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert actions.erase_demo_secrets() == 1
    received.refresh_from_db()
    assert received.body == ""


def test_a_code_that_no_longer_works_is_not_sent(gateway: Gateway) -> None:
    late = timezone.now() - timedelta(seconds=1)
    message = actions.send("code:2", "test.code", PHONE, {"code": "1"}, secret=True, expires_at=late)
    assert delivery.deliver(message.pk) == "given_up"
    assert gateway.requests == []
    message.refresh_from_db()
    assert message.body == ""
