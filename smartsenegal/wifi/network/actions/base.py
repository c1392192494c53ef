"""What every act on the network shares: its permission, its trace, and waking the data plane."""

from typing import Any

from django.db import connection

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal, system
from smartsenegal.kernel.sites.api import Site
from smartsenegal.wifi.network.models import Hotspot

PERMISSION = "wifi.manage"


def check(by: Principal, site: Site) -> None:
    """Raises PermissionRefused unless `by` manages the hotspots of this place."""
    if not by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")


def locked(hotspot: Hotspot) -> Hotspot:
    """The hotspot, locked until the end of the transaction, with its site."""
    found = Hotspot.objects.select_for_update(of=("self",)).select_related(
        "site__territory", "site__organisation"
    )
    return found.get(pk=hotspot.pk)


def as_keeper(by: Principal) -> Principal:
    """Who writes the place under a hotspot, once `check` has said that `by` may: its label names both."""
    return system(f"points Wi-Fi, pour {by.label}")


def tell(by: Principal, hotspot: Hotspot, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal, emit the event, and wake the processes that keep a copy of these tables."""
    subject = f"wifi_hotspot:{hotspot.pk}"
    detail = {"code": hotspot.site.code, **detail}
    audit.record(by.actor, f"wifi.{verb}", subject, detail, reason)
    events.emit(f"wifi.{verb}", subject, detail)
    wake()


def wake() -> None:
    """NOTIFY wifi: sent when the transaction commits, once however often it is called (ADR 13)."""
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY wifi")


def changes(row: Any, values: dict[str, Any]) -> list[str]:
    """Set these values on a row; the names of those that differ, in order."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed
