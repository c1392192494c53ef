"""What customers ask at their place: hands of the staff, cables to others."""

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.colocation import queries, rules
from smartsenegal.datacenter.colocation.actions.base import (
    check_own,
    check_signed,
    locked_lease,
    reread,
    tell_lease,
)
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Cross, Hands, Lease
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def ask_hands(by: Principal, lease: Lease, *, text: str) -> Hands:
    """Ask the staff to do something. Raises PermissionRefused, ColocationRefused without a lease in force."""
    check_own(by, lease.customer_id)
    lease = reread(lease)
    check_signed(lease)
    made = Hands.objects.create(lease=lease, text=text)
    tell_lease(by, lease, "hands_asked", hands=made.pk)
    return made


@transaction.atomic
def take_hands(by: Principal, hands: Hands) -> Hands:
    """Say that somebody is on it. Raises PermissionRefused, ColocationRefused when it is settled."""
    hands = _open_hands(by, hands)
    if hands.taken_at is None:
        hands.taken_at = timezone.now()
        hands.save(update_fields=["taken_at"])
        tell_lease(by, hands.lease, "hands_taken", hands=hands.pk)
    return hands


@transaction.atomic
def finish_hands(by: Principal, hands: Hands, *, minutes: int, answer: str) -> Hands:
    """Note what was done and how long it took, at the tariff of today; without one the amount is unknown."""
    hands = _open_hands(by, hands)
    hourly = queries.prices(queries.center_of(hands.lease), timezone.localdate())["hands"]
    hands.done_at, hands.minutes, hands.answer = timezone.now(), minutes, answer
    hands.amount = rules.hands_amount(hourly, minutes)
    hands.save(update_fields=["done_at", "minutes", "answer", "amount"])
    tell_lease(by, hands.lease, "hands_done", hands=hands.pk, minutes=minutes)
    return hands


@transaction.atomic
def decline_hands(by: Principal, hands: Hands, *, answer: str) -> Hands:
    """Say why it will not be done. Raises as `take_hands`."""
    hands = _open_hands(by, hands)
    hands.declined_at, hands.answer = timezone.now(), answer
    hands.save(update_fields=["declined_at", "answer"])
    tell_lease(by, hands.lease, "hands_declined", hands=hands.pk)
    return hands


def _open_hands(by: Principal, hands: Hands) -> Hands:
    locked_lease(by, hands.lease)
    found = Hands.objects.select_for_update(of=("self",)).get(pk=hands.pk)
    if found.done_at or found.declined_at:
        raise ColocationRefused("Cette demande a déjà sa réponse.")
    found.lease = hands.lease
    return found


# --- cross-connects -----------------------------------------------------------------------------


@transaction.atomic
def ask_cross(
    by: Principal,
    lease: Lease,
    *,
    port: int,
    medium: str,
    other: Lease | None = None,
    other_port: int | None = None,
    carrier: facility.Component | None = None,
) -> Cross:
    """Ask for a cable from a port of one's place to another's, or to a carrier.

    One that ends at another customer's waits for them to accept. Raises PermissionRefused, ColocationRefused
    for a port that is not there or taken, a lease of another datacentre or not in force.
    """
    check_own(by, lease.customer_id)
    center = queries.center_of(lease)
    _lock_center(center)
    lease = reread(lease)
    check_signed(lease)
    _check_port(lease, port, "port")
    if (other is None) == (carrier is None):
        raise ColocationRefused("Choisissez l’autre bout : un bail, ou un opérateur.", "other")
    if carrier is not None and (carrier.center_id != center.pk or carrier.kind != "carrier"):
        raise ColocationRefused("Cette arrivée d’opérateur n’est pas de ce centre.", "carrier")
    if other is not None:
        other = reread(other)
        _check_other(center, lease, port, other, other_port)
    own = other is None or other.customer_id == lease.customer_id
    made = Cross.objects.create(
        lease=lease, port=port, medium=medium, other=other, other_port=other_port if other else None,
        carrier=carrier, accepted_at=timezone.now() if own else None,
    )  # fmt: skip
    tell_lease(by, lease, "cross_asked", cross=made.pk)
    return made


