"""What a customer is told of an order, with where to follow it. SMS texts stay inside the 7-bit alphabet."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from smartsenegal.cable.capacity.models import Order
from smartsenegal.kernel.identity.api import contact_of, members_who_may
from smartsenegal.kernel.notifications.api import register_words, send_everywhere
from smartsenegal.lib.text import typography as _

_END = "\n\nLa suivre : {{ link }}"
_WHY = "\nMotif : {{ reason }}" + _END
# Name: title, SMS, text of the page and of the e-mail.
WORDS = {
    "cable.order_inProgress": (
        "Commande {{ order }} : la livraison commence",
        "La livraison de votre commande {{ order }} commence. {{ link }}",
        "La livraison de votre commande {{ order }} ({{ product }}) commence." + _END,
    ),
    "cable.order_pending": (
        "Commande {{ order }} : on attend quelque chose de vous",
        "Votre commande {{ order }} attend quelque chose de vous. {{ link }}",
        "L’exploitant attend quelque chose de vous pour livrer la commande {{ order }} ({{ product }})."
        + _WHY,
    ),
    "cable.order_held": (
        "Commande {{ order }} : la livraison est suspendue",
        "La livraison de votre commande {{ order }} est suspendue. {{ link }}",
        "La livraison de votre commande {{ order }} ({{ product }}) est suspendue." + _WHY,
    ),
    "cable.order_completed": (
        "Commande {{ order }} : livrée",
        "Votre commande {{ order }} est livree : sa facturation commence. {{ link }}",
        "Votre commande {{ order }} ({{ product }}) est livrée. Sa facturation commence aujourd’hui." + _END,
    ),
    "cable.order_rejected": (
        "Commande {{ order }} : rejetée",
        "Votre commande {{ order }} est rejetee. {{ link }}",
        "Votre commande {{ order }} ({{ product }}) est rejetée : la capacité est rendue." + _WHY,
    ),
    "cable.order_failed": (
        "Commande {{ order }} : elle ne peut pas être livrée",
        "Votre commande {{ order }} ne peut pas etre livree. {{ link }}",
        "Votre commande {{ order }} ({{ product }}) ne peut pas être livrée : la capacité est rendue." + _WHY,
    ),
    "cable.order_cancelled": (
        "Commande {{ order }} : annulée",
        "Votre commande {{ order }} est annulee. {{ link }}",
        "Votre commande {{ order }} ({{ product }}) est annulée." + _END,
    ),
    "cable.order_terminated": (
        "Service de la commande {{ order }} : terminé",
        "Le service de votre commande {{ order }} est termine. {{ link }}",
        "Le service de votre commande {{ order }} ({{ product }}) est terminé." + _WHY,
    ),
}
KINDS = {name: _(f"Capacité : {title.partition(' : ')[2]}") for name, (title, _sms, _text) in WORDS.items()}
SAMPLE = {
    "order": "C-00042",
    "product": "Capacité Dakar – Praia",
    "reason": "Navire en réparation",
    "link": "https://smart.example.sn/cable/offre/client/12/commandes/42/",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    register_words(WORDS, SAMPLE)


def link_of(order: Order) -> str:
    """Where a customer follows an order."""
    path = reverse("cable_wholesale:order", args=[order.quote.customer_id, order.pk])
    return f"{settings.PUBLIC_URL}{path}"


def notify(name: str, event_id: UUID, order: Order) -> None:
    """Tell those who may order for the customer by every address they have; the same event never tells
    twice."""
    customer = order.quote.customer_id
    if name not in WORDS or customer is None:
        return
    context = {
        "order": str(order), "product": order.quote.product.name, "reason": order.reason,
        "link": link_of(order),
    }  # fmt: skip
    for account in members_who_may("file", customer):
        contact = contact_of(account)
        if contact is not None:
            send_everywhere(contact, event_id, name, context, f"cable_quote:{order.quote_id}")
