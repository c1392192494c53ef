"""What a case awaits of other services, kept in rows so that each service lists what awaits it."""

from collections.abc import Iterator

from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.sites.api import competence
from smartsenegal.onestop.cases.models import Case, CaseTask
from smartsenegal.onestop.cases.rules import CONSULTED, LAST, SUBSTITUTION, CaseView, OpenStep, consults
from smartsenegal.onestop.procedures import api as procedures

COMPETENT = "competent"


def keep_tasks(case: Case, view: CaseView) -> None:
    """Open, move and close the tasks of a locked case as its circuit wants; nothing for plain circuits."""
    if not consults(view.definition) or view.record.filing is None:
        return
    known = {task.step: task for task in CaseTask.objects.filter(case_id=case.pk)}
    wanted = {task.step: task for task in _wanted(case, view, known)}
    gone = [task for step, task in known.items() if step not in wanted]
    if gone:
        CaseTask.objects.filter(pk__in=[task.pk for task in gone]).delete()
    for step, task in wanted.items():
        if step not in known or _differs(known[step], task):
            task.save()
    fresh = [task for step, task in wanted.items() if step not in known]
    for service_id in sorted({task.service_id for task in [*gone, *fresh]}):
        events.touch(f"queue:{service_id}")


def _wanted(case: Case, view: CaseView, known: dict[str, CaseTask]) -> Iterator[CaseTask]:
    for opened in view.open_steps:
        if opened.kind in CONSULTED:
            yield _of_step(case, view, opened, known.get(opened.key))
    if view.state == "deemed_granted" and view.record.requested_at:
        yield _of_the_state(case, view, known.get(SUBSTITUTION))


def _of_step(case: Case, view: CaseView, opened: OpenStep, before: CaseTask | None) -> CaseTask:
    same = before is not None and before.opened_at == opened.opened_at
    return CaseTask(
        pk=before.pk if before else None,
        case=case,
        step=opened.key,
        kind=opened.kind,
        role=opened.step.role,
        service_id=before.service_id if same and before else service_for(case, view, opened.step.unit),
        opened_at=opened.opened_at,
        due_on=opened.due,
        sort_on=opened.due or LAST,
        silence=bool(opened.step.silence and opened.due),
    )


def _of_the_state(case: Case, view: CaseView, before: CaseTask | None) -> CaseTask:
    silent = view.silence
    asked = view.record.requested_at
    assert silent is not None
    assert asked is not None
    unit = silent.rule.substitute_unit
    return CaseTask(
        pk=before.pk if before else None,
        case=case,
        step=SUBSTITUTION,
        kind=SUBSTITUTION,
        role="signatory",
        service_id=before.service_id if before else service_for(case, view, unit),
        opened_at=asked,
        due_on=silent.act_due,
        sort_on=silent.act_due or LAST,
    )


def _differs(old: CaseTask, new: CaseTask) -> bool:
    names = ("kind", "role", "service_id", "opened_at", "due_on", "silence")
    return any(getattr(old, name) != getattr(new, name) for name in names)


def service_for(case: Case, view: CaseView, unit: str) -> int:
    """The service of that kind competent for the place of the case; its own when there is none to ask."""
    assert case.service_id is not None
    if unit in ("", COMPETENT):
        return case.service_id
    place = procedures.rules.competence(view.definition, view.answers).commune
    site = competence(unit, place or "").site
    return site.organisation_id if site and site.organisation_id else case.service_id


def name_of(service_id: int) -> str:
    """Name of a service, as a case keeps it."""
    return Organisation.objects.values_list("name", flat=True).get(pk=service_id)
