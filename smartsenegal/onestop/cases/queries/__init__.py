"""Reads shaped for the pages, the API and the jobs."""

from smartsenegal.onestop.cases.queries.calendar import DayOff, days_off
from smartsenegal.onestop.cases.queries.delegations import (
    Signed,
    may_see_delegation,
    signatures_of,
    signed_under,
    words_of,
)
from smartsenegal.onestop.cases.queries.drafts import (
    drafts_to_erase,
    drafts_to_warn,
    erasures,
    kept_days,
    latest_sent,
    notice_on,
    touched_on,
)
from smartsenegal.onestop.cases.queries.lists import (
    MOST_COUNTED,
    MOST_FOUND,
    PAGE,
    TABS,
    Counts,
    Wanted,
    changed,
    codes_of_services,
    corrections_due_by,
    counts,
    export,
    of_applicant,
    of_party,
    open_cases,
    overdue_corrections,
    place_of,
    queue,
    rail_counts,
    read_place,
    rows_of,
    search,
    shown_count,
    to_sign,
)
from smartsenegal.onestop.cases.queries.many import Progress, outcomes_proposed, progress_of
from smartsenegal.onestop.cases.queries.one import (
    Opened,
    agent_case,
    agents_of,
    by_reference,
    draft_of,
    draft_row,
    find,
    for_system,
    opened_by,
    own_case,
)
from smartsenegal.onestop.cases.queries.places import run_at
from smartsenegal.onestop.cases.queries.rebase import (
    OlderRevision,
    Plan,
    being_paid,
    may_rebase,
    older_revisions,
    open_on,
    plan_rebase,
    plans_of,
    preview_of,
    rebase_of,
    rebases_of,
    to_rebase,
)
from smartsenegal.onestop.cases.queries.tasks import (
    TASKS_PAGE,
    batch_of,
    links_on,
    open_cases_of,
    silent_before,
    silent_opinions,
    task_case,
    tasks_of,
    tasks_on,
)

__all__ = [
    "MOST_COUNTED", "MOST_FOUND", "PAGE", "TABS", "TASKS_PAGE", "Counts", "DayOff", "OlderRevision", "Opened",
    "Plan", "Progress", "Signed", "Wanted", "agent_case", "agents_of", "batch_of", "being_paid",
    "by_reference", "changed", "codes_of_services", "corrections_due_by", "counts", "days_off", "draft_of",
    "draft_row", "drafts_to_erase", "drafts_to_warn", "erasures", "export", "find", "for_system", "kept_days",
    "latest_sent", "links_on", "may_rebase", "may_see_delegation", "notice_on", "of_applicant", "of_party",
    "older_revisions", "open_cases", "open_cases_of", "open_on", "opened_by", "outcomes_proposed",
    "overdue_corrections", "own_case", "place_of", "plan_rebase", "plans_of", "preview_of", "progress_of",
    "queue", "rail_counts", "read_place", "rebase_of", "rebases_of", "rows_of", "run_at", "search",
    "shown_count", "signatures_of", "signed_under", "silent_before", "silent_opinions", "task_case",
    "tasks_of", "tasks_on", "to_rebase", "to_sign", "touched_on", "words_of",
]  # fmt: skip
