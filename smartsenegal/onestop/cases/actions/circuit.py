"""What services do on the way: opinions, visas, amounts, and passing a case on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.onestop.cases import rules
from smartsenegal.onestop.cases.actions.base import Content, Done, perform
from smartsenegal.onestop.cases.actions.names import in_whose_name
from smartsenegal.onestop.cases.actions.system import worker
from smartsenegal.onestop.cases.actions.tasks import name_of
from smartsenegal.onestop.cases.actions.texts import cleaned
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseTask
from smartsenegal.onestop.cases.rules import CaseView, Verdict
from smartsenegal.onestop.procedures.api import Fee


def pass_on(case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = "") -> Done:
    """Declare the case fit for what comes next; raises as `base.perform`."""

    def make(case: Case, view: CaseView) -> Content:
        step = view.open_of_kind("review")
        assert step is not None
        return Content({"step": step.key})

    return perform(case_id, by, "reviewed", make, version=version, request_key=request_key)


def give_opinion(
    case_id: UUID | str,
    by: Principal,
    step: str,
    verdict: Verdict,
    text: str = "",
    *,
    label: str = "",
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Give the opinion of the service that this step asks; `label` names it when it has no account.

    Raises CaseRefused for reserves or objections that are not written, and as `base.perform`.
    """
    words = cleaned(text)
    if fault := rules.fault_of_opinion(verdict, words):
        raise CaseRefused(fault)

    def make(case: Case, view: CaseView) -> Content:
        said = {"step": step, "favourable": verdict != "unfavourable", "reserved": verdict == "reserved"}
        return Content({**said, "by": label or _service_of(case, step)}, _said(words))

    return perform(
        case_id, by, "opinion_given", make, target={"step": step}, version=version, request_key=request_key
    )


def give_visa(
    case_id: UUID | str,
    by: Principal,
    step: str,
    text: str = "",
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Give the visa of this step. The last one behind the decision lets it take effect."""
    words = cleaned(text)

    def make(case: Case, view: CaseView) -> Content:
        plain = {"step": step, "favourable": True, "by": _service_of(case, step)}
        plain |= _name(case, by, view, step)
        final = {"final": True} if view.record.signatures and view.completes(step) else {}
        return Content({**plain, **final}, _said(words))

    return perform(
        case_id, by, "visa_given", make, target={"step": step}, version=version, request_key=request_key
    )


def refuse_visa(
    case_id: UUID | str,
    by: Principal,
    step: str,
    reason: str,
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Refuse the visa and send the case back to who examined it, saying why."""
    words = cleaned(reason)

    def make(case: Case, view: CaseView) -> Content:
        if not words:
            raise CaseRefused("Dites au service pourquoi le visa est refusé.", view)
        if not view.back_to:
            raise CaseRefused("Ce dossier n’a pas encore été examiné : il n’est pas à renvoyer.", view)
        plain = {"step": step, "favourable": False, "to": view.back_to, "by": _service_of(case, step)}
        plain |= _name(case, by, view, step)
        return Content(plain, {"text": words})

    return perform(
        case_id, by, "visa_refused", make, target={"step": step}, version=version, request_key=request_key
    )


def assess(
    case_id: UUID | str,
    by: Principal,
    step: str,
    amounts: Mapping[str, int],
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Set the amounts of the fees that this step assesses, by key of the fee; what is owed opens a payment.

    Raises CaseRefused for an amount out of the range that the procedure publishes, and as `base.perform`.
    """

    def make(case: Case, view: CaseView) -> Content:
        fees = rules.fees_assessed_at(view, step)
        if fault := rules.fault_of_amounts(fees, amounts):
            raise CaseRefused(fault, view)
        return Content({"step": step, "fees": [_line(f, amounts[f.key]) for f in fees if amounts[f.key]]})

    return perform(
        case_id, by, "assessed", make, target={"step": step}, version=version, request_key=request_key
    )


def _line(fee: Fee, amount: int) -> dict[str, Any]:
    return {
        "key": fee.key,
        "label": fee.label,
        "amount": amount,
        "beneficiary": fee.beneficiary,
        "nature": fee.nature,
    }


def count_as_favourable(case_id: UUID | str, step: str) -> Done | None:
    """Note that a service said nothing in its delay, where the texts read that as favourable; None when it
    answered meanwhile, or still has time."""

    def make(case: Case, view: CaseView) -> Content:
        plain = {"step": step, "favourable": True, "silent": True}
        return Content({**plain, "by": _service_of(case, step)})

    try:
        return perform(case_id, worker(), "opinion_given", make, target={"step": step, "silent": True})
    except CaseRefused:
        return None


def _name(case: Case, by: Principal, view: CaseView, step: str) -> dict[str, Any]:
    """For whom the visa of a signatory is given, when it is by delegation."""
    asked = next((s.step for s in view.open_steps if s.key == step), None)
    if asked is None or asked.role != "signatory":
        return {}
    task = CaseTask.objects.filter(case_id=case.pk, step=step).values_list("service_id", flat=True).first()
    return in_whose_name(case, by, task, step)


def _said(words: str) -> dict[str, str]:
    return {"text": words} if words else {}


def _service_of(case: Case, step: str) -> str:
    found = CaseTask.objects.filter(case_id=case.pk, step=step).values_list("service_id", flat=True).first()
    return name_of(found) if found else ""
