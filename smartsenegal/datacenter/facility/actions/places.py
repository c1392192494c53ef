"""Datacentres, rooms and racks."""

from typing import Any

from django.db import transaction

from smartsenegal.datacenter.facility import queries
from smartsenegal.datacenter.facility.actions.base import PERMISSION, changes, locked, tell
from smartsenegal.datacenter.facility.errors import FacilityRefused
from smartsenegal.datacenter.facility.models import Component, DataCenter, Rack, Room
from smartsenegal.datacenter.facility.rules.graph import COOLING, NETWORK, POWER
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused, Principal, system
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory.api import Territory


@transaction.atomic
def add_center(
    by: Principal,
    *,
    code: str,
    name: str,
    place: Territory,
    organisation: Organisation | None = None,
    **values: Any,
) -> DataCenter:
    """Open a datacentre on a new place. Raises PermissionRefused, FacilityRefused for a code taken."""
    known = organisation.pk if organisation else None
    if not by.may(PERMISSION, organisation_id=known, territory_path=place.path):
        raise PermissionRefused("Vous n’administrez pas les centres de données de ce territoire.")
    try:
        site = sites.add_site(
            system(f"centre de données, pour {by.label}"),
            code=code,
            name=name,
            kind="datacenter",
            place=place,
            serves=[],
            organisation=organisation,
            source=values.get("source", ""),
        )
    except sites.SiteRefused as refused:
        raise FacilityRefused(refused.sentence, refused.field) from None
    center = DataCenter.objects.create(site=site, **values)
    tell(by, center, "center_added", {})
    return center


@transaction.atomic
def add_room(by: Principal, center: DataCenter, *, code: str, name: str, **values: Any) -> Room:
    """Add a room. Raises PermissionRefused, FacilityRefused for a code that is taken."""
    center = locked(by, center)
    _dated(values)
    if center.rooms.filter(code=code).exists():
        raise FacilityRefused("Une salle de ce centre porte déjà ce code.", "code")
    room = Room.objects.create(center=center, code=code, name=name, **values)
    tell(by, center, "room_added", {"room": code})
    return room


@transaction.atomic
def change_room(by: Principal, room: Room, **values: Any) -> Room:
    """Correct a room; its code stays. Raises PermissionRefused, FacilityRefused."""
    center = locked(by, room.center)
    _dated(values)
    if changed := changes(room, values):
        room.save(update_fields=changed)
        tell(by, center, "room_changed", {"room": room.code, "fields": changed})
    return room


@transaction.atomic
def add_rack(by: Principal, room: Room, *, code: str, **values: Any) -> Rack:
    """Add a rack. Raises PermissionRefused, FacilityRefused for a code taken or a phase that is not known."""
    center = locked(by, room.center)
    if room.racks.filter(code=code).exists():
        raise FacilityRefused("Une baie de cette salle porte déjà ce code.", "code")
    return _kept(by, center, Rack(room=room, code=code), values, "rack_added")


@transaction.atomic
def change_rack(by: Principal, rack: Rack, **values: Any) -> Rack:
    """Correct a rack; its room and code stay. Raises as `add_rack`, and for what no longer fits in it."""
    center = locked(by, rack.room.center)
    return _kept(by, center, rack, values, "rack_changed")


def _kept(by: Principal, center: DataCenter, rack: Rack, values: dict[str, Any], verb: str) -> Rack:
    _dated(values)
    joined: dict[str, Any] = {name: values.pop(name) for name in ("cooling", "network") if name in values}
    changed = changes(rack, values)
    _check_feeds(rack, center)
    for name, kind in (("cooling", COOLING), ("network", NETWORK)):
        if any(c.system != kind or c.center_id != center.pk for c in joined.get(name, ())):
            raise FacilityRefused("Choisissez des pièces de ce système, dans ce centre.", name)
    top = max((c.first + c.units - 1 for c in queries.claims(rack)), default=0) if rack.pk else 0
    if rack.units < top:
        raise FacilityRefused(f"Cette baie est occupée jusqu’à U{top} : libérez d’abord le haut.", "units")
    rack.save()
    for name, components in joined.items():
        before = set(getattr(rack, name).all())
        if before != set(components):
            getattr(rack, name).set(components)
            changed.append(name)
    if changed:
        tell(by, center, verb, {"rack": rack.code, "room": rack.room.code, "fields": sorted(changed)})
    return rack


def _check_feeds(rack: Rack, center: DataCenter) -> None:
    for path, feed, phase in (("a", rack.feed_a, rack.phase_a), ("b", rack.feed_b, rack.phase_b)):
        if feed is None:
            continue
        _check_feed(feed, center, f"feed_{path}")
        if feed.three_phase and not phase:
            raise FacilityRefused(
                f"{feed.code} est triphasé : indiquez la phase de cette baie, L1, L2, L3 ou les trois.",
                f"phase_{path}",
            )
        if not feed.three_phase and phase:
            raise FacilityRefused(f"{feed.code} est monophasé : laissez la phase vide.", f"phase_{path}")
    if rack.feed_a and rack.feed_a == rack.feed_b:
        raise FacilityRefused("Les voies A et B viennent de la même pièce : choisissez-en deux.", "feed_b")


def _check_feed(feed: Component, center: DataCenter, field: str) -> None:
    if feed.system != POWER or feed.center_id != center.pk:
        raise FacilityRefused("Choisissez une pièce d’énergie de ce centre.", field)


def _dated(values: dict[str, Any]) -> None:
    start, end = values.get("valid_from"), values.get("valid_until")
    if start and end and end <= start:
        raise FacilityRefused("La fin vient après le début.", "valid_until")
