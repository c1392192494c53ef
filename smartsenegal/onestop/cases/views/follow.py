"""What the applicant sees after filing: who acts now, until when, and what is theirs to do."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.identity.api import PermissionRefused, Principal, current_party
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.kernel.payments import api as payments
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.access import is_for, may_pay
from smartsenegal.onestop.cases.forms import NoteForm
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import CaseView
from smartsenegal.onestop.cases.views.common import Stamp, attempt, open_own, principal_of, whose
from smartsenegal.onestop.cases.views.panel import clock_line, filed_words, organisation_words
from smartsenegal.onestop.procedures.api import definition_of, review_of
from smartsenegal.onestop.procedures.api import rules as asking

WAITS_FOR = {
    "person": "C’est à vous d’agir",
    "payment": "C’est à vous d’agir\u00a0: payer",
    "agent": "Le service examine votre demande",
    "service": "Un autre service doit se prononcer",
    "signatory": "Le responsable du service doit signer",
    "system": "Votre document est en préparation, quelques minutes suffisent",
    "nobody": "",
}


@login_required
@require_GET
def space(request: HttpRequest) -> HttpResponse:
    """Everything of who one acts for: what awaits them first, drafts, what is under way, what is over."""
    party, by = current_party(request), principal_of(request)
    cases = queries.of_party(party)
    erased = queries.erasures(cases)
    lines = [_line(case, by) | {"erased_on": erased.get(case.pk)} for case in cases]
    context = {
        "todo": [x for x in lines if x["todo"] and not x["draft"]],
        "drafts": [x for x in lines if x["draft"]],
        "under_way": [x for x in lines if not x["todo"] and not x["over"] and not x["draft"]],
        "over": [x for x in lines if x["over"] and not x["todo"]],
        "party": None,
        "space_of": party,
    }
    return render(request, "cases/space.html", context)


def _line(case: Case, by: Principal) -> dict[str, Any]:
    filer = case.filed_by
    ready = case.state == "issued" and "revoked" not in case.badges
    return {
        "case": case,
        "title": definition_of(case.revision_id).title,
        "state": rules.state_for_person(case.state, case.badges),
        "draft": case.state == "draft",
        "todo": case.state in ("awaiting_payment", "corrections_requested"),
        "until": case.sort_on if case.state == "corrections_requested" else None,
        "over": case.state in ("issued", "deemed_granted", "refused", "withdrawn", "lapsed"),
        "ready": ready,
        "filed_by": str(filer) if filer and str(filer.pk) != by.account_id else "",
        "url": reverse("cases:resume" if case.state == "draft" else "cases:follow", args=[case.pk]),
    }


@login_required
@require_GET
def by_reference(request: HttpRequest, reference: str) -> HttpResponse:
    """The short address of messages: leads to the follow-up of that number.

    Numbers follow each other: to others than its people, one that exists is answered as one that does not.
    """
    case = queries.by_reference(reference.upper())
    if case is None or not is_for(case, principal_of(request)):
        raise Http404("Ce numéro n’existe pas.")
    return redirect("cases:follow", case.pk)


@login_required
@require_GET
def follow(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The state in plain words, who acts until when, the story, the messages."""
    opened = open_own(request, case_id)
    if opened.view.state == "draft":
        return redirect("cases:resume", case_id)
    return render(request, "cases/follow.html", follow_context(request, opened))


