"""Write messages, and send them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit.api import Actor, record
from smartsenegal.kernel.notifications import rules
from smartsenegal.kernel.notifications.models import DemoDelivery, Message, Tariff
from smartsenegal.kernel.notifications.templating import render, template_for


@dataclass(frozen=True)
class Address:
    """Where a message goes: a phone number (+221…), an e-mail address, or an account id for a page."""

    channel: str
    value: str
    language: str = "fr"


@transaction.atomic
def send(
    key: str,
    template: str,
    address: Address,
    context: Mapping[str, Any] | None = None,
    *,
    event_id: UUID | None = None,
    about: str = "",
    recipient: str = "",
    secret: bool = False,
    expires_at: datetime | None = None,
) -> Message:
    """Write one message in the caller's transaction and defer its delivery; returns it.

    The same `key` again returns the first message and sends nothing. `about` is a subject ("case:<id>"),
    `recipient` the account in whose inbox it shows. The body of a `secret` message is erased once sent,
    and it is not sent after `expires_at`. Raises UnknownTemplate, MissingVariable.
    """
    text = template_for(template, address.channel, address.language)
    subject, body = render(text, context or {})
    page = address.channel == "page"
    message, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "channel": address.channel,
            "address": address.value,
            "language": text.language,
            "subject": subject[:250],
            "body": rules.economical(body) if address.channel == "sms" else body,
            "segments": rules.sms_size(rules.economical(body)).segments if address.channel == "sms" else 1,
            "event_id": event_id,
            "about": about,
            "recipient": recipient or (address.value if page else ""),
            "secret": secret,
            "expires_at": expires_at,
            "state": rules.DELIVERED if page else rules.QUEUED,
            "sent_at": timezone.now() if page else None,
        },
    )
    if created and not page:
        _defer(message)
    return message


class Reachable(Protocol):
    """How to reach a person: proved addresses only, "" for none."""

    @property
    def account_id(self) -> str: ...

    @property
    def phone(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def language(self) -> str: ...


def send_everywhere(
    who: Reachable, event_id: UUID, template: str, context: Mapping[str, Any], about: str
) -> None:
    """Tell somebody of an event by every address they have; the same event never tells them twice."""
    for channel, value in (("page", who.account_id), ("sms", who.phone), ("email", who.email)):
        if value:
            send(
                f"{event_id}:{channel}:{who.account_id}", template, Address(channel, value, who.language),
                context, event_id=event_id, about=about, recipient=who.account_id,
            )  # fmt: skip


def _defer(message: Message, wait: timedelta | None = None) -> None:
    from smartsenegal.kernel.notifications.jobs import deliver

    # One delivery of a message at a time, even when a slow one is mistaken for dead.
    later = timezone.now() + wait if wait else None
    deliver.configure(lock=f"message:{message.pk}", schedule_at=later).defer(message_id=str(message.pk))


@transaction.atomic
def begin(message_id: UUID | str, provider: str) -> tuple[Message, bool] | None:
    """Mark a message as being sent; returns it and whether the last attempt broke in the middle.

    None when there is nothing to send: done, given up, or too late.
    """
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state in rules.FINAL:
        return None
    broken = message.state == rules.SENDING
    if message.is_useless(timezone.now()):
        _give_up(message, "Trop tard : le message n’avait plus d’utilité.")
        return None
    message.state, message.provider = rules.SENDING, provider
    message.attempts += 1
    message.broken += broken
    message.next_attempt = None
    message.save(update_fields=["state", "provider", "attempts", "broken", "next_attempt"])
    return message, broken


@transaction.atomic
def sent(message_id: UUID | str, reference: str, *, delivered: bool) -> Message:
    """Note that a carrier took the message; counts its cost and erases a secret."""
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state in rules.FINAL:
        return message
    message.state = rules.DELIVERED if delivered else rules.SENT
    message.provider_ref, message.error = reference[:200], ""
    message.sent_at = timezone.now()
    message.cost = _cost(message)
    if message.secret:
        message.body = ""
    message.save()
    return message


def _cost(message: Message) -> int | None:
    if message.channel != "sms":
        return None
    tariffs = Tariff.objects.filter(provider=message.provider).values_list("starts_on", "price")
    price = rules.tariff_on(timezone.localdate(), tariffs)
    return None if price is None else price * message.segments


@transaction.atomic
def failed(message_id: UUID | str, sentence: str, *, again: bool, maybe_left: bool = False) -> Message:
    """Note a failed attempt: wait and try again, or give up.

    `maybe_left` keeps the message in "sending": the next attempt asks the carrier before it repeats.
    """
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state in rules.FINAL:
        return message
    if not again or rules.exhausted(message.attempts):
        _give_up(message, sentence)
        return message
    wait = rules.retry_delay(message.attempts)
    message.state = rules.SENDING if maybe_left else rules.FAILED
    message.error, message.next_attempt = sentence[:300], timezone.now() + wait
    message.save(update_fields=["state", "error", "next_attempt"])
    _defer(message, wait)
    return message


def _give_up(message: Message, sentence: str) -> None:
    message.state, message.error, message.next_attempt = rules.GIVEN_UP, sentence[:300], None
    if message.secret:
        message.body = ""
    message.save(update_fields=["state", "error", "next_attempt", "body"])


def received(message_id: UUID | str) -> None:
    """Note that the addressee's phone has the message."""
    Message.objects.filter(pk=message_id, state=rules.SENT).update(state=rules.DELIVERED)


