"""The same people and places as in the tests of the network, and a kit of theirs."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from tests.wifi.network.conftest import country, engineer, hotspot, network
from tests.wifi.radius.conftest import no_events

if TYPE_CHECKING:
    from smartsenegal.wifi.access.api import VoucherBatch
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.network.api import Hotspot, Nas

__all__ = ["country", "engineer", "hotspot", "network", "no_events"]
MACHINE = UUID(int=1)


@pytest.fixture
def gateway(hotspot: Hotspot, engineer: Callable[..., Any]) -> Nas:
    from smartsenegal.wifi.access.api import add_plan, add_rule
    from smartsenegal.wifi.network.api import add_gateway

    by = engineer()
    add_rule(by, plan=add_plan(by, name="Public"))
    return add_gateway(by, hotspot, gateway="coova", network="192.0.2.1")


@pytest.fixture
def vouchers(hotspot: Hotspot, engineer: Callable[..., Any]) -> VoucherBatch:
    from smartsenegal.wifi.access.api import make_vouchers

    until = datetime.now(UTC) + timedelta(days=30)
    return make_vouchers(engineer(), name="Gamou", count=20, valid_until=until, hotspot=hotspot)


@pytest.fixture
def prepare(gateway: Nas, vouchers: VoucherBatch) -> Callable[..., Kit]:
    """Prepares a kit of the hotspot, for two days."""
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_prepare

    def make(name: str = "Gamou", **values: Any) -> Kit:
        now = datetime.now(UTC)
        given = {
            "hotspots": [gateway.hotspot], "starts_at": now, "ends_at": now + timedelta(days=2),
            "due_at": now + timedelta(days=5), "batches": [vouchers],
        }  # fmt: skip
        return actions_prepare.prepare(system("test"), name=name, **{**given, **values})

    return make


@pytest.fixture
def out(prepare: Callable[..., Kit]) -> Kit:
    """A kit whose file was taken."""
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_prepare

    kit = prepare()
    actions_prepare.take_file(system("test"), kit)
    kit.refresh_from_db()
    return kit


def row(kit: Kit, number: int = 1, **values: Any) -> list[Any]:
    """An event of a kit: the end of a session of 5 octets in, 7 out."""
    from smartsenegal.wifi.kit.rules import COLUMNS

    at = int(kit.starts_at.timestamp() * 1_000_000) + 60_000_000
    told = {
        "day": kit.starts_at.date().isoformat(), "received_us": at, "happened_us": at, "kind": 2,
        "nas": kit.gateways[0], "session": f"{number:032x}", "nas_session": "s", "credential": None,
        "holder": None, "plan": None, "access_point": "", "device": "00" * 16, "seconds": 10, "octets_in": 5,
        "octets_out": 7, "cause": None, **values,
    }  # fmt: skip
    return [told[name] for name in COLUMNS]


def pack(number: int, *rows: list[Any], **values: Any) -> dict[str, Any]:
    """A pack of these events, with its own count."""
    told = {"number": number, "events": len(rows), "octets_in": sum(r[13] for r in rows)}
    return {**told, "octets_out": sum(r[14] for r in rows), "rows": list(rows), **values}


def pieces(kit: Kit, *packs: dict[str, Any], machine: UUID = MACHINE) -> list[bytes]:
    """What the machine of a kit writes on its file, piece by piece."""
    from smartsenegal.wifi.kit import rules
    from smartsenegal.wifi.kit.actions_base import key

    total = rules.Balance(*(sum(each[n] for each in packs) for n in ("events", "octets_in", "octets_out")))
    return list(rules.sealed_packs(kit.id, key(kit), machine, total, packs))


def central(*words: str) -> tuple[int, str, str]:
    """The command, at the centre of the test."""
    from smartsenegal.wifi.kit import cli

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(list(words))
    return code, plain(out.getvalue()), plain(err.getvalue())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def counted() -> tuple[int, int, int]:
    """Events, octets in and octets out, as the table has them."""
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute("SELECT count(*), sum(octets_in), sum(octets_out) FROM wifi_sessions_event")
        return tuple(int(n or 0) for n in cursor.fetchone())  # type: ignore[return-value]
