"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "datacenter.center_added": "Centre de données ajouté",
    "datacenter.room_added": "Salle ajoutée",
    "datacenter.room_changed": "Salle modifiée",
    "datacenter.rack_added": "Baie ajoutée",
    "datacenter.rack_changed": "Baie modifiée",
    "datacenter.component_added": "Pièce d’installation ajoutée",
    "datacenter.component_changed": "Pièce d’installation modifiée",
    "datacenter.device_installed": "Équipement installé",
    "datacenter.device_removed": "Équipement retiré",
    "datacenter.range_held": "Place retenue dans une baie",
    "datacenter.range_contracted": "Place d’une baie mise sous contrat",
    "datacenter.range_released": "Place d’une baie libérée",
    "datacenter.imported": "Fichier d’installations importé",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("datacenter", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    found = DataCenter.objects.filter(pk__in=[key for key in ids if key.isdigit()]).select_related("site")
    return {
        str(c.pk): audit.Named(c.site.name, reverse("datacenter_facility:center", args=[c.site.code]))
        for c in found
    }
