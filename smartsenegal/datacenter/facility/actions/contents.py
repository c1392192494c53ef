"""What takes place in racks: devices, ranges held and under contract. What is shared is checked at once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.facility import queries
from smartsenegal.datacenter.facility.actions.base import locked, tell
from smartsenegal.datacenter.facility.errors import FacilityRefused
from smartsenegal.datacenter.facility.models import DataCenter, Device, Rack, Reservation
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.words import CONTRACTED, HELD, INSTALLED
from smartsenegal.kernel.identity.api import Principal

SHAPE = ("first", "units", "watts", "kg", "ports", "feeds")


@transaction.atomic
def install_device(
    by: Principal, rack: Rack, *, name: str, reservation: Reservation | None = None, **values: Any
) -> Device:
    """Note a device in a rack, or within a reservation, whose range and power it then uses.

    Raises PermissionRefused, FacilityRefused with the field and the spot: units taken, too heavy, too much
    for the rack, a path, a phase, the part above or the cold that are left when the other path is out.
    """
    center = locked(by, rack.room.center)
    if rack.devices.filter(name=name, removed_on=None).exists():
        raise FacilityRefused("Un équipement de cette baie porte déjà ce nom.", "name")
    new = _claim(name, values, INSTALLED)
    if reservation is None:
        _admit(center, rack, new)
    else:
        _check_within(rack, reservation, new)
    made = Device.objects.create(rack=rack, name=name, reservation=reservation, **values)
    tell(by, center, "device_installed", {"rack": rack.code, "device": made.pk, "spot": new.spot})
    return made


@transaction.atomic
def remove_device(by: Principal, device: Device) -> Device:
    """Note that a device was taken out today; its history stays. Raises PermissionRefused."""
    center = locked(by, device.rack.room.center)
    if device.removed_on is None:
        device.removed_on = timezone.localdate()
        device.save(update_fields=["removed_on"])
        tell(by, center, "device_removed", {"rack": device.rack.code, "device": device.pk})
    return device


@transaction.atomic
def hold(
    by: Principal, rack: Rack, *, holder: str, expires_at: datetime, kept_by: str = "", **values: Any
) -> Reservation:
    """Hold a range until a time, after which it is free again by itself. Raises as `install_device`."""
    center = locked(by, rack.room.center)
    if expires_at <= timezone.now():
        raise FacilityRefused("Cette échéance est déjà passée.", "expires_at")
    new = _claim(holder, values, HELD)
    _admit(center, rack, new)
    made = Reservation.objects.create(
        rack=rack, holder=holder, state=HELD, expires_at=expires_at, kept_by=kept_by, **values
    )
    tell(by, center, "range_held", {"rack": rack.code, "reservation": made.pk, "spot": new.spot})
    return made


@transaction.atomic
def contract(by: Principal, reservation: Reservation, *, kept_by: str = "") -> Reservation:
    """Turn a hold into a contract. Raises FacilityRefused when it has expired or ended, or is another's."""
    center = locked(by, reservation.rack.room.center)
    reservation = _kept(reservation, kept_by)
    if not queries.counts(reservation):
        raise FacilityRefused("Cette réservation a expiré : retenez la place de nouveau.")
    if reservation.state == HELD:
        reservation.state, reservation.expires_at = CONTRACTED, None
        reservation.save(update_fields=["state", "expires_at"])
        tell(by, center, "range_contracted", {"rack": reservation.rack.code, "reservation": reservation.pk})
    return reservation


@transaction.atomic
def release(by: Principal, reservation: Reservation, *, kept_by: str = "") -> Reservation:
    """Free a range. Raises FacilityRefused while devices stand in it, or when it is another's."""
    center = locked(by, reservation.rack.room.center)
    reservation = _kept(reservation, kept_by)
    if reservation.devices.filter(removed_on=None).exists():
        raise FacilityRefused("Des équipements y sont encore : retirez-les d’abord.")
    if reservation.ended_at is None:
        reservation.ended_at = timezone.now()
        reservation.save(update_fields=["ended_at"])
        tell(by, center, "range_released", {"rack": reservation.rack.code, "reservation": reservation.pk})
    return reservation


def _kept(reservation: Reservation, kept_by: str) -> Reservation:
    """The reservation as it is now; raises FacilityRefused unless this module signs and frees it."""
    found = Reservation.objects.select_for_update(of=("self",)).select_related("rack").get(pk=reservation.pk)
    if found.kept_by != kept_by:
        raise FacilityRefused("Cette place est louée : c’est dans la colocation qu’on la signe et la libère.")
    return found


def _claim(label: str, values: dict[str, Any], state: str) -> ledger.Claim:
    return ledger.Claim(label, **{name: values[name] for name in SHAPE if name in values}, state=state)


def _check_within(rack: Rack, reservation: Reservation, new: ledger.Claim) -> None:
    if reservation.rack_id != rack.pk or not queries.counts(reservation):
        raise FacilityRefused("Cette réservation n’est plus de cette baie.", "reservation")
    around = ledger.Limits(rack.units)
    standing = reservation.devices.filter(removed_on=None)
    devices = [replace(queries.claim_of(d), within="") for d in standing]
    if not set(new.range) <= set(queries.claim_of(reservation).range):
        raise FacilityRefused(f"{new.spot} sort de la place réservée.", "first")
    for name in ("watts", "kg", "ports"):
        left = getattr(reservation, name) - sum(getattr(d, name) for d in devices)
        if getattr(new, name) > left:
            raise FacilityRefused(
                f"Il reste {max(left, 0)} dans cette réservation ; il en faut {getattr(new, name)}.", name
            )
    field, sentence = ledger.fault(around, devices, new)
    if sentence:
        raise FacilityRefused(sentence, field)


def _admit(center: DataCenter, rack: Rack, new: ledger.Claim) -> None:
    field, sentence = ledger.fault(queries.limits(rack), queries.claims(rack), new)
    if sentence:
        raise FacilityRefused(sentence, field)
    plan = queries.plan(center, held=True)
    for path in new.feeds:
        feed = rack.feed_a if path == "A" else rack.feed_b
        if feed is None:
            raise FacilityRefused(
                f"Cette baie n’a pas de voie {path} : choisissez l’autre, ou déclarez-la sur la baie.",
                "feeds",
            )
        _check_narrow(ledger.headroom(plan, [feed.code]), new.watts, f"en secours, la voie {path}")
        phase = rack.phase_a if path == "A" else rack.phase_b
        left = queries.phase_left(center, feed, phase)
        if left is not None and new.watts > left:
            raise FacilityRefused(
                f"En secours, la phase {phase} de {feed.code} n’a plus que {max(left, 0)} W.", "watts"
            )
    cold = [c.code for c in rack.cooling.all()]
    _check_narrow(ledger.headroom(plan, cold, "cooling"), new.watts, "le froid, une machine à l’arrêt,")


def _check_narrow(narrow: ledger.Narrow | None, watts: int, what: str) -> None:
    if narrow and watts > narrow.left:
        raise FacilityRefused(
            f"Au-dessus de cette baie, {what} n’a plus que {max(narrow.left, 0)} W à {narrow.code} ;"
            f" il en faut {watts}.",
            "watts",
        )
