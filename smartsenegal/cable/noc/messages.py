"""What engineers are told of alarms, and customers of works and alarms. SMS stay inside the 7-bit
alphabet."""

from django.conf import settings
from django.urls import reverse

from smartsenegal.cable.network.api import PERMISSION
from smartsenegal.cable.noc.models import Alarm, Contact
from smartsenegal.cable.noc.queries import Hurt
from smartsenegal.cable.noc.rules import CAUSES
from smartsenegal.cable.resilience.api import Work
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.notifications.api import Address, register_template, send
from smartsenegal.kernel.territory.api import COUNTRY
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import typography as _

ROLE = "network_engineer"
ALARM, WORK, HURT = "cable.alarm", "cable.work_notice", "cable.alarm_notice"
OVER, OFF = "cable.alarm_over", "cable.work_off"
# Name: title, SMS ("" for none), text of the page and of the e-mail.
WORDS = {
    ALARM: (
        "{{ what }} : {{ title }}",
        "",
        "{{ what }} : {{ title }}.\n{{ sentence }}\nTouchés : {{ hits }}.\n\n"
        "La prendre en charge : {{ link }}",
    ),
    WORK: (
        "Travaux sur le réseau, {{ start }}",
        "Travaux sur le réseau du {{ start }} au {{ end }}. Coupe : {{ cut }}. Sans secours : {{ weak }}.",
        "Bonjour,\n\nDes travaux ont lieu sur le réseau du {{ start }} au {{ end }} : {{ reason }}.\n"
        "Coupés pendant ce temps : {{ cut }}.\nEn service, mais sans secours : {{ weak }}.",
    ),
    HURT: (
        "Incident sur le réseau : {{ title }}",
        "Incident sur le reseau depuis le {{ start }}. Touche : {{ cut }}. Nous y travaillons.",
        "Bonjour,\n\nUn incident touche vos services depuis le {{ start }} : {{ title }}.\n"
        "Touchés : {{ cut }}.\nNous y travaillons.",
    ),
    OVER: (
        "Incident fini : {{ title }}",
        "L'incident sur le reseau depuis le {{ start }} est fini. Concerne : {{ cut }}.",
        "Bonjour,\n\nL’incident qui touchait vos services depuis le {{ start }} est fini : {{ title }}.\n"
        "Concernés : {{ cut }}.",
    ),
    OFF: (
        "Travaux sur le réseau, {{ start }} : {{ how }}",
        "Travaux sur le reseau du {{ start }} au {{ end }} : {{ how }}.",
        "Bonjour,\n\nLes travaux annoncés du {{ start }} au {{ end }} ({{ reason }}) sont {{ how }}.",
    ),
}
SAMPLE = {
    "what": "Session BGP coupée",
    "title": "Transit par l’Europe (AS64500)",
    "sentence": "La session est en attente du voisin. Aucun autre transit ne tient.",
    "hits": "Administration",
    "link": "https://smart.example.sn/cable/exploitation/alarmes/7/",
    "start": "27 novembre 2026 à 22 h",
    "end": "28 novembre 2026 à 4 h",
    "reason": "Remplacement d’un tronçon",
    "cut": "Dakar – Kaolack",
    "weak": "aucun",
    "how": "annulés",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    for name, (subject, sms, text) in WORDS.items():
        if sms:
            register_template(name, "sms", "fr", "", _(sms), SAMPLE)
        channels = ("page", "email") if name == ALARM else ("email",)
        for channel in channels:
            register_template(name, channel, "fr", _(subject), _(text), SAMPLE)


def tell_engineers(alarm: Alarm) -> None:
    """Tell the engineers of the whole country, on their page and by e-mail; asked twice, they are told
    once."""
    holders = identity.RoleAssignment.objects.filter(role=ROLE).values_list("account_id", flat=True)
    context = {
        "what": CAUSES[alarm.cause][0],
        "title": alarm.title,
        "sentence": alarm.sentence,
        "hits": ", ".join(dict.fromkeys(h["customer"] or h["name"] for h in alarm.hits))
        or "aucun client connu",
        "link": settings.PUBLIC_URL + reverse("cable_noc:alarm", args=[alarm.pk]),
    }
    for contact in identity.contacts_of(set(holders)).values():
        account = identity.Account.objects.get(pk=contact.account_id)
        if not identity.principal_for(account).may(PERMISSION, territory_path=COUNTRY):
            continue
        for channel, value in (("page", contact.account_id), ("email", contact.email)):
            if value:
                send(
                    f"{ALARM}:{alarm.pk}:{contact.account_id}:{channel}",
                    ALARM,
                    Address(channel, value, contact.language),
                    context,
                    about=f"cable_alarm:{alarm.pk}",
                    recipient=contact.account_id,
                )


def tell_contact(contact: Contact, hurt: Hurt, row: Work | Alarm) -> None:
    """Tell somebody of a customer what touches it, by every address they have."""
    found = {"cut": ", ".join(hurt.cut) or "aucun", "weak": ", ".join(hurt.weak) or "aucun"}
    _send(contact, row, WORK if isinstance(row, Work) else HURT, found)


def tell_over(contact: Contact, row: Work | Alarm) -> None:
    """Tell somebody who was told of it that an alarm is over, or that works are cancelled or ended."""
    if isinstance(row, Work):
        begun = row.cancelled_at is not None and row.starts_at <= row.cancelled_at
        _send(contact, row, OFF, {"how": "finis" if begun else "annulés"})
    else:
        names = [hit["name"] for hit in row.hits if hit["customer"] == contact.customer]
        _send(contact, row, OVER, {"cut": ", ".join(names) or "vos services"})


def _send(contact: Contact, row: Work | Alarm, name: str, found: dict[str, str]) -> None:
    context = dict(found)
    if isinstance(row, Work):
        about = f"cable_work:{row.pk}"
        starts, ends = format_datetime(row.starts_at), format_datetime(row.ends_at)
        context |= {"start": starts, "end": ends, "reason": row.reason}
    else:
        about, words = f"cable_alarm:{row.pk}", CAUSES[row.cause][0]
        context |= {"start": format_datetime(row.holds_since), "title": words[0].lower() + words[1:]}
    over = ":over" if name in (OVER, OFF) else ""
    for channel, value in (("email", contact.email), ("sms", contact.phone)):
        if value:
            key = f"{about}:{contact.pk}:{channel}{over}"
            send(key, name, Address(channel, value), context, about=about)
