"""Lists of cases: each is one indexed query on the cached columns, whatever the number of cases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.database import planned_once
from smartsenegal.kernel.identity.api import Organisation, Party, Principal
from smartsenegal.lib.ids import CodeRefused, parse_reference, reference
from smartsenegal.lib.text import group_digits
from smartsenegal.onestop.cases import moment
from smartsenegal.onestop.cases.access import Scope, scope_of
from smartsenegal.onestop.cases.models import Case, CaseTask
from smartsenegal.onestop.cases.rules import OPEN, search_text

PAGE = 25
SOON_DAYS = 5
# Counts beyond are shown as "999+". Counting stops there: among 50,000 cases, ten times more cost PostgreSQL
# 6 ms a page, more than all the rest of the page.
MOST_COUNTED = 999
MOST_FOUND = 50
TABS = ("tout", "retard", "bientot", "suspendus", "reponses")

# What a list does not show is not read.
_LEFT = {
    "applicant_id", "organisation_id", "filed_by_id", "mandate_id", "sealed_answers", "search", "act_id",
    "act_number", "decided_at", "created_at",
}  # fmt: skip
_SHOWN = [f.attname for f in Case._meta.concrete_fields if f.attname not in _LEFT]
_COLUMNS = ", ".join(f"c.{name}" for name in _SHOWN)
_TABLE = Case._meta.db_table
# What is awaited of a service, with what its scope looks at: the case is read when a scope is limited alone.
_TASKS = CaseTask._meta.db_table
_TASKS_PLACED = (
    f"(SELECT t.service_id, k.territory_path, k.procedure FROM {_TASKS} t "  # noqa: S608
    f"JOIN {_TABLE} k ON k.id = t.case_id)"
)


@dataclass(frozen=True)
class Wanted:
    """What a queue is asked for. `after` is the place of the last row of the page before."""

    tab: str = "tout"
    procedure: str = ""
    text: str = ""
    mine: str = ""  # account
    after: tuple[str, date, UUID] | None = None
    today: date = field(default_factory=timezone.localdate)


@dataclass(frozen=True)
class Part:
    """A piece of SQL and its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


def _all(parts: Sequence[Part]) -> Part:
    return Part(" AND ".join(p.sql for p in parts), tuple(v for p in parts for v in p.params))


# --- the queue ----------------------------------------------------------------------


def queue(scope: Scope, wanted: Wanted, limit: int = PAGE) -> list[Case]:
    """Up to `limit` + 1 rows of a queue: what waits for an agent first, late first; then the suspended. What
    waits for another service has its own tab: the agent can only wait.

    Each service is read along its own index and no further than the page needs.
    """
    where = _all([_tab(wanted), *_filters(wanted), _territories(scope), *_after(wanted)])
    order = "c.waiting_for, c.sort_on, c.id"
    return _per_service(scope, where, order, limit + 1)


def to_sign(scope: Scope, wanted: Wanted, limit: int = PAGE) -> list[Case]:
    """Up to `limit` + 1 rows of what awaits a signature, late first."""
    parts = [Part("c.waiting_for = 'signatory'"), *_filters(wanted), _territories(scope)]
    if wanted.after:
        parts.append(Part("(c.sort_on, c.id) > (%s, %s)", wanted.after[1:]))
    return _per_service(scope, _all(parts), "c.sort_on, c.id", limit + 1)


def _per_service(scope: Scope, where: Part, order: str, limit: int) -> list[Case]:
    if not scope.services:
        return []
    statement = f"""
        SELECT c.* FROM unnest(%s::bigint[]) AS s(id) CROSS JOIN LATERAL (
            SELECT {_COLUMNS} FROM {_TABLE} c WHERE c.service_id = s.id AND {where.sql}
            ORDER BY {order} LIMIT {limit}
        ) c ORDER BY {order} LIMIT {limit}
    """  # noqa: S608 - our own fragments
    return _cases(statement, [list(scope.services), *where.params], words="LIKE" in where.sql)


