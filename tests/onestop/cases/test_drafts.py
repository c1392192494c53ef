"""Abandoned drafts: announced once, erased on the day with all they hold, kept when something happens."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.documents import storage
from smartsenegal.kernel.documents.models import RetentionRule
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import api as payments
from smartsenegal.lib.dates import format_date
from smartsenegal.onestop.cases import actions, jobs
from smartsenegal.onestop.cases.models import Case, CaseAction, DraftNotice
from tests.jobs import drain
from tests.onestop.cases.browsing import text_of
from tests.onestop.cases.permit import later
from tests.onestop.cases.world import fill, person

__all__ = ["later"]
LENGTH = 90


def night(later, day: int) -> None:
    """What the jobs of that day do, that many days from now: erase at night, warn in the morning."""
    later(day)
    jobs.erase_drafts(0)
    jobs.warn_drafts(0)
    drain("events.deliver")


def told(case: Case, channel: str = "sms") -> int:
    return Message.objects.filter(about=case.subject, template="case.draft_expiring", channel=channel).count()


def exists(case: Case) -> bool:
    return Case.objects.filter(pk=case.pk).exists()


def test_a_draft_is_announced_a_week_before_once_and_erased_on_the_day(world, draft, later):
    night(later, LENGTH - 8)
    assert told(draft) == 0
    night(later, LENGTH - 7)
    assert told(draft) == told(draft, "page") == 1
    for day in range(LENGTH - 6, LENGTH):
        night(later, day)
        assert exists(draft)
    assert told(draft) == 1
    night(later, LENGTH)
    assert not exists(draft)
    assert not CaseAction.objects.filter(case_id=draft.pk).exists()
    assert not DraftNotice.objects.exists()


def test_its_files_are_destroyed_and_the_journal_holds_nothing_of_it(world, draft, later):
    file = documents.files_of(draft.subject).get()
    night(later, LENGTH - 7)
    with CaptureCommits():
        night(later, LENGTH)
    file.refresh_from_db()
    assert (bytes(file.wrapped_key), file.is_purged) == (b"", True)
    assert storage.size_of(file.storage_name) is None
    entry = audit.of_subject(draft.subject).get(verb="cases.draft_erased")
    assert (entry.actor_kind, entry.detail) == ("system", {"files": 1})


class CaptureCommits:
    """Runs what waits for the commit, inside a test's transaction."""

    def __enter__(self):
        from django.test import TestCase

        self.inner = TestCase.captureOnCommitCallbacks(execute=True)
        return self.inner.__enter__()

    def __exit__(self, *error):
        return self.inner.__exit__(*error)


def test_a_draft_changed_again_is_kept_and_announced_anew(world, draft, later):
    night(later, LENGTH - 7)
    later(LENGTH - 1)
    actions.answer(draft.pk, world.awa, "motif", {"motive": "autre", "details": "Plus tard"})
    night(later, LENGTH)
    assert exists(draft)
    night(later, 2 * LENGTH - 9)
    assert told(draft) == 1
    night(later, 2 * LENGTH - 8)
    assert told(draft) == 2
    night(later, 2 * LENGTH - 2)
    assert exists(draft)
    night(later, 2 * LENGTH - 1)
    assert not exists(draft)


def test_late_jobs_still_leave_a_week(world, draft, later):
    night(later, LENGTH + 50)
    assert exists(draft)
    assert told(draft) == 1
    night(later, LENGTH + 56)
    assert exists(draft)
    night(later, LENGTH + 57)
    assert not exists(draft)


def test_a_request_that_was_sent_is_never_erased(world, draft, later):
    night(later, LENGTH - 7)
    later(0)
    actions.submit(draft.pk, world.awa)
    night(later, LENGTH + 30)
    assert exists(draft)
    assert not DraftNotice.objects.exists()
    assert not actions.erase_draft(draft.pk)


