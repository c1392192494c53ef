"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.sites.models import Site

VERBS = {
    "site.reference_loaded": "Lieux chargés",
    "site.added": "Lieu ajouté",
    "site.state_changed": "État d’un lieu changé",
    "site.updated": "Fiche d’un lieu modifiée",
    "site.equipment_added": "Équipement ajouté",
    "site.link_added": "Liaison ajoutée",
    "site.dependency_added": "Dépendance ajoutée",
    "site.dependency_removed": "Dépendance retirée",
    "site.outages_changed": "Coupures des lieux changées",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("site", _describe)
    audit.register_subjects("outages", _outages)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    sites = Site.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(s.pk): audit.Named(s.name, reverse("site", args=[s.code])) for s in sites}


def _outages(sources: list[str]) -> dict[str, audit.Named]:
    return {source: audit.Named("Coupures des lieux", reverse("sites_outages")) for source in sources}
