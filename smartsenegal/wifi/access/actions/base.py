"""What every act on who may use the hotspots shares: its permission, its trace, and waking the data plane."""

from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.access.models import Realm
from smartsenegal.wifi.network.api import Hotspot, wake

PERMISSION = "wifi.manage"
POLICIES = "wifi_policies:all"


def check(by: Principal, hotspot: Hotspot | None = None) -> None:
    """Raises PermissionRefused unless `by` manages this hotspot; without one, those of all the country."""
    if hotspot is None:
        if not by.may(PERMISSION, territory_path=""):
            raise PermissionRefused("Ce qui vaut partout est réglé par qui administre tout le pays.")
        return
    site = hotspot.site
    if not by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")


def may_import(by: Principal, realm: Realm) -> bool:
    """Whether `by` keeps the lists of a realm: who manages all the country, or its own organisation."""
    if by.may(PERMISSION, territory_path=""):
        return True
    whose = realm.organisation
    return whose is not None and by.may(
        PERMISSION, organisation_id=whose.pk, territory_path=whose.territory.path
    )


def tell(by: Principal, verb: str, detail: dict[str, Any], subject: str = POLICIES) -> None:
    """Write the journal, and wake the processes that keep a copy of these tables."""
    audit.record(by.actor, f"wifi.{verb}", subject, detail)
    wake()


def local_realm() -> Realm:
    """The realm of logins without an @, made at its first use."""
    return Realm.objects.get_or_create(name="", defaults={"kind": "local"})[0]