def case_alone_erased(draft: Case, then) -> None:
    """Erase the row of a case, do something, and look at what the database checks when it commits."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [draft.pk])
    then()
    connection.check_constraints()


@pytest.mark.parametrize("sent", [True, False])
def test_the_database_itself_keeps_what_is_not_an_erased_draft(world, draft, sent: bool):
    """Actions go with their draft alone; once sent, not even with the case."""
    if sent:
        actions.submit(draft.pk, world.awa)
    rows = CaseAction.objects.filter(case_id=draft.pk)
    with pytest.raises(DatabaseError, match="draft alone"), transaction.atomic():
        rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(kind="noted")
    for act in (rows.delete if sent else list, connection.check_constraints):
        with pytest.raises(DatabaseError), transaction.atomic():
            case_alone_erased(draft, act)
    assert rows.count() == draft.version + sent


def test_a_draft_with_money_on_its_way_is_kept(world, draft, later):
    other = fill(world, who=world.modou)
    line = payments.Line("Timbre", 200, "tresor", "timbre")
    payments.open_payable(f"{other.subject}:fees", other.subject, [line], world.modou.account_id, "Timbre")
    night(later, LENGTH - 7)
    assert (told(draft), told(other)) == (1, 0)
    payments.open_payable(f"{draft.subject}:fees", draft.subject, [line], world.awa.account_id, "Timbre")
    night(later, LENGTH + 30)
    assert exists(draft)
    assert exists(other)


def test_cut_in_the_middle_the_rest_follows_the_next_night(world, draft, later, monkeypatch):
    others = [fill(world, who=who) for who in (world.modou, world.ibra)]
    night(later, LENGTH - 7)
    destroy, asked = documents.discard, []

    def cut(*args, **options):
        asked.append(args[0])
        if len(asked) == 2:
            raise KeyboardInterrupt
        destroy(*args, **options)

    monkeypatch.setattr(documents, "discard", cut)
    with pytest.raises(KeyboardInterrupt):
        night(later, LENGTH)
    left = [case for case in (draft, *others) if exists(case)]
    assert len(left) == 2
    for case in left:
        assert documents.files_of(case.subject).filter(purged_at=None).count() == 1
        assert CaseAction.objects.filter(case_id=case.pk).exists()
    monkeypatch.setattr(documents, "discard", destroy)
    night(later, LENGTH + 1)
    assert not Case.objects.exists()
    assert audit.of_subject(draft.subject).filter(verb="cases.draft_erased").count() == 1


def test_a_draft_given_up_is_erased_without_waiting(world, draft, later):
    actions.withdraw(draft.pk, world.awa)
    night(later, 0)
    assert exists(draft)
    night(later, 2)
    assert not exists(draft)
    assert told(draft) == 0


def test_the_length_is_dated_data(world, draft, later):
    """The rule in force on the day of the last change holds; one that begins later changes nothing to it."""
    today = timezone.localdate()
    RetentionRule.objects.create(purpose="draft", starts_on=today + timedelta(days=1), days=10, basis="x")
    night(later, 30)
    assert told(draft) == 0
    RetentionRule.objects.create(purpose="draft", starts_on=today, days=None, basis="x")
    night(later, 2 * LENGTH)
    night(later, 3 * LENGTH)
    assert exists(draft)
    assert told(draft) == 0


def test_the_person_reads_the_day_in_their_space_and_before_sending(world, draft, later):
    client = Client()
    client.force_login(world.account(world.awa))
    day = format_date(timezone.localdate() + timedelta(days=LENGTH))
    sentence = f"Ce brouillon sera effacé le {day}".replace("\u00a0", " ")
    for url in ("/espace/", f"/dossiers/{draft.pk}/verification/"):
        assert sentence in text_of(client.get(url)), url
    RetentionRule.objects.filter(purpose="draft").delete()
    assert "sera effacé" not in text_of(client.get(f"/dossiers/{draft.pk}/verification/"))


def test_an_administrator_reads_that_it_is_an_internal_rule_and_may_change_it(world):
    client = Client()
    client.force_login(world.account(person("Adama Sène", "+221771000051", ("administrator", world.thies))))
    seen = text_of(client.get("/conservation/"))
    assert "Brouillons jamais envoyés 90 jours sans changement" in seen
    assert "Règle interne" in seen
    day = timezone.localdate() + timedelta(days=1)
    sent = {"purpose": "draft", "starts_on": day.isoformat(), "days": "60", "basis": "Décision"}
    assert "60 jours sans changement" in text_of(client.post("/conservation/", sent, follow=True))
