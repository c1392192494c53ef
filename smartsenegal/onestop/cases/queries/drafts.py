"""Drafts that nobody changes any more: when each is erased, and what the jobs of each night look at."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.documents import api as documents
from smartsenegal.onestop.cases import moment
from smartsenegal.onestop.cases.models import Case, DraftNotice
from smartsenegal.onestop.cases.rules import drafts as rules

PURPOSE = "draft"
# A draft given up is erased once what it told other parts of the platform has long been heard.
SETTLED = timedelta(days=1)


def touched_on(case: Case) -> date:
    """The day of the last change of a draft."""
    return timezone.localdate(case.updated_at)


def kept_days(touched: date) -> int | None:
    """How long a draft last changed on that day is kept; None: for good."""
    return documents.kept_days(PURPOSE, touched, documents.retention_rules())


def erasures(cases: Collection[Case]) -> dict[UUID, date]:
    """The day on which each of these drafts is erased when nobody changes it; those that are kept are left
    out. Two queries, none without drafts."""
    drafts = [case for case in cases if case.state == "draft"]
    if not drafts:
        return {}
    known, today = documents.retention_rules(), moment.today()
    told = {n.case_id: n for n in DraftNotice.objects.filter(case_id__in=[c.pk for c in drafts])}
    found = {}
    for case in drafts:
        notice, touched = told.get(case.pk), touched_on(case)
        if notice and notice.touched_at == case.updated_at:
            found[case.pk] = notice.erase_on
        elif day := rules.erased_on(touched, documents.kept_days(PURPOSE, touched, known), today):
            found[case.pk] = day
    return found


def notice_on(case: Case) -> DraftNotice | None:
    """What was announced of a draft as it stands; None when it was changed since, or sent."""
    if case.state != "draft":
        return None
    return DraftNotice.objects.filter(case_id=case.pk, touched_at=case.updated_at).first()


# --- jobs -----------------------------------------------------------------------------------


def latest_sent(case: Case) -> Case | None:
    """The last request that the person of a draft sent for themselves before it; None when there is none."""
    if case.applicant_id is None:
        return None
    sent = Case.objects.filter(applicant=case.applicant_id, submitted_at__isnull=False).exclude(pk=case.pk)
    return sent.order_by("-updated_at").first()


def drafts_to_warn(today: date, after: UUID | None = None, limit: int = 500) -> list[UUID]:
    """Drafts not announced yet whose time may have come, in order of identifier, after one of them."""
    lengths = [r.days for r in documents.retention_rules() if r.purpose == PURPOSE and r.days is not None]
    if not lengths:
        return []
    last = today - timedelta(days=min(lengths) - rules.WARNING_DAYS)
    rows = Case.objects.filter(
        Q(notice=None) | ~Q(notice__touched_at=F("updated_at")),
        state="draft",
        updated_at__lt=_end_of(last),
    )
    return _page(rows.values_list("pk", flat=True), after, limit)


def drafts_to_erase(today: date, after: UUID | None = None, limit: int = 500) -> list[UUID]:
    """Announced drafts whose day has come, and those that were given up; as `drafts_to_warn`."""
    due = Q(notice__erase_on__lte=today, notice__touched_at=F("updated_at"), state="draft")
    given_up = Q(state="withdrawn", reference=None, updated_at__lt=moment.now() - SETTLED)
    found = [
        pk
        for wanted in (due, given_up)
        for pk in _page(Case.objects.filter(wanted).values_list("pk", flat=True), after, limit)
    ]
    return sorted(found)[:limit]


def _page(rows: "QuerySet[Case, UUID]", after: UUID | None, limit: int) -> list[UUID]:
    return list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[:limit])


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
