"""Texts of the messages about one's data, and how they are sent."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from smartsenegal.kernel.identity.api import contact_of, contacts_of
from smartsenegal.kernel.notifications.api import Address, register_template, send
from smartsenegal.kernel.privacy.models import PrivacyRequest
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import plural
from smartsenegal.lib.text import typography as _

_TEXTS = {
    "privacy.ready": (
        "Vos données sont prêtes",
        "Vos données sont prêtes. Téléchargez-les depuis votre compte, page « Mes données ».",
    ),
    "privacy.erased": (
        "Votre demande d’effacement est traitée",
        "Votre demande d’effacement est traitée. Votre compte, page « Mes données », dit ce qui a été effacé "
        "et ce qui est gardé.",
    ),
    "privacy.refused": (
        "Réponse à votre demande sur vos données",
        "Votre demande sur vos données n’a pas été acceptée. Le motif est sur votre compte, page « Mes "
        "données ».",
    ),
}

# What the officers who answer are told; an officer reads on a screen, so there is no SMS.
_ALERTS = {
    "privacy.due": (
        "Droits sur les données : réponse due le {{ due }}",
        "La demande « {{ kind }} » du {{ asked }} attend sa réponse : {{ left }}, le {{ due }} au plus tard."
        "\n\nRépondre : {{ link }}",
    ),
    "privacy.late": (
        "Droits sur les données : réponse en retard",
        "La demande « {{ kind }} » du {{ asked }} devait avoir sa réponse le {{ due }} : {{ left }}. La "
        "personne peut saisir la Commission de protection des données personnelles.\n\nRépondre : {{ link }}",
    ),
}
_SAMPLE = {
    "kind": "Recevoir mes données",
    "asked": "25 octobre 2026",
    "due": "24 novembre 2026",
    "left": "il reste 7 jours",
    "link": "https://smart.example.sn/mes-donnees/traitement/0190aaaa-bbbb-7ccc-8ddd-0123456789ab/",
}


def register() -> None:
    """Called once, when Django starts."""
    for name, (subject, body) in _TEXTS.items():
        register_template(name, "page", "fr", subject, body, {})
        register_template(name, "sms", "fr", "", f"Smart Sénégal : {body}", {})
        register_template(name, "email", "fr", subject, f"Bonjour,\n\n{body}", {})
    for name, (subject, body) in _ALERTS.items():
        for channel in ("page", "email"):
            register_template(name, channel, "fr", _(subject), _(body), _SAMPLE)


def tell(name: str, request: PrivacyRequest) -> None:
    """Tell the person by every address they have, once for each answer."""
    contact = contact_of(request.account_id)
    if contact is None:
        return
    known = [("page", contact.account_id), ("sms", contact.phone), ("email", contact.email)]
    for channel, value in known:
        if value:
            address = Address(channel, value, contact.language)
            send(
                f"{name}:{request.pk}:{channel}", name, address,
                about=request.subject, recipient=contact.account_id,
            )  # fmt: skip


def alert(request: PrivacyRequest, stage: str, officers: Iterable[UUID], today: date) -> None:
    """Tell each officer that a request nears its last day, or is past it; once a stage."""
    name = "privacy.late" if stage.startswith("late") else "privacy.due"
    context = {
        "kind": request.get_kind_display(),
        "asked": format_date(request.asked_at),
        "due": format_date(request.due_on),
        "left": _left((request.due_on - today).days),
        "link": settings.PUBLIC_URL + reverse("privacy:one", args=[request.pk]),
    }
    for contact in contacts_of(officers).values():
        for channel, value in (("page", contact.account_id), ("email", contact.email)):
            if value:
                address = Address(channel, value, contact.language)
                send(
                    f"privacy.{stage}:{request.pk}:{contact.account_id}:{channel}", name, address, context,
                    about=request.subject, recipient=contact.account_id,
                )  # fmt: skip


def _left(days: int) -> str:
    if days < 0:
        return plural(-days, "jour de retard", "jours de retard")
    return f"il reste {plural(days, 'jour', 'jours')}" if days else "c’est le dernier jour"
