"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.capacity.models import Quote, Route, Service
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Organisation

VERBS = {
    "cable.route_added": "Route de capacité ajoutée",
    "cable.reserve_changed": "Réserve de l’Administration modifiée",
    "cable.product_added": "Produit de capacité ajouté",
    "cable.tariff_added": "Tarif de capacité ajouté",
    "cable.tariff_ended": "Tarif de capacité fini",
    "cable.sale_terms_published": "Conditions de vente publiées",
    "cable.qualified": "Demande de capacité répondue",
    "cable.quote_made": "Devis de capacité fait",
    "cable.quote_accepted": "Devis de capacité accepté",
    "cable.quote_rejected": "Devis de capacité refusé par le client",
    "cable.quote_cancelled": "Devis de capacité retiré",
    "cable.order_inProgress": "Livraison de capacité commencée",
    "cable.order_completed": "Capacité livrée",
    "cable.order_cancelled": "Commande de capacité annulée",
    "cable.order_terminated": "Capacité résiliée",
    "cable.circuit_named": "Circuit d’une commande de capacité nommé",
    "cable.order_rejected": "Commande de capacité rejetée",
    "cable.order_pending": "Commande de capacité en attente du client",
    "cable.order_held": "Livraison de capacité suspendue",
    "cable.order_failed": "Livraison de capacité impossible",
    "cable.order_assessingCancellation": "Annulation d’une commande de capacité demandée",
    "cable.service_ending": "Fin d’un service de capacité demandée",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_route", _routes)
    audit.register_subjects("cable_quote", _quotes)
    audit.register_subjects("cable_service", _services)
    audit.register_subjects("cable_customer", _customers)


def _routes(ids: list[str]) -> dict[str, audit.Named]:
    found = Route.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(r.pk): audit.Named(r.name, reverse("cable_capacity:route", args=[r.code])) for r in found}


def _quotes(ids: list[str]) -> dict[str, audit.Named]:
    found = Quote.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(q.pk): audit.Named(q.number, reverse("cable_capacity:quote", args=[q.pk])) for q in found}


def _services(ids: list[str]) -> dict[str, audit.Named]:
    found = Service.objects.filter(pk__in=[key for key in ids if key.isdigit()]).select_related("contract")
    return {
        str(s.pk): audit.Named(str(s), reverse("cable_billing:contract", args=[s.contract.code]))
        for s in found
    }


def _customers(ids: list[str]) -> dict[str, audit.Named]:
    found = Organisation.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(o.pk): audit.Named(o.name, "") for o in found}
