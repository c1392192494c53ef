"""Append to the outbox, and deliver what is in it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from smartsenegal.kernel.events.models import Delivery, Event
from smartsenegal.kernel.events.registry import EventData, handler_of, listeners_of

LIVE_CHANNEL = "live"


def emit(kind: str, subject: str, payload: Mapping[str, Any] | None = None) -> Event:
    """Append one event and defer its deliveries, all in the caller's transaction.

    Returns the event. Raises RuntimeError outside a transaction: an event that could outlive the
    rollback of its cause would be a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("emit() needs the transaction of the act it tells of")
    event = Event.objects.create(kind=kind, subject=subject, payload=dict(payload or {}))
    _defer(event)
    touch(subject)
    return event


def _defer(event: Event) -> None:
    from smartsenegal.kernel.events.jobs import deliver

    for name in listeners_of(event.kind):
        deliver.configure(lock=f"{name}:{event.subject}").defer(event_id=str(event.id), listener=name)


def touch(topic: str) -> None:
    """Tell the live pages that follow `topic` that it changed, once the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, topic])


@transaction.atomic
def deliver_once(event_id: UUID | str, listener: str) -> bool:
    """Run one listener on one event; True when it ran, False when it had run already."""
    event = Event.objects.get(pk=event_id)
    _, created = Delivery.objects.get_or_create(event=event, listener=listener)
    if created:
        handler_of(listener)(EventData(event.id, event.kind, event.subject, event.payload, event.at))
    return created


def forget_before(limit: Any) -> int:
    """Delete events older than `limit` (their facts live on in the journal and in the cases)."""
    deleted, _ = Event.objects.filter(at__lt=limit).delete()
    return deleted
