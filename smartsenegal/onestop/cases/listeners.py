"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

import contextlib

from django.db import transaction

from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.events.api import EventData, listen
from smartsenegal.kernel.payments import api as payments
from smartsenegal.lib.dates import format_date
from smartsenegal.onestop.cases import actions, figures, guards, messages, queries, rules, telling
from smartsenegal.onestop.cases.calendar import KEPT_SECONDS
from smartsenegal.onestop.cases.models import Case

# The name of an event and the message it owes; what is absent tells the applicant nothing.
_MESSAGES = {
    "case.payment_settled": "case.payment_settled",
    "case.corrections_requested": "case.corrections_requested",
    "case.reminded": "case.reminded",
    "case.corrected": "case.corrected",
    "case.act_issued": "case.act_issued",
    "case.refused": "case.refused",
    "case.withdrawn": "case.withdrawn",
    "case.lapsed": "case.lapsed",
    "case.act_revoked": "case.act_revoked",
    "case.assessed": "case.assessed",
    "case.put_on_notice": "case.put_on_notice",
    "case.deemed_granted": "case.deemed_granted",
    "case.deemed_refused": "case.deemed_refused",
    "case.attested": "case.attested",
    "case.act_requested": "case.act_requested",
    "case.transferred": "case.transferred",
    "case.rebased": "case.rebased",
}
_NEEDS_CORRECTIONS = frozenset({"case.corrections_requested", "case.reminded"})

figures.register()
guards.register()
messages.register()
telling.register()


def case_id_of(event: EventData) -> str:
    """Identifier of the case an event is about."""
    return event.subject.partition(":")[2]


def open_payable(event: EventData) -> None:
    actions.payable_of(case_id_of(event))


listen("case.submitted", name="cases.open_payable")(open_payable)
listen("case.assessed", name="cases.open_payable:case.assessed")(open_payable)
listen("case.rebased", name="cases.open_payable:case.rebased")(open_payable)


@listen("payment.settled", name="cases.settle_payment")
def settle_payment(event: EventData) -> None:
    if event.subject.startswith("case:"):
        step = actions.step_of_key(str(event.payload.get("key", "")))
        actions.settle_payment(case_id_of(event), str(event.payload["payable"]), step=step)


@listen("payment.refunded", name="cases.note_refund")
def note_refund(event: EventData) -> None:
    if event.subject.startswith("case:"):
        actions.record_refund(case_id_of(event), payments.given_back(str(event.payload["refund"])))


@listen("case.withdrawn", name="cases.cancel_payable")
def cancel_payable(event: EventData) -> None:
    actions.cancel_payable(case_id_of(event), "demande retirée")


@listen("case.granted", name="cases.issue_act")
def issue_act(event: EventData) -> None:
    from smartsenegal.onestop.cases.jobs import issue_act as job

    job.configure(lock=event.subject, queueing_lock=f"act:{event.subject}").defer(case_id=case_id_of(event))


@listen("case.refused", name="cases.issue_refusal")
def issue_refusal(event: EventData) -> None:
    from smartsenegal.onestop.cases.jobs import issue_refusal as job

    job.configure(lock=event.subject, queueing_lock=f"refusal:{event.subject}").defer(
        case_id=case_id_of(event)
    )


@listen("case.deemed_granted", name="cases.issue_attestation")
def issue_attestation(event: EventData) -> None:
    from smartsenegal.onestop.cases.jobs import issue_attestation as job

    job.configure(lock=event.subject, queueing_lock=f"tacit:{event.subject}").defer(case_id=case_id_of(event))


@listen("case.deemed_granted", name="cases.cancel_payable:case.deemed_granted")
def cancel_after_silence(event: EventData) -> None:
    actions.cancel_payable(case_id_of(event), "accord tacite")


def follow_closed_site(event: EventData) -> None:
    from smartsenegal.onestop.cases.jobs import follow_closed_site as job

    job.configure(lock=event.subject).defer(code=str(event.payload["code"]))


listen("site.closed", name="cases.follow_closed_site")(follow_closed_site)


@listen("calendar.changed", name="cases.recompute_open")
def recompute_open(event: EventData) -> None:
    from procrastinate.exceptions import AlreadyEnqueued

    from smartsenegal.onestop.cases.jobs import recompute_open as job

    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        # By then every process reads the new calendar.
        job.configure(schedule_in={"seconds": 2 * KEPT_SECONDS}).defer()


@listen("act.revoked", name="cases.record_revocation")
def record_revocation(event: EventData) -> None:
    if event.subject.startswith("case:"):
        actions.record_revocation(case_id_of(event), str(event.payload["act"]))


def _tell(event: EventData) -> None:
    opened = queries.for_system(case_id_of(event))
    if opened.case.reference is None:
        return  # a draft given up: nobody else knew of it
    if event.kind in _NEEDS_CORRECTIONS and not opened.view.record.corrections:
        return  # sent meanwhile
    if event.kind == "case.rebased" and not opened.view.record.rebased:
        return  # nothing changes for the person
    messages.notify(_MESSAGES[event.kind], event.id, opened.case, opened.view, _done_by(event, opened))


def _done_by(event: EventData, opened: queries.Opened) -> rules.Action | None:
    """The act of the event, when somebody did it on the applicant's side."""
    at = event.payload.get("sequence")
    return next((a for a in opened.actions if a.sequence == at and a.actor_kind == "person"), None)


for _kind in _MESSAGES:
    listen(_kind, name=f"cases.tell:{_kind}")(_tell)


@listen("case.submitted", name="cases.tell:case.submitted")
def tell_submitted(event: EventData) -> None:
    opened = queries.for_system(case_id_of(event))
    name = "case.to_pay" if opened.view.state == "awaiting_payment" else "case.submitted"
    messages.notify(name, event.id, opened.case, opened.view, _done_by(event, opened))


@listen("case.draft_expiring", name="cases.tell:case.draft_expiring")
def tell_draft_expiring(event: EventData) -> None:
    case = Case.objects.filter(pk=case_id_of(event)).first()
    if case is None or (notice := queries.notice_on(case)) is None:
        return  # erased, sent or changed meanwhile
    opened = queries.for_system(case.pk)
    dates = {"touched": format_date(queries.touched_on(case)), "erased": format_date(notice.erase_on)}
    messages.notify("case.draft_expiring", event.id, opened.case, opened.view, more=dates)


def _schedule_purge(event: EventData) -> None:
    documents.schedule_purge(event.subject, event.at)


_ENDS = (
    "case.act_issued",
    "case.refused",
    "case.deemed_refused",
    "case.attested",
    "case.withdrawn",
    "case.lapsed",
)
for _kind in _ENDS:
    listen(_kind, name=f"cases.schedule_purge:{_kind}")(_schedule_purge)