@login_required
@require_GET
def sent(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The confirmation with the number to keep."""
    opened = open_own(request, case_id)
    if opened.view.record.filing is None:
        return redirect("cases:resume", case_id)
    return render(request, "cases/sent.html", follow_context(request, opened))


def follow_context(request: HttpRequest, opened: queries.Opened) -> dict[str, Any]:
    """What the follow-up and the confirmation show."""
    case, view, by = opened.case, opened.view, principal_of(request)
    told = rules.for_person(view.definition, opened.actions, by.account_id or "")
    reasons = {r.key: r for r in view.definition.reasons}
    proposal, act = view.record.proposal, _issued(opened) or _document(opened, view.record.refusal)
    return {
        "case": case,
        "definition": view.definition,
        "view": view,
        "filing": view.record.filing,
        "waits": WAITS_FOR[view.waiting_for],
        "entries": [{"when": e.at, "title": e.text, "by": e.by} for e in reversed(told)],
        "messages_sent": list(notifications.about(case.subject).filter(recipient=by.account_id)),
        "reasons": [reasons[k] for k in proposal.reasons if k in reasons] if proposal else [],
        "items": rules.items_now(view),
        **_silence(opened),
        "may_withdraw": rules.allowed(view, "withdrawn", opened.facts) is None,
        "rows": asking.summary_rows(view.definition, view.record.answers),
        "steps": _steps(view),
        "verify_url": reverse("documents:act", args=[act.code]) if act else "",
        "may_act": opened.facts.owns,
        "receipts": _receipts(opened, by),
        "may_review": opened.facts.owns and view.may_be_reviewed,
        "said": review_of(actions.about(case.pk)) if view.may_be_reviewed else None,
        "organisation": organisation_words(case),
        **_filed_by(opened, by),
        **whose(request, case),
    }


def _receipts(opened: queries.Opened, by: Principal) -> list[payments.Payable]:
    """What was paid for this case and has a receipt, oldest first; none for who may not pay it."""
    if not opened.view.record.paid_at or not may_pay(opened.case, by):
        return []
    paid = payments.payables_of(opened.case.subject).exclude(state__in=("open", "cancelled"))
    return list(paid.prefetch_related(None))


def _filed_by(opened: queries.Opened, by: Principal) -> dict[str, str]:
    """Who filed it, when it was not the applicant themself."""
    filing = opened.view.record.filing
    if filing is None or not filing.by or filing.by == str(opened.case.applicant_id):
        return {"filed_by": ""}
    if filing.by != by.account_id:
        return {"filed_by": filed_words(filing)}
    return {"filed_by": "vous, au titre d’un mandat" if filing.mandate else "vous"}


def _silence(opened: queries.Opened) -> dict[str, Any]:
    """What silence will mean, or meant, and what the applicant may do about it."""
    view, silent = opened.view, opened.view.silence
    tacit = bool(view.record.decision and view.record.decision.tacit)
    return {
        "silence": silent.rule if silent else None,
        "silent_on": view.silent_on,
        "notice_from": silent.notice_from if silent and view.is_open else None,
        "may_notice": rules.allowed(view, "put_on_notice", opened.facts) is None,
        "may_request_act": rules.allowed(view, "act_requested", opened.facts) is None,
        "act_due": silent.act_due if silent and view.state == "deemed_granted" else None,
        "tacit": tacit,
        "reasoning": [clock_line(line) for line in view.reasoning] if tacit or view.record.notice_at else [],
    }


def _issued(opened: queries.Opened) -> documents.IssuedAct | None:
    return _document(opened, opened.view.record.act)


def _document(opened: queries.Opened, made: rules.IssuedAct | None) -> documents.IssuedAct | None:
    return documents.acts_of(opened.case.subject).filter(pk=made.id).first() if made else None


def _steps(view: CaseView) -> list[dict[str, Any]]:
    """The way of the request, for the applicant: deposit, each step of the circuit, the document."""
    opened = {s.key for s in view.open_steps}
    stopped = view.state in ("refused", "withdrawn", "lapsed")
    passed_over = "skipped" if view.state in ("granted", "issued", "deemed_granted") else "stopped"
    steps = [{"label": "Demande envoyée", "state": "done"}]
    for step in view.circuit:
        done = step.key in view.record.done
        current = step.key in opened and not stopped
        ended = stopped or view.record.decision is not None
        state = "done" if done else "current" if current else passed_over if ended else "todo"
        steps.append({"label": step.label, "state": state})
    last = {"issued": "done", "granted": "current", "deemed_granted": "current"}.get(
        view.state, "stopped" if stopped else "todo"
    )
    return [*steps, {"label": view.definition.act.title, "state": last}]


# --- acts ---------------------------------------------------------------------------------


@login_required
@require_GET
def pay(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leads to the payment of the fees, opened here if the worker has not done it yet."""
    opened = queries.own_case(case_id, principal_of(request))
    if not may_pay(opened.case, principal_of(request)):
        raise PermissionRefused("Cette somme est à payer par une autre personne.")
    if opened.view.state != "awaiting_payment":
        return redirect("cases:follow", case_id)
    payable = actions.payable_of(case_id)
    if payable is None:
        return redirect("cases:follow", case_id)
    back = reverse("cases:sent", args=[case_id])
    return redirect(f"{reverse('payments:payable', args=[payable.pk])}?retour={back}")


@login_required
@require_GET
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leads to the issued document."""
    opened = queries.own_case(case_id, principal_of(request))
    act = _issued(opened)
    return redirect("documents:piece", act.pdf_id) if act else redirect("cases:follow", case_id)


@login_required
@require_GET
def refusal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leads to the decision of refusal."""
    opened = queries.own_case(case_id, principal_of(request))
    made = _document(opened, opened.view.record.refusal)
    return redirect("documents:piece", made.pdf_id) if made else redirect("cases:follow", case_id)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks once more, then takes the request back for good."""
    opened = queries.own_case(case_id, principal_of(request))
    form = NoteForm(request.POST or None, required=False)
    form.fields.pop("note")
    if request.method == "POST":
        form.is_valid()
        done = attempt(
            form, lambda: actions.withdraw(case_id, principal_of(request), **Stamp.sent(request).arguments)
        )
        if done and done.view.record.filing is None:
            return redirect("space")
        if done:
            return redirect("cases:follow", case_id)
        opened = queries.own_case(case_id, principal_of(request))
    if rules.allowed(opened.view, "withdrawn", opened.facts):
        return redirect("cases:follow", case_id)
    return render(request, "web/confirm.html", _withdraw_context(opened, form))


def _withdraw_context(opened: queries.Opened, form: Any) -> dict[str, Any]:
    draft = opened.view.state == "draft"
    stamp = Stamp.fresh(opened.view.version)
    return {
        "title": "Abandonner ce brouillon\u00a0?" if draft else "Retirer cette demande\u00a0?",
        "consequences": [
            "Vos réponses et vos fichiers sont effacés."
            if draft
            else "Le service arrête l’examen\u00a0: il n’y aura pas de décision.",
            "Vous pourrez faire une nouvelle demande.",
        ],
        "confirm_label": "Abandonner le brouillon" if draft else "Retirer la demande",
        "cancel_url": reverse("cases:resume" if draft else "cases:follow", args=[opened.case.pk]),
        "danger": True,
        "form": form,
        "fields": [
            {"name": "version", "value": stamp.version},
            {"name": "request_key", "value": stamp.key},
        ],
    }
