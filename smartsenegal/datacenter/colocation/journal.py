"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "colocation.held": "Place de colocation retenue",
    "colocation.signed": "Bail de colocation signé",
    "colocation.dropped": "Place de colocation abandonnée",
    "colocation.ended": "Bail de colocation terminé",
    "colocation.tariff_added": "Tarif de colocation saisi",
    "colocation.terms_changed": "Règles de colocation modifiées",
    "colocation.reading_noted": "Puissance d’une baie relevée",
    "colocation.visit_asked": "Visite demandée",
    "colocation.visit_approved": "Visite accordée",
    "colocation.visit_refused": "Visite refusée",
    "colocation.visit_cancelled": "Visite annulée",
    "colocation.visit_in": "Visiteur entré",
    "colocation.visit_out": "Visiteur sorti",
    "colocation.visitor_read": "Nom d’un visiteur lu",
    "colocation.visitors_purged": "Noms de visiteurs effacés",
    "colocation.hands_asked": "Geste sur place demandé",
    "colocation.hands_taken": "Geste sur place pris en charge",
    "colocation.hands_done": "Geste sur place fait",
    "colocation.hands_declined": "Geste sur place décliné",
    "colocation.cross_asked": "Raccordement demandé",
    "colocation.cross_accepted": "Raccordement accepté en face",
    "colocation.cross_refused": "Raccordement refusé ou annulé",
    "colocation.cross_installed": "Raccordement posé",
    "colocation.cross_removed": "Raccordement retiré",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("lease", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    found = Lease.objects.filter(pk__in=[key for key in ids if key.isdigit()]).select_related("customer")
    return {
        str(each.pk): audit.Named(
            f"{each}, {each.customer.name}", reverse("datacenter_colocation:lease", args=[each.pk])
        )
        for each in found
    }
