"""Reads of `datacenter.facility`: places, claims, and the plan of a datacentre as rules want it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from smartsenegal.datacenter.facility.models import (
    Component,
    DataCenter,
    Device,
    Input,
    Rack,
    Reservation,
    Room,
)
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.feeds import STANDBY, Feed, write
from smartsenegal.datacenter.facility.rules.graph import COOLING, POWER, Gate, Part, Plan
from smartsenegal.datacenter.facility.rules.words import HELD, INSTALLED
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.sites.api import Run, Site
from smartsenegal.lib.text import plural

READ = "datacenter.read"


def may_read(by: Principal, site: Site) -> bool:
    """Whether `by` may read the datacentre of this place."""
    return by.may(READ, organisation_id=site.organisation_id, territory_path=site.territory.path)


def centers(by: Principal) -> list[DataCenter]:
    """The datacentres that `by` may read, by name."""
    found = DataCenter.objects.select_related("site__territory", "site__organisation").order_by("site__name")
    return [center for center in found if may_read(by, center.site)]


def center(code: str) -> DataCenter | None:
    """The datacentre of a place."""
    found = DataCenter.objects.select_related("site__territory", "site__organisation")
    return found.filter(site__code=code).first()


def rooms(of: DataCenter, day: date | None = None) -> QuerySet[Any]:
    """Its rooms on a day (today), by code."""
    return Room.objects.filter(center=of).on(day or timezone.localdate()).order_by("code")


def racks(of: DataCenter, day: date | None = None) -> QuerySet[Any]:
    """Its racks on a day (today), by room, row and place."""
    found = Rack.objects.filter(room__center=of).on(day or timezone.localdate())
    return found.select_related("room__center__site__territory", "feed_a", "feed_b").order_by(
        "room__code", "row", "place", "code"
    )


def components(of: DataCenter, day: date | None = None) -> QuerySet[Any]:
    """Its parts on a day (today), by system and code."""
    found = Component.objects.filter(center=of).on(day or timezone.localdate())
    return found.select_related("room", "center__site").order_by("system", "code")


def component(of: DataCenter, code: str) -> Component | None:
    """A part by its code, on any day."""
    found = Component.objects.filter(center=of, code=code).select_related("center__site__territory")
    return found.first()


def _now_reserved() -> Q:
    return Q(ended_at=None) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


def reservations(rack: Rack) -> list[Reservation]:
    """Ranges of a rack that count now, from the bottom."""
    return list(rack.reservations.filter(_now_reserved()).order_by("first"))


def devices(rack: Rack) -> list[Device]:
    """Devices of a rack now, from the bottom."""
    return list(rack.devices.filter(removed_on=None).select_related("reservation").order_by("first"))


def counts(row: Reservation) -> bool:
    """Whether a reservation counts now: not freed, not expired."""
    return row.ended_at is None and (row.expires_at is None or row.expires_at > timezone.now())


def claim_of(row: Device | Reservation) -> ledger.Claim:
    """A device or a reservation as rules have it."""
    state, within = row.state if isinstance(row, Reservation) else INSTALLED, ""
    if isinstance(row, Device) and row.reservation and counts(row.reservation):
        within = row.reservation.state
    return ledger.Claim(
        str(row), row.first, row.units, row.watts, row.kg, row.ports, row.feeds, state, within
    )


def claims(rack: Rack) -> list[ledger.Claim]:
    """What counts in a rack now: reservations, and devices, which may stand within them."""
    return [*map(claim_of, reservations(rack)), *map(claim_of, devices(rack))]


def limits(rack: Rack) -> ledger.Limits:
    """What a rack has."""
    return ledger.Limits(rack.units, rack.max_watts, rack.max_kg, rack.ports)


def all_claims(of: DataCenter) -> dict[int, list[ledger.Claim]]:
    """`claims` of every rack of a datacentre, in two queries."""
    found: dict[int, list[ledger.Claim]] = {}
    reserved = Reservation.objects.filter(_now_reserved(), rack__room__center=of)
    standing = Device.objects.filter(rack__room__center=of, removed_on=None).select_related("reservation")
    rows: list[Device | Reservation] = [*reserved, *standing]
    for row in rows:
        found.setdefault(row.rack_id, []).append(claim_of(row))
    return found


def phase_left(of: DataCenter, feed: Component, phase: str) -> int | None:
    """W left on a phase of a three-phase part when it carries all alone; None without a limit or a phase."""
    if not feed.three_phase or not phase or feed.capacity is None:
        return None
    at = phase_loads(of, feed)
    share = feed.capacity // 3
    return min(share - at[p] for p in at) * 3 if phase == "3" else share - at[phase]


def phase_loads(of: DataCenter, feed: Component) -> dict[str, int]:
    """W on each phase of a part when it carries all alone."""
    found = all_claims(of)
    loads = []
    for rack in racks(of):
        for path, at, phase in (("A", rack.feed_a_id, rack.phase_a), ("B", rack.feed_b_id, rack.phase_b)):
            if at == feed.pk:
                loads.append((phase, ledger.on_path(found.get(rack.pk, ()), path)[1]))
    return ledger.phases(loads)


def feeds(of: DataCenter) -> dict[str, tuple[Feed, ...]]:
    """What feeds each part, by code, in one query."""
    rows = Input.objects.filter(component__center=of).order_by("component__code", "position", "rank")
    needs: dict[str, dict[int, list[tuple[str, str, int]]]] = {}
    for code, position, source, mode, need in rows.values_list(
        "component__code", "position", "source__code", "mode", "need"
    ):
        needs.setdefault(code, {}).setdefault(position, []).append((source, mode, need))
    return {
        code: tuple(Feed(tuple(s for s, _, _ in each), each[0][1], each[0][2]) for each in by.values())
        for code, by in needs.items()
    }


def plan(of: DataCenter, *, held: bool = False, day: date | None = None) -> Plan:
    """The graph of a datacentre on a day (today), its racks as loads; `held` counts what is only held."""
    fed, known = feeds(of), list(components(of, day))
    codes = {c.code for c in known}
    parts = [_part(c, fed.get(c.code, ()), codes) for c in known]
    found = all_claims(of)
    for rack in racks(of, day).prefetch_related("cooling", "network"):
        parts += _loads(rack, found.get(rack.pk, ()), codes, held)
    return Plan(parts)


def _part(row: Component, fed: Iterable[Feed], codes: set[str]) -> Part:
    # A source that is not there on that day feeds nobody.
    kept = [(feed, tuple(s for s in feed.sources if s in codes)) for feed in fed]
    return Part(
        row.code, row.system, row.capacity,
        tuple(Gate(sources, feed.need, feed.mode == STANDBY) for feed, sources in kept if sources),
        row.isolation,
        {POWER: row.draw_watts} if row.system != POWER else {},
        utility=row.kind == "utility",
        fuelled=row.kind == "genset",
        carried=row.carried, compartment=row.compartment, work_hours=row.work_hours,
        mtbf=row.mtbf_hours, mttr=row.mttr_hours, common=row.common_cause, beta=row.beta,
    )  # fmt: skip


def _loads(rack: Rack, given: Iterable[ledger.Claim], codes: set[str], held: bool) -> list[Part]:
    """A rack as one load for each way its devices are fed: by both paths, by A alone, by B alone."""
    watts: dict[str, int] = {}
    for claim in given:
        if not claim.within and (held or claim.state != HELD):
            watts[claim.feeds] = watts.get(claim.feeds, 0) + claim.watts
    name = load_code(rack)
    found = []
    for ways, amount in watts.items():
        fed = [(p, f.code) for p, f in (("A", rack.feed_a), ("B", rack.feed_b)) if f and p in ways]
        gates = [Gate(tuple(code for _, code in fed if code in codes))]
        gates.append(Gate(tuple(sorted(c.code for c in rack.cooling.all() if c.code in codes))))
        gates.append(Gate(tuple(sorted(c.code for c in rack.network.all() if c.code in codes)), 1))
        # A rack whose power is not declared is no load of the plan: `undeclared` names it.
        if amount and gates[0].sources:
            found.append(
                Part(
                    name if ways == "AB" else f"{name}·{ways}",
                    gates=tuple(g for g in gates if g.sources),
                    draws={POWER: amount, COOLING: amount}, load=amount,
                )
            )  # fmt: skip
    return found


def load_code(rack: Rack) -> str:
    """The name of a rack as a load."""
    return f"{rack.room.code}/{rack.code}"


def undeclared(of: DataCenter) -> list[Rack]:
    """Racks with a load whose power or cold is not declared: no verdict holds for them."""
    found = all_claims(of)
    return [
        rack
        for rack in racks(of).prefetch_related("cooling")
        if any(c.watts for c in found.get(rack.pk, ()))
        and not ((rack.feed_a or rack.feed_b) and rack.cooling.all())
    ]


# --- files ------------------------------------------------------------------------------------


def rows(of: DataCenter, kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a kind of file (`files.TABLES`), by field; devices that were taken out are left."""
    yield from {"pieces": _part_rows, "baies": _rack_rows, "equipements": _device_rows}[kind](of)


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _part_rows(of: DataCenter) -> Iterator[dict[str, Any]]:
    fed = feeds(of)
    names = (
        "code", "name", "kind", "path", "capacity", "draw_watts", "carried", "three_phase", "isolation",
        "compartment", "work_hours", "mtbf_hours", "mttr_hours", "common_cause", "beta", "assumed_on",
        "assumed_from", "is_example", "source",
    )  # fmt: skip
    for part in components(of):
        yield _fields(part, names) | {"feeds": write(fed.get(part.code, ()), " | ")}


