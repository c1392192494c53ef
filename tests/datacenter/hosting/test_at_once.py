"""Two ask for the last of a quota, and of a platform, at the same moment."""

import pytest

from smartsenegal.datacenter.facility import actions as facility
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions import platform, projects
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Ask, Machine, Project
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.territory.models import Territory
from tests.at_once import at_once
from tests.datacenter.colocation.world import SYSTEM, make_company
from tests.datacenter.hosting.world import make_machine

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_of_a_platform_and_of_a_quota_is_given_once(transactional_db: None) -> None:
    place = Territory.objects.create(code="013-diamniadio", name="Diamniadio", kind="country", path="SN")
    center = facility.add_center(SYSTEM, code="dc", name="Centre", place=place)
    pool = platform.set_pool(SYSTEM, center, code="p", name="P", amounts=Amounts(4, 4096, 9), source="Essai")
    platform.add_image(SYSTEM, pool, code="mini", name="Mini", kernel="vmlinuz", source="Essai")
    by, company = make_company("Jokko SARL")
    for code in ("abc", "def"):
        project = projects.open_project(by, pool, company, code=code, name=code)
        projects.ask_quota(by, project, Amounts(3, 2048, 4), reason="Essai")
    first, second = Ask.objects.order_by("pk")
    outcomes = at_once(lambda: projects.grant(SYSTEM, first), lambda: projects.grant(SYSTEM, second))
    assert sorted(type(each).__name__ for each in outcomes) == ["Ask", "HostingRefused"], outcomes
    assert queries.pool_left(pool) == Amounts(1, 2048, 5)

    project = Project.objects.get(vcpus=3)
    make = [lambda name=name: make_machine(by, project, name=name, vcpus=2) for name in ("a", "b", "c")]
    outcomes = at_once(*make)
    assert sum(isinstance(each, Machine) for each in outcomes) == 1, outcomes
    assert sum(isinstance(each, HostingRefused) for each in outcomes) == 2, outcomes
    assert queries.used(project).vcpus == 2
