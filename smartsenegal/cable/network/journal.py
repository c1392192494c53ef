"""What the journal's readers are told of this module's acts."""

from functools import partial

from django.urls import reverse

from smartsenegal.cable.network.models import Circuit, Link, Node, System
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.node_added": "Nœud du réseau de transport ajouté",
    "cable.node_changed": "Nœud du réseau de transport modifié",
    "cable.system_added": "Câble ajouté",
    "cable.system_changed": "Câble modifié",
    "cable.link_added": "Liaison ajoutée",
    "cable.link_changed": "Liaison modifiée",
    "cable.zone_added": "Zone de risque ajoutée",
    "cable.zone_changed": "Zone de risque modifiée",
    "cable.equipment_added": "Équipement du réseau de transport ajouté",
    "cable.equipment_changed": "Équipement du réseau de transport modifié",
    "cable.wavelength_added": "Longueur d’onde ajoutée",
    "cable.circuit_added": "Circuit ajouté",
    "cable.circuit_changed": "Circuit modifié",
    "cable.imported": "Inventaire du réseau de transport importé",
}
PAGES = {
    "cable_node": (Node, "cable_network:node"),
    "cable_system": (System, "cable_network:system"),
    "cable_link": (Link, "cable_network:link"),
    "cable_circuit": (Circuit, "cable_network:circuit"),
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    for subject in PAGES:
        audit.register_subjects(subject, partial(_describe, subject))


def _describe(subject: str, ids: list[str]) -> dict[str, audit.Named]:
    model, page = PAGES[subject]
    found = model.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(row.pk): audit.Named(row.name, reverse(page, args=[row.code])) for row in found}
