"""What the acts on data share: their permissions and their trace."""

from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal

# Who keeps the data's rules, prepares requests and holds a share of the key; who approves what they ask.
KEEP = "wifi.privacy"
APPROVE = "wifi.legal_approve"
LOG = "wifi_legal_log:all"


def check(by: Principal, permission: str = KEEP) -> None:
    """Raises PermissionRefused."""
    if not by.may(permission):
        raise PermissionRefused("Cette page est celle du délégué à la protection des données.")


def tell(by: Principal, verb: str, detail: dict[str, Any], subject: str = LOG, reason: str = "") -> None:
    """Write the journal."""
    audit.record(by.actor, f"wifi.{verb}", subject, detail, reason)
