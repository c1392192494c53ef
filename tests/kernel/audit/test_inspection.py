"""Inspections have a reason, and are in the journal themselves; unusual readings are counted from it."""

import csv
import io
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.audit.inspection import actions, queries, rules
from smartsenegal.kernel.audit.inspection.rules import STARTING, Day, Threshold, odd_readings, unusual
from smartsenegal.kernel.audit.models import Entry, Inspection, ReadingDay
from smartsenegal.onestop.cases import actions as cases
from smartsenegal.onestop.cases.actions.reading import record_reading
from smartsenegal.onestop.cases.holdings import outside
from smartsenegal.onestop.cases.models import CaseAction
from tests.onestop.cases.world import World, fill, make_world

# A busy machine draws values slowly.
unhurried = hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
REASON = "Plainte de la personne, courrier du 3 mars"


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.DATA_DIR = tmp_path
    return make_world()


@pytest.fixture
def inspector(client: Client, world: World) -> Client:
    client.force_login(world.account(world.lamine))
    return client


def _day(after: int = 0) -> str:
    return f"{timezone.localdate() + timedelta(days=after):%d/%m/%Y}"


def _ask(client: Client, **given: str) -> Any:
    # From yesterday: the tests may run over midnight.
    asked = {"kind": "person", "who": "77 100 00 01", "since": _day(-1), "until": _day(), "reason": REASON}
    return client.post("/journal/inspections/nouvelle/", {**asked, **given})


def test_who_read_a_person_s_case(world: World, inspector: Client) -> None:
    case = cases.submit(fill(world).pk, world.awa).case
    record_reading(case, world.moussa)
    answer = _ask(inspector)
    assert answer.status_code == 302
    page = inspector.get(answer["Location"]).content.decode()
    assert "Moussa Diop" in page
    assert "Dossier consulté" in page
    assert "Dossier déposé" not in page  # what the person did is not a reading
    opened = Inspection.objects.get()
    assert f"case:{case.pk}" in opened.subjects
    entry = Entry.objects.get(verb="audit.inspected")
    assert entry.reason == REASON
    assert Entry.objects.filter(verb="audit.read", detail__inspection=str(opened.pk)).exists()


def test_everything_an_agent_did(world: World, inspector: Client) -> None:
    case = cases.submit(fill(world).pk, world.awa).case
    cases.take(case.pk, world.moussa)
    answer = _ask(inspector, kind="agent", who="+221771000003")
    page = inspector.get(answer["Location"]).content.decode()
    assert "Dossier pris en charge" in page
    assert "Dossier déposé" not in page
    told = inspector.get(f"{answer['Location']}export.csv")
    text = b"".join(told.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["acte"] for row in rows] == ["Dossier pris en charge"]
    assert rows[0]["intitule"] == case.reference
    assert Entry.objects.filter(verb="audit.exported").exists()


