"""What other systems are told of a case: never what a person said or is."""

from django.conf import settings
from django.urls import reverse

from smartsenegal.kernel.events.api import EventData, listen
from smartsenegal.kernel.webhooks import api as webhooks
from smartsenegal.onestop.cases import guards
from smartsenegal.onestop.cases.models import Case, CaseTask

# Drafts, notes and reminders stay between who writes them and the platform.
_OF_ACTIONS = {
    "submitted", "payment_settled", "assigned", "taken", "corrections_requested", "corrected",
    "opinion_given", "visa_given", "visa_refused", "proposed", "returned", "signed", "act_issued",
    "act_revoked", "withdrawn", "lapsed", "reviewed", "assessed", "put_on_notice", "deemed_granted",
    "deemed_refused", "attested", "act_requested", "transferred", "rebased",
}  # fmt: skip
KINDS = {f"case.{kind}": guards.VERBS[kind] for kind in sorted(_OF_ACTIONS)} | {
    "case.granted": "Demande accordée",
    "case.refused": "Demande refusée",
}


def tell(event: EventData) -> None:
    """Queue the event for the systems of the services that have or advise this case."""
    case = Case.objects.filter(pk=event.subject.partition(":")[2]).first()
    if case is None or case.service_id is None or not event.payload.get("reference"):
        return
    asked = CaseTask.objects.filter(case_id=case.pk).values_list("service_id", flat=True)
    webhooks.publish(event, sorted({case.service_id, *asked}), data_of(case, event))


def data_of(case: Case, event: EventData) -> dict[str, object]:
    """Identifiers, state and addresses; `sequence` tells the order of the events of one case."""
    sequence = event.payload["sequence"]
    return {
        "case": str(case.pk),
        "reference": case.reference,
        "procedure": case.procedure,
        "state": event.payload["state"],
        "sequence": sequence,
        "version": sequence,
        "url": settings.PUBLIC_URL + reverse("api:service_read", args=[case.pk]),
        "page": settings.PUBLIC_URL + reverse("cases:instruct", args=[case.pk]),
    }


def register() -> None:
    """Called once, when Django starts."""
    webhooks.register_kinds(KINDS)
    for kind in KINDS:
        listen(kind, name=f"cases.webhooks:{kind}")(tell)
