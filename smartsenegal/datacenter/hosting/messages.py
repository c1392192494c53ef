"""What a project's owners are told of an answer. SMS texts stay inside the 7-bit alphabet."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.hosting.models import Ask
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.kernel.identity.api import contacts_of
from smartsenegal.kernel.notifications.api import register_words, send_everywhere

# Name: title, SMS, text of the page and of the e-mail.
WORDS = {
    "hosting.quota_granted": (
        "Quota accordé : {{ project }}",
        "Le quota de {{ project }} est accordé. {{ link }}",
        "Le quota demandé pour {{ project }} est accordé : vous pouvez créer machines et espaces.\n"
        "{{ answer }}\n\nOuvrir le projet : {{ link }}",
    ),
    "hosting.quota_refused": (
        "Quota refusé : {{ project }}",
        "Le quota de {{ project }} est refusé. Motif et suite : {{ link }}",
        "Le quota demandé pour {{ project }} est refusé. Le projet garde celui qu’il a.\n"
        "Réponse du centre : {{ answer }}\n\nOuvrir le projet : {{ link }}",
    ),
}
SAMPLE = {
    "project": "Jokko",
    "answer": "La plateforme sera agrandie en mars",
    "link": "https://smart.example.sn/datacentre/hebergement/projets/jokko/",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    register_words(WORDS, SAMPLE)


def notify(name: str, event_id: UUID, ask: Ask) -> None:
    """Tell the owners of the project, by every address they have; the same event never tells twice."""
    project = ask.project
    owners = {str(m.account_id) for m in project.members.filter(role=roles.OWNER)}
    owners |= set(colocation.accounts_who_may("file", project.customer_id))
    context = {
        "project": project.name,
        "answer": ask.answer,
        "link": settings.PUBLIC_URL + reverse("datacenter_hosting:project", args=[project.code]),
    }
    for contact in contacts_of(sorted(owners)).values():
        send_everywhere(contact, event_id, name, context, f"project:{project.pk}")
