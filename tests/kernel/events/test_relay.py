"""The outbox: an event and its deliveries live and die with the act that caused them."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from smartsenegal.kernel.events import registry
from smartsenegal.kernel.events.actions import deliver_once
from smartsenegal.kernel.events.api import EventData, emit, listen
from smartsenegal.kernel.events.models import Delivery, Event
from tests.jobs import drain


@pytest.fixture
def heard() -> Iterator[list[EventData]]:
    events: list[EventData] = []
    listen("test.*", name="test.ear")(events.append)
    yield events
    del registry._listeners["test.ear"]


@pytest.mark.django_db(transaction=True)
def test_emit_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        emit("test.happened", "thing:1")


@pytest.mark.django_db
def test_listener_hears_events_of_its_kind_in_order(heard: list[EventData]) -> None:
    for number in range(3):
        emit("test.happened", "thing:1", {"n": number})
    emit("other.happened", "thing:1")
    assert drain("events.deliver") == ["events.deliver"] * 3
    assert [e.payload["n"] for e in heard] == [0, 1, 2]


@pytest.mark.django_db
def test_a_second_delivery_of_the_same_event_does_nothing(heard: list[EventData]) -> None:
    event = emit("test.happened", "thing:1")
    assert deliver_once(event.id, "test.ear")
    assert not deliver_once(event.id, "test.ear")
    assert len(heard) == 1


@pytest.mark.django_db
def test_a_listener_that_fails_leaves_no_proof_of_delivery(heard: list[EventData]) -> None:
    def fail(event: EventData) -> None:
        raise ZeroDivisionError

    listen("test.*", name="test.fails")(fail)
    try:
        event = emit("test.happened", "thing:1")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            deliver_once(event.id, "test.fails")
        assert not Delivery.objects.filter(event=event, listener="test.fails").exists()
    finally:
        del registry._listeners["test.fails"]


@pytest.mark.django_db
def test_a_rolled_back_act_leaves_no_event(heard: list[EventData]) -> None:
    def act() -> None:
        with transaction.atomic():
            emit("test.happened", "thing:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Event.objects.exists()
    assert drain() == []


def test_two_listeners_cannot_share_a_name(heard: list[EventData]) -> None:
    with pytest.raises(ValueError, match="twice"):
        listen("test.*", name="test.ear")(heard.append)


def test_a_topic_without_guard_is_followed_by_nobody() -> None:
    assert not registry.may_follow(None, "unknown:1")
