import io
from collections.abc import Iterable

import pytest
from django.conf import settings
from django.db import connections

from smartsenegal.wifi.sessions.rules import Heard

COLUMNS = (
    "day, received_us, happened_us, kind, nas, session, nas_session, credential, holder, plan, access_point,"
    " device, calling, address, seconds, octets_in, octets_out, cause"
)


class Events:
    """Writes events as the data plane does."""

    holder: int | None = 7
    calling = "0A-1B-2C-3D-4E-5F"
    access_point = ""

    def write(self, told: Iterable[Heard]) -> None:
        rows = io.StringIO()
        for e in told:
            session = "" if e.kind in (7, 8) else e.session.hex()
            words = (
                "2026-11-26", 0, e.happened_us, e.kind, e.nas, rf"\\x{session}", "s1", 3,
                self.holder or r"\N", 1, self.access_point, r"\\x00", self.calling, "10.0.0.1", e.seconds,
                e.octets_in,
                e.octets_out, r"\N" if e.cause is None else e.cause,
            )  # fmt: skip
            rows.write("\t".join(map(str, words)) + "\n")
        copying = f"COPY wifi_sessions_event ({COLUMNS}) FROM STDIN"
        with connections[settings.FLOWS].cursor() as cursor, cursor.copy(copying) as copy:
            copy.write(rows.getvalue())


@pytest.fixture
def events(db: None) -> Events:
    return Events()
