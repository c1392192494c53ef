"""Issuing one signed act: composed (PDF/A, PDF/UA), sealed, signed (PAdES), encrypted at rest, noted in its case."""

import time
from statistics import median

from bench.instance import database
from bench.report import Row, publish

ACTS = 30


def run() -> None:
    """Measure and publish. It is the worker's job, called here in a process of its own."""
    with database():
        cpu, elapsed = _issue(_granted(ACTS + 2))
    worst = sorted(cpu)[int(len(cpu) * 0.95)]
    rows = [
        Row("an act: CPU of the worker, median", median(cpu) * 1000, "ms", goal=1000.0),
        Row("an act: CPU of the worker, p95", worst * 1000, "ms", goal=1000.0),
        Row("an act: elapsed, median", median(elapsed) * 1000, "ms"),
    ]
    publish(
        "act", f"{ACTS} acts of granted cases, one after the other, after two that are not counted.", rows
    )


def _granted(count: int) -> list[str]:
    """Sign the decision of this many cases that await it."""
    from smartsenegal.kernel.identity.api import (
        Organisation,
        assign_role,
        create_account,
        principal_for,
        system,
    )
    from smartsenegal.onestop.cases import api as cases
    from smartsenegal.onestop.cases.models import Case

    rows = list(Case.objects.filter(state="awaiting_signature", procedure="casier-judiciaire-b3")[:count])
    name = f"signataire{time.time_ns()}@bench.sn"
    account = create_account(system("bench"), name="Ibrahima Fall", email=name, verified=True)
    for service in {row.service_id for row in rows}:
        assign_role(system("bench"), account, "signatory", Organisation.objects.get(pk=service))
    signatory = principal_for(account)
    for row in rows:
        cases.sign(row.pk, signatory)
    return [str(row.pk) for row in rows]


def _issue(ids: list[str]) -> tuple[list[float], list[float]]:
    from smartsenegal.onestop.cases.actions import issue_act
    from smartsenegal.onestop.cases.models import Case

    cpu, elapsed = [], []
    for case_id in ids:
        began, used = time.perf_counter(), time.process_time()
        issue_act(case_id)
        cpu.append(time.process_time() - used)
        elapsed.append(time.perf_counter() - began)
    issued = Case.objects.filter(pk__in=ids, state="issued").count()
    if issued != len(ids):
        raise RuntimeError(f"{issued} acts of {len(ids)} were issued")
    return cpu[2:], elapsed[2:]
