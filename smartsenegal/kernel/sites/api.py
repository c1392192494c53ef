"""Places where the State works: the only face of `sites`."""

from smartsenegal.kernel.sites.actions import (
    add_dependency,
    add_equipment,
    add_link,
    add_site,
    close_site,
    declare_outage,
    end_outage,
    open_site,
    settle_outages,
    suspend_site,
    update_site,
)
from smartsenegal.kernel.sites.errors import SiteRefused
from smartsenegal.kernel.sites.models import Dependency, Equipment, Link, Outage, Site
from smartsenegal.kernel.sites.queries import (
    Competent,
    NearbySite,
    by_region,
    competence,
    competent_site,
    covering,
    dependents,
    find,
    get,
    near,
    of_kind,
    outages,
    stopping_with,
)
from smartsenegal.kernel.sites.rules import CLOSED, KINDS, OPEN, STATES, SUSPENDED, VITAL, hours_lines
from smartsenegal.kernel.sites.systems import Run, register_system, run_at

__all__ = [
    "CLOSED", "KINDS", "OPEN", "STATES", "SUSPENDED", "VITAL", "Competent", "Dependency", "Equipment", "Link",
    "NearbySite", "Outage", "Run", "Site", "SiteRefused", "add_dependency", "add_equipment", "add_link",
    "add_site", "by_region", "close_site", "competence", "competent_site", "covering", "declare_outage",
    "dependents", "end_outage", "find", "get", "hours_lines", "near", "of_kind", "open_site", "outages",
    "register_system", "run_at", "settle_outages", "stopping_with", "suspend_site", "update_site",
]  # fmt: skip
