"""What every act on a datacentre shares: its permission, its lock, its trace."""

from typing import Any

from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.sites.api import Site

PERMISSION = "datacenter.manage"


def check(by: Principal, site: Site) -> None:
    """Raises PermissionRefused unless `by` manages the datacentre of this place."""
    if not by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path):
        raise PermissionRefused("Vous n’administrez pas ce centre de données.")


def locked(by: Principal, center: DataCenter) -> DataCenter:
    """The datacentre, locked until the end of the transaction: two admissions follow each other.

    Raises as `check`.
    """
    found = DataCenter.objects.select_for_update(of=("self",), no_key=True).select_related(
        "site__territory", "site__organisation"
    )
    kept = found.get(pk=center.pk)
    check(by, kept.site)
    return kept


def tell(by: Principal, center: DataCenter, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal and emit the event."""
    subject = f"datacenter:{center.pk}"
    detail = {"code": center.site.code, **detail}
    audit.record(by.actor, f"datacenter.{verb}", subject, detail, reason)
    events.emit(f"datacenter.{verb}", subject, detail)


def changes(row: Any, values: dict[str, Any]) -> list[str]:
    """Set these values on a row; the names of those that differ, in order."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed
