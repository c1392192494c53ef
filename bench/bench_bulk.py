"""Five hundred decisions signed together, as the worker does after one press of the button."""

import time
from typing import Any

from bench.pages import instance
from bench.report import Row, publish

CASES, AS_BASELINE = 500, 100
GOAL = 5.0


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        by = _chief(found.known["service"])
        one_by_one = _alone(by, _waiting(found.known["service"], AS_BASELINE))
        seconds, cpu, states = _together(by, _waiting(found.known["service"], CASES))
    if states != {"done": CASES}:
        raise RuntimeError(f"not all were signed: {states}")
    rows = [
        Row(f"{CASES} decisions together", seconds, "s", goal=GOAL),
        Row("one decision of a batch", seconds * 1000 / CASES, "ms", "signed alone", one_by_one),
        Row("one decision of a batch: CPU of the worker", cpu * 1000 / CASES, "ms"),
    ]
    words = (
        f"{CASES} cases proposed in a service with {found.known['heavy']:,} open cases, twenty in a transaction, each "
        "with its line in the journal, its event and the job of its act, by one process; the acts are made afterwards."
    )
    publish("bulk", words, rows)


def _chief(service: int) -> Any:
    from smartsenegal.kernel.identity.api import (
        Organisation,
        assign_role,
        create_account,
        find_account,
        principal_for,
        system,
    )

    account = find_account("chef@bench.sn")
    if account is None:
        account = create_account(
            system("bench"), name="Chef de service", email="chef@bench.sn", verified=True
        )
        assign_role(system("bench"), account, "signatory", Organisation.objects.get(pk=service))
    return principal_for(account)


def _waiting(service: int, count: int) -> dict[Any, int]:
    """Cases that await their signature, each with the version that its signatory saw."""
    from smartsenegal.onestop.cases.models import Case

    rows = Case.objects.filter(service_id=service, state="awaiting_signature").order_by("sort_on")
    found = dict(rows.values_list("pk", "version")[:count])
    if len(found) < count:
        raise RuntimeError(
            f"only {len(found)} cases await a signature: remove the bench's data and run again"
        )
    return found


def _alone(by: Any, versions: dict[Any, int]) -> float:
    """Milliseconds of one signature asked for alone."""
    from smartsenegal.onestop.cases import actions

    began = time.perf_counter()
    for case_id, version in versions.items():
        actions.sign(case_id, by, version=version)
    return (time.perf_counter() - began) * 1000 / len(versions)


def _together(by: Any, versions: dict[Any, int]) -> tuple[float, float, dict[str, int]]:
    """Seconds, seconds of CPU of this process, and how the lines ended."""
    from collections import Counter

    from smartsenegal.onestop.cases import actions

    batch = actions.start_batch(by, versions)
    began, cpu = time.perf_counter(), time.process_time()
    actions.run_batch(batch.pk)
    spent = time.perf_counter() - began, time.process_time() - cpu
    return *spent, dict(Counter(batch.lines.values_list("state", flat=True)))