def _cases(statement: str, params: Sequence[Any], *, words: bool = True) -> list[Case]:
    # What `objects.raw` finds out of each statement we know: it costs as much as the query. How words are
    # searched depends on how frequent they are: such a statement is planned each time.
    with connection.cursor() if words else planned_once() as cursor:
        cursor.execute(statement, params)
        return [Case.from_db(connection.alias, _SHOWN, row) for row in cursor.fetchall()]


def _tab(wanted: Wanted) -> Part:
    soon = wanted.today + timedelta(days=SOON_DAYS)
    return {
        "retard": Part("c.waiting_for = 'agent' AND c.sort_on < %s", (wanted.today,)),
        "bientot": Part(
            "c.waiting_for = 'agent' AND c.sort_on >= %s AND c.sort_on <= %s", (wanted.today, soon)
        ),
        "suspendus": Part("c.waiting_for = 'person'"),
        "reponses": Part("c.waiting_for = 'service'"),
    }.get(wanted.tab, Part("c.waiting_for IN ('agent', 'person')"))


def _filters(wanted: Wanted) -> list[Part]:
    parts = []
    if wanted.procedure:
        parts.append(Part("c.procedure = %s", (wanted.procedure,)))
    if wanted.mine:
        parts.append(Part("c.assigned_to_id = %s", (wanted.mine,)))
    parts += [Part("c.search LIKE %s", (_pattern(word),)) for word in search_text(wanted.text).split()]
    return parts


def _pattern(word: str) -> str:
    return f"%{word}%"  # search_text leaves letters and digits only


def _territories(scope: Scope) -> Part:
    limited = [(service, path) for service, path in scope.places if path]
    if not limited and not scope.partly:
        return Part("TRUE")
    free = [service for service, path in scope.places if not path]
    inside = [_all([_in_service(service), _in_path(path)]) for service, path in limited]
    inside += [
        _all([_in_service(service), _in_path(path), Part("c.procedure = ANY(%s)", (list(codes),))])
        for service, path, codes in scope.partly
    ]
    either = [Part("c.service_id = ANY(%s)", (free,)), *inside]
    return Part(f"({' OR '.join(f'({p.sql})' for p in either)})", tuple(v for p in either for v in p.params))


def _in_service(service: int) -> Part:
    return Part("c.service_id = %s", (service,))


def _in_path(path: str) -> Part:
    if not path:
        return Part("TRUE")
    return Part("(c.territory_path = %s OR c.territory_path LIKE %s)", (path, f"{path}/%"))


def _after(wanted: Wanted) -> list[Part]:
    if wanted.after is None:
        return []
    return [Part("(c.waiting_for, c.sort_on, c.id) > (%s, %s, %s)", wanted.after)]


def place_of(case: Case) -> str:
    """Where a row stands in its queue, for the address of the next page."""
    return f"{case.waiting_for}.{case.sort_on.isoformat()}.{case.pk}"


def read_place(text: str) -> tuple[str, date, UUID] | None:
    """The place written by `place_of`; None for anything else."""
    waiting, _, rest = text.partition(".")
    day, _, key = rest.partition(".")
    try:
        return (waiting, date.fromisoformat(day), UUID(key)) if waiting.isalpha() else None
    except ValueError:
        return None


# --- what changed -----------------------------------------------------------------------

# Two transactions may end in another order than their dates: what is younger waits for the next call.
SETTLED = timedelta(seconds=5)


def changed(
    scope: Scope,
    since: datetime,
    after: UUID | None = None,
    *,
    procedure: str = "",
    state: str = "",
    limit: int = PAGE,
) -> list[Case]:
    """Up to `limit` + 1 cases of these services, of any state, that changed since then, the oldest change
    first; with `after`, those that come after that case at that very moment."""
    parts = [
        Part("(c.updated_at, c.id) > (%s, %s)", (since, after))
        if after
        else Part("c.updated_at >= %s", (since,)),
        Part("c.updated_at < %s", (timezone.now() - SETTLED,)),
        _territories(scope),
    ]
    parts += [Part("c.procedure = %s", (procedure,))] if procedure else []
    parts += [Part("c.state = %s", (state,))] if state else []
    return _per_service(scope, _all(parts), "c.updated_at, c.id", limit + 1)


