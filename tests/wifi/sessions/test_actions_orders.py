"""Orders about a session: one of a kind waits, the last limits count, each is settled once."""

from datetime import UTC, datetime, timedelta

import pytest

from smartsenegal.wifi.network.api import Limits
from smartsenegal.wifi.sessions.api import (
    Session,
    order_disconnect,
    order_limits,
    orders_of,
    pending_orders,
    settle_order,
)

pytestmark = pytest.mark.django_db


def a_session(ended_us: int | None = None) -> Session:
    return Session.objects.create(
        key=b"k" * 16, nas=3, device=b"d", nas_session="s1", started_us=1, updated_us=2, ended_us=ended_us
    )


def test_asked_twice_while_it_waits_it_is_one_order() -> None:
    session = a_session()
    first = order_disconnect(session, "Awa Sarr", "À la demande de la personne")
    again = order_disconnect(session, "Awa Sarr", "À la demande de la personne")
    assert first is not None
    assert first == again
    assert pending_orders() == [first]
    assert first.nas == 3
    wait = first.until - datetime.now(UTC)
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)


def test_of_two_limits_that_wait_the_last_counts() -> None:
    session = a_session()
    order_limits(session, Limits(down_kbps=2000), "règle", "Site presque plein")
    order_limits(session, Limits(down_kbps=500), "règle", "Site plein")
    (order,) = pending_orders()
    assert order.limits["down_kbps"] == 500
    assert order.limits["seconds"] is None


def test_nothing_is_ordered_about_a_session_that_ended() -> None:
    assert order_disconnect(a_session(ended_us=2), "Awa Sarr", "Trop tard") is None
    assert pending_orders() == []


def test_an_order_is_settled_once_and_may_be_asked_anew() -> None:
    session = a_session()
    order = order_disconnect(session, "Awa Sarr", "Essai")
    assert order is not None
    assert settle_order(order, "refused", tries=2, error_cause=503)
    assert not settle_order(order, "done", tries=3)
    order.refresh_from_db()
    assert (order.state, order.tries, order.error_cause) == ("refused", 2, 503)
    assert order.settled_at is not None
    other = order_disconnect(session, "Awa Sarr", "Essai")
    assert other is not None
    assert [o.pk for o in orders_of(bytes(session.key))] == [other.pk, order.pk]
