"""What every act of the NOC shares: its permission and its trace."""

from typing import Any

from smartsenegal.cable.network.api import PERMISSION
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY


def check(by: Principal) -> None:
    """Raises PermissionRefused unless `by` manages the transport of the whole country."""
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def tell(by: Principal, subject: str, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal."""
    audit.record(by.actor, f"cable.{verb}", subject, detail, reason)
