"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.collection.models import Agent
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.agent_set": "Équipement interrogé par SNMP",
    "cable.agent_stopped": "Équipement plus interrogé par SNMP",
    "cable.interface_billed": "Port lu sur une interface",
    "cable.interface_released": "Port plus lu sur une interface",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_agent", _agents)


def _agents(ids: list[str]) -> dict[str, audit.Named]:
    found = Agent.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(a.pk): audit.Named(a.code, reverse("cable_collection:agent", args=[a.code])) for a in found}
