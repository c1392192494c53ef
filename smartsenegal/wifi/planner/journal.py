"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.planner.models import Plan

VERBS = {
    "wifi.plan_kept": "Plan Wi-Fi gardé",
    "wifi.plan_changed": "Plan Wi-Fi modifié",
    "wifi.plan_copied": "Plan Wi-Fi dupliqué",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("wifi_plan_kept", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    found = Plan.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(p.pk): audit.Named(p.name, reverse("wifi_planner:kept", args=[p.pk])) for p in found}
