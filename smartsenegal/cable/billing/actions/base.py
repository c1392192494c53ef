"""What every act of billing shares: its permission and its trace."""

from typing import Any

from smartsenegal.cable.billing.models import Contract
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY

PERMISSION = "cable.manage"


def check(by: Principal) -> None:
    """Raises PermissionRefused unless `by` manages the transport of the whole country."""
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def tell(by: Principal, contract: Contract, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal and emit the event."""
    subject = f"cable_contract:{contract.pk}"
    detail = {"code": contract.code, **detail}
    audit.record(by.actor, f"cable.{verb}", subject, detail, reason)
    events.emit(f"cable.{verb}", subject, detail)


def lock(contract: Contract) -> Contract:
    """The contract, locked until the end of the transaction: one act at a time on what is billed."""
    return Contract.objects.select_for_update(of=("self",)).select_related("carrier").get(pk=contract.pk)