# --- counts ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many cases each tab holds, at most `MOST_COUNTED` + 1 each."""

    all: int = 0
    late: int = 0
    soon: int = 0
    suspended: int = 0
    answers: int = 0
    to_sign: int = 0
    tasks: int = 0  # what other services await of theirs


def counts(queue_scope: Scope, sign_scope: Scope, today: date) -> Counts:
    """The figures of the tabs and of the rail: one query, on indexes alone."""
    wanted = [Wanted(tab=tab, today=today) for tab in TABS]
    found = [_counted(queue_scope, _all([_tab(w), _territories(queue_scope)])) for w in wanted]
    signing = _all([Part("c.waiting_for = 'signatory'"), _territories(sign_scope)])
    found += [_counted(sign_scope, signing), _counted_tasks(queue_scope)]
    statement = f"SELECT {', '.join(p.sql for p in found)}"
    with planned_once() as cursor:
        cursor.execute(statement, [v for p in found for v in p.params])
        return Counts(*cursor.fetchone())


def rail_counts(by: Principal) -> dict[str, str]:
    """What waits for an agent wherever they instruct and sign, by page of the rail: one query."""
    if not by.may("cases.queue"):
        return {}
    found = counts(scope_of(by, "cases.queue"), scope_of(by, "cases.sign"), moment.today())
    waiting = {"cases:queue": found.all, "cases:to_sign": found.to_sign, "cases:tasks": found.tasks}
    return {page: shown_count(count) for page, count in waiting.items()}


def shown_count(count: int) -> str:
    """A count as tabs and the rail show it: "42", or "999+" when counting stopped there."""
    return group_digits(count) if count <= MOST_COUNTED else f"{group_digits(MOST_COUNTED)}+"


def _counted_tasks(scope: Scope) -> Part:
    inside = _territories(scope)
    return _counted(scope, inside, _TASKS_PLACED if inside.params else _TASKS)


def _counted(scope: Scope, where: Part, table: str = _TABLE) -> Part:
    if not scope.services:
        return Part("0")
    return Part(
        f"(SELECT count(*) FROM (SELECT 1 FROM {table} c WHERE c.service_id = ANY(%s) AND {where.sql} "  # noqa: S608
        f"LIMIT {MOST_COUNTED + 1}) t)",
        (list(scope.services), *where.params),
    )


# --- search and export --------------------------------------------------------------------


def search(scope: Scope, text: str) -> list[Case]:
    """Cases of these services by number or by the name they concern, the latest first, 50 at most."""
    words = search_text(text).split()
    if not words or not scope.services:
        return []
    if number := _as_reference(text):
        return list(Case.objects.filter(_scope_filter(scope), reference=number).defer("sealed_answers"))
    return _latest(scope, _all([Part("c.search LIKE %s", (_pattern(word),)) for word in words]))


# Services that are looked through one by one; beyond, all of them at once.
_APART = 8


def _latest(scope: Scope, where: Part) -> list[Case]:
    """The latest cases of these services that answer, 50 at most: one query.

    A name that is frequent in a service is soon found among its latest cases, a rare one by the index of
    words: the database chooses for each service by itself, as it knows how many cases it has.
    """
    places = [Part("c.service_id = %s", (service,)) for service in scope.services]
    if len(places) > _APART:
        places = [Part("c.service_id = ANY(%s)", (list(scope.services),))]
    each = [_all([place, where, _territories(scope)]) for place in places]
    latest = f"ORDER BY submitted_at DESC, id DESC LIMIT {MOST_FOUND}"
    found = " UNION ALL ".join(
        f"(SELECT c.id, c.submitted_at FROM {_TABLE} c WHERE {part.sql} {latest})"  # noqa: S608
        for part in each
    )
    statement = f"""
        SELECT {_COLUMNS} FROM (SELECT id FROM ({found}) a {latest}) f JOIN {_TABLE} c ON c.id = f.id
        ORDER BY c.submitted_at DESC, c.id DESC
    """  # noqa: S608 - our own fragments
    return _cases(statement, [v for part in each for v in part.params])


