"""What every act of the sale shares: who may, its trace, and that sales pass one at a time."""

from typing import Any

from django.db import connection

from smartsenegal.cable.customers import owns
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY

PERMISSION = "cable.manage"


def manages(by: Principal) -> bool:
    """Whether `by` sells for the whole country."""
    return by.may(PERMISSION, territory_path=COUNTRY)


def check(by: Principal) -> None:
    """Raises PermissionRefused unless `by` sells for the whole country."""
    if not manages(by):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def check_party(by: Principal, customer_id: int | None) -> None:
    """Raises PermissionRefused unless `by` sells, or files in the name of this customer."""
    if not manages(by) and not owns(by, customer_id, "file"):
        raise PermissionRefused("Vous n’agissez pas pour cet organisme.")


def tell(by: Principal, subject: str, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal and emit the event."""
    audit.record(by.actor, f"cable.{verb}", subject, detail, reason)
    events.emit(f"cable.{verb}", subject, detail)


def one_at_a_time() -> None:
    """Until the end of the transaction nobody else sells: two quotes cannot take the same capacity."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cable_capacity'))")
