"""Lists among many cases: the plans the database chooses, not the time it takes."""

import itertools
import json
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from smartsenegal.onestop.cases import queries
from smartsenegal.onestop.cases.access import Scope
from smartsenegal.onestop.cases.queries import Wanted
from tests.onestop.cases.crowd import crowd

COUNT = 60_000


def plan_of(statement: str, values: Sequence[Any], *, once: bool) -> dict[str, Any]:
    """The plan for these values, or with `once` that for any value, as a statement planned once has."""
    explain = "EXPLAIN (ANALYZE, FORMAT JSON) "
    with connection.cursor() as cursor:
        if once:
            numbers = (f"${n}" for n in itertools.count(1))
            numbered = re.sub("%s", lambda _: next(numbers), statement)
            cursor.execute("SET plan_cache_mode = force_generic_plan", None)
            cursor.execute(f"PREPARE asked AS {numbered}".replace("%", "%%"), None)
            cursor.execute(f"{explain} EXECUTE asked ({', '.join(['%s'] * len(values))})", values)
            row = cursor.fetchone()[0]
            cursor.execute("DEALLOCATE asked; RESET plan_cache_mode", None)
        else:
            cursor.execute(explain + statement, values)
            row = cursor.fetchone()[0]
    return (row if isinstance(row, list) else json.loads(row))[0]["Plan"]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def examine(act: Any, *, once: bool = False) -> tuple[list[dict[str, Any]], Any]:
    """The nodes of the plan of the one query that `act` makes, and what it returned."""
    asked: list[tuple[str, Sequence[Any]]] = []

    def note(execute: Any, sql: str, params: Sequence[Any], *rest: Any) -> Any:
        asked.append((sql, params or ()))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        found = act()
    assert len(asked) == 1, asked
    return nodes(plan_of(*asked[0], once=once)), found


def rows_read(plan: list[dict[str, Any]]) -> float:
    """Rows that the scans of the table of cases gave or threw away."""
    scans = [n for n in plan if n.get("Relation Name") == "cases_case"]
    return sum((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for n in scans)


def test_lists_read_little_more_than_they_show(world):
    services = crowd(world, COUNT)
    one, several = Scope(((services[0], ""),)), Scope(tuple((s, "") for s in services))
    for scope, most in ((one, 60), (several, 60 * len(services))):
        for once in (False, True):
            check_queue(scope, most, once=once)
            check_counts(scope, once=once)
    check_depth(one, "tout")
    check_depth(one, "reponses")
    check_search(several)
    check_frequent_names(one)
    check_services_apart(services)
    check_export(one)


def check_queue(scope: Scope, most: int, *, once: bool) -> None:
    for tab in queries.TABS:
        plan, found = examine(partial(queries.queue, scope, Wanted(tab=tab)), once=once)
        assert found, tab
        index = "case_consulting" if tab == "reponses" else "case_queue"
        assert index in {n.get("Index Name") for n in plan}, tab
        assert rows_read(plan) <= most, tab
    plan, found = examine(lambda: queries.to_sign(scope, Wanted()), once=once)
    assert found
    assert "case_to_sign" in {n.get("Index Name") for n in plan}
    assert rows_read(plan) <= most


def check_counts(scope: Scope, *, once: bool) -> None:
    plan, counted = examine(lambda: queries.counts(scope, scope, timezone.localdate()), once=once)
    assert not [n for n in plan if n["Node Type"] == "Seq Scan"]
    assert {"case_queue", "case_consulting"} <= {n.get("Index Name") for n in plan}
    (tasks,) = [n for n in plan if n.get("Relation Name") == "cases_casetask"]
    assert "Index" in tasks["Node Type"] or "Bitmap" in tasks["Node Type"]
    assert queries.MOST_COUNTED + 1 >= counted.all >= counted.late > 0
    assert queries.MOST_COUNTED + 1 >= counted.answers == counted.tasks > 0
    assert counted.all >= counted.suspended > 0


def check_depth(scope: Scope, tab: str) -> None:
    """A late page costs what the first one does."""
    deep = queries.queue(scope, Wanted(tab=tab), 120)[-1]
    place = queries.read_place(queries.place_of(deep))
    plan, found = examine(lambda: queries.queue(scope, Wanted(tab=tab, after=place)))
    assert found
    assert rows_read(plan) <= 60


def check_search(scope: Scope) -> None:
    wanted = queries.queue(scope, Wanted())[0]
    for text in (wanted.reference, wanted.title.split()[-1]):
        plan, found = examine(partial(queries.search, scope, text))
        assert wanted.pk in {c.pk for c in found}
        assert not [n for n in plan if n["Node Type"] == "Seq Scan"]


def check_frequent_names(scope: Scope) -> None:
    """Names that many have are found along the cases of the service, not their rows."""
    plan, found = examine(lambda: queries.search(scope, "fatou ndiaye"))
    assert len(found) == queries.MOST_FOUND
    assert "case_latest" in {n.get("Index Name") for n in plan}
    assert [c.submitted_at for c in found] == sorted((c.submitted_at for c in found), reverse=True)


def check_services_apart(services: list[int]) -> None:
    """What is found does not depend on how many services are asked at once."""
    for text in ("sy", "coumba sarr", "xx 2026 0001", "personne"):
        asked = {n: queries.search(Scope(tuple((s, "") for s in services[:n])), text) for n in (2, 19)}
        wide = [c for c in asked[19] if c.service_id in services[:2]]
        assert [c.pk for c in asked[2]][: len(wide)] == [c.pk for c in wide]
        assert {c.service_id for c in asked[2]} <= set(services[:2])


def check_export(scope: Scope) -> None:
    seen = [case.pk for case in queries.export(scope, Wanted(), batch=100)]
    assert len(seen) == len(set(seen)) == queries.counts(scope, scope, timezone.localdate()).all
