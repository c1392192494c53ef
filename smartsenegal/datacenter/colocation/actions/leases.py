"""A place held, signed, dropped, ended. The datacentre is locked: admissions follow each other."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.colocation import queries, rules
from smartsenegal.datacenter.colocation.actions.base import KEPT_BY, locked_lease, tell_lease, told_here
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.lib.dates import format_datetime


@transaction.atomic
def hold(
    by: Principal,
    rack: facility.Rack,
    ask: rules.Ask,
    *,
    customer: Organisation,
    expires_at: datetime,
    starts_on: date,
    ends_on: date | None = None,
    purpose: str = "",
) -> Lease:
    """Hold the best place of a rack for a customer until a time.

    Raises PermissionRefused, ColocationRefused: what the rack lacks in every dimension at once, the spot, and
    the nearest rack that would take it.
    """
    center = facility.locked(by, rack.room.center)
    if ends_on is not None and ends_on <= starts_on:
        raise ColocationRefused("La fin vient après le début.", "ends_on")
    first, units = _admitted(center, rack, ask)
    with told_here():
        held = facility.hold(
            by, rack, holder=customer.name[:120], expires_at=expires_at, kept_by=KEPT_BY, first=first,
            units=units, watts=ask.watts, kg=ask.kg, ports=ask.ports, feeds=ask.feeds,
        )  # fmt: skip
    made = Lease.objects.create(
        reservation=held, customer=customer, whole=ask.whole, purpose=purpose, starts_on=starts_on,
        ends_on=ends_on,
    )  # fmt: skip
    tell_lease(by, made, "held", rack=rack.code, first=first, units=units)
    return made


def _admitted(center: facility.DataCenter, rack: facility.Rack, ask: rules.Ask) -> tuple[int, int]:
    found = queries.stands(center)
    stand = next((s for s in found if s.key == rack.pk), None)
    if stand is None:
        raise ColocationRefused("Cette baie n’est plus en service : choisissez-en une autre.", "rack")
    if ask.units < 1 or min(ask.watts, ask.kg, ask.ports) < 0:
        raise ColocationRefused("Demandez au moins un U, et rien de négatif.", "units")
    if told := rules.refusal(found, stand, ask):
        raise ColocationRefused(told, rules.FIELDS[rules.lacks(stand, ask)[0].dimension])
    first = rules.place(stand, ask)
    assert first is not None
    return first, rules.height(stand, ask)


@transaction.atomic
def sign(by: Principal, lease: Lease) -> Lease:
    """Turn a held place into a contract at the price of its first day.

    Raises PermissionRefused, ColocationRefused when the hold expired (even during the signature), or when a
    tariff is missing, which it names.
    """
    lease = locked_lease(by, lease)
    found = queries.state(lease)
    if found == rules.EXPIRED:
        until = lease.reservation.expires_at
        assert until is not None
        raise ColocationRefused(
            f"La retenue a expiré le {format_datetime(until)}, avant la signature : la place est rendue."
            " Retenez-la de nouveau."
        )
    if found != rules.HELD:
        raise ColocationRefused(f"Ce bail ne se signe plus : {rules.STATES[found].lower()}.")
    center, ask = queries.center_of(lease), queries.asked(lease)
    prices = queries.prices(center, lease.starts_on)
    monthly = rules.monthly(prices, ask)
    if monthly is None:
        wanted = " ; ".join(rules.missing(prices, ask))
        raise ColocationRefused(f"Aucun tarif à la date du bail pour : {wanted}. Saisissez-le d’abord.")
    with told_here():
        lease.reservation = facility.contract(by, lease.reservation, kept_by=KEPT_BY)
    lease.signed_at, lease.monthly = timezone.now(), monthly
    lease.save(update_fields=["signed_at", "monthly"])
    tell_lease(by, lease, "signed", monthly=monthly)
    return lease


@transaction.atomic
def drop(by: Principal, lease: Lease) -> Lease:
    """Give a held place back before its time. Raises PermissionRefused, ColocationRefused once signed."""
    lease = locked_lease(by, lease)
    if queries.state(lease) != rules.HELD:
        raise ColocationRefused("Cette place n’est plus retenue.")
    return _close(by, lease, "dropped")


@transaction.atomic
def end(by: Principal, lease: Lease) -> Lease:
    """End a contract now. Raises ColocationRefused while devices or cross-connects are still there."""
    lease = locked_lease(by, lease)
    if queries.state(lease) != rules.SIGNED:
        raise ColocationRefused("Ce bail n’est pas en cours.")
    if queries.taken_ports(lease):
        raise ColocationRefused("Des raccordements y aboutissent encore : retirez-les d’abord.")
    return _close(by, lease, "ended")


def _close(by: Principal, lease: Lease, verb: str) -> Lease:
    with told_here():
        lease.reservation = facility.release(by, lease.reservation, kept_by=KEPT_BY)
    lease.closed_at = timezone.now()
    lease.save(update_fields=["closed_at"])
    tell_lease(by, lease, verb)
    return lease
