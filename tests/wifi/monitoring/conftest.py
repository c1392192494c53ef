import io
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connections

from tests.wifi.network.conftest import country, engineer, hotspot, network  # noqa: F401 - fixtures
from tests.wifi.sessions.conftest import COLUMNS

if TYPE_CHECKING:
    from smartsenegal.wifi.network.models import Hotspot, Nas
    from smartsenegal.wifi.sessions.rules import Heard

START, STOP, INTERIM, ON, OFF = 1, 2, 3, 7, 8


@pytest.fixture
def nas(hotspot: "Hotspot") -> "Nas":  # noqa: F811 - the fixture
    from smartsenegal.wifi.network.models import Nas

    return Nas.objects.create(hotspot=hotspot, code="marche-gw1", gateway="generic", network="192.0.2.1/32")


def moment(seconds_ago: float = 0) -> int:
    return int((time.time() - seconds_ago) * 1e6)


@pytest.fixture
def heard(nas: "Nas") -> Callable[..., None]:
    """Accounting of the gateway, written and folded as the data plane does, received when it happened."""
    from smartsenegal.wifi.sessions.actions import fold_all

    def write(told: Iterable["Heard"], holder: int = 7) -> None:
        copying = f"COPY wifi_sessions_event ({COLUMNS}) FROM STDIN"
        rows = io.StringIO()
        for each in told:
            rows.write("\t".join(map(str, _row(each, holder))) + "\n")
        with connections[django_settings.FLOWS].cursor() as cursor, cursor.copy(copying) as copy:
            copy.write(rows.getvalue())
        fold_all()

    return write


def _row(e: "Heard", holder: int) -> tuple[Any, ...]:
    session = "" if e.kind in (ON, OFF) else e.session.hex()
    return (
        datetime.now(UTC).date(), e.happened_us, e.happened_us, e.kind, e.nas, rf"\\x{session}",
        e.session[:2].decode(), 3, holder, 1, "", rf"\\x{e.session[:2].hex()}", "0A-1B-2C-3D-4E-5F",
        "10.0.0.1", e.seconds, e.octets_in, e.octets_out, r"\N" if e.cause is None else e.cause,
    )  # fmt: skip


def report(nas: "Nas", name: bytes, kind: int = START, ago: float = 0, **values: Any) -> "Heard":
    """One report about a session, `ago` seconds ago."""
    from smartsenegal.wifi.sessions.rules import Heard

    return Heard(kind, nas.pk, name.ljust(16, b"."), moment(ago), **values)


def at(seconds: float = 0) -> datetime:
    return datetime.fromtimestamp(time.time() + seconds, UTC)
