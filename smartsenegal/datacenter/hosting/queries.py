"""Reads of `datacenter.hosting`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting.contrib.base import Boot, Spec
from smartsenegal.datacenter.hosting.models import (
    Ask,
    Bill,
    Bucket,
    Dataset,
    Image,
    Key,
    Machine,
    Member,
    Pool,
    Project,
    Sample,
    Step,
    Tariff,
)
from smartsenegal.datacenter.hosting.rules import machines, metering, quotas, roles
from smartsenegal.kernel.identity.api import Organisation, Principal

WITH = ("customer", "pool__center__site__territory", "pool__rack__room")


# --- who --------------------------------------------------------------------------------------


def manages(by: Principal, pool: Pool) -> bool:
    """Whether `by` runs the datacentre of this platform."""
    return colocation.manages(by, pool.center)


def role(by: Principal, project: Project) -> str:
    """The role of `by` in a project: that given there, or that of who acts for its organisation."""
    given = ""
    if by.account_id:
        found = Member.objects.filter(project=project, account_id=by.account_id).first()
        given = found.role if found else ""
    acts = colocation.owns(by, project.customer_id, "file")
    reads = acts or colocation.owns(by, project.customer_id, "read")
    return roles.best(given, roles.OWNER if acts else "", roles.READER if reads else "")


def may(by: Principal, project: Project, what: str) -> bool:
    """Whether `by` may do this in a project."""
    return roles.may(role(by, project), what)


# --- platforms --------------------------------------------------------------------------------


def pools(of: facility.DataCenter | None = None) -> list[Pool]:
    """Platforms of a datacentre, or all, by name."""
    found = Pool.objects.select_related("center__site__territory", "rack__room").order_by("name")
    return list(found if of is None else found.filter(center=of))


def pool_left(pool: Pool, without: Project | None = None) -> quotas.Amounts:
    """What may still be granted of a platform, `without` the quota of one project."""
    granted = Project.objects.filter(pool=pool)
    if without is not None:
        granted = granted.exclude(pk=without.pk)
    return pool.amounts - quotas.total(each.amounts for each in granted)


def images(pool: Pool) -> QuerySet[Image]:
    """What may be started there now."""
    return Image.objects.filter(pool=pool, closed_at=None).order_by("name")


def images_of(center: facility.DataCenter) -> QuerySet[Image]:
    """All images of a datacentre, those withdrawn last."""
    found = Image.objects.filter(pool__center=center).select_related("pool")
    return found.order_by("closed_at", "name")


def tariffs(center: facility.DataCenter) -> QuerySet[Tariff]:
    """Prices of a datacentre, the latest first."""
    return Tariff.objects.filter(center=center).order_by("kind", "-starts_on")


def waiting(center: facility.DataCenter) -> QuerySet[Ask]:
    """Quotas asked for that wait for an answer, the oldest first."""
    found = Ask.objects.filter(project__pool__center=center, decided_at=None)
    return found.select_related(*(f"project__{name}" for name in WITH)).order_by("asked_at")


def ask(ask_id: int) -> Ask | None:
    """A quota asked for."""
    return Ask.objects.select_related(*(f"project__{name}" for name in WITH)).filter(pk=ask_id).first()


def projects_in(center: facility.DataCenter) -> list[Project]:
    """Projects of a datacentre, by code."""
    return list(Project.objects.filter(pool__center=center).select_related(*WITH).order_by("code"))


def drifting(center: facility.DataCenter) -> list[Machine]:
    """Machines of a datacentre that are not as wanted."""
    found = _alive(Machine.objects.filter(project__pool__center=center)).select_related("project__customer")
    return [each for each in found.order_by("wanted_at") if not settled(each)]


# --- projects ---------------------------------------------------------------------------------


def project(code: str) -> Project | None:
    """The project of that code."""
    return Project.objects.select_related(*WITH).filter(code=code).first()


def projects_of(by: Principal) -> list[Project]:
    """Projects of which `by` may read what they have, by code."""
    mine = Q(customer__in=[each.pk for each in colocation.organisations_of(by)])
    if by.account_id:
        mine |= Q(members__account=by.account_id)
    return list(Project.objects.filter(mine).select_related(*WITH).distinct().order_by("code"))


def bodies(by: Principal) -> list[Organisation]:
    """Organisations for which `by` may open a project."""
    return [o for o in colocation.organisations_of(by) if colocation.owns(by, o.pk, "file")]


def used(of: Project) -> quotas.Amounts:
    """What a project's machines and buckets take of its quota."""
    # What is wanted away and still stands keeps its place: the platform bears it.
    found = [each.amounts for each in of.machines.exclude(wanted=machines.DELETED, made_disk_gib=0)]
    spaces = of.spaces.exclude(closed_at__isnull=False, real=False)
    return quotas.total([*found, *(each.amounts for each in spaces)])


