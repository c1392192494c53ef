"""A platform, a project of a company, a quota: what the tests of the hosting stand on."""

from decimal import Decimal
from typing import Any

from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.datacenter.hosting.actions import platform, projects
from smartsenegal.datacenter.hosting.models import Image, Machine, Pool, Project
from smartsenegal.datacenter.hosting.rules.metering import KINDS
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.identity import api as identity
from tests.datacenter.colocation.world import LONG_AGO, SYSTEM

ALL = Amounts(8, 8_192, 100, 4, 40)
HALF = Amounts(4, 4_096, 50, 2, 20)


def make_pool(center: DataCenter, amounts: Amounts = ALL) -> Pool:
    """A platform with an image of a kernel."""
    rack = center.rooms.get().racks.first()
    made = platform.set_pool(
        SYSTEM, center, code="plateforme", name="Plateforme", amounts=amounts, source="Essai", rack=rack
    )
    platform.add_image(
        SYSTEM, made, code="mini", name="Mini", kernel="vmlinuz", initrd="initrd.gz",
        arguments="console=ttyS0 quiet panic=-1", least_memory_mib=96, source="Essai",
    )  # fmt: skip
    return made


def make_project(
    by: identity.Principal,
    pool: Pool,
    customer: identity.Organisation,
    amounts: Amounts = HALF,
    **values: Any,
) -> Project:
    """A project with a quota that was asked for and granted."""
    given = {"code": "jokko", "name": "Jokko", **values}
    project = projects.open_project(by, pool, customer, **given)
    projects.grant(SYSTEM, projects.ask_quota(by, project, amounts, reason="Essai"))
    return Project.objects.get(pk=project.pk)


def make_machine(by: identity.Principal, project: Project, **values: Any) -> Machine:
    """A machine wanted running."""
    from smartsenegal.datacenter.hosting.actions import machines

    given = {"name": "web-1", "vcpus": 1, "memory_mib": 128, "disk_gib": 1, **values}
    return machines.create(by, project, Image.objects.get(), **given)


def price(center: DataCenter) -> None:
    """Every use at 2,5 francs the hour."""
    for kind, _ in KINDS:
        platform.add_tariff(
            SYSTEM, center, kind=kind, amount=Decimal("2.5"), starts_on=LONG_AGO, source="Essai"
        )
