"""What who manages a datacentre enters: prices, how long names are kept, what racks draw."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.colocation.actions.base import tell
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Reading, Tariff, Terms
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def add_tariff(
    by: Principal,
    center: facility.DataCenter,
    *,
    kind: str,
    amount: int,
    starts_on: date,
    source: str,
    is_example: bool = False,
) -> Tariff:
    """Enter a price from a day on. Raises PermissionRefused, ColocationRefused for a day that has one."""
    center = facility.locked(by, center)
    if center.tariffs.filter(kind=kind, starts_on=starts_on).exists():
        raise ColocationRefused("Un tarif commence déjà ce jour-là : prenez un autre jour.", "starts_on")
    made = Tariff.objects.create(
        center=center, kind=kind, amount=amount, starts_on=starts_on, source=source, is_example=is_example
    )
    detail = {"kind": kind, "amount": amount, "starts_on": starts_on.isoformat()}
    tell(by, f"datacenter:{center.pk}", "tariff_added", detail)
    return made


@transaction.atomic
def set_terms(by: Principal, center: facility.DataCenter, *, visit_days: int, basis: str) -> Terms:
    """Say how long names of visitors are kept: it holds for visits asked for from now on."""
    center = facility.locked(by, center)
    values = {"visit_days": visit_days, "basis": basis}
    made, _ = Terms.objects.update_or_create(center=center, defaults=values)
    tell(by, f"datacenter:{center.pk}", "terms_changed", values)
    return made


@transaction.atomic
def note_reading(
    by: Principal, rack: facility.Rack, *, watts: int, source: str, read_at: datetime | None = None
) -> Reading:
    """Note what a rack draws. Raises PermissionRefused, ColocationRefused for a time to come or twice."""
    center = facility.locked(by, rack.room.center)
    at = read_at or timezone.now()
    if at > timezone.now():
        raise ColocationRefused("Ce relevé est dans l’avenir : corrigez son heure.", "read_at")
    if Reading.objects.filter(rack=rack, read_at=at).exists():
        raise ColocationRefused("Cette baie a déjà un relevé à cette heure.", "read_at")
    made = Reading.objects.create(rack=rack, watts=watts, source=source, read_at=at)
    detail = {"rack": rack.code, "watts": watts}
    tell(by, f"datacenter:{center.pk}", "reading_noted", detail)
    return made
