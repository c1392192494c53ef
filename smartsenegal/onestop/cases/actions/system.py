"""What the platform does by itself: each act may be asked any number of times and happens once."""

from uuid import UUID

from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.kernel.payments import api as payments
from smartsenegal.onestop.cases.actions.base import Content, Done, perform
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import CaseView, Kind


def settle_payment(case_id: UUID | str, payable: str, *, step: str = "") -> Done:
    """Note that a payable is settled; raises CaseRefused when nothing was to be paid."""

    def make(case: Case, view: CaseView) -> Content:
        paid = step or next((s.key for s in view.circuit if s.kind == "payment"), "")
        named = {"step": step} if step else {}
        ends = view.record.signatures and not view.record.decision and view.completes(paid)
        final = {"final": True} if ends else {}
        return Content({"payable": payable, **named, **final})

    return perform(case_id, worker(), "payment_settled", make, request_key=f"paid:{payable}")


def record_act(case_id: UUID | str, act_id: str, number: str) -> Done:
    """Note that the act was made; raises CaseRefused when none is awaited."""
    content = Content({"act": act_id, "number": number})
    return perform(case_id, worker(), "act_issued", content, request_key=f"act:{act_id}")


def record_revocation(case_id: UUID | str, act_id: str) -> Done:
    """Note that the act was revoked."""
    return perform(
        case_id, worker(), "act_revoked", Content({"act": act_id}), request_key=f"revoked:{act_id}"
    )


def record_refund(case_id: UUID | str, given: payments.Given) -> Done:
    """Note that money paid for the case was given back, with why; raises CaseRefused for a draft.

    It changes neither state nor clock: see decision 11.
    """
    plain = {"refund": given.id, "amount": given.amount, "extra": given.extra}
    content = Content(plain, {"reason": given.reason})
    key = f"refund:{given.id}"
    return perform(case_id, worker(), "refunded", content, target=plain, request_key=key)


def record_refusal(case_id: UUID | str, act_id: str, number: str) -> Done:
    """Note that the document of a refusal was made; raises CaseRefused when none is awaited."""
    content = Content({"act": act_id, "number": number})
    return perform(case_id, worker(), "refusal_issued", content, request_key=f"refusal:{act_id}")


def lapse(case_id: UUID | str) -> Done | None:
    """Close a case whose corrections did not come; None when they came meanwhile."""
    return _unless_refused(case_id, "lapsed")


def remind(case_id: UUID | str) -> Done | None:
    """Remind the applicant of the corrections, once a request; None when there is no need any more."""
    return _unless_refused(case_id, "reminded")


def _unless_refused(case_id: UUID | str, kind: Kind) -> Done | None:
    try:
        return perform(case_id, worker(), kind)
    except CaseRefused:
        return None


def worker() -> Principal:
    """The principal of background work."""
    return system("worker")
