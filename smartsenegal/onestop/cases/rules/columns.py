"""What lists, searches and queues need to know of a case without folding it."""

from typing import Any

from smartsenegal.lib.text import fold as plain
from smartsenegal.onestop.cases.rules.timing import pack
from smartsenegal.onestop.cases.rules.view import CaseView


def columns(view: CaseView) -> dict[str, Any]:
    """The cached columns of the table of cases, by name; the answers are not among them."""
    record, filing = view.record, view.record.filing
    decided = record.decision.at if record.decision else record.ended_at
    return {
        "reference": filing.reference if filing else None,
        "title": filing.title if filing else "",
        "service_id": filing.service_id if filing else None,
        "territory_path": filing.territory_path if filing else "",
        "state": view.state,
        "step": view.step,
        "waiting_for": view.waiting_for,
        "due_on": view.due,
        "sort_on": view.sort_on,
        "silent_on": view.silent_on,
        "timing": pack(view),
        "suspended": view.suspended,
        "badges": view.badges,
        "version": view.version,
        "assigned_to_id": record.assigned_to or None,
        "act_id": record.act.id if record.act else None,
        "act_number": record.act.number if record.act else "",
        "submitted_at": filing.at if filing else None,
        "decided_at": decided if filing else None,
        "filed_by_id": (filing.by or None) if filing else None,
        "mandate_id": (filing.mandate or None) if filing else None,
        "updated_at": record.changed_at,
        "search": search_text(filing.reference, filing.title) if filing else "",
    }


def search_text(*words: str) -> str:
    """What an officer's search compares: no accents, no case."""
    return plain(" ".join(words))
