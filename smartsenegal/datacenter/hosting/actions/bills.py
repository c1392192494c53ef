"""A month closed: what it is computed from is written once, with its fingerprint."""

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions.base import locked_pool, tell_project
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Bill, Project
from smartsenegal.datacenter.hosting.rules import metering
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def close_month(by: Principal, project: Project, month: date) -> Bill:
    """Close a past month of a project at the tariffs in force.

    Raises PermissionRefused, HostingRefused: not over, closed, or something used that has no tariff.
    """
    pool = locked_pool(by, project.pool)
    end = metering.next_month(month)
    if end > timezone.localdate():
        raise HostingRefused("Ce mois n’est pas fini : il s’arrête après son dernier jour.")
    if queries.bill(project, month):
        raise HostingRefused("Ce mois est déjà arrêté.")
    lines = queries.lines(project, queries.start_of(month), queries.start_of(end))
    total = metering.total(lines)
    if total is None:
        lacking = sorted({metering.NAMES[each.kind].lower() for each in lines if each.price is None})
        raise HostingRefused(f"Tarif non fixé pour : {', '.join(lacking)}. Saisissez-le d’abord.")
    statement = written(project, month, lines)
    digest = hashlib.sha256(statement.encode()).hexdigest()
    made = Bill.objects.create(
        project=project, month=month, closed_at=timezone.now(), statement=statement, sha256=digest,
        total=total,
    )  # fmt: skip
    tell_project(by, project, "month_closed", month=month.isoformat(), total=total, pool=pool.code)
    return made


def written(project: Project, month: date, lines: list[metering.Line]) -> str:
    """What a month is computed from, the same text whenever it is computed again."""
    steps, samples = queries.history(project)
    end = queries.start_of(metering.next_month(month))
    told: dict[str, Any] = {
        "project": project.code,
        "month": month.isoformat()[:7],
        "steps": [
            [[s.at.isoformat(), s.running, s.vcpus, s.memory_mib, s.disk_gib] for s in each if s.at < end]
            for each in steps
        ],
        "samples": [[[s.at.isoformat(), s.size] for s in each if s.at < end] for each in samples],
        "lines": [
            [
                each.kind, each.start.isoformat(), each.end.isoformat(), each.quantity,
                None if each.price is None else f"{each.price:f}", each.amount,
            ]
            for each in lines
        ],
    }  # fmt: skip
    # A machine or a bucket made since would add an empty list: it changes nothing of that month.
    told["steps"] = [each for each in told["steps"] if each]
    told["samples"] = [each for each in told["samples"] if each]
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def recomputed(bill: Bill) -> bool:
    """Whether a closed month, computed again from the history today, is the same to the letter."""
    start, end = queries.start_of(bill.month), queries.start_of(metering.next_month(bill.month))
    again = written(bill.project, bill.month, queries.lines(bill.project, start, end))
    return hashlib.sha256(again.encode()).hexdigest() == bill.sha256