def measured(of: Project) -> int:
    """Octets that a project's buckets hold, as far as they were measured."""
    return sum(each.size or 0 for each in of.spaces.filter(closed_at=None))


def over(of: Project) -> bool:
    """Whether its buckets hold more than what is reserved for them."""
    room = sum(each.gib for each in of.spaces.filter(closed_at=None))
    return measured(of) > room * 1024**3


def members(of: Project) -> list[Member]:
    """Who has a role there."""
    return list(of.members.select_related("account").order_by("added_at"))


def waiting_of(of: Project) -> Ask | None:
    """The quota it asked for and that waits."""
    return of.asks.filter(decided_at=None).first()


def answered(of: Project) -> Ask | None:
    """The last quota it asked for and that was answered."""
    return of.asks.exclude(decided_at=None).order_by("-decided_at").first()


# --- machines ---------------------------------------------------------------------------------


def _alive(found: QuerySet[Machine]) -> QuerySet[Machine]:
    # A machine that is wanted away counts until it is really away.
    gone = Q(wanted=machines.DELETED, real=machines.ABSENT, made_disk_gib=0)
    return found.exclude(gone)


def machines_of(of: Project) -> list[Machine]:
    """Machines that are wanted, or not yet away, by name."""
    return list(_alive(of.machines.select_related("image", "project")).order_by("name"))


def machine(of: Project, machine_id: int) -> Machine | None:
    """A machine of a project, even away."""
    return of.machines.select_related("image", "project").filter(pk=machine_id).first()


def to_reconcile() -> list[Machine]:
    """All machines of the installation that are not settled for good."""
    return list(_alive(Machine.objects.select_related("image", "project")).order_by("pk"))


def wanted(of: Machine, now: datetime | None = None) -> machines.Wanted:
    """What is wanted of a machine, as rules have it."""
    since = int(((now or timezone.now()) - of.wanted_at).total_seconds())
    return machines.Wanted(
        of.wanted, of.vcpus, of.memory_mib, of.disk_gib, of.reboots, of.hard, max(0, since)
    )


def real(of: Machine) -> machines.Real:
    """What it was when it was last seen."""
    return machines.Real(of.real or machines.ABSENT, of.real_vcpus, of.real_memory_mib)


def done(of: Machine) -> machines.Done:
    """What was done of it."""
    return machines.Done(of.made_disk_gib, of.made_reboots)


def settled(of: Machine) -> bool:
    """Whether it is as wanted."""
    return machines.as_wanted(wanted(of), real(of), done(of))


def spec(of: Machine) -> Spec:
    """A machine as the hypervisor makes it."""
    image = of.image
    boot = Boot(image.disk, image.kernel, image.initrd, image.arguments)
    title = f"{of.project.code}/{of.name}"
    return Spec(str(of.key), title, of.vcpus, of.memory_mib, of.disk_gib, boot, of.ssh_key)


# --- buckets and keys -------------------------------------------------------------------------


def spaces_of(of: Project) -> list[Bucket]:
    """Buckets of a project that are wanted, or not yet away, by name."""
    return list(of.spaces.filter(Q(closed_at=None) | Q(real=True)).order_by("name"))


def space(of: Project, bucket_id: int) -> Bucket | None:
    """A bucket of a project that is wanted."""
    return of.spaces.filter(pk=bucket_id, closed_at=None).first()


def keys_of(of: Project) -> list[Key]:
    """Keys of a project that are wanted, the latest first."""
    return list(of.keys.filter(closed_at=None).order_by("-made_at"))


def key(of: Project, key_id: int) -> Key | None:
    """A key of a project that is wanted."""
    return of.keys.filter(pk=key_id, closed_at=None).first()


# --- use --------------------------------------------------------------------------------------


def start_of(day: date) -> datetime:
    """Midnight of a day."""
    return timezone.make_aware(datetime.combine(day, time()))


def prices(center: facility.DataCenter) -> dict[str, list[metering.Price]]:
    """Prices of a datacentre by kind, in their order."""
    found: dict[str, list[metering.Price]] = {}
    for each in Tariff.objects.filter(center=center).order_by("starts_on"):
        found.setdefault(each.kind, []).append(metering.Price(start_of(each.starts_on), each.amount))
    return found


