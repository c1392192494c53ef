"""Take one reading of each of many ports in, as a collector brings them every few minutes.

A reading that comes after all others of its port's day changes the slots since the last one and no other:
they alone are made again, in one statement for all ports. Every other reading goes the way of files. Both
ways leave the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from smartsenegal.cable.billing import queries
from smartsenegal.cable.billing.actions.base import check
from smartsenegal.cable.billing.actions.readings import take_of_port
from smartsenegal.cable.billing.models import Contract, Port
from smartsenegal.cable.billing.packing import pack_readings, unpack_readings
from smartsenegal.cable.billing.rules.counters import Reading, slots_of
from smartsenegal.kernel.identity.api import Principal

# Readings of a day's end that are looked at: more than fall in one slot of an hourly collection.
TAIL = 4
SIZE = 32  # octets of a packed reading
MISSING = (-1, -1)

_TAILS = """
    SELECT port_id, id, day,
           substring(readings FROM greatest(1, octet_length(readings) - %s)), octet_length(slots)
    FROM cable_billing_portday WHERE port_id = ANY(%s) AND day = ANY(%s) FOR UPDATE"""
_APPEND = """
    UPDATE cable_billing_portday d SET
        readings = d.readings || v.reading,
        slots = overlay(overlay(d.slots placing v.received from v.at) placing v.sent from v.at + v.half),
        causes = CASE WHEN v.cause = '' THEN d.causes ELSE jsonb_set(
            d.causes, ARRAY[v.cause], to_jsonb(coalesce((d.causes ->> v.cause)::int, 0) + 1)) END
    FROM unnest(%s::bigint[], %s::bytea[], %s::int[], %s::int[], %s::bytea[], %s::bytea[], %s::text[])
        AS v (id, reading, at, half, received, sent, cause)
    WHERE d.id = v.id"""


@dataclass(frozen=True)
class _Tail:
    """A port's day as it stands: its key, its last readings, octets of its slots."""

    pk: int
    readings: list[Reading]
    slots: int


@transaction.atomic
def append_readings(by: Principal, readings: Mapping[int, Reading]) -> int:
    """Take a reading of each of these ports (by key) in; how many were new. One that is not after its port's
    last is passed over: a collector that runs twice counts once. Raises PermissionRefused."""
    check(by)
    contracts = Contract.objects.filter(ports__in=readings).values_list("pk", flat=True)
    # Always in one order, as files do.
    list(Contract.objects.select_for_update().filter(pk__in=set(contracts)).order_by("pk").values_list("pk"))
    ports = {port.pk: port for port in Port.objects.filter(pk__in=readings).select_related("contract")}
    tails = _tails(readings)
    rows, slow = [], []
    for pk, port in ports.items():
        reading, day = readings[pk], _day(readings[pk].at)
        tail, later = tails.get((pk, day)), (pk, day + timedelta(days=1)) in tails
        if tail and tail.readings[-1].at >= reading.at:
            continue
        row = _row(port, tail, reading, day) if tail and not later else None
        if row:
            rows.append(row)
        else:
            slow.append(port)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_APPEND, [list(column) for column in zip(*rows, strict=True)])
    return len(rows) + sum(take_of_port(port, readings[port.pk]) for port in slow)


def _day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def _tails(readings: Mapping[int, Reading]) -> dict[tuple[int, date], _Tail]:
    days = {_day(r.at) for r in readings.values()}
    days |= {day + timedelta(days=1) for day in days}
    with connection.cursor() as cursor:
        cursor.execute(_TAILS, [TAIL * SIZE - 1, list(readings), sorted(days)])
        return {
            (port, day): _Tail(pk, unpack_readings(bytes(end)), slots)
            for port, pk, day, end, slots in cursor.fetchall()
        }


_Row = tuple[int, bytes, int, int, bytes, bytes, str]


def _row(port: Port, tail: _Tail, new: Reading, day: date) -> _Row | None:
    """What the statement needs to append a reading; None when only the whole day would tell."""
    measure, start = port.contract.measure, queries.unix(day)
    long = measure.slot_seconds
    first = (tail.readings[-1].at - start) // long
    before = start + first * long
    # The slot of the last reading is made again: all that covers it must be at hand.
    if tail.readings[0].at > before:
        return None
    count = (new.at - 1 - start) // long - first + 1
    speed = port.speed_mbps * 1_000_000
    made = slots_of(measure, port.bits, speed, [*tail.readings, new], before, count)
    cause = ""
    if made.causes:
        said = slots_of(measure, port.bits, speed, [tail.readings[-1], new], before, count)
        cause = next(iter(said.causes), "")
    values = [MISSING if value is None else value for value in made.values]
    received, sent = (
        b"".join(value[side].to_bytes(8, "little", signed=True) for value in values) for side in (0, 1)
    )
    return tail.pk, pack_readings([new]), first * 8 + 1, tail.slots // 2, received, sent, cause
