"""Days that a decree makes off or working, and the clocks that this changes."""

from datetime import date
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import ROOT_ORGANISATION, PermissionRefused, Principal, organisation
from smartsenegal.onestop.cases import queries, rules
from smartsenegal.onestop.cases.actions.base import refresh
from smartsenegal.onestop.cases.actions.texts import cleaned
from smartsenegal.onestop.cases.calendar import country_calendar, forget_calendar
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseAction, HolidayDecree
from smartsenegal.onestop.cases.queries.calendar import outdated
from smartsenegal.onestop.procedures.api import definition_of

SUBJECT = "calendar:national"
BATCH = 500


def may_decree(by: Principal) -> bool:
    """Whether this principal administers the whole country, and with it its calendar."""
    root = organisation(ROOT_ORGANISATION)
    return by.is_system or (root is not None and by.may("territory.manage", organisation_id=root.pk))


@transaction.atomic
def decree_day(by: Principal, day: date, label: str, reference: str) -> HolidayDecree:
    """Note that a text makes this day off (`label`) or working (no label); open cases follow.

    Raises PermissionRefused, CaseRefused without the reference of the text.
    """
    _check(by)
    words, text = cleaned(label, 120), cleaned(reference, 200)
    if not text:
        raise CaseRefused("Indiquez le texte qui fixe ce jour, par exemple le numéro du décret.")
    row, _ = HolidayDecree.objects.update_or_create(
        day=day, defaults={"label": words, "reference": text, "decided_by": by.label[:200]}
    )
    _tell(by, "cases.calendar_set", day, {"label": words, "reference": text})
    return row


@transaction.atomic
def undo_decree(by: Principal, day: date) -> None:
    """Take back what was noted for this day; does nothing when nothing was."""
    _check(by)
    deleted, _ = HolidayDecree.objects.filter(day=day).delete()
    if deleted:
        _tell(by, "cases.calendar_unset", day, {})


def _check(by: Principal) -> None:
    if not may_decree(by):
        raise PermissionRefused("Le calendrier national est tenu par l’administration centrale.")


def _tell(by: Principal, verb: str, day: date, detail: dict[str, str]) -> None:
    audit.record(by.actor, verb, SUBJECT, {"day": day.isoformat(), **detail})
    events.emit("calendar.changed", SUBJECT, {"day": day.isoformat()})
    transaction.on_commit(forget_calendar)


def recompute_open() -> int:
    """Compute the clock of every open case again; returns how many changed. May be cut and started again.

    Dates are reckoned by batches from what is kept of them; only the cases whose dates have moved are locked,
    one by one, and folded again.
    """
    forget_calendar()
    changed, last = 0, None
    while ids := queries.open_cases(after=last, limit=BATCH):
        changed += sum(_recompute(case_id) for case_id in outdated(ids))
        last = ids[-1]
    return changed


@transaction.atomic
def _recompute(case_id: UUID) -> bool:
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    facts = [action for action, _key in CaseAction.objects.facts(case_id)]
    view = rules.fold(definition_of(case.revision_id), facts, country_calendar())
    kept = {name: getattr(case, name) for name in ("due_on", "sort_on", "silent_on", "timing")}
    if kept.items() <= rules.columns(view).items() and not rules.consults(view.definition):
        return False
    refresh(case, view)
    events.touch(f"queue:{case.service_id}")
    return True
