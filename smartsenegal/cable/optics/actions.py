"""Every write of `cable.optics`: what is supposed of a link, what is taken off, what terminals ask for."""

from datetime import date
from typing import Any

from django.db import transaction

from smartsenegal.cable.network.api import Link
from smartsenegal.cable.optics import queries
from smartsenegal.cable.optics.errors import OpticsRefused
from smartsenegal.cable.optics.models import Assumptions, Deduction, Format
from smartsenegal.cable.optics.rules.ledger import aged
from smartsenegal.cable.optics.rules.line import BadLine
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY

PERMISSION = "cable.manage"


def _check(by: Principal) -> None:
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def _tell(by: Principal, subject: str, verb: str, detail: dict[str, Any]) -> None:
    audit.record(by.actor, f"cable.{verb}", subject, detail)
    events.emit(f"cable.{verb}", subject, detail)


@transaction.atomic
def suppose(by: Principal, link: Link, **values: Any) -> Assumptions:
    """Set what is supposed of a link. Raises PermissionRefused, OpticsRefused for a line that cannot be."""
    _check(by)
    found = Assumptions.objects.select_for_update().filter(link=link).first() or Assumptions(link=link)
    changed = sorted(name for name, value in values.items() if getattr(found, name) != value)
    for name in changed:
        setattr(found, name, values[name])
    _check_line(link, found)
    if changed:
        found.save()
        _tell(by, f"cable_optics:{link.pk}", "optics_changed", {"code": link.code, "fields": changed})
    return found


def _check_line(link: Link, found: Assumptions) -> None:
    if found.launch_dbm is not None and not -20 <= found.launch_dbm <= 20:
        raise OpticsRefused("La puissance par canal va de -20 à 20 dBm.", "launch_dbm")
    if not 0 <= found.margin_db <= 20:
        raise OpticsRefused("La marge gardée va de 0 à 20 dB.", "margin_db")
    try:
        aged(queries.line_of(link, found), found.ageing)
        _ = found.comb
    except BadLine as bad:
        raise OpticsRefused(bad.sentence, bad.field) from None


@transaction.atomic
def deduct(
    by: Principal, link: Link, *, name: str, decibels: float, stage: str, source: str = ""
) -> Deduction:
    """Take so many dB off a link's ratio. Raises PermissionRefused, OpticsRefused for a name that is taken or
    a figure that cannot be."""
    _check(by)
    if not 0 <= decibels <= 20:
        raise OpticsRefused("Un retrait va de 0 à 20 dB.", "decibels")
    if Deduction.objects.filter(link=link, name=name).exists():
        raise OpticsRefused("Un retrait porte déjà ce nom : enlevez-le d’abord.", "name")
    found = Deduction.objects.create(link=link, name=name, decibels=decibels, stage=stage, source=source)
    _tell(by, f"cable_optics:{link.pk}", "deduction_added", {"code": link.code, "name": name})
    return found


@transaction.atomic
def remove_deduction(by: Principal, deduction: Deduction) -> None:
    """Take a deduction out of the ledger; gone already, nothing changes. Raises PermissionRefused."""
    _check(by)
    if Deduction.objects.filter(pk=deduction.pk).delete()[0]:
        detail = {"code": deduction.link.code, "name": deduction.name}
        _tell(by, f"cable_optics:{deduction.link_id}", "deduction_removed", detail)


@transaction.atomic
def add_format(by: Principal, **values: Any) -> Format:
    """Enter a modulation. Raises PermissionRefused, OpticsRefused as `_check_format`."""
    _check(by)
    found = Format(**values)
    _check_format(found)
    found.save()
    _tell(by, f"cable_format:{found.pk}", "format_added", {"name": found.name})
    return found


@transaction.atomic
def change_format(by: Principal, found: Format, **values: Any) -> Format:
    """Correct a modulation, or end it. Raises PermissionRefused, OpticsRefused as `_check_format`."""
    _check(by)
    found = Format.objects.select_for_update().get(pk=found.pk)
    changed = sorted(name for name, value in values.items() if getattr(found, name) != value)
    for name in changed:
        setattr(found, name, values[name])
    _check_format(found)
    if changed:
        found.save()
        _tell(by, f"cable_format:{found.pk}", "format_changed", {"name": found.name, "fields": changed})
    return found


def _check_format(found: Format) -> None:
    """Raises OpticsRefused for dates that cross, a figure that cannot be, or one that is entered already for
    some of these days."""
    if found.valid_until and found.valid_until <= found.valid_from:
        raise OpticsRefused("La fin vient après le début.", "valid_until")
    if not 1 <= found.gbaud <= 400:
        raise OpticsRefused("La vitesse de modulation va de 1 à 400 GBd.", "gbaud")
    if not 1 <= found.gbps <= 10_000:
        raise OpticsRefused("Le débit utile d’un canal va de 1 à 10 000 Gbit/s.", "gbps")
    if not 0 <= found.required_db <= 60:
        raise OpticsRefused("Le GSNR exigé va de 0 à 60 dB.", "required_db")
    same = Format.objects.filter(name=found.name, gbaud=found.gbaud).exclude(pk=found.pk)
    last = found.valid_until or date.max
    if any(f.valid_from < last and found.valid_from < (f.valid_until or date.max) for f in same):
        raise OpticsRefused(
            "Ce format est déjà décrit pour une partie de ces jours : finissez-le d’abord.", "valid_from"
        )
