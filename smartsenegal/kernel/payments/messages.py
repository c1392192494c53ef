"""What a payer is told of money that comes back: short, with where to look. One text a channel.

SMS texts stay inside the 7-bit alphabet (no ç, ê, ô, œ) so that each costs one or two segments.
"""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from smartsenegal.kernel.identity.api import contact_of
from smartsenegal.kernel.notifications.api import Address, register_words, send
from smartsenegal.kernel.payments.models import Payable
from smartsenegal.lib.money import format_fcfa

# Name: title, SMS, text of the page and of the e-mail.
WORDS = {
    "payment.duplicate": (
        "Paiement en trop : {{ total }} vous reviennent",
        "Vous avez payé {{ total }} en trop pour {{ title }}. Cette somme vous est rendue par "
        "{{ operator }}, sans rien demander. {{ link }}",
        "Vous avez payé {{ total }} en trop pour « {{ title }} ». Cette somme vous est rendue sur le compte "
        "{{ operator }} qui a payé ; vous n’avez rien à faire.\n\nVoir le paiement : {{ link }}",
    ),
    "payment.refunded": (
        "{{ total }} vous ont été rendus",
        "{{ operator }} vous a rendu {{ total }} pour {{ title }}. {{ link }}",
        "{{ total }} vous ont été rendus sur le compte {{ operator }} qui avait payé « {{ title }} ».\n"
        "Motif : {{ reason }}\n\n"
        "Voir le paiement : {{ link }}",
    ),
}
SAMPLE = {
    "title": "Casier judiciaire (bulletin n° 3), CJ-2026-004188",
    "total": "12 400 F CFA",
    "operator": "Wave",
    "reason": "Timbre compté deux fois",
    "link": "https://smart.example.sn/paiements/0190aaaa-bbbb-7ccc-8ddd-0123456789ab/",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    register_words(WORDS, SAMPLE)


def notify(name: str, event_id: UUID, payable: Payable, amount: int, operator: str, reason: str = "") -> None:
    """Tell the payer by every address they have; the same event never tells twice."""
    contact = contact_of(payable.payer)
    if contact is None:
        return  # the account was closed: the money goes back all the same
    context = {
        "title": payable.title,
        "total": format_fcfa(amount),
        "operator": operator,
        "reason": reason,
        "link": settings.PUBLIC_URL + reverse("payments:payable", args=[payable.pk]),
    }
    known = [("page", contact.account_id), ("sms", contact.phone), ("email", contact.email)]
    for channel, value in known:
        if value:
            send(
                f"{event_id}:{channel}",
                name,
                Address(channel, value, contact.language),
                context,
                event_id=event_id,
                about=payable.subject,
                recipient=contact.account_id,
            )
