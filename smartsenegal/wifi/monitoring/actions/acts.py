"""What an engineer does to those who are on: disconnect, change the rate, block, speak to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.access.api import Credential
from smartsenegal.wifi.monitoring.actions.base import check, tell
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import Message
from smartsenegal.wifi.network.api import Hotspot, Limits
from smartsenegal.wifi.sessions.api import Order, Session, open_sessions, order_disconnect, order_limits

BLOCKED = "blocked"
LONGEST_MESSAGE = timedelta(days=7)
_ENDED = "Cette connexion est déjà finie."


def disconnect(by: Principal, session: Session, hotspot: Hotspot, reason: str) -> Order:
    """Order a device off. Raises PermissionRefused, MonitoringRefused when its session ended already."""
    check(by, hotspot.site)
    with transaction.atomic():
        order = order_disconnect(session, by.label, reason)
        if order is None:
            raise MonitoringRefused(_ENDED)
        tell(by, hotspot, "session_disconnected", _named(session, order), reason)
    return order


def change_rate(
    by: Principal,
    session: Session,
    hotspot: Hotspot,
    *,
    down_kbps: int | None,
    up_kbps: int | None,
    reason: str,
) -> Order:
    """Order other rates for a session (kbit/s; None leaves one as it is). Raises as `disconnect`."""
    check(by, hotspot.site)
    if down_kbps is None and up_kbps is None:
        raise MonitoringRefused("Indiquez au moins un débit.", "down_kbps")
    limits = Limits(down_kbps=down_kbps, up_kbps=up_kbps)
    with transaction.atomic():
        order = order_limits(session, limits, by.label, reason)
        if order is None:
            raise MonitoringRefused(_ENDED)
        detail = {**_named(session, order), "down_kbps": down_kbps, "up_kbps": up_kbps}
        tell(by, hotspot, "session_rate", detail, reason)
    return order


def _named(session: Session, order: Order) -> dict[str, object]:
    return {"session": bytes(session.key).hex(), "order": order.pk}


def block(by: Principal, session: Session, hotspot: Hotspot, reason: str) -> int:
    """Close every access of the holder of a session as blocked, and order its devices off; how many accesses.

    Raises PermissionRefused, MonitoringRefused for a session that no access opened, or already blocked.
    """
    check(by, hotspot.site)
    if session.holder is None:
        raise MonitoringRefused("Cet appareil est entré sans accès : déconnectez-le.")
    with transaction.atomic():
        closed = Credential.objects.filter(holder=session.holder, closed_because="").update(
            closed_because=BLOCKED
        )
        if not closed:
            raise MonitoringRefused("Cet accès est déjà fermé.")
        orders = [order_disconnect(s, by.label, reason) for s in open_sessions(session.holder)]
        detail = {"holder": session.holder, "accesses": closed, "orders": sum(o is not None for o in orders)}
        tell(by, hotspot, "holder_blocked", detail, reason)
        _wake()
    return closed


def unblock(by: Principal, session: Session, hotspot: Hotspot, reason: str) -> int:
    """Open again what `block` closed; how many accesses. One whose name was given anew stays closed.

    Raises PermissionRefused, MonitoringRefused when nothing of this holder is blocked.
    """
    check(by, hotspot.site)
    if session.holder is None:
        raise MonitoringRefused("Rien n’est bloqué pour cet appareil.")
    with transaction.atomic():
        blocked = Credential.objects.select_for_update().filter(holder=session.holder, closed_because=BLOCKED)
        free = [c.pk for c in blocked if not _taken(c)]
        if not free:
            raise MonitoringRefused("Rien n’est bloqué pour cet appareil.")
        opened = Credential.objects.filter(pk__in=free).update(closed_because="")
        tell(by, hotspot, "holder_unblocked", {"holder": session.holder, "accesses": opened}, reason)
        _wake()
    return opened


def _taken(credential: Credential) -> bool:
    others = Credential.objects.filter(realm=credential.realm_id, login=credential.login, closed_because="")
    return others.exists()


def _wake() -> None:
    """The data plane looks at once at what changed (decision 13)."""
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY wifi")


def write_message(
    by: Principal, hotspot: Hotspot, *, text: str, minutes: int, reason: str, now: datetime | None = None
) -> Message:
    """Words shown by the portal to those who are on at this hotspot, for so long. Raises PermissionRefused,
    MonitoringRefused. A message replaces the one before it."""
    check(by, hotspot.site)
    if not 0 < minutes <= LONGEST_MESSAGE.total_seconds() // 60:
        raise MonitoringRefused("Un message dure de 1 minute à 7 jours.", "minutes")
    starts = now or datetime.now(UTC)
    with transaction.atomic():
        _current(hotspot, starts).update(withdrawn_at=starts)
        message = Message.objects.create(
            hotspot=hotspot.pk,
            text=text,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=minutes),
            by=by.label,
            reason=reason,
        )
        tell(by, hotspot, "message_written", {"message": message.pk, "text": text}, reason)
    return message


def withdraw_message(by: Principal, hotspot: Hotspot) -> int:
    """Take away the words shown at a hotspot; how many messages. Raises PermissionRefused."""
    check(by, hotspot.site)
    now = datetime.now(UTC)
    with transaction.atomic():
        gone = _current(hotspot, now).update(withdrawn_at=now)
        if gone:
            tell(by, hotspot, "message_withdrawn", {})
    return gone


def _current(hotspot: Hotspot, now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(hotspot=hotspot.pk, ends_at__gt=now, withdrawn_at=None)