def _as_reference(text: str) -> str:
    try:
        return reference(*parse_reference(text))
    except (CodeRefused, ValueError):
        return ""


def _scope_filter(scope: Scope) -> Q:
    free = [service for service, path in scope.places if not path]
    found = Q(service_id__in=free)
    for service, path in scope.places:
        if path:
            found |= Q(service_id=service) & _under(path)
    for service, path, codes in scope.partly:
        found |= Q(service_id=service, procedure__in=codes) & (_under(path) if path else Q())
    return found


def _under(path: str) -> Q:
    return Q(territory_path=path) | Q(territory_path__startswith=f"{path}/")


def rows_of(scope: Scope, ids: Sequence[UUID]) -> list[Case]:
    """Those of these cases that are in the scope, as lists show them."""
    rows = Case.objects.filter(_scope_filter(scope), pk__in=list(ids)).defer("sealed_answers")
    return list(rows.order_by("pk"))


def export(scope: Scope, wanted: Wanted, batch: int = 1000) -> Iterator[Case]:
    """Every row of a queue, in its order, a batch at a time: memory does not grow with the list."""
    while rows := queue(scope, wanted, batch - 1):
        yield from rows
        if len(rows) < batch:
            return
        last = rows[-1]
        wanted = replace(wanted, after=(last.waiting_for, last.sort_on, last.pk))


# --- the applicant -----------------------------------------------------------------------


def of_applicant(account_id: str, limit: int = 200) -> list[Case]:
    """The person's requests, the last changed first; drafts given up are left out."""
    return _latest_of(Case.objects.filter(applicant_id=UUID(account_id)), limit)


def of_party(party: Party, limit: int = 200) -> list[Case]:
    """The requests that one sees in this name, as `of_applicant`: those that a mandate covers, and without
    the drafts of others for who may not file."""
    if party.organisation_id is not None:
        rows = Case.objects.filter(organisation_id=party.organisation_id)
    else:
        rows = Case.objects.filter(applicant_id=UUID(party.account_id or ""))
    if party.procedures:
        rows = rows.filter(procedure__in=party.procedures)
    return _latest_of(rows if party.may("file") else rows.exclude(state="draft"), limit)


def codes_of_services(cases: Iterable[Case]) -> dict[int, str]:
    """The code of the service of each of these cases, by its key. One query."""
    ids = {case.service_id for case in cases if case.service_id}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "code"))


def _latest_of(rows: QuerySet[Case], limit: int) -> list[Case]:
    rows = rows.exclude(state="withdrawn", reference=None).select_related("service", "filed_by")
    return list(rows.defer("sealed_answers").order_by("-updated_at")[:limit])


# --- jobs -----------------------------------------------------------------------------------


def overdue_corrections(today: date, limit: int = 500) -> list[UUID]:
    """Cases whose corrections did not come by their date."""
    return _awaiting(Q(sort_on__lt=today), limit)


def corrections_due_by(day: date, limit: int = 5000) -> list[UUID]:
    """Cases whose corrections are due by that day, that day included, the nearest first."""
    return _awaiting(Q(sort_on__lte=day), limit)


def _awaiting(condition: Q, limit: int) -> list[UUID]:
    rows = Case.objects.filter(condition, state="corrections_requested").order_by("sort_on", "id")
    return list(rows.values_list("pk", flat=True)[:limit])


def open_cases(after: UUID | None = None, limit: int = 500) -> list[UUID]:
    """Cases still to be decided, in order of identifier, after one of them."""
    rows = Case.objects.filter(state__in=OPEN)
    if after:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
