"""Zones, access points and their radios."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.text import slug
from smartsenegal.wifi.network.actions.base import changes, check, locked, tell
from smartsenegal.wifi.network.addresses import check_equipment
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Radio, Zone

Radios = Mapping[str, Mapping[str, int | None]]


@transaction.atomic
def add_zone(
    by: Principal, hotspot: Hotspot, *, name: str, latitude: Any = None, longitude: Any = None
) -> Zone:
    """Name a part of a hotspot. Raises PermissionRefused, NetworkRefused for a name that is taken."""
    hotspot = locked(hotspot)
    check(by, hotspot.site)
    code = slug(name)[:60]
    if not code or hotspot.zones.filter(code=code).exists():
        raise NetworkRefused("Une zone de ce site porte déjà ce nom.", "name")
    zone = Zone.objects.create(hotspot=hotspot, code=code, name=name, latitude=latitude, longitude=longitude)
    tell(by, hotspot, "zone_added", {"zone": code})
    return zone


@transaction.atomic
def change_zone(by: Principal, zone: Zone, **values: Any) -> Zone:
    """Correct the name or the position of a zone; its code stays. Raises PermissionRefused."""
    hotspot = locked(zone.hotspot)
    check(by, hotspot.site)
    if changed := changes(zone, values):
        zone.save(update_fields=changed)
        tell(by, hotspot, "zone_changed", {"zone": zone.code, "fields": changed})
    return zone


@transaction.atomic
def add_access_point(
    by: Principal, zone: Zone, *, name: str, mac: str, radios: Radios | None = None, **values: Any
) -> AccessPoint:
    """Note an access point and its radios (by band: channel, width_mhz, clients_at_most).

    Raises PermissionRefused, NetworkRefused for a name taken in the zone, a MAC address taken anywhere, and
    an IP address that is one of ours.
    """
    hotspot = locked(zone.hotspot)
    check(by, hotspot.site)
    _check_unique(zone, name, mac, 0)
    check_equipment(values.get("address"), "address")
    made = AccessPoint.objects.create(zone=zone, name=name, mac=mac, **values)
    _set_radios(made, radios or {})
    tell(by, hotspot, "access_point_added", {"access_point": made.pk, "name": name})
    return made


@transaction.atomic
def change_access_point(
    by: Principal, access_point: AccessPoint, *, radios: Radios | None = None, **values: Any
) -> AccessPoint:
    """Correct an access point, its zone (of the same site), its radios. Raises as `add_access_point`."""
    hotspot = locked(access_point.zone.hotspot)
    check(by, hotspot.site)
    zone = values.get("zone", access_point.zone)
    if zone.hotspot_id != hotspot.pk:
        raise NetworkRefused("Cette zone est celle d’un autre site.", "zone")
    _check_unique(
        zone, values.get("name", access_point.name), values.get("mac", access_point.mac), access_point.pk
    )
    check_equipment(values.get("address"), "address")
    changed = changes(access_point, values)
    if changed:
        access_point.save(update_fields=changed)
    if radios is not None and _set_radios(access_point, radios):
        changed.append("radios")
    if changed:
        detail = {"access_point": access_point.pk, "fields": changed}
        tell(by, hotspot, "access_point_changed", detail)
    return access_point


def _check_unique(zone: Zone, name: str, mac: str, own: int) -> None:
    others = AccessPoint.objects.exclude(pk=own)
    if others.filter(zone=zone, name=name).exists():
        raise NetworkRefused("Une borne de cette zone porte déjà ce nom.", "name")
    if taken := others.filter(mac=mac).select_related("zone__hotspot__site").first():
        raise NetworkRefused(
            f"Cette adresse est celle de {taken.name}, à {taken.zone.hotspot.site.name}.", "mac"
        )


def _set_radios(access_point: AccessPoint, radios: Radios) -> bool:
    """Make the radios these; whether anything changed."""
    known = {r.band: r for r in access_point.radios.all()}
    changed = False
    for band in known.keys() - radios.keys():
        known[band].delete()
        changed = True
    for band, values in radios.items():
        radio = known.get(band) or Radio(access_point=access_point, band=band)
        if changes(radio, dict(values)) or radio.pk is None:
            radio.save()
            changed = True
    return changed


@transaction.atomic
def retire_access_point(by: Principal, access_point: AccessPoint) -> AccessPoint:
    """Note that an access point was taken down today; its history stays. Raises PermissionRefused."""
    hotspot = locked(access_point.zone.hotspot)
    check(by, hotspot.site)
    if access_point.retired_on is None:
        access_point.retired_on = timezone.localdate()
        access_point.save(update_fields=["retired_on"])
        tell(by, hotspot, "access_point_retired", {"access_point": access_point.pk})
    return access_point
