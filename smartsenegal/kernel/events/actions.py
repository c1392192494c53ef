"""Append to the outbox, and deliver what is in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    return emit_all([News(kind, subject, payload or {})])[0]


@dataclass(frozen=True)
class News:
    """One event to be emitted; `topics` are those of live pages to tell, beside its subject's."""

    kind: str
    subject: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    topics: Sequence[str] = ()


def emit_all(news: Sequence[News]) -> list[Event]:
    """Append events and defer their deliveries: three statements, however many they are. Raises as `emit`."""
    if not connection.in_atomic_block:
        raise RuntimeError("emit() needs the transaction of the act it tells of")
    events = [Event(kind=n.kind, subject=n.subject, payload=dict(n.payload)) for n in news]
    Event.objects.bulk_create(events)
    _defer(events)
    touch(*(topic for n in news for topic in (n.subject, *n.topics)))
    return events


def _defer(events: Iterable[Event]) -> None:
    from procrastinate.contrib.django import app

    from smartsenegal.kernel.events.jobs import deliver

    jobs = [
        deliver.configure(lock=f"{name}:{event.subject}").make_new_job(event_id=str(event.id), listener=name)
        for event in events
        for name in listeners_of(event.kind)
    ]
    if jobs:
        app.job_manager.batch_defer_jobs(jobs)


def touch(*topics: str) -> None:
    """Tell the live pages that follow these topics that they changed, once the transaction commits."""
    with connection.cursor() as cursor:
        told = list(dict.fromkeys(topics))
        cursor.execute("SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic", [LIVE_CHANNEL, told])


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
