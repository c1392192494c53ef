"""What the engineer's acts share: their permission and their trace."""

from __future__ import annotations

from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.sites.api import Site
from smartsenegal.wifi.network.api import Hotspot

PERMISSION = "wifi.manage"
TOPIC = "wifi_live:all"


def check(by: Principal, site: Site) -> None:
    """Raises PermissionRefused unless `by` manages the hotspots of this place."""
    if not by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")


def tell(by: Principal, hotspot: Hotspot, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal, and have the live pages look again."""
    audit.record(
        by.actor, f"wifi.{verb}", f"wifi_hotspot:{hotspot.pk}", {"code": hotspot.site.code, **detail}, reason
    )
    events.touch(TOPIC)
