"""Open cases by revision, what moving them to a newer one would change, and how far a move is."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import Http404

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.sites.api import competence
from smartsenegal.onestop.cases import moment, rules
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.models import Case, CaseAction, Rebase
from smartsenegal.onestop.cases.rules import OPEN, Action, CaseView
from smartsenegal.onestop.cases.rules.rebase import Change, blocked, changes, unprotected
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.onestop.procedures.api import Revision, definition_of

MOST_REBASED = 5000


@dataclass
class OlderRevision:
    """An older revision with its open cases: how many in each state."""

    revision: Revision
    states: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.states.total()


def older_revisions(code: str, current: Revision) -> list[OlderRevision]:
    """The revisions other than the current one on which cases are still open, the latest first."""
    rows = (
        Case.objects.filter(procedure=code, state__in=OPEN)
        .exclude(revision_id=current.pk)
        .values("revision_id", "state")
        .annotate(count=Count("pk"))
    )
    known = {r["revision_id"] for r in rows}
    revisions = Revision.objects.filter(pk__in=known).defer("content").order_by("-number")
    found = {r.pk: OlderRevision(r) for r in revisions}
    for row in rows:
        found[row["revision_id"]].states[row["state"]] = row["count"]
    return list(found.values())


def to_rebase(code: str, revisions: Collection[int], limit: int = MOST_REBASED) -> list[UUID]:
    """The open cases of a procedure on these revisions, the oldest first."""
    rows = Case.objects.filter(procedure=code, revision_id__in=revisions, state__in=OPEN).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def rebases_of(code: str) -> list[Rebase]:
    """The last moves asked for a procedure, the latest first."""
    return list(
        Rebase.objects.filter(procedure=code).select_related("account", "revision").order_by("-pk")[:20]
    )


def rebase_of(code: str, rebase_id: UUID) -> Rebase:
    """One move of cases of this procedure. Raises Http404."""
    rows = Rebase.objects.select_related("account", "revision")
    found = rows.filter(pk=rebase_id, procedure=code).first()
    if found is None:
        raise Http404("Ce passage n’existe pas.")
    return found


# --- what would change -----------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What moving a case would do: what changes, or the sentence that says why it stays."""

    before: CaseView
    after: CaseView
    action: Action
    changes: tuple[Change, ...]
    refused: str = ""


def may_rebase(by: Principal, code: str) -> bool:
    """Whether this principal is in charge of the procedure."""
    owner = procedures.Procedure.objects.filter(code=code).values_list("owner", flat=True).first()
    return owner is not None and procedures.may_manage(by, owner)


def plan_rebase(
    case: Case, actions: Sequence[Action], target: Revision, by: Principal, legal_text: str = ""
) -> Plan:
    """What moving this case to `target` would change today; nothing is written."""
    calendar = country_calendar()
    before = rules.fold(definition_of(case.revision_id), actions, calendar)
    definition = definition_of(target.pk)
    data: dict[str, Any] = {
        "from": case.revision_id,
        "to": target.pk,
        "number": target.number,
        "legal_text": legal_text,
    }
    data |= _service(before, definition) if before.record.filing else {}
    loaded = data | {"before": before.definition, "after": definition}
    now = max(moment.now(), before.record.changed_at or moment.now())
    actor = by.actor
    action = Action(before.version + 1, "rebased", now, actor.kind, actor.id, actor.label, loaded)
    after = rules.fold(definition, [*actions, action], calendar)
    found = tuple(changes(before, after)) if before.record.filing else ()
    refused = _refused(before, after, found, legal_text) if before.record.filing else None
    told = rules.replace(action, data={**loaded, "changes": [c.sentence for c in found]})
    return Plan(before, after, told, found, refused or "")


def _refused(before: CaseView, after: CaseView, found: Collection[Change], legal_text: str) -> str | None:
    _answers, errors = procedures.check_answers(after.definition, dict(before.answers))
    why = blocked(before, after, moment.today(), answers_fit=not errors)
    return why or unprotected(found, legal_text)


def _service(before: CaseView, definition: procedures.Definition) -> dict[str, Any]:
    """The service that the new revision makes competent, when it is another one."""
    old = procedures.rules.competence(before.definition, before.answers)
    new = procedures.rules.competence(definition, before.answers)
    filing = before.record.filing
    if filing is None or (old.unit, old.commune) == (new.unit, new.commune):
        return {}
    site = competence(new.unit, new.commune or "").site
    if site is None or site.organisation is None or site.organisation_id == filing.service_id:
        return {}
    return {"service": site.organisation_id, "service_name": site.organisation.name}


def plans_of(
    code: str, revisions: Collection[int], target: Revision, by: Principal, legal_text: str, most: int
) -> tuple[int, list[tuple[Case, Plan]]]:
    """How many open cases are on these revisions, and what moving the first `most` of them would change."""
    ids = to_rebase(code, revisions)
    facts = CaseAction.objects.facts_of(ids[:most])
    rows = Case.objects.filter(pk__in=ids[:most]).order_by("pk")
    plans = [(case, plan_rebase(case, facts.get(case.pk, []), target, by, legal_text)) for case in rows]
    return len(ids), plans
