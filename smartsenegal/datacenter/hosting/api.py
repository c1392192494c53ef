"""What is hosted in a datacentre: the only face of `datacenter.hosting`."""

from smartsenegal.datacenter.hosting.actions.bills import close_month
from smartsenegal.datacenter.hosting.actions.examples import load_examples
from smartsenegal.datacenter.hosting.actions.machines import create as create_machine
from smartsenegal.datacenter.hosting.actions.platform import add_tariff
from smartsenegal.datacenter.hosting.actions.projects import ask_quota, grant, open_project
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Machine, Project
from smartsenegal.datacenter.hosting.queries import Month, images, months_used, pools, project
from smartsenegal.datacenter.hosting.rules.metering import NAMES, UNITS, hours
from smartsenegal.datacenter.hosting.rules.quotas import Amounts

__all__ = [
    "NAMES", "UNITS", "Amounts", "HostingRefused", "Machine", "Month", "Project", "add_tariff", "ask_quota",
    "close_month", "create_machine", "grant", "hours", "images", "load_examples", "months_used",
    "open_project", "pools", "project",
]  # fmt: skip