def _rack_rows(of: DataCenter) -> Iterator[dict[str, Any]]:
    names = (
        "code", "row", "place", "units", "max_kg", "max_watts", "ports", "phase_a", "phase_b", "is_example",
    )  # fmt: skip
    for rack in racks(of).prefetch_related("cooling", "network"):
        yield _fields(rack, names) | {
            "room": rack.room.code,
            "feed_a": rack.feed_a.code if rack.feed_a else "",
            "feed_b": rack.feed_b.code if rack.feed_b else "",
            "cooling": tuple(sorted(c.code for c in rack.cooling.all())),
            "network": tuple(sorted(c.code for c in rack.network.all())),
        }


def _device_rows(of: DataCenter) -> Iterator[dict[str, Any]]:
    names = (
        "name", "first", "units", "watts", "kg", "ports", "feeds", "model", "serial", "installed_on",
        "is_example",
    )  # fmt: skip
    found = Device.objects.filter(rack__room__center=of, removed_on=None).select_related("rack__room")
    for device in found.order_by("rack__room__code", "rack__code", "first"):
        yield _fields(device, names) | {"room": device.rack.room.code, "rack": device.rack.code}


def run_at(places: Collection[int]) -> list[Run]:
    """The datacentres of these places (keys), with their racks in service."""
    return [
        Run(
            center.site.name,
            plural(racks(center).count(), "baie", "baies"),
            reverse("datacenter_facility:center", args=[center.site.code]),
        )
        for center in DataCenter.objects.filter(site__in=places).select_related("site").order_by("site__name")
    ]


def device(of: DataCenter, pk: int) -> Device | None:
    """A device of a datacentre, or None."""
    found = Device.objects.select_related("rack__room__center__site")
    return found.filter(pk=pk, rack__room__center=of).first()


def reservation(of: DataCenter, pk: int) -> Reservation | None:
    """A reservation of a datacentre, or None."""
    found = Reservation.objects.select_related("rack__room__center__site")
    return found.filter(pk=pk, rack__room__center=of).first()
