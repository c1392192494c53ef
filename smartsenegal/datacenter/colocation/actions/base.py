"""What every act of the colocation shares: its lock, its trace, the words of the racks' own refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from smartsenegal.datacenter.colocation import queries
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal

KEPT_BY = "colocation"


def tell(by: Principal, subject: str, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal and emit the event."""
    audit.record(by.actor, f"colocation.{verb}", subject, detail, reason)
    events.emit(f"colocation.{verb}", subject, detail)


def tell_lease(by: Principal, lease: Lease, verb: str, **detail: Any) -> None:
    """The same, about a lease."""
    tell(by, f"lease:{lease.pk}", verb, {"customer": lease.customer_id, **detail})


def locked_lease(by: Principal, lease: Lease) -> Lease:
    """A lease as it is now, its datacentre locked by who manages it. Raises PermissionRefused."""
    facility.locked(by, queries.center_of(lease))
    return reread(lease)


def reread(lease: Lease) -> Lease:
    """A lease as it is now, locked."""
    return Lease.objects.select_for_update(of=("self",)).select_related(*queries.LEASE).get(pk=lease.pk)


def check_own(by: Principal, customer_id: int) -> None:
    """Raises PermissionRefused unless `by` may ask for something in the name of this customer."""
    if not queries.owns(by, customer_id, "file"):
        raise PermissionRefused("Vous n’agissez pas pour cet organisme.")


def check_signed(lease: Lease) -> None:
    """Raises ColocationRefused unless a lease is in force."""
    if lease.signed_at is None or lease.closed_at is not None:
        raise ColocationRefused("Ce bail n’est pas en cours : rien ne peut y être demandé.", "lease")


@contextmanager
def told_here() -> Iterator[None]:
    """Refusals of the racks as those of this module."""
    try:
        yield
    except facility.FacilityRefused as refused:
        raise ColocationRefused(refused.sentence, refused.field) from None
