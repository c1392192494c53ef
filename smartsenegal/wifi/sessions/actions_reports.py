"""Accounting events of gateways that speak no RADIUS, written where those of RADIUS go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import connections

from smartsenegal.wifi.sessions.rules import OFF, ON, session_key

_COLUMNS = (
    "day, received_us, happened_us, kind, nas, session, nas_session, credential, holder, plan, access_point,"
    " device, calling, address, seconds, octets_in, octets_out, cause"
)


@dataclass(frozen=True)
class Report:
    """One event, as `models.Event` has it; `nas_session` is unique for its gateway, for ever."""

    kind: int
    nas: int
    happened_us: int
    nas_session: str = ""
    credential: int | None = None
    holder: int | None = None
    plan: int | None = None
    device: bytes = b""
    calling: str = ""
    address: str | None = None
    seconds: int = 0
    octets_in: int = 0
    octets_out: int = 0
    cause: int | None = None


def record_reports(reports: Sequence[Report]) -> None:
    """Write events by COPY, in the caller's transaction where flows share its database; folded later."""
    if not reports:
        return
    now = time.time_ns() // 1000
    day = datetime.fromtimestamp(now / 1_000_000, UTC).date()
    copying = f"COPY wifi_sessions_event ({_COLUMNS}) FROM STDIN"
    with connections[settings.FLOWS].cursor() as cursor, cursor.copy(copying) as copy:
        for r in reports:
            key = b"" if r.kind in (ON, OFF) else session_key(r.nas, r.nas_session, b"")
            copy.write_row(
                (
                    day, now, r.happened_us, r.kind, r.nas, key, r.nas_session, r.credential, r.holder,
                    r.plan, "", r.device, r.calling, r.address, r.seconds, r.octets_in, r.octets_out, r.cause,
                )
            )  # fmt: skip
