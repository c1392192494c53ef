"""What an openNDS gateway says becomes accounting, as if it spoke RADIUS: it makes none itself.

It reports nothing between the beginning and the end of a session.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.rates import calls_this_minute
from smartsenegal.wifi.portal.doors.opennds import Ended
from smartsenegal.wifi.portal.models import Admission
from smartsenegal.wifi.portal.queries import device
from smartsenegal.wifi.sessions.api import ON, START, STOP, Report, record_reports

MICROSECOND = 1_000_000
# A notice is sent once, and once more by who asks again; each is an event to write.
NOTICES_A_MINUTE = 5


@transaction.atomic
def entered(nas: int, rhids: Sequence[str]) -> int:
    """A gateway let these devices in; how many it had been asked to."""
    rows = Admission.objects.select_for_update().filter(
        nas=nas, rhid__in=[r[:64] for r in rhids[:100]], entered_at=None, ended_at=None
    )
    found = list(rows)
    now = time.time_ns() // 1000
    for row in found:
        row.entered_at = timezone.now()
        row.save(update_fields=["entered_at"])
    record_reports([_report(row, START, now) for row in found])
    return len(found)


@transaction.atomic
def ended(nas: int, over: Ended) -> bool:
    """A gateway ended the session of a device; False when the notice has no token of an admission.

    A device may learn its own token and say too early that its session is over: what the gateway says when it
    is counts then, since totals only grow.
    """
    if calls_this_minute(f"wifi-ended:{nas}:{over.rhid}") > NOTICES_A_MINUTE:
        return False
    rows = Admission.objects.select_for_update().exclude(entered_at=None)
    row = rows.filter(nas=nas, rhid=over.rhid).order_by("-pk").first()
    if row is None or row.mac not in ("", over.mac):
        return False
    row.mac = over.mac
    # Our clock, as at the beginning: that of a small gateway may be wrong by hours.
    at = time.time_ns() // 1000
    # Never less: whoever has a token can say that a session was short.
    assert row.entered_at is not None
    until = row.ended_at or timezone.now()
    seconds = max(over.ended - over.started, int((until - row.entered_at).total_seconds()), 0)
    record_reports([_report(row, STOP, at, seconds, over.octets_in, over.octets_out)])
    row.ended_at, row.mac, row.address = until, "", None
    row.save(update_fields=["ended_at", "mac", "address"])
    return True


@transaction.atomic
def restarted(nas: int, since: int) -> None:
    """A gateway began anew `since` seconds ago: its sessions of before are over, and what it was to let in is
    to be asked again."""
    at = timezone.now() - timedelta(seconds=since)
    record_reports([Report(kind=ON, nas=nas, happened_us=int(at.timestamp() * MICROSECOND))])
    before = Admission.objects.filter(nas=nas, ended_at=None, asked_at__lt=at)
    before.update(ended_at=timezone.now(), mac="", address=None)


def _report(
    row: Admission, kind: int, at: int, seconds: int = 0, octets_in: int = 0, octets_out: int = 0
) -> Report:
    return Report(
        kind=kind, nas=row.nas, happened_us=at, nas_session=f"opennds-{row.pk}", credential=row.credential,
        holder=row.holder, plan=row.plan, device=device(row.mac, frozenset(), at / MICROSECOND),
        calling=row.mac, address=row.address, seconds=seconds, octets_in=octets_in, octets_out=octets_out,
    )  # fmt: skip