def _check_other(
    center: facility.DataCenter, lease: Lease, port: int, other: Lease, other_port: int | None
) -> None:
    unknown = other.signed_at is None or other.closed_at is not None
    if unknown or queries.center_of(other).pk != center.pk:
        raise ColocationRefused("Aucun bail en cours de ce centre n’a ce numéro.", "other")
    if other_port is None:
        raise ColocationRefused("Indiquez le port d’en face.", "other_port")
    if other.pk == lease.pk and other_port == port:
        raise ColocationRefused("Un câble joint deux ports différents.", "other_port")
    _check_port(other, other_port, "other_port")


def _check_port(lease: Lease, port: int, field: str) -> None:
    most = lease.reservation.ports
    if not 1 <= port <= most:
        told = f"Ce bail a les ports 1 à {most}." if most else "Ce bail n’a aucun port."
        raise ColocationRefused(told, field)
    if port in queries.taken_ports(lease):
        raise ColocationRefused(f"Le port {port} du bail {lease} a déjà un raccordement.", field)


@transaction.atomic
def accept_cross(by: Principal, cross: Cross) -> Cross:
    """Accept the cable of another customer.

    Raises PermissionRefused, ColocationRefused once settled, when either lease ended, or for a port that was
    taken meanwhile.
    """
    assert cross.other is not None
    check_own(by, cross.other.customer_id)
    _lock_center(queries.center_of(cross.lease))
    cross = _waiting(cross)
    assert cross.other is not None
    assert cross.other_port is not None
    if cross.accepted_at is None:
        check_signed(reread(cross.lease))
        check_signed(reread(cross.other))
        _check_port(cross.other, cross.other_port, "")
        cross.accepted_at = timezone.now()
        cross.save(update_fields=["accepted_at"])
        tell_lease(by, cross.lease, "cross_accepted", cross=cross.pk)
    return cross


@transaction.atomic
def refuse_cross(by: Principal, cross: Cross) -> Cross:
    """Refuse or give up a cable that is not laid: either customer. Raises as `accept_cross`."""
    if cross.other is None or not queries.owns(by, cross.other.customer_id, "file"):
        check_own(by, cross.lease.customer_id)
    return _close(by, _waiting(cross), "cross_refused")


@transaction.atomic
def install_cross(by: Principal, cross: Cross) -> Cross:
    """Note that the cable is laid, at the price of today.

    Raises PermissionRefused, ColocationRefused before the other end accepts, or without a tariff.
    """
    locked_lease(by, cross.lease)
    cross = _waiting(cross)
    if cross.accepted_at is None:
        raise ColocationRefused("Le client d’en face n’a pas encore accepté ce raccordement.")
    center, today = queries.center_of(cross.lease), timezone.localdate()
    monthly = queries.prices(center, today)["cross"]
    if monthly is None:
        raise ColocationRefused("Aucun tarif de raccordement n’est en vigueur : saisissez-le d’abord.")
    cross.installed_at, cross.monthly = timezone.now(), monthly
    cross.save(update_fields=["installed_at", "monthly"])
    tell_lease(by, cross.lease, "cross_installed", cross=cross.pk, monthly=monthly)
    return cross


@transaction.atomic
def remove_cross(by: Principal, cross: Cross) -> Cross:
    """Note that the cable is taken away: its ports are free. Raises PermissionRefused, ColocationRefused."""
    locked_lease(by, cross.lease)
    cross = _reread_cross(cross)
    if cross.installed_at is None:
        raise ColocationRefused("Ce raccordement n’est pas posé.")
    return _close(by, cross, "cross_removed")


def _close(by: Principal, cross: Cross, verb: str) -> Cross:
    cross.closed_at = timezone.now()
    cross.save(update_fields=["closed_at"])
    tell_lease(by, cross.lease, verb, cross=cross.pk)
    return cross


def _waiting(cross: Cross) -> Cross:
    found = _reread_cross(cross)
    if found.installed_at is not None:
        raise ColocationRefused("Ce raccordement est déjà posé.")
    return found


def _reread_cross(cross: Cross) -> Cross:
    ends = [f"{end}__{name}" for end in ("lease", "other") for name in queries.LEASE]
    found = Cross.objects.select_for_update(of=("self",)).select_related(*ends).get(pk=cross.pk)
    if found.closed_at is not None:
        raise ColocationRefused("Ce raccordement n’existe plus.")
    return found


def _lock_center(center: facility.DataCenter) -> None:
    """Two customers do not take one port at once."""
    facility.DataCenter.objects.select_for_update(of=("self",), no_key=True).get(pk=center.pk)