def prices_on(center: facility.DataCenter, day: date) -> dict[str, Decimal]:
    """The price of an hour by kind on a day; none where nobody entered one."""
    found = Tariff.objects.filter(center=center, starts_on__lte=day).order_by("starts_on")
    return {each.kind: each.amount for each in found}


def lines(of: Project, start: datetime, end: datetime) -> list[metering.Line]:
    """What a project used between two times, priced."""
    steps, samples = history(of)
    return metering.bill(steps, samples, prices(of.pool.center), start, end)


def history(of: Project) -> tuple[list[list[metering.Step]], list[list[metering.Sample]]]:
    """Steps of each machine since it was made, and measures of each bucket, in their order."""
    steps: dict[int, list[metering.Step]] = {}
    made: dict[int, datetime] = {}
    # What was never made is owed by nobody.
    known = Step.objects.filter(machine__project=of, machine__made_at__isnull=False)
    for step in known.select_related("machine").order_by("machine", "at", "pk"):
        told = metering.Step(step.at, step.running, step.vcpus, step.memory_mib, step.disk_gib)
        steps.setdefault(step.machine_id, []).append(told)
        made[step.machine_id] = step.machine.made_at or step.at
    steps = {key: metering.since(each, made[key]) for key, each in steps.items()}
    samples: dict[int, list[metering.Sample]] = {}
    for sample in Sample.objects.filter(bucket__project=of).order_by("bucket", "at", "pk"):
        samples.setdefault(sample.bucket_id, []).append(metering.Sample(sample.at, sample.size))
    return list(steps.values()), list(samples.values())


def bill(of: Project, month: date) -> Bill | None:
    """The closed month of a project."""
    return Bill.objects.filter(project=of, month=month).first()


@dataclass(frozen=True)
class Month:
    """What a project used in a month, and the fingerprint of its statement: "" before it is closed."""

    project: Project
    lines: list[metering.Line]
    sha256: str


def months_used(
    center: facility.DataCenter, first: date, customer_id: int | None = None
) -> dict[int, list[Month]]:
    """The month of each project of a datacentre that used something then, by customer (or of one)."""
    start, end = start_of(first), start_of(metering.next_month(first))
    found = Project.objects.filter(pool__center=center, opened_at__lt=end).select_related(*WITH)
    if customer_id is not None:
        found = found.filter(customer=customer_id)
    closed = {b.project_id: b for b in Bill.objects.filter(project__in=found, month=first)}
    used_: dict[int, list[Month]] = {}
    for each in found.order_by("code"):
        kept = closed.get(each.pk)
        known = frozen_lines(kept) if kept else lines(each, start, end)
        if known:
            made = Month(each, known, kept.sha256 if kept else "")
            used_.setdefault(each.customer_id, []).append(made)
    return used_


def frozen_lines(of: Bill) -> list[metering.Line]:
    """The lines of a closed month, as they were written."""
    return [
        metering.Line(
            kind, datetime.fromisoformat(start), datetime.fromisoformat(end), quantity,
            None if price is None else Decimal(price), amount,
        )
        for kind, start, end, quantity, price, amount in json.loads(of.statement)["lines"]
    ]  # fmt: skip


def last_closed(center: facility.DataCenter) -> date | None:
    """The first day that no closed month of a datacentre covers; None while none is closed."""
    found = Bill.objects.filter(project__pool__center=center).order_by("-month").first()
    return metering.next_month(found.month) if found else None


def months(of: Project, today: date) -> list[date]:
    """Months since a project was opened, the latest first, two years at most."""
    first = metering.month_of(timezone.localdate(of.opened_at))
    found = []
    while first <= today:
        found.append(first)
        first = metering.next_month(first)
    return found[::-1][:24]


def to_close(of: Project, today: date) -> list[date]:
    """Months of a project that are over and not closed, the oldest first."""
    closed = set(Bill.objects.filter(project=of).values_list("month", flat=True))
    return [m for m in months(of, today)[::-1] if m not in closed and metering.next_month(m) <= today]


# --- register ---------------------------------------------------------------------------------


def datasets_of(of: Project) -> list[Dataset]:
    """Sets of data of a project that are there now, by name."""
    found = of.datasets.filter(closed_at=None).select_related("bucket", "machine")
    return list(found.order_by("name"))


def dataset(of: Project, dataset_id: int) -> Dataset | None:
    """A set of data of a project that is there now."""
    return of.datasets.filter(pk=dataset_id, closed_at=None).select_related("bucket", "machine").first()


def named(ids: Iterable[str]) -> dict[str, Any]:
    """Projects by their number, for the journal."""
    found = Project.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(each.pk): each for each in found}