def not_received(message_id: UUID | str, sentence: str) -> None:
    """Note that a message the carrier had taken will not arrive."""
    lost = {"state": rules.GIVEN_UP, "error": sentence[:300]}
    Message.objects.filter(pk=message_id, state=rules.SENT).update(**lost)


def ask_later(message_id: UUID | str, asked: int) -> None:
    """Defer the question whether a message arrived, unless it was asked often enough."""
    from smartsenegal.kernel.notifications.jobs import confirm

    if wait := rules.confirmation_delay(asked):
        seconds = int(wait.total_seconds())
        confirm.configure(schedule_in={"seconds": seconds}).defer(message_id=str(message_id), asked=asked)


@transaction.atomic
def resend(message_id: UUID | str, actor: Actor) -> bool:
    """Start again a message that was given up; False when it cannot be (done, or its secret is erased)."""
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None or message.state != rules.GIVEN_UP or message.secret:
        return False
    record(actor, "notifications.resent", f"message:{message.pk}")
    message.state, message.attempts, message.broken, message.error = rules.QUEUED, 0, 0, ""
    message.restarts += 1
    message.save(update_fields=["state", "attempts", "broken", "error", "restarts"])
    _defer(message)
    return True


@transaction.atomic
def set_tariff(actor: Actor, tariff: Tariff) -> Tariff:
    """Keep what a segment costs from a day on, in place of another for that day; returns it.

    Messages already sent keep their cost.
    """
    known = Tariff.objects.filter(provider=tariff.provider, starts_on=tariff.starts_on).first()
    tariff.pk = known.pk if known else None
    tariff.save()
    detail = {"starts_on": str(tariff.starts_on), "price": tariff.price, "source": tariff.source}
    record(actor, "notifications.tariff_set", f"gateway:{tariff.provider}", detail)
    return tariff


def mark_read(account_id: str, message_id: UUID | None = None) -> int:
    """Mark one message of an account's inbox as read, or all; returns how many were."""
    unread = Message.objects.inbox(account_id).filter(read_at=None)
    if message_id:
        unread = unread.filter(pk=message_id)
    return Message.objects.filter(pk__in=unread.order_by().values("pk")).update(read_at=timezone.now())


def erase_demo_secrets() -> int:
    """Erase from the demonstration's phone the codes older than a quarter of an hour."""
    old = DemoDelivery.objects.filter(secret=True, at__lt=timezone.now() - rules.DEMO_SECRET_LIFE)
    return old.exclude(body="").update(body="")
