"""The benches' country: its rows are what the platform itself would have folded and sealed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from bench import seed
from bench.instance import officers_of
from bench.stories import Share, stories
from smartsenegal.onestop.cases import queries, rules
from smartsenegal.onestop.cases.models import Case
from smartsenegal.run.prepare import load_reference

CASES = 300


@pytest.fixture
def country(transactional_db: None) -> dict[str, object]:
    """Three hundred cases, written through a connection of their own."""
    load_reference()
    return seed.seed(_dsn(), CASES, processes=1)


def _dsn() -> str:
    return connection.get_connection_params() and _conninfo(connection.get_connection_params())


def _conninfo(params: dict[str, object]) -> str:
    import psycopg

    named = ("host", "port", "user", "password", "dbname")
    return psycopg.conninfo.make_conninfo(**{name: params[name] for name in named if params.get(name)})


def test_the_seeded_country_is_the_platforms_own(country: dict[str, object]) -> None:
    rows = list(Case.objects.all())
    assert len(rows) == CASES
    for case in rows:
        _assert_folds(case)
    _assert_indexes_are_back()
    _assert_heavy_service(country)
    _assert_pages_open(country)


def _assert_folds(case: Case) -> None:
    view = queries.for_system(case.pk).view
    for name, value in rules.columns(view).items():
        kept = getattr(case, name)
        written = str(kept) if isinstance(kept, UUID) else kept
        assert written == value, name
    assert case.answers == view.record.answers


def _assert_indexes_are_back() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Case._meta.db_table)
    assert {i.name for i in Case._meta.indexes} <= constraints.keys()
    assert {c.name for c in Case._meta.constraints} <= constraints.keys()


def _assert_heavy_service(country: dict[str, object]) -> None:
    open_cases = Case.objects.filter(service_id=country["service"], waiting_for__in=["agent", "person"])
    assert open_cases.count() >= country["heavy"]


def _assert_pages_open(country: dict[str, object]) -> None:
    client = Client()
    [cookie] = officers_of(country["service"], 1)
    name, _, value = cookie.partition("=")
    client.cookies[name] = value
    answer = client.get("/dossiers/a-traiter/")
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == min(25, Case.objects.filter(pk__in=_queued(country)).count())
    case = Case.objects.filter(pk__in=_queued(country)).earliest("sort_on")
    assert client.get(f"/dossiers/{case.pk}/instruction/").status_code == 200


def _queued(country: dict[str, object]) -> list[object]:
    rows = Case.objects.filter(service_id=country["service"], waiting_for__in=["agent", "person"])
    return list(rows.values_list("pk", flat=True))


def test_a_share_always_tells_the_same_stories(transactional_db: None) -> None:
    load_reference()
    plans = seed.read_plans()
    people = [(UUID(int=n), f"Awa {n}") for n in range(50)]
    share = Share(0, 2, 200, 5, people, datetime.now(UTC))
    first, second = list(stories(plans, share)), list(stories(plans, share))
    assert [(s.id, s.actions) for s in first] == [(s.id, s.actions) for s in second]
    assert max(Counter((s.applicant, s.plan.code) for s in first if _is_draft(s)).values(), default=1) == 1
    assert all(a.at <= share.now and a.at > share.now - timedelta(days=700) for s in first for a in s.actions)


def _is_draft(story: object) -> bool:
    return all(a.kind in {"opened", "answered"} for a in story.actions)  # type: ignore[attr-defined]
