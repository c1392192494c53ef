from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.indicators import api as indicators
from smartsenegal.kernel.indicators.models import DailyFigure, MonthlyFigure
from smartsenegal.kernel.indicators.rules import bucket_of
from smartsenegal.onestop.cases import actions, cli, figures
from smartsenegal.onestop.cases.api import Asked
from smartsenegal.onestop.cases.models import Case
from tests.jobs import drain
from tests.onestop.cases.world import World, fill, make_world

pytestmark = pytest.mark.django_db
CODE = "certificat-gratuit"


@pytest.fixture
def world() -> World:
    return make_world()


def _file(world: World) -> Case:
    return actions.submit(fill(world).pk, world.awa).case


def _decide(world: World, case: Case, outcome: str = "granted") -> None:
    if outcome == "granted":
        actions.propose(case.pk, world.moussa, "granted", fields={"mention": "Néant"})
    else:
        definition = world.revisions[CODE].definition
        reasons = [definition.reasons[0].key] if definition.reasons else []
        actions.propose(case.pk, world.moussa, "refused", reasons=reasons, text="Rien ne correspond.")
    actions.sign(case.pk, world.fatou)


def _year(name: str, *cut: str) -> dict[tuple[str, ...], int]:
    today = timezone.localdate()
    return indicators.by_cut(name, cut, today, today)


def _everything() -> tuple[Counter[tuple[str, str, str]], Counter[tuple[str, str, str]]]:
    daily = Counter({(f.name, str(f.day), f.dims_key): f.value for f in DailyFigure.objects.all()})
    monthly = Counter({(f.name, f.cut, f.dims_key): f.value for f in MonthlyFigure.objects.all()})
    return daily, monthly


def test_a_case_is_counted_as_it_goes(world: World) -> None:
    case = _file(world)
    drain()
    assert _year(figures.FILED_SERIES, "procedure", "service") == {(CODE, "tgi-thies"): 1}
    assert _year(figures.EXAMINED_SERIES) == {}
    due = timezone.localdate() + timedelta(days=10)
    actions.request_corrections(
        case.pk, world.moussa, [Asked("piece", "extrait", "unreadable", "Floue.")], due
    )
    drain()
    assert _year(figures.EXAMINED_SERIES) == {("invalid",): 1}
    other = _file(world)
    _decide(world, other)
    drain()
    assert _year(figures.EXAMINED_SERIES) == {("invalid",): 1, ("complete",): 1}
    assert _year(figures.CLOSED_SERIES, "region") == {("SN-TH", "granted"): 1}
    assert sum(_year(figures.LIVED_SERIES, "procedure").values()) == 1


def test_events_jobs_and_recounts_add_nothing_twice(world: World) -> None:
    kept = _file(world)
    done = _file(world)
    drain()
    _decide(world, done)
    drain()
    once = _everything()
    assert once[0]
    for case in (kept, done):
        assert figures.count(case.pk) == 0
    assert figures.recount(batch=1) == 2
    assert _everything() == once


def test_a_draft_is_not_counted(world: World) -> None:
    case = fill(world)
    actions.withdraw(case.pk, world.awa)
    drain()
    assert not DailyFigure.objects.filter(name__startswith="cases.").exists()


def test_recount_from_the_command_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    _file(world)
    assert cli.recount() == 0
    assert "1\u00a0dossier compté" in capsys.readouterr().out
    assert cli.main(["x"]) == 2
    assert _year(figures.FILED_SERIES) == {(): 1}


def test_what_stands_today(world: World) -> None:
    case, late, still = _file(world), _file(world), _file(world)
    assert case.pk
    today = timezone.localdate()
    Case.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    Case.objects.filter(pk=still.pk).update(updated_at=timezone.now() - timedelta(days=20))
    figures.count_standing()
    dims = {"procedure": CODE, "service": "tgi-thies"}
    for name, expected in ((figures.OPEN_SERIES, 3), (figures.SILENT_SERIES, 1), (figures.STILL_SERIES, 1)):
        assert [(p.dims, p.value) for p in indicators.state(name)[1]] == [(dims, expected)]


def _decisions(lengths: list[int]) -> None:
    day = timezone.localdate()
    indicators.add_all(
        indicators.Count(figures.LIVED_SERIES, day, {"procedure": CODE, indicators.BUCKET: str(bucket_of(m))})
        for m in lengths
    )


def test_the_sheet_says_the_measured_delay(world: World, client: Client) -> None:
    assert figures.measured(CODE).value == "Pas encore assez de demandes"
    _decisions([60] * 9)
    assert figures.measured(CODE).value == "Pas encore assez de demandes"
    _decisions([60 * 24 * 3])
    told = figures.measured(CODE)
    assert "10\u00a0demandes décidées" in told.note
    page = client.get(f"/demarches/{CODE}/").content.decode()
    assert "Délai constaté" in page
    assert told.value in page


def test_old_decisions_do_not_make_the_measured_delay(world: World) -> None:
    old = timezone.localdate() - timedelta(days=400)
    bucket = str(bucket_of(60))
    indicators.add_all(
        [indicators.Count(figures.LIVED_SERIES, old, {"procedure": CODE, "bucket": bucket}, 50)]
    )
    assert figures.measured(CODE).value == "Pas encore assez de demandes"


def test_the_legal_delay_leaves_out_the_days_of_corrections(world: World) -> None:
    from smartsenegal.onestop.cases.rules.clock import Clock, Suspension
    from smartsenegal.onestop.cases.rules.counting import _running

    start = datetime(2026, 3, 2, tzinfo=UTC)
    stop = Suspension("corrections", start + timedelta(days=2), start + timedelta(days=9))
    clock = Clock(world.revisions[CODE].definition.delay, start, (stop,))
    assert _running(clock, start, start + timedelta(days=10)) == timedelta(days=3)


def test_days_are_those_of_dakar() -> None:
    from smartsenegal.onestop.cases.rules.counting import _day

    assert _day(datetime(2026, 3, 2, 23, 59, tzinfo=UTC)) == date(2026, 3, 2)
