"""Orders to a gateway about a session: disconnect a device, change its rate or what is left to it.

They are written here and sent by the data plane (`smartsenegal radius`), which settles them.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connections, transaction

from smartsenegal.wifi.network.api import Limits
from smartsenegal.wifi.sessions.models import Order, Session
from smartsenegal.wifi.sessions.rules import DISCONNECT, LIMITS

# Beyond, a gateway that was away would throw out somebody for a reason of another day.
PATIENCE = timedelta(minutes=10)
CHANNEL = "wifi_orders"


def order_disconnect(session: Session, by: str, reason: str) -> Order | None:
    """Have a device disconnected; None when its session ended already.

    `by` names who asks, or which rule. Asked twice while it waits, it is one order. The caller has checked
    the permission and writes the journal.
    """
    return _order(session, DISCONNECT, {}, by, reason)


def order_limits(session: Session, limits: Limits, by: str, reason: str) -> Order | None:
    """Have a gateway told other limits for a session; of several that wait, the last one counts."""
    return _order(session, LIMITS, asdict(limits), by, reason)


def _order(session: Session, kind: str, limits: dict[str, int | None], by: str, reason: str) -> Order | None:
    if session.ended_us is not None:
        return None
    until = datetime.now(UTC) + PATIENCE
    with transaction.atomic(using=settings.FLOWS):
        found, _ = Order.objects.update_or_create(
            session=bytes(session.key),
            kind=kind,
            state="pending",
            defaults={"limits": limits},
            create_defaults={
                "nas": session.nas, "limits": limits, "reason": reason, "asked_by": by, "until": until,
            },
        )  # fmt: skip
        with connections[settings.FLOWS].cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    return found


def settle_order(order: Order, state: str, tries: int, error_cause: int | None = None) -> bool:
    """Say what became of an order; False when it was settled already, or bears other limits since: no change.

    `state` is one of `rules.ORDER_STATES`; `error_cause` that of RFC 5176 §3.5.
    """
    pending = Order.objects.filter(pk=order.pk, state="pending", limits=order.limits)
    return bool(
        pending.update(state=state, tries=tries, error_cause=error_cause, settled_at=datetime.now(UTC))
    )
