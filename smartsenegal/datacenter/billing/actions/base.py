"""What every act of billing shares: its trace."""

from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import Principal


def tell(by: Principal, subject: str, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal and emit the event."""
    audit.record(by.actor, f"datacenter_billing.{verb}", subject, detail, reason)
    events.emit(f"datacenter_billing.{verb}", subject, detail)
