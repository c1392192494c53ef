"""Drafts that nobody changes any more: announced, then erased with everything they hold.

Each draft is one transaction: cut at any point and started again, the rest follows. A person who changes
their draft meanwhile keeps it.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.payments import api as payments
from smartsenegal.onestop.cases import moment, queries
from smartsenegal.onestop.cases.actions.system import worker
from smartsenegal.onestop.cases.models import Case, CaseAction, DraftNotice
from smartsenegal.onestop.cases.rules import drafts as rules


def warn_drafts() -> int:
    """Announce the erasing of the drafts whose time comes; returns how many."""
    return _each(queries.drafts_to_warn, warn_draft)


def erase_drafts() -> int:
    """Erase the announced drafts whose day has come, and those given up; returns how many."""
    DraftNotice.objects.exclude(case__state="draft").delete()  # sent since
    return _each(queries.drafts_to_erase, erase_draft)


def _each(find: Callable[..., list[UUID]], act: Callable[[UUID], bool]) -> int:
    done, last, today = 0, None, moment.today()
    while ids := find(today, after=last):
        done += sum(act(case_id) for case_id in ids)
        last = ids[-1]
    return done


@transaction.atomic
def warn_draft(case_id: UUID | str) -> bool:
    """Announce that a draft will be erased, once as long as nobody changes it; False when it is not time."""
    case = _locked(case_id)
    if case is None or case.state != "draft" or queries.notice_on(case) or _holds_money(case):
        return False
    touched, today = queries.touched_on(case), moment.today()
    kept = queries.kept_days(touched)
    day = rules.erased_on(touched, kept, today)
    if day is None or not rules.to_warn(touched, kept, today):
        return False
    told = {"touched_at": case.updated_at, "erase_on": day, "told_at": moment.now()}
    DraftNotice.objects.update_or_create(case=case, defaults=told)
    payload = {"case": str(case.pk), "procedure": case.procedure, "erase_on": day.isoformat()}
    events.emit("case.draft_expiring", case.subject, payload)
    return True


@transaction.atomic
def erase_draft(case_id: UUID | str) -> bool:
    """Erase a draft with its answers and its files; False when it was changed, sent or paid for meanwhile.

    The journal keeps that it was done and how many files there were: nothing of what it held.
    """
    case = _locked(case_id)
    if case is None or not _is_over(case) or _holds_money(case):
        return False
    subject, by = case.subject, worker()
    files = list(documents.files_of(subject).filter(purged_at=None).values_list("pk", flat=True))
    for file in files:
        documents.discard(file, by, "brouillon abandonné")
    DraftNotice.objects.filter(case_id=case.pk).delete()
    # The draft first: the database lets its actions go only once it is no more.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])
    CaseAction.objects.filter(case_id=case.pk).delete()
    audit.record(by.actor, "cases.draft_erased", subject, {"files": len(files)})
    return True


def _locked(case_id: UUID | str) -> Case | None:
    return Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()


def _is_over(case: Case) -> bool:
    if case.state == "withdrawn" and case.reference is None:
        return True
    notice = queries.notice_on(case)
    return notice is not None and notice.erase_on <= moment.today()


def _holds_money(case: Case) -> bool:
    """Whether something was ever to be paid for it: what a ledger names stays."""
    return payments.payables_of(case.subject).exists()
