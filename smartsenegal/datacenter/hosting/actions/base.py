"""What every act shares: its lock, its trace, the quota that it must fit."""

from typing import Any

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Pool, Project
from smartsenegal.datacenter.hosting.rules import quotas
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal


def tell(by: Principal, subject: str, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    """Write the journal and emit the event."""
    audit.record(by.actor, f"hosting.{verb}", subject, detail, reason)
    events.emit(f"hosting.{verb}", subject, detail)


def tell_project(by: Principal, project: Project, verb: str, **detail: Any) -> None:
    """The same, about a project."""
    tell(by, f"project:{project.pk}", verb, {"customer": project.customer_id, **detail})


def locked(by: Principal, project: Project, what: str) -> Project:
    """A project as it is now, locked by who may do this in it. Raises PermissionRefused."""
    # The lock is for what its rows add up to: its key stays free for those that point to it.
    found = Project.objects.select_for_update(of=("self",), no_key=True).select_related(*queries.WITH)
    fresh: Project = found.get(pk=project.pk)
    if not queries.may(by, fresh, what):
        raise PermissionRefused("Votre rôle dans ce projet ne le permet pas.")
    return fresh


def locked_pool(by: Principal, pool: Pool) -> Pool:
    """A platform as it is now, locked by who runs its datacentre. Raises PermissionRefused."""
    facility.locked(by, pool.center)
    found = Pool.objects.select_for_update(of=("self",), no_key=True).select_related("center__site")
    return found.get(pk=pool.pk)


def check_fits(project: Project, asked: quotas.Amounts, fields: dict[str, str]) -> None:
    """Raises HostingRefused, at the field of the first amount that lacks, unless the quota has it left."""
    missing = quotas.lacking(project.amounts, queries.used(project), asked)
    if missing:
        raise HostingRefused(
            f"Le quota du projet ne suffit pas : il manque {quotas.told(missing)}. Demandez-en plus, ou"
            " supprimez ce qui ne sert plus.",
            fields[next(iter(missing))],
        )