def test_a_case_s_number_is_enough_for_a_person(world: World, inspector: Client) -> None:
    case = cases.submit(fill(world).pk, world.awa).case
    assert _ask(inspector, who=case.reference or "").status_code == 302
    assert Inspection.objects.get().subjects == [f"case:{case.pk}"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": "court"}, "Dites pourquoi"),
        ({"who": "77 999 99 99"}, "Personne n’est connu"),
        ({"until": "01/01/2020"}, "échangez les deux dates"),
    ],
)
def test_without_a_reason_or_a_person_nothing_opens(
    inspector: Client, given: dict[str, str], sentence: str
) -> None:
    answer = _ask(inspector, **given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Inspection.objects.exists()


def test_the_page_makes_as_many_queries_whatever_it_shows(world: World, inspector: Client) -> None:
    case = cases.submit(fill(world).pk, world.awa).case
    counts = []
    for _ in range(2):
        for _ in range(20):
            audit.record(world.moussa.actor, "cases.read", case.subject)
        address = _ask(inspector)["Location"]
        with CaptureQueriesContext(connection) as captured:
            inspector.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_export_keeps_the_memory_small(world: World) -> None:
    actor = world.moussa.actor
    Entry.objects.bulk_create(
        Entry(
            actor_kind="person", actor_id=actor.id, actor_label=actor.label, verb="cases.read",
            subject=f"case:{n % 50}", reason="x" * 300,
        )
        for n in range(6000)
    )  # fmt: skip
    today = timezone.localdate()
    opened = actions.open_inspection(
        world.lamine.actor, "agent", "Moussa", today, today, REASON, actor_id=actor.id
    )
    tracemalloc.start()
    seen = sum(len(batch) for batch in queries.batches(opened))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == 6000
    assert peak < 12_000_000


# --- unusual readings ---------------------------------------------------------------------


def test_readings_outside_one_s_service_are_reported(world: World, inspector: Client) -> None:
    for _ in range(STARTING.outside):
        case = cases.submit(fill(world).pk, world.awa).case
        audit.record(world.coumba.actor, "cases.read", case.subject)  # of Mbour, the case is of Thiès
        audit.record(world.moussa.actor, "cases.read", case.subject)
    assert actions.count_readings(timezone.localdate()) == 2
    by_label = {r.actor_label: r for r in ReadingDay.objects.all()}
    assert by_label["Coumba Ba"].outside == STARTING.outside
    assert by_label["Moussa Diop"].outside == 0
    page = inspector.get("/journal/lectures/").content.decode()
    assert f"{STARTING.outside} hors de son service" in page
    assert actions.count_readings(timezone.localdate()) == 2  # counted anew, not twice
    assert ReadingDay.objects.count() == 2
    told = b"".join(inspector.get("/journal/lectures/export.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Coumba Ba" in told


def test_who_was_consulted_is_no_stranger(world: World) -> None:
    case = cases.submit(fill(world).pk, world.awa).case
    pair = (str(world.coumba.account_id), case.subject)
    assert outside([pair]) == {pair}
    CaseAction.objects.create(
        case=case, sequence=99, kind="opinion_given", actor_kind="person", actor_id=pair[0],
        actor_label="Coumba Ba", at=timezone.now(),
    )  # fmt: skip
    assert outside([pair]) == set()
    assert outside([(str(world.moussa.account_id), case.subject)]) == set()


def test_thresholds_are_dated(world: World, inspector: Client) -> None:
    given = {
        "effective_from": _day(), "read": "10", "outside": "2", "odd": "3", "odd_from": "19",
        "odd_until": "6", "reason": "Décision de l’inspection générale",
    }  # fmt: skip
    assert inspector.post("/journal/lectures/seuils/", given).status_code == 302
    known = queries.thresholds()
    today = timezone.localdate()
    assert queries.threshold_on(today, known) == Threshold(10, 2, 3, 19, 6)
    assert queries.threshold_on(today - timedelta(days=1), known) == STARTING
    assert Entry.objects.filter(verb="audit.threshold_set").exists()
    assert inspector.post("/journal/lectures/seuils/", {**given, "read": "0"}).status_code == 422


hours = st.lists(st.integers(0, 9), min_size=24, max_size=24)


@unhurried
@given(hours, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_odd_hours_never_exceed_all(by_hour: list[int], day: date) -> None:
    odd = odd_readings(day, by_hour, STARTING)
    assert 0 <= odd <= sum(by_hour)
    if day.weekday() >= 5:
        assert odd == sum(by_hour)


@unhurried
@given(st.integers(0, 200), st.integers(0, 20), hours)
def test_a_day_is_unusual_exactly_past_a_threshold(files: int, outside: int, by_hour: list[int]) -> None:
    day = Day(date(2026, 3, 4), "a", "A", "B", files, outside, by_hour)
    odd = odd_readings(day.day, by_hour, STARTING)
    expected = files >= STARTING.files or outside >= STARTING.outside or odd >= STARTING.odd
    assert bool(unusual(day, STARTING)) == expected


def test_what_is_a_reading() -> None:
    assert rules.is_reading("cases.read")
    assert rules.is_reading("documents.read")
    assert not rules.is_reading("cases.signed")
