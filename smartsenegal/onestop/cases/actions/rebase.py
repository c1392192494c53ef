"""Open cases moved to a newer revision, explicitly, one by one, in the background.

What somebody owes is frozen when they file: a newer revision may only lower it, for who has not paid yet.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import queries, rules
from smartsenegal.onestop.cases.actions import many
from smartsenegal.onestop.cases.actions.base import Content, append, refresh, tell
from smartsenegal.onestop.cases.actions.money import cancel_payable, hold_payables
from smartsenegal.onestop.cases.actions.texts import cleaned
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseAction, Rebase, RebaseLine
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.onestop.procedures.api import Revision

NOT_IN_CHARGE = "Seul le responsable de cette démarche peut déplacer ses dossiers."


@transaction.atomic
def rebase_case(
    case_id: UUID | str, target: Revision, by: Principal, *, legal_text: str = "", request_key: str = ""
) -> queries.Plan:
    """Move one case to a newer revision; returns what changed. Done already, it does nothing more.

    Raises CaseRefused with the sentence that says why the case stays where it is.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    known = CaseAction.objects.facts(case.pk)
    hold_payables(case)
    paying = case.subject in queries.being_paid([case.subject])
    taken = [action for action, _key in known]
    plan = queries.plan_rebase(case, taken, target, by, legal_text, paying=paying)
    if case.revision_id == target.pk or (request_key and any(key == request_key for _a, key in known)):
        return plan
    if plan.refused:
        raise CaseRefused(plan.refused, plan.before)
    plain = {k: v for k, v in plan.action.data.items() if k not in ("before", "after")}
    if "fees" in plain:
        cancel_payable(case.pk, "somme réduite par une révision plus récente")
    append(case, plan.action, Content(plain), request_key)
    case.revision = target
    case.save(update_fields=["revision"])
    after = rules.fold(plan.after.definition, [*(a for a, _key in known), plan.action], country_calendar())
    refresh(case, after)
    reason = str(plain["legal_text"])
    audit.record(by.actor, "cases.rebased", case.subject, {"sequence": plan.action.sequence, **plain}, reason)
    tell(case, after, plan.action)
    return plan


def follow_revision(case: Case, by: Principal) -> str:
    """Move a draft that its owner opens to the revision in force; the sentence to tell them, "" for none.

    Everything typed stays: what the new form does not ask is kept aside, what it asks more is asked in turn.
    """
    if case.state != "draft":
        return ""
    target = procedures.published_revision(case.procedure)
    if target is None or target.pk == case.revision_id or not target.definition.online:
        return ""
    plan = rebase_case(case.pk, target, by)
    return _told(plan)


def _told(plan: queries.Plan) -> str:
    old = {p.key: p.title for p in plan.before.definition.pages}
    new = {p.key: p.title for p in plan.after.definition.pages}
    asked = [title for key, title in new.items() if key not in old]
    pieces = {p.key for p in plan.before.definition.pieces}
    asked += [p.label for p in plan.after.definition.pieces if p.key not in pieces]
    more = f" Ce qui s’ajoute : {', '.join(asked)}." if asked else ""
    return _(
        "Cette démarche a changé depuis votre dernière visite. Rien de ce que vous avez saisi n’est perdu."
        f"{more}"
    )


# --- many, in the background ------------------------------------------------------------------


@transaction.atomic
def start_rebase(by: Principal, code: str, revisions: Collection[int], legal_text: str = "") -> Rebase:
    """Ask for the open cases of these older revisions to be moved to the one in force; a job does it.

    `legal_text` is the reference of the text that applies it to pending requests, "" without one; that of the
    revision, when it has one, stands before it. Raises PermissionRefused for who is not in charge,
    CaseRefused when there is nothing to move.
    """
    target, sources, words = target_and_text(by, code, revisions, legal_text)
    ids = queries.to_rebase(code, sources)
    made = Rebase.objects.create(
        procedure=code, revision=target, legal_text=words, account_id=str(by.account_id)
    )
    RebaseLine.objects.bulk_create(RebaseLine(rebase=made, case_id=pk) for pk in ids)
    detail = {"rebase": str(made.pk), "revision": target.pk, "from": sources, "count": len(ids)}
    audit.record(by.actor, "cases.rebase_asked", f"procedure:{code}", detail, words)
    from smartsenegal.onestop.cases.jobs import run_rebase as job

    job.configure(lock=f"rebase:{code}").defer(rebase_id=str(made.pk))
    return made


def target_and_text(
    by: Principal, code: str, revisions: Collection[int], legal_text: str
) -> tuple[Revision, list[int], str]:
    """The revision in force, the older ones to leave, and the text that applies it to pending requests.

    Raises PermissionRefused for who is not in charge, CaseRefused when there is nothing to move.
    """
    if by.account_id is None or not queries.may_rebase(by, code):
        raise PermissionRefused(NOT_IN_CHARGE)
    target = procedures.published_revision(code)
    sources = sorted(pk for pk in revisions if target and pk != target.pk)
    if target is None or not queries.open_on(code, sources):
        raise CaseRefused("Choisissez au moins une révision qui a des dossiers ouverts.")
    return target, sources, target.definition.applies_to_open[:300] or cleaned(legal_text, 300)


def run_rebase(rebase_id: UUID | str) -> None:
    """Move what is left of a rebase; cut at any point and started again, it moves nothing twice."""
    made = Rebase.objects.select_related("account", "revision").get(pk=rebase_id)

    def do(line: many.Line, by: Principal) -> None:
        key = f"rebase:{made.pk}"
        rebase_case(line.case_id, made.revision, by, legal_text=made.legal_text, request_key=key)

    many.run(made, many.one_by_one(do))
