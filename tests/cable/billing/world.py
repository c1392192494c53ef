"""A contract with its ports, and files of counters for it."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from smartsenegal.cable.billing import actions
from smartsenegal.cable.billing.models import Contract
from smartsenegal.kernel.identity.api import organisation, system
from smartsenegal.kernel.payments.api import enter_carrier
from tests.cable.billing.terms import terms

SYSTEM = system("test")
# The last three days of a month of 29: 864 slots of five minutes.
FEBRUARY = date(2024, 2, 1)
STARTS = date(2024, 2, 27)
HEAD = "port,at,uptime,received,sent\n"


NOBODY = "00000000-0000-7000-8000-000000000000"


def contract(payer: str = NOBODY, ports: Iterable[str] = ("p1",), **said: Any) -> Contract:
    """A contract of the three last days of February 2024 on, its carrier entered, its conventions written."""
    carrier = said.pop("carrier", None) or organisation("senum")
    assert carrier is not None
    enter_carrier(SYSTEM, carrier)
    made = actions.add_contract(
        SYSTEM, code="transit-1", name="Transit de l’opérateur", customer="Opérateur SA", payer=payer,
        carrier=carrier, starts_on=STARTS, slot_seconds=300, spread_slots=2, payment_days=30,
    )  # fmt: skip
    for code in ports:
        actions.add_port(SYSTEM, made, code=code, bits=64, speed_mbps=1_000)
    actions.write_conventions(
        SYSTEM, made, valid_from=FEBRUARY, terms=terms(**said), source="Contrat n° 1, article 7"
    )
    return made


def counters(
    port: str, mbps: Callable[[int], int], first: date = STARTS, slots: int = 864, skip: Iterable[int] = ()
) -> str:
    """Lines of a file: the rate of each slot by its number, half as much back; readings at `skip` are
    lost."""
    at, total, lines = datetime(first.year, first.month, first.day, tzinfo=UTC), 10**6, []
    lost = set(skip)
    for n in range(slots + 1):
        if n not in lost:
            lines.append(f"{port},{at:%Y-%m-%dT%H:%M:%SZ},{100 * 300 * n + 7},{total},{total // 2}")
        total += mbps(n) * 1_000_000 * 300 // 8
        at += timedelta(minutes=5)
    return "\n".join(lines) + "\n"
