"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.resilience.models import Failure, Work
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.failure_declared": "Panne du réseau de transport déclarée",
    "cable.failure_ended": "Panne du réseau de transport réparée",
    "cable.work_planned": "Travaux sur le réseau de transport prévus",
    "cable.work_cancelled": "Travaux sur le réseau de transport annulés",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_failure", _failures)
    audit.register_subjects("cable_work", _works)


def _failures(ids: list[str]) -> dict[str, audit.Named]:
    found = Failure.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(f.pk): audit.Named(f.reason, reverse("cable_resilience:declared")) for f in found}


def _works(ids: list[str]) -> dict[str, audit.Named]:
    found = Work.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(w.pk): audit.Named(w.reason, reverse("cable_resilience:works")) for w in found}
