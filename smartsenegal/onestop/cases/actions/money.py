"""What a filed case has to pay."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.payments import api as payments
from smartsenegal.onestop.cases import queries
from smartsenegal.onestop.cases.actions.system import worker
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import CaseView, assessed_before


@transaction.atomic
def payable_of(case_id: UUID | str) -> payments.Payable | None:
    """What is to be paid now for this case, opened at the first call; None when nothing is.

    Called by the worker after filing or after an assessment, and by the page that leads to the payment if
    it comes first. What is owed at filing and what a service assessed later are two payables.
    """
    opened = queries.for_system(case_id)
    view, filing = opened.view, opened.view.record.filing
    step = _step_to_pay(view)
    if filing is None or not step:
        return None
    key = _key(case_id, view, step)
    if view.record.ended:
        return payments.payable_for(key)
    lines = [payments.Line(x.label, x.amount, x.beneficiary, x.nature) for x in view.lines_of(step)]
    if not lines:
        return None
    title = f"{opened.definition.title}, {filing.reference}"
    # Nobody signs in as an organisation: what concerns the money is told to who filed in its name.
    payer = str(opened.case.applicant_id or filing.by)
    place = _place(opened.case)
    return payments.open_payable(key, opened.case.subject, lines, payer, title, place=place)


def _place(case: Case) -> payments.Place:
    """The service that has the case, whose accountants see what is paid for it."""
    if case.service is None:
        return payments.Place()
    return payments.Place(case.service_id, case.service.territory.path)


def _step_to_pay(view: CaseView) -> str:
    """The payment that is awaited, else the first one of the circuit; "" without any."""
    if awaited := view.open_of_kind("payment"):
        return awaited.key
    return next((s.key for s in view.circuit if s.kind == "payment"), "")


def hold_payables(case: Case) -> None:
    """Lock what a case has to pay until the end of the transaction: nobody begins to pay it meanwhile."""
    list(payments.Payable.objects.select_for_update().filter(subject=case.subject).order_by("pk"))


def cancel_payable(case_id: UUID | str, reason: str) -> None:
    """Cancel what a case still had to pay: it is over, or owes less from now on."""
    for key in _keys(case_id, queries.for_system(case_id).view):
        if payable := payments.payable_for(key):
            payments.cancel(payable, worker(), reason)


def step_of_key(key: str) -> str:
    """The step of payment that a payable's key names; "" for what is owed at filing."""
    return key.partition(":fees:")[2]


def _keys(case_id: UUID | str, view: CaseView) -> Iterator[str]:
    yield from (_key(case_id, view, s.key) for s in view.definition.circuit if s.kind == "payment")


def _key(case_id: UUID | str, view: CaseView, step: str) -> str:
    """What is owed at filing, each time that it is lowered, and what services assess are payables apart."""
    if assessed_before(view.definition.circuit, step):
        return f"case:{case_id}:fees:{step}"
    lowered = view.record.filing.lowered if view.record.filing else 0
    return f"case:{case_id}:fees" + (f"@{lowered}" if lowered else "")
