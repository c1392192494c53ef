"""Take the counters of ports in: each reading once, whatever the order and the number of times it comes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.billing import files, queries
from smartsenegal.cable.billing.actions.base import check, lock, tell
from smartsenegal.cable.billing.errors import ReadingsRefused
from smartsenegal.cable.billing.files import Line
from smartsenegal.cable.billing.models import Port, PortDay
from smartsenegal.cable.billing.packing import pack_readings, pack_slots, unpack_readings
from smartsenegal.cable.billing.rules.counters import Contradicted, Reading, merged, slots_of
from smartsenegal.cable.billing.rules.percentile import as_array
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.text import typography

ONE = timedelta(days=1)
# How far ahead of ours the clock of who reads the counters may be.
AHEAD_SECONDS = 60


@dataclass(frozen=True)
class Taken:
    """How many readings a file held, how many were new, on how many ports."""

    readings: int
    new: int
    ports: int


@transaction.atomic
def take_readings(by: Principal, text: str) -> Taken:
    """Take a file of readings in, all or nothing. Raises PermissionRefused, ReadingsRefused with the faults
    by line."""
    check(by)
    ports = {port.code: port for port in Port.objects.select_related("contract")}
    until = int(timezone.now().timestamp()) + AHEAD_SECONDS
    lines, faults = files.read(text, {code: port.bits for code, port in ports.items()}, until)
    if faults:
        raise ReadingsRefused(faults)
    # Always in one order, so that two files that cross never wait for each other.
    touched = sorted({ports[line.port].contract for line in lines}, key=lambda c: c.pk)
    for contract in touched:
        lock(contract)
    by_port = files.by_port(lines)
    new = {code: _take(ports[code], of_port, faults) for code, of_port in by_port.items()}
    if faults:
        raise ReadingsRefused(faults)
    for contract in touched:
        own = [code for code in by_port if ports[code].contract_id == contract.pk]
        counts = {"readings": sum(len(by_port[c]) for c in own), "new": sum(new[c] for c in own)}
        tell(by, contract, "readings_taken", {"ports": own, **counts})
    return Taken(len(lines), sum(new.values()), len(by_port))


def take_of_port(port: Port, reading: Reading) -> int:
    """Keep one reading of a port whose contract is locked; 1 when it was new. One that contradicts another of
    its second is passed over."""
    return _take(port, [Line(0, port.code, reading)], [])


def _take(port: Port, lines: list[Line], faults: list[Fault]) -> int:
    """Keep the readings of a port and remake the slots they touch; how many are new."""
    by_day = defaultdict[date, list[Line]](list)
    for line in lines:
        by_day[datetime.fromtimestamp(line.reading.at, UTC).date()].append(line)
    # A reading changes the slots of its day and of the two beside it, which are made with theirs.
    around = {day + ONE * step for day in by_day for step in (-1, 0, 1)}
    known = queries.days_around(port, {day + ONE * step for day in around for step in (-1, 0, 1)})
    readings = {day: unpack_readings(bytes(row.readings)) for day, row in known.items()}
    new = 0
    for day, of_day in by_day.items():
        before = readings.get(day, [])
        readings[day] = _merge(before, of_day, faults)
        new += len(readings[day]) - len(before)
    if new and not faults:
        for day in sorted(around & readings.keys()):
            _remake(port, day, readings, known.get(day))
    return new


def _merge(before: Iterable[Reading], lines: list[Line], faults: list[Fault]) -> list[Reading]:
    kept = list(before)
    try:
        return merged(kept, (line.reading for line in lines))
    except Contradicted as wrong:
        told = typography("Ce port a déjà un autre relevé à cette seconde : l’un des deux est faux.")
        bad = next(line for line in reversed(lines) if line.reading.at == wrong.at)
        faults.append(Fault(bad.number, "at", told))
        return kept


def _remake(port: Port, day: date, readings: dict[date, list[Reading]], row: PortDay | None) -> None:
    """Write a day's slots from its readings, the last of the day before and the first of the day after."""
    contract = port.contract
    near = [*readings.get(day - ONE, [])[-1:], *readings.get(day, []), *readings.get(day + ONE, [])[:1]]
    made = slots_of(
        contract.measure,
        port.bits,
        port.speed_mbps * 1_000_000,
        near,
        queries.unix(day),
        queries.DAY // contract.slot_seconds,
    )
    row = row or PortDay(port=port, day=day)
    row.readings = pack_readings(readings.get(day, []))
    row.slots = pack_slots(as_array(made.values))
    row.causes = dict(made.causes)
    row.save()
