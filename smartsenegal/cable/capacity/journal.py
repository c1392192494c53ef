"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.capacity.models import Quote, Route
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.route_added": "Route de capacité ajoutée",
    "cable.reserve_changed": "Réserve de l’Administration modifiée",
    "cable.product_added": "Produit de capacité ajouté",
    "cable.tariff_added": "Tarif de capacité ajouté",
    "cable.tariff_ended": "Tarif de capacité fini",
    "cable.quote_made": "Devis de capacité fait",
    "cable.quote_accepted": "Devis de capacité accepté",
    "cable.quote_rejected": "Devis de capacité refusé par le client",
    "cable.quote_cancelled": "Devis de capacité retiré",
    "cable.order_inProgress": "Livraison de capacité commencée",
    "cable.order_completed": "Capacité livrée",
    "cable.order_cancelled": "Commande de capacité annulée",
    "cable.order_terminated": "Capacité résiliée",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_route", _routes)
    audit.register_subjects("cable_quote", _quotes)


def _routes(ids: list[str]) -> dict[str, audit.Named]:
    found = Route.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(r.pk): audit.Named(r.name, reverse("cable_capacity:route", args=[r.code])) for r in found}


def _quotes(ids: list[str]) -> dict[str, audit.Named]:
    found = Quote.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(q.pk): audit.Named(q.number, reverse("cable_capacity:quote", args=[q.pk])) for q in found}
