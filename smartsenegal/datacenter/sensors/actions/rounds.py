"""A round: every source is asked, what it says is judged, and racks that can be told get their reading."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.sensors import queries, rules
from smartsenegal.datacenter.sensors.actions.sources import opened
from smartsenegal.datacenter.sensors.contrib import redfish, snmp
from smartsenegal.datacenter.sensors.models import Sensor, Source, Value
from smartsenegal.kernel.identity.api import system
from smartsenegal.lib.crypto import DecryptionFailed

AT_ONCE, KEPT = 16, timedelta(days=7)
READ_BY = "Capteurs de la baie"


def collect() -> int:
    """Ask every source; how many answered."""
    found = queries.asked()
    questions = [(each, secret) for each in found if (secret := _secret(each)) is not None]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda pair: _ask(*pair), questions))
    now = timezone.now()
    told = [(source, *answer) for (source, _), answer in zip(questions, answers, strict=True)]
    for source, figures, fault in told:
        _note(source, figures, fault, now)
    racks = {source.rack_id: source.rack for source, _, _ in told}
    for rack in racks.values():
        _read(rack, now)
    Value.objects.filter(at__lt=now - KEPT).delete()
    return sum(not fault for _, _, fault in told)


def _secret(source: Source) -> dict[str, str] | None:
    try:
        return opened(source)
    except DecryptionFailed:
        # The keys are not on this machine: another worker has them.
        return None


def _ask(source: Source, secret: dict[str, str]) -> tuple[list[rules.Figure], str]:
    """What it answers, or its fault. In a thread: no database."""
    try:
        if source.kind == rules.REDFISH:
            return redfish.read(source.address, secret, source.fingerprint), ""
        question = snmp.Question(source.address, source.port, source.version, secret)
        return snmp.read(question, source.oid, source.name, source.quantity, source.scale), ""
    except (redfish.RedfishFailed, snmp.SnmpFailed) as failed:
        return [], str(failed)


@transaction.atomic
def _note(source: Source, figures: Iterable[rules.Figure], fault: str, now: datetime) -> None:
    Source.objects.filter(pk=source.pk).update(
        asked_at=now, fault=fault, **({} if fault else {"answered_at": now})
    )
    if fault:
        return
    known = {each.key: each for each in source.sensors.all()}
    seen = [_seen(source, figure, known.get(figure.key)) for figure in figures]
    doubts = rules.doubts(seen)
    for each in seen:
        figure = each.figure
        values = {
            "name": figure.name, "quantity": figure.quantity, "role": figure.role, "value": figure.value,
            "read_at": now, "doubt": doubts.get(figure.key, ""),
        }  # fmt: skip
        sensor, _ = Sensor.objects.update_or_create(source=source, key=figure.key, defaults=values)
        Value.objects.create(sensor=sensor, at=now, value=figure.value)


def _seen(source: Source, figure: rules.Figure, sensor: Sensor | None) -> rules.Seen:
    past = queries.past(sensor) if sensor else []
    frozen = len(past) >= rules.FROZEN - 1 and len({*past[1 - rules.FROZEN :], figure.value}) == 1
    return rules.Seen(figure, past, frozen and _others_moved(source, figure.key))


def _others_moved(source: Source, key: str) -> bool:
    powers = Sensor.objects.filter(
        source__rack=source.rack_id, source__closed_at=None, quantity=rules.WATTS
    ).exclude(source=source, key=key)
    return any(rules.moved(queries.past(each)) for each in powers)


@transaction.atomic
def _read(rack: facility.Rack, now: datetime) -> None:
    """The reading of a rack, when all its sources answered this round and none that counts is in doubt."""
    found = list(Source.objects.filter(rack=rack, closed_at=None).prefetch_related("sensors"))
    if any(each.fault or each.answered_at != now for each in found):
        return
    watts = rules.drawn(devices) if (devices := _devices(found, now, counts=True)) else None
    if watts is None:
        return
    if doubt := rules.too_little(watts, _devices(found, now, counts=False)):
        wrong = Sensor.objects.filter(source__in=[s for s in found if s.counts], quantity=rules.WATTS)
        wrong.filter(read_at=now).update(doubt=doubt)
        return
    last = colocation.last_reading(rack)
    if last is not None and last.read_at >= now:
        return
    seconds = (now - last.read_at).total_seconds() if last else 0
    if rules.worth_noting(watts, last.watts if last else None, seconds):
        colocation.note_reading(system("capteurs"), rack, watts=watts, source=READ_BY, read_at=now)


def _devices(found: Iterable[Source], now: datetime, *, counts: bool) -> list[list[tuple[rules.Figure, str]]]:
    """The figures of this round, by device, of those whose power counts or of the others."""
    return [
        [(_figure(sensor), sensor.doubt) for sensor in each.sensors.all() if sensor.read_at == now]
        for each in found
        if each.counts == counts and any(s.quantity == rules.WATTS for s in each.sensors.all())
    ]


def _figure(sensor: Sensor) -> rules.Figure:
    return rules.Figure(sensor.key, sensor.name, sensor.quantity, sensor.value, sensor.role)
