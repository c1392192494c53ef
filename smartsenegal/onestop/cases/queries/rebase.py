"""Open cases by revision, what moving them to a newer one would change, and how far a move is."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count
from django.http import Http404

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import api as payments
from smartsenegal.kernel.sites.api import competence
from smartsenegal.onestop.cases import moment, rules
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.models import Case, CaseAction, Rebase, RebasePreview
from smartsenegal.onestop.cases.rules import OPEN, Action, CaseView
from smartsenegal.onestop.cases.rules.rebase import (
    Change,
    blocked,
    changes,
    lowered,
    same_questions,
    terms_of,
    unprotected,
)
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.onestop.procedures.api import Revision, definition_of

MOST_REBASED = 5000
# Cases read together by a preview.
_TOGETHER = 250
# What the deposit fixed: paid, still owed, owed while a payment of it is under way, or lowered by the move.
Money = Literal["", "paid", "due", "paying", "lowered"]
# An attempt to pay in any other state may still bring money, or has brought some.
_DEAD = ("failed", "expired")


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


def to_rebase(code: str, revisions: Collection[int]) -> list[UUID]:
    """The open cases of a procedure on these revisions that one move takes, the oldest first."""
    rows = Case.objects.filter(procedure=code, revision_id__in=revisions, state__in=OPEN).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:MOST_REBASED])


def open_on(code: str, revisions: Collection[int]) -> int:
    """How many cases of a procedure are open on these revisions."""
    return Case.objects.filter(procedure=code, revision_id__in=revisions, state__in=OPEN).count()


def preview_of(code: str, preview_id: UUID) -> RebasePreview:
    """What a move of cases of this procedure would change, as far as it is known. Raises Http404."""
    found = RebasePreview.objects.select_related("revision").filter(pk=preview_id, procedure=code).first()
    if found is None:
        raise Http404("Cet aperçu n’existe plus : demandez-en un autre.")
    return found


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
    money: Money = ""


def may_rebase(by: Principal, code: str) -> bool:
    """Whether this principal is in charge of the procedure."""
    owner = procedures.Procedure.objects.filter(code=code).values_list("owner", flat=True).first()
    return owner is not None and procedures.may_manage(by, owner)


def being_paid(subjects: Collection[str]) -> set[str]:
    """Those of these subjects of which somebody is paying something, or has: one query."""
    tries = payments.Attempt.objects.filter(payable__subject__in=subjects).exclude(state__in=_DEAD)
    return set(tries.values_list("payable__subject", flat=True))


def plan_rebase(
    case: Case,
    actions: Sequence[Action],
    target: Revision,
    by: Principal,
    legal_text: str = "",
    *,
    paying: bool = False,
) -> Plan:
    """What moving this case to `target` would change today; nothing is written.

    The text that applies it to pending requests is that of the revision, else `legal_text`. `paying` when a
    payment of the case may be under way: then what is owed stays what it is.
    """
    calendar = country_calendar()
    before = rules.fold(definition_of(case.revision_id), actions, calendar)
    definition = definition_of(target.pk)
    legal_text = definition.applies_to_open or legal_text
    data: dict[str, Any] = {
        "from": case.revision_id,
        "to": target.pk,
        "number": target.number,
        "legal_text": legal_text,
    }
    less = _less(before, definition, paying=paying)
    data |= (_service(before, definition) | less) if before.record.filing else {}
    loaded = data | {"before": before.definition, "after": definition}
    now = max(moment.now(), before.record.changed_at or moment.now())
    actor = by.actor
    action = Action(before.version + 1, "rebased", now, actor.kind, actor.id, actor.label, loaded)
    after = rules.fold(definition, [*actions, action], calendar)
    terms = _terms(case.revision_id, target.pk)
    found = tuple(changes(before, after, terms)) if before.record.filing else ()
    moved = (case.revision_id, target.pk)
    refused = _refused(before, after, found, legal_text, moved) if before.record.filing else None
    told = rules.replace(action, data={**loaded, "changes": [c.sentence for c in found]})
    return Plan(before, after, told, found, refused or "", _money(before, lower=bool(less), paying=paying))


def _less(before: CaseView, definition: procedures.Definition, *, paying: bool) -> dict[str, Any]:
    """What is owed now when it is less than at the deposit, for who has paid nothing of it yet.

    What a service assessed stays: it decided it for this very case.
    """
    filing = before.record.filing
    if filing is None or paying or not before.owes_deposit:
        return {}
    less = lowered(filing.fees, procedures.rules.fees_due(definition, before.answers, moment.today()))
    return {} if less is None else {"fees": [vars(line) for line in less]}


def _money(before: CaseView, *, lower: bool, paying: bool) -> Money:
    if not before.record.filing or not before.record.filing.total:
        return ""
    if not before.owes_deposit:
        return "paid"
    if paying:
        return "paying"
    return "lowered" if lower else "due"


def _refused(
    before: CaseView,
    after: CaseView,
    found: Collection[Change],
    legal_text: str,
    revisions: tuple[int, int],
) -> str | None:
    fit = _same_questions(*revisions) or _answers_fit(before, after.definition)
    why = blocked(before, after, moment.today(), answers_fit=fit)
    return why or unprotected(found, legal_text)


def _answers_fit(before: CaseView, definition: procedures.Definition) -> bool:
    """Whether what was answered suits the new form: some milliseconds a case."""
    _answers, errors = procedures.check_answers(definition, dict(before.answers))
    return not errors


# Of two revisions, which never change once published: computed once for thousands of cases.
@lru_cache(maxsize=64)
def _same_questions(revision_id: int, target_id: int) -> bool:
    return same_questions(definition_of(revision_id), definition_of(target_id))


@lru_cache(maxsize=64)
def _terms(revision_id: int, target_id: int) -> tuple[Change, ...]:
    return tuple(terms_of(definition_of(revision_id), definition_of(target_id)))


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
    code: str, revisions: Collection[int], target: Revision, by: Principal, legal_text: str
) -> Iterator[tuple[Case, Plan]]:
    """What moving each of the cases that a move would take would change, the oldest first.

    A few hundred are read together: memory does not grow with their number.
    """
    ids = to_rebase(code, revisions)
    for first in range(0, len(ids), _TOGETHER):
        part = ids[first : first + _TOGETHER]
        facts, paying = CaseAction.objects.facts_of(part), being_paid([f"case:{pk}" for pk in part])
        for case in Case.objects.filter(pk__in=part).order_by("pk"):
            told = facts.get(case.pk, [])
            yield case, plan_rebase(case, told, target, by, legal_text, paying=case.subject in paying)
