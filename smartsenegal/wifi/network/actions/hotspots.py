"""Hotspots: add, change, suspend, close, and the works planned there."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Organisation, PermissionRefused, Principal, organisation
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory.api import Territory
from smartsenegal.lib.text import slug
from smartsenegal.wifi.network import rules
from smartsenegal.wifi.network.actions.base import PERMISSION, as_keeper, changes, check, locked, tell
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.models import Hotspot, Maintenance, Nas, Zone

# Who runs the public Wi-Fi of the State, until a hotspot is given to another organisation.
KEEPER = "senum"
SITE_FIELDS = ("name", "address", "latitude", "longitude", "source")


@transaction.atomic
def add_hotspot(
    by: Principal,
    *,
    name: str,
    place: Territory,
    ssid: str,
    code: str = "",
    address: str = "",
    latitude: Any = None,
    longitude: Any = None,
    source: str = "",
    **settings: Any,
) -> Hotspot:
    """Open a hotspot on a new place, with one zone; `code` is made from the name when it is "".

    Raises PermissionRefused without `wifi.manage` there, NetworkRefused for a code that is taken or
    settings that make no sense.
    """
    keeper = organisation(KEEPER)
    _check_new(by, keeper, place)
    if fault := rules.ssid_fault(ssid):
        raise NetworkRefused(fault, "ssid")
    _check_settings(settings)
    try:
        site = sites.add_site(
            as_keeper(by),
            code=code or _free_code(name, place),
            name=name,
            kind="hotspot",
            place=place,
            serves=[],
            organisation=keeper,
            source=source,
            address=address,
            latitude=latitude,
            longitude=longitude,
        )
    except sites.SiteRefused as refused:
        raise NetworkRefused(refused.sentence, refused.field) from None
    hotspot = Hotspot.objects.create(site=site, ssid=ssid, **{"kinds_of_access": ["click"], **settings})
    Zone.objects.create(hotspot=hotspot, code="tout", name="Tout le site")
    tell(by, hotspot, "hotspot_added", {})
    return hotspot


def _check_new(by: Principal, keeper: Organisation | None, place: Territory) -> None:
    known = keeper.pk if keeper else None
    if not by.may(PERMISSION, organisation_id=known, territory_path=place.path):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce territoire.")


def _free_code(name: str, place: Territory) -> str:
    """`wifi-<name>`, with the place then a number where it is taken."""
    base = f"wifi-{slug(name)}"[:90].rstrip("-")
    wanted = [base, f"{base}-{slug(place.name)}"[:110]]
    numbered = (f"{wanted[1]}-{n}" for n in range(2, 1_000))
    return next(c for c in (*wanted, *numbered) if sites.find(c) is None)


def _check_settings(settings: dict[str, Any]) -> None:
    if fault := rules.pool_fault(settings.get("pool", "")):
        raise NetworkRefused(fault, "pool")
    if (secure := settings.get("secure_ssid", "")) and (fault := rules.ssid_fault(secure)):
        raise NetworkRefused(fault, "secure_ssid")
    for name in ("uplink_down_kbps", "uplink_up_kbps"):
        if not rules.may_be_rate(settings.get(name)):
            raise NetworkRefused("Un débit va de 64 kbit/s à 100 Gbit/s.", name)
    if not 300 <= settings.get("lease_seconds", 3600) <= 604_800:
        raise NetworkRefused("Un bail dure de 300 secondes à 7 jours.", "lease_seconds")
    if not settings.get("languages", ["fr"]):
        raise NetworkRefused("Choisissez au moins une langue.", "languages")
    if not settings.get("kinds_of_access", ["click"]):
        raise NetworkRefused("Choisissez au moins une façon d’entrer.", "kinds_of_access")


@transaction.atomic
def change_hotspot(by: Principal, hotspot: Hotspot, **values: Any) -> Hotspot:
    """Correct a hotspot and what the public reads of its place. Raises as `add_hotspot`."""
    hotspot = locked(hotspot)
    check(by, hotspot.site)
    of_site = {name: values.pop(name) for name in SITE_FIELDS if name in values}
    if "ssid" in values and (fault := rules.ssid_fault(values["ssid"])):
        raise NetworkRefused(fault, "ssid")
    _check_settings(values)
    before = {name: getattr(hotspot.site, name) for name in of_site}
    changed = changes(hotspot, values)
    if changed:
        hotspot.save(update_fields=changed)
    moved = sorted(name for name, value in of_site.items() if before[name] != value)
    if moved:
        hotspot.site = sites.update_site(as_keeper(by), hotspot.site, **of_site)
    if changed or moved:
        tell(by, hotspot, "hotspot_changed", {"fields": sorted([*changed, *moved])})
    return hotspot


@transaction.atomic
def change_state(by: Principal, hotspot: Hotspot, state: str, reason: str = "") -> Hotspot:
    """Open, suspend or close a hotspot; closing it retires its gateways, whose packets are then dropped.

    Raises PermissionRefused, NetworkRefused without a reason when it does not open.
    """
    hotspot = locked(hotspot)
    check(by, hotspot.site)
    keeper = as_keeper(by)
    try:
        if state == sites.OPEN:
            hotspot.site = sites.open_site(keeper, hotspot.site)
        elif state == sites.SUSPENDED:
            hotspot.site = sites.suspend_site(keeper, hotspot.site, reason=reason)
        else:
            hotspot.site = sites.close_site(keeper, hotspot.site, reason=reason)
    except sites.SiteRefused as refused:
        raise NetworkRefused(refused.sentence, refused.field) from None
    if state == sites.CLOSED:
        Nas.objects.filter(hotspot=hotspot, state="active").update(state="retired")
    # The row is written again so that its version tells the data plane that its site changed.
    hotspot.save(update_fields=["ssid"])
    tell(by, hotspot, "hotspot_state", {"state": state}, reason)
    return hotspot


@transaction.atomic
def plan_maintenance(
    by: Principal, hotspot: Hotspot, *, starts_at: datetime, ends_at: datetime, reason: str
) -> Maintenance:
    """Announce works, during which the silence of a hotspot is no alert. Raises as `change_state`."""
    hotspot = locked(hotspot)
    check(by, hotspot.site)
    if ends_at <= starts_at:
        raise NetworkRefused("La fin vient après le début.", "ends_on")
    if ends_at <= timezone.now():
        raise NetworkRefused("Ces travaux sont déjà finis.", "ends_on")
    if hotspot.maintenances.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise NetworkRefused("D’autres travaux sont prévus à ce moment.", "starts_on")
    work = Maintenance.objects.create(hotspot=hotspot, starts_at=starts_at, ends_at=ends_at, reason=reason)
    detail = {"maintenance": work.pk, "from": starts_at.isoformat(), "until": ends_at.isoformat()}
    tell(by, hotspot, "maintenance_planned", detail, reason)
    return work


@transaction.atomic
def cancel_maintenance(by: Principal, work: Maintenance) -> None:
    """Cancel works that have not begun, or end now those that have. Raises PermissionRefused."""
    hotspot = locked(work.hotspot)
    check(by, hotspot.site)
    now, pk = timezone.now(), work.pk
    if work.starts_at < now:
        Maintenance.objects.filter(pk=work.pk, ends_at__gt=now).update(ends_at=now)
    else:
        work.delete()
    tell(by, hotspot, "maintenance_cancelled", {"maintenance": pk})
