"""Days that a decree fixes, and the clocks that follow."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import ROOT_ORGANISATION, Organisation, PermissionRefused
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.calendar import country_calendar, forget_calendar
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, HolidayDecree
from tests.jobs import drain
from tests.onestop.cases.browsing import hidden, text_of
from tests.onestop.cases.world import World, person


@pytest.fixture(autouse=True)
def _fresh_calendar():
    forget_calendar()
    yield
    forget_calendar()


@pytest.fixture
def keeper(world: World):
    root, _ = Organisation.objects.get_or_create(
        code=ROOT_ORGANISATION, defaults={"name": "Sénégal", "kind": "state", "territory": world.country}
    )
    return person("Khady Gueye", "+221771000009", ("administrator", root))


def a_working_day() -> date:
    """The next day on which people work, a week ahead."""
    return country_calendar().next_working_day(timezone.localdate() + timedelta(days=7))


def test_only_the_centre_keeps_the_national_calendar(world, keeper):
    owner = person("Un service", "+221771000010", ("administrator", world.thies))
    for by in (world.moussa, world.awa, owner):
        with pytest.raises(PermissionRefused):
            actions.decree_day(by, date(2026, 3, 20), "Korité", "Décret 1")
    with pytest.raises(CaseRefused, match="texte"):
        actions.decree_day(keeper, date(2026, 3, 20), "Korité", " ")


def test_a_day_is_fixed_moved_and_put_back(world, keeper):
    day = a_working_day()
    actions.decree_day(keeper, day, "Deuil national", "Décret 2026-1")
    forget_calendar()
    assert country_calendar().holiday_name(day) == "Deuil national"
    actions.decree_day(keeper, day, "", "Décret 2026-2")
    forget_calendar()
    assert country_calendar().is_working_day(day)
    assert HolidayDecree.objects.count() == 1
    actions.undo_decree(keeper, day)
    assert HolidayDecree.objects.count() == 0
    assert audit.of_subject("calendar:national").count() == 3


def test_open_cases_follow_and_the_others_do_not(world, keeper, filed):
    from smartsenegal.onestop.procedures.api import Delay
    from tests.onestop.cases.world import fill, publish_working_days

    publish_working_days(Delay(10))
    draft = fill(world, "certificat-ouvre", world.modou)
    case = actions.submit(draft.pk, world.modou).case
    due, untouched = case.due_on, filed.due_on
    day = country_calendar().next_working_day(timezone.localdate() + timedelta(days=1))
    actions.decree_day(keeper, day, "Deuil national", "Décret 2026-1")
    assert actions.recompute_open() == 1
    case.refresh_from_db()
    filed.refresh_from_db()
    assert case.due_on == country_calendar().add(due, 1, "working_days")
    assert filed.due_on == untouched
    assert rules.columns(queries.for_system(case.pk).view)["due_on"] == case.due_on
    assert actions.recompute_open() == 0
    actions.undo_decree(keeper, day)
    actions.recompute_open()
    assert Case.objects.get(pk=case.pk).due_on == due


def test_a_change_defers_the_computation_once(world, keeper):
    from django.db import connection

    for rank in range(3):
        actions.decree_day(keeper, a_working_day() + timedelta(days=rank), "Fête", "Décret")
    drain("events.deliver")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'cases.recompute_open'")
        assert cursor.fetchone() == (1,)


def test_the_page(world, keeper):
    client = Client()
    client.force_login(world.account(keeper))
    page = client.get("/dossiers/calendrier/?annee=2026")
    assert "Estimé, selon la lune" in text_of(page)
    assert "4 avril 2026" in text_of(page)
    wrong = client.post("/dossiers/calendrier/?annee=2026", {"day": "32 1 2026", "reference": ""})
    assert "Indiquez le texte" in text_of(wrong)
    right = {**hidden(page), "day": "21 3 2026", "label": "Korité", "reference": "Décret 2026-7"}
    done = client.post("/dossiers/calendrier/?annee=2026", right, follow=True)
    assert "Décret 2026-7" in text_of(done)
    back = client.post("/dossiers/calendrier/?annee=2026", {"annuler": "2026-03-21"}, follow=True)
    assert "Décret 2026-7" not in text_of(back)
    for nonsense in ("?annee=9999", "?annee=abc", "?annee=%00"):
        assert client.get(f"/dossiers/calendrier/{nonsense}").status_code == 200
    other = Client()
    other.force_login(world.account(world.moussa))
    assert other.get("/dossiers/calendrier/").status_code == 403
