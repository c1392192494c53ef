"""Open cases moved to a newer revision: what changes for each person, what is refused, once each."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.actions import many
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseAction, Rebase
from smartsenegal.onestop.procedures.api import Delay, definition_of
from tests.jobs import drain
from tests.onestop.cases.browsing import text_of
from tests.onestop.cases.permit import later
from tests.onestop.cases.world import FREE, fill, person, publish

__all__ = ["later"]
SHORT = replace(FREE, delay=Delay(5, "calendar_days"))
LONG = replace(FREE, delay=Delay(90, "calendar_days"))
TEXT = "Décret n° 2026-100, article 4"


@pytest.fixture
def khady(world) -> Any:
    """In charge of the procedure."""
    root, _ = Organisation.objects.get_or_create(
        code=FREE.owner, defaults={"name": "Ministère", "kind": "ministry", "territory": world.country}
    )
    return person("Khady Gueye", "+221771000041", ("procedure_owner", root))


def view_of(case) -> Any:
    return queries.for_system(case.pk).view


def test_a_shorter_delay_moves_and_the_person_is_told(world, filed, khady) -> None:
    old = view_of(filed).due
    target = publish(SHORT)
    made = actions.start_rebase(khady, FREE.code, [filed.revision_id])
    drain("cases.run_rebase", "events.deliver")
    row = Case.objects.get(pk=filed.pk)
    assert row.revision_id == target.pk
    assert row.due_on == view_of(filed).due != old
    assert made.lines.get().state == "done"
    message = Message.objects.get(template="case.rebased", channel="page")
    assert "La date limite passe du" in message.body
    entry = Entry.objects.get(verb="cases.rebased")
    assert entry.detail["to"] == target.pk
    story = rules.for_person(view_of(filed).definition, queries.for_system(filed.pk).actions)
    assert "révision 2" in story[-1].text
    assert rules.columns(view_of(filed))["due_on"] == row.due_on


def test_nobody_is_worsened_without_a_text(world, filed, khady) -> None:
    target = publish(LONG)
    with pytest.raises(CaseRefused, match="moins favorable"):
        actions.rebase_case(filed.pk, target, khady)
    assert Case.objects.get(pk=filed.pk).revision_id == filed.revision_id
    actions.rebase_case(filed.pk, target, khady, legal_text=TEXT)
    moved = CaseAction.objects.get(case=filed, kind="rebased")
    assert moved.payload["legal_text"] == TEXT
    assert Entry.objects.get(verb="cases.rebased").reason == TEXT


def test_the_past_keeps_the_clock_of_its_revision(world, filed, khady, later) -> None:
    old, today = view_of(filed).due, timezone.localdate()
    later(2)
    actions.rebase_case(filed.pk, publish(SHORT), khady)
    opened = queries.for_system(filed.pk)
    assert opened.view.due == today + timedelta(days=5)
    then = rules.clock_at(opened.definition, opened.actions, country_calendar(), today)
    assert then.due == old
    assert then.definition == definition_of(filed.revision_id)


def test_a_second_move_reads_each_part_with_its_own_revision(world, filed, khady) -> None:
    actions.rebase_case(filed.pk, publish(SHORT), khady)
    actions.rebase_case(filed.pk, publish(LONG), khady, legal_text=TEXT)
    assert [a.kind for a in queries.for_system(filed.pk).actions].count("rebased") == 2
    assert view_of(filed).due == timezone.localdate() + timedelta(days=90)
    done = actions.propose(filed.pk, world.moussa, "granted", fields={"mention": "Néant"})
    assert done.view.state == "awaiting_signature"
    assert actions.sign(filed.pk, world.fatou).view.state == "granted"


def test_a_decree_that_moves_a_day_recomputes_moved_cases_alike(world, filed, khady) -> None:
    actions.rebase_case(
        filed.pk, publish(replace(FREE, delay=Delay(3, "working_days"))), khady, legal_text=TEXT
    )
    before = Case.objects.get(pk=filed.pk).due_on
    from smartsenegal.onestop.cases.calendar import forget_calendar
    from smartsenegal.onestop.cases.models import HolidayDecree

    HolidayDecree.objects.create(day=before, label="Fête", reference="Décret", decided_by="x")
    forget_calendar()
    try:
        actions.recompute_open()
        assert Case.objects.get(pk=filed.pk).due_on == view_of(filed).due > before
    finally:
        HolidayDecree.objects.all().delete()
        forget_calendar()


def test_what_cannot_move_says_why(world, filed, proposed, khady) -> None:
    target = publish(SHORT)
    with pytest.raises(CaseRefused, match="déjà proposée ou signée"):
        actions.rebase_case(proposed.pk, target, khady)


def test_a_step_that_is_gone_or_answers_that_do_not_fit_keep_the_case(world, filed, khady) -> None:
    renamed = tuple(
        replace(s, key="etude") if s.key == "examen" else replace(s, after=tuple(_renamed(s.after)))
        for s in FREE.circuit
    )
    with pytest.raises(CaseRefused, match="n’existe plus"):
        actions.rebase_case(filed.pk, publish(replace(FREE, circuit=renamed)), khady, legal_text=TEXT)
    more = replace(FREE.pages[-1], key="nouvelle", title="Nouvelle ?", when=None)
    more = replace(more, fields=(replace(more.fields[0], key="neuf", when=None, required=True),))
    with pytest.raises(CaseRefused, match="ne conviennent pas"):
        actions.rebase_case(
            filed.pk, publish(replace(FREE, pages=(*FREE.pages, more))), khady, legal_text=TEXT
        )


def _renamed(keys: tuple[str, ...]) -> list[str]:
    return ["etude" if k == "examen" else k for k in keys]


def test_a_deadline_that_would_be_past_keeps_the_case(world, filed, khady, later) -> None:
    later(8)
    with pytest.raises(CaseRefused, match="déjà passée"):
        actions.rebase_case(filed.pk, publish(replace(FREE, delay=Delay(2, "calendar_days"))), khady)


def test_killed_in_the_middle_it_moves_each_case_once(world, filed, khady, monkeypatch) -> None:
    other = actions.submit(fill(world, who=world.modou).pk, world.modou).case
    publish(SHORT)
    made = actions.start_rebase(khady, FREE.code, [filed.revision_id])
    real, seen = many._some, []

    def dies(made: Rebase, ids: list[int], *rest: Any) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(ids)
        real(made, ids, *rest)

    monkeypatch.setattr(many, "_some", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.run_rebase(made.pk)
    assert made.lines.filter(state="todo").count() == 1
    monkeypatch.setattr(many, "_some", real)
    actions.run_rebase(made.pk)
    actions.run_rebase(made.pk)
    assert Rebase.objects.get(pk=made.pk).finished_at
    for case in (filed, other):
        assert CaseAction.objects.filter(case=case, kind="rebased").count() == 1


def test_a_draft_follows_when_its_owner_opens_it_and_loses_nothing(world, draft) -> None:
    publish(SHORT)
    before = Case.objects.get(pk=draft.pk).answers
    browser = Client()
    browser.force_login(world.account(world.awa))
    page = browser.get(f"/dossiers/{draft.pk}/reprendre/", follow=True)
    assert "Rien de ce que vous avez saisi n’est perdu" in text_of(page)
    row = Case.objects.get(pk=draft.pk)
    assert row.revision_id != draft.revision_id
    assert row.answers == before
    assert actions.submit(draft.pk, world.awa).view.state == "in_review"


def test_only_who_is_in_charge_asks(world, filed) -> None:
    publish(SHORT)
    with pytest.raises(PermissionRefused):
        actions.start_rebase(world.moussa, FREE.code, [filed.revision_id])


def test_the_page_counts_shows_what_would_change_then_moves(world, filed, khady) -> None:
    publish(LONG)
    browser = Client()
    browser.force_login(world.account(khady))
    url = f"/dossiers/revisions/{FREE.code}/"
    assert "À instruire" in text_of(browser.get(url))
    seen = text_of(browser.post(url, {"revisions": [filed.revision_id], "legal_text": ""}, follow=True))
    assert "0 dossier sur 1" in seen
    assert "moins favorable" in seen
    sent = {"revisions": [filed.revision_id], "legal_text": TEXT}
    shown = browser.post(url, sent, follow=True)
    seen = text_of(shown)
    assert "1 dossier sur 1 passerait à la révision 2" in seen
    assert "La date limite passe du" in seen
    page = browser.post(shown.request["PATH_INFO"], follow=True)
    assert "En cours" in text_of(page)
    drain("cases.run_rebase")
    page = text_of(browser.get(page.request["PATH_INFO"]))
    assert "Terminé" in page
    assert TEXT in page
    assert "Rien à déplacer" in text_of(browser.get(url))


def test_the_page_costs_the_same_however_many_cases(world, filed, khady) -> None:
    publish(SHORT)
    browser = Client()
    browser.force_login(world.account(khady))

    def cost() -> int:
        browser.get(f"/dossiers/revisions/{FREE.code}/")  # what a process learns once
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(f"/dossiers/revisions/{FREE.code}/").status_code == 200
        return len(seen)

    before = cost()
    older = Case.objects.get(pk=filed.pk).revision_id
    case = actions.submit(fill(world, who=world.modou).pk, world.modou).case
    Case.objects.filter(pk=case.pk).update(revision_id=older)
    assert cost() == before
