"""What every act on the inventory shares: its permission, its trace, its checks."""

from typing import Any

from smartsenegal.cable.network import rules
from smartsenegal.cable.network.errors import NetworkRefused
from smartsenegal.cable.network.models import Dated
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY

PERMISSION = "cable.manage"
# Who runs the State's transport network, until a node is given to another organisation.
KEEPER = "senum"


def check(by: Principal) -> None:
    """Raises PermissionRefused unless `by` manages the transport of the whole country."""
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def tell(by: Principal, row: Dated, verb: str, detail: dict[str, Any]) -> None:
    """Write the journal and emit the event."""
    subject = f"cable_{row._meta.model_name}:{row.pk}"
    audit.record(by.actor, f"cable.{verb}", subject, {"code": row.code, **detail})
    events.emit(f"cable.{verb}", subject, {"code": row.code, **detail})


def add(by: Principal, row: Dated, verb: str) -> None:
    """Write a new row and tell it; raises NetworkRefused for a code that is taken or dates that cross."""
    check_dates(row)
    if type(row).objects.filter(code=row.code).exists():
        raise NetworkRefused("Ce code est déjà pris.", "code")
    row.save()
    tell(by, row, verb, {})


def change(by: Principal, row: Dated, values: dict[str, Any], verb: str) -> bool:
    """Set these values on a row, write and tell those that differ; whether any did. Raises as `add`."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    check_dates(row)
    if changed:
        row.save(update_fields=changed)
        tell(by, row, verb, {"fields": changed})
    return bool(changed)


def check_dates(row: Dated) -> None:
    """Raises NetworkRefused when a row would end before it begins."""
    if row.valid_from and row.valid_until and row.valid_until <= row.valid_from:
        raise NetworkRefused("La fin vient après le début.", "valid_until")


def check_capacities(values: dict[str, Any]) -> None:
    """Raises NetworkRefused when more is lit than the design carries."""
    lit, design = values.get("lit_gbps"), values.get("design_gbps")
    if lit is not None and design is not None and lit > design:
        raise NetworkRefused("La capacité allumée dépasse celle de conception.", "lit_gbps")


def check_point(values: dict[str, Any]) -> None:
    """Raises NetworkRefused for half a position, or one that is nowhere."""
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if (latitude is None) != (longitude is None):
        raise NetworkRefused("Donnez la latitude et la longitude, ou aucune des deux.", "longitude")
    if (
        latitude is not None
        and longitude is not None
        and (fault := rules.point_fault(float(longitude), float(latitude)))
    ):
        raise NetworkRefused(fault, "latitude")
