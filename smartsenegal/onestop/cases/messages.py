"""What the applicant is told at each step: short, with what to do and where. One text a channel.

SMS texts stay inside the 7-bit alphabet (no ç, ê, ô, œ) so that each costs one or two segments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings

from smartsenegal.kernel.identity.api import (
    Contact,
    contacts_of,
    may_act_for,
    members_who_may,
    principal_for,
)
from smartsenegal.kernel.notifications.api import Address, register_template, send
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography as _
from smartsenegal.lib.text import without_accents
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Action, CaseView, IssuedAct


@dataclass(frozen=True)
class Words:
    """One transition: the title of the message, the SMS, and the longer text of the page and the e-mail."""

    subject: str
    sms: str
    text: str


WORDS = {
    "case.to_pay": Words(
        "Demande {{ reference }} : payez les frais",
        "Demande {{ reference }} enregistrée. Payez {{ total }} pour que l’examen commence : {{ link }}",
        "Votre demande « {{ procedure }} » est enregistrée sous le numéro {{ reference }}. Elle est adressée "
        "à : {{ service }}.\n\nPayez {{ total }} pour que l’examen commence : {{ link }}",
    ),
    "case.submitted": Words(
        "Demande {{ reference }} enregistrée",
        "Demande {{ reference }} enregistrée. Examen par : {{ service }}.{{ until }} Suivre : {{ link }}",
        "Votre demande « {{ procedure }} » est enregistrée sous le numéro {{ reference }}. Elle est examinée "
        "par : {{ service }}.{{ until }}\n\nSuivre la demande : {{ link }}",
    ),
    "case.payment_settled": Words(
        "Paiement enregistré pour la demande {{ reference }}",
        "Paiement de {{ total }} enregistré pour {{ reference }}. L’examen {{ goes }}.{{ until }} {{ link }}",
        "Votre paiement de {{ total }} est enregistré. L’examen de votre demande {{ reference }} {{ goes }}."
        "{{ until }}\n\nSuivre la demande : {{ link }}",
    ),
    "case.corrections_requested": Words(
        "Demande {{ reference }} : corrections à envoyer avant le {{ due }}",
        "Demande {{ reference }} : {{ count }} point{{ count|pluralize }} à corriger "
        "avant le {{ due }} inclus. {{ link }}",
        "Le service a relevé {{ count }} point{{ count|pluralize }} à corriger "
        "dans votre demande {{ reference }} :\n"
        "{{ items }}\n\nEnvoyez tout en une fois avant le {{ due }} inclus : {{ link }}\n"
        "Sans réponse à cette date, la demande est close.",
    ),
    "case.reminded": Words(
        "Rappel : corrections à envoyer avant le {{ due }}",
        "Rappel : corrections de la demande {{ reference }} à envoyer avant le {{ due }} inclus. {{ link }}",
        "Des corrections sont encore attendues pour votre demande {{ reference }}. Envoyez-les avant le "
        "{{ due }} inclus : {{ link }}\nSans réponse à cette date, la demande est close.",
    ),
    "case.corrected": Words(
        "Corrections de la demande {{ reference }} envoyées",
        "Corrections de la demande {{ reference }} enregistrées. L’examen reprend.{{ until }} {{ link }}",
        "Vos corrections de la demande {{ reference }} sont enregistrées. L’examen reprend.{{ until }}\n\n"
        "Suivre la demande : {{ link }}",
    ),
    "case.act_issued": Words(
        "Votre document est prêt ({{ reference }})",
        "Demande {{ reference }} accordée. Votre document {{ number }} est disponible : {{ link }}",
        "Votre demande « {{ procedure }} » ({{ reference }}) est accordée. Le document {{ number }} est à "
        "télécharger ici : {{ link }}",
    ),
    "case.refused": Words(
        "Demande {{ reference }} refusée",
        "Demande {{ reference }} refusée. Motifs et voies de recours : {{ link }}",
        "Votre demande « {{ procedure }} » ({{ reference }}) est refusée.\n\nLes motifs et les voies de "
        "recours sont expliqués ici, et la décision signée s’y télécharge : {{ link }}",
    ),
    "case.withdrawn": Words(
        "Demande {{ reference }} retirée",
        "Demande {{ reference }} retirée, comme demandé. {{ link }}",
        "La demande {{ reference }} est retirée, comme demandé. {{ link }}",
    ),
    "case.lapsed": Words(
        "Demande {{ reference }} close",
        "Demande {{ reference }} close : les corrections ne sont pas arrivées à temps. {{ link }}",
        "Les corrections de votre demande {{ reference }} ne sont pas arrivées à la date fixée : la demande "
        "est close. Vous pouvez en faire une nouvelle. {{ link }}",
    ),
    "case.assessed": Words(
        "Demande {{ reference }} : montant fixé",
        "Demande {{ reference }} : montant fixé, {{ total }} à payer pour que l’examen continue : {{ link }}",
        "Le service a fixé ce que vous devez pour votre demande {{ reference }} : {{ total }}.\n\n"
        "Payez pour que l’examen continue : {{ link }}",
    ),
    "case.put_on_notice": Words(
        "Demande {{ reference }} : administration mise en demeure",
        "Demande {{ reference }} : mise en demeure enregistrée. Décision due avant le {{ silent }} inclus. "
        "{{ link }}",
        "Votre mise en demeure est enregistrée pour la demande {{ reference }}. {{ service }} doit décider "
        "avant le {{ silent }} inclus. {{ silence }}\n\nSuivre la demande : {{ link }}",
    ),
    "case.deemed_granted": Words(
        "Demande {{ reference }} accordée faute de réponse",
        "Demande {{ reference }} réputée accordée, faute de décision. Attestation à venir : {{ link }}",
        "L’administration n’a pas décidé à temps : votre demande « {{ procedure }} » ({{ reference }}) est "
        "réputée accordée. L’attestation sera prête dans quelques minutes : {{ link }}",
    ),
    "case.deemed_refused": Words(
        "Demande {{ reference }} refusée faute de réponse",
        "Demande {{ reference }} réputée refusée : pas de décision à temps. Voies de recours : {{ link }}",
        "L’administration n’a pas décidé à temps : votre demande « {{ procedure }} » ({{ reference }}) est "
        "réputée refusée.\n\nLes voies de recours sont expliquées ici : {{ link }}",
    ),
    "case.attested": Words(
        "Votre attestation d’accord tacite est prête ({{ reference }})",
        "Attestation d’accord tacite {{ number }} disponible : {{ link }}",
        "L’attestation d’accord tacite {{ number }} de votre demande {{ reference }} est à télécharger "
        "ici : {{ link }}",
    ),
    "case.act_requested": Words(
        "Acte demandé au représentant de l’État ({{ reference }})",
        "Acte de la demande {{ reference }} demandé au représentant de l’État. {{ link }}",
        "Votre demande d’acte ({{ reference }}) est transmise au représentant de l’État. Vous serez averti "
        "dès qu’il aura signé. {{ link }}",
    ),
    "case.transferred": Words(
        "Demande {{ reference }} : nouveau service",
        "Demande {{ reference }} désormais examinée par : {{ service }}. Rien à faire de votre part. "
        "{{ link }}",
        "Le service qui examinait votre demande {{ reference }} a fermé. Elle est désormais examinée par : "
        "{{ service }}. Vous n’avez rien à faire, le délai ne change pas.\n\n{{ link }}",
    ),
    "case.rebased": Words(
        "Demande {{ reference }} : ce qui change",
        "Demande {{ reference }} : {{ changes }} {{ link }}",
        "La démarche « {{ procedure }} » a une nouvelle version, qui s’applique à votre demande "
        "{{ reference }}. Voici ce qui change pour vous :\n{{ changes }}\n\n{{ link }}",
    ),
    "case.draft_expiring": Words(
        "Votre brouillon sera effacé le {{ erased }}",
        "Votre brouillon sera effacé le {{ erased }} si vous n’y changez rien : {{ link }}",
        "Vous n’avez rien changé à votre brouillon « {{ procedure }} » depuis le {{ touched }}. Ce brouillon "
        "sera effacé le {{ erased }}, avec les pièces jointes, si vous n’y changez rien d’ici là : {{ link }}"
        "\n\nC’est une règle de ce service : ce que vous n’envoyez pas n’est pas gardé sans fin.",
    ),
    "case.act_revoked": Words(
        "Document {{ number }} révoqué",
        "Le document {{ number }} (demande {{ reference }}) est révoqué. {{ link }}",
        "Le document {{ number }}, délivré pour votre demande {{ reference }}, est révoqué : il ne peut plus "
        "servir. {{ link }}",
    ),
}
WHOSE = "{{ whose }}"
SAMPLE = {
    "whose": "",
    "reference": "CJ-2026-004188",
    "procedure": "Casier judiciaire (bulletin n° 3)",
    "service": "Tribunal de grande instance de Ziguinchor",
    "total": "12 400 F CFA",
    "until": " Réponse attendue avant le 24 novembre 2026.",
    "due": "24 novembre 2026",
    "count": "3",
    "items": "- Extrait de naissance\n- Motif",
    "number": "B3-2026-004188",
    "changes": "La date limite passe du 24 au 20 novembre 2026.",
    "goes": "commence",
    "touched": "26 août 2026",
    "erased": "24 novembre 2026",
    "silent": "24 décembre 2026",
    "silence": "Sans décision à cette date, la demande est réputée accordée.",
    "link": "https://smart.example.sn/dossiers/CJ-2026-004188/",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    for name, words in WORDS.items():
        register_template(name, "sms", "fr", "", WHOSE + _(words.sms), SAMPLE)
        for channel in ("page", "email"):
            register_template(name, channel, "fr", _(words.subject), WHOSE + _(words.text), SAMPLE)


def notify(
    name: str,
    event_id: UUID,
    case: Case,
    view: CaseView,
    done_by: Action | None = None,
    more: Mapping[str, str] = {},
) -> None:
    """Tell the applicant, or those who file for the organisation, and who filed in their name while they may.

    Each by every address they have; the same event never tells twice. `done_by` is the act that is told,
    when somebody on the applicant's side did it; `more` are words of this message alone. Closed accounts are
    not told: the cases go on.
    """
    context = {**_context(case, view), **more}
    for account_id, contact in contacts_of(_told(case)).items():
        # The key of the applicant is the one it had before others could act for them.
        key = str(event_id) if account_id == str(case.applicant_id) else f"{event_id}:{account_id}"
        for channel, value in _addresses(contact):
            send(
                f"{key}:{channel}",
                name,
                Address(channel, value, contact.language),
                context | {"whose": _whose(case, account_id, done_by, channel)},
                event_id=event_id,
                about=case.subject,
                recipient=account_id,
            )


def _told(case: Case) -> list[str]:
    """Accounts that learn of each step: after a mandate is withdrawn, the helper is told nothing any more."""
    if case.applicant_id:
        told = [str(case.applicant_id)]
    else:
        told = members_who_may("file", case.organisation_id or 0)
    filer = case.filed_by
    if (
        filer is None
        or str(filer.pk) in told
        or not may_act_for(principal_for(filer), case.party_key, case.procedure)
    ):
        return told
    return [*told, str(filer.pk)]


def _whose(case: Case, reader: str, done_by: Action | None, channel: str) -> str:
    """The words before a message to others than the one who did it for themselves."""
    for_whom = "vous" if reader == str(case.applicant_id) else case.party_name
    author = done_by.actor_label if done_by and done_by.actor_id != reader else ""
    if not author and for_whom == "vous":
        return ""
    if channel == "sms":
        # Their own accents, in one letter of a text, double its price.
        author, for_whom = without_accents(author[:40]), without_accents(for_whom[:40])
        return f"Par {author}, pour {for_whom}. " if author else f"Pour {for_whom}. "
    return f"Fait par {author}, pour {for_whom}.\n\n" if author else f"Démarche faite pour {for_whom}.\n\n"


def _addresses(contact: Contact) -> list[tuple[str, str]]:
    known = [("page", contact.account_id), ("sms", contact.phone), ("email", contact.email)]
    return [(channel, value) for channel, value in known if value]


def _context(case: Case, view: CaseView) -> dict[str, Any]:
    filing, asked, act = view.record.filing, view.record.corrections, _act(view)
    items = asked.items if asked else ()
    return {
        "reference": case.reference or "",
        "procedure": view.definition.title,
        "service": filing.service_name if filing else "",
        "total": format_fcfa(view.total_to_pay or _last_paid(view)),
        "until": _until(view.due),
        "due": format_date(asked.due_on) if asked else "",
        "count": str(len(items)),
        "items": "\n".join(_(f"– {i.label} : {i.sentence or i.fault_label}") for i in items),
        "number": act.number if act else "",
        "changes": " ".join(view.record.rebased),
        "goes": "commence" if len(view.paid_steps) < 2 and not view.record.assessed else "continue",
        "silent": format_date(view.silent_on) if view.silent_on else "",
        "silence": view.silence.rule.sentence if view.silence else "",
        "link": f"{settings.PUBLIC_URL}/dossiers/{case.reference or case.pk}/",
    }


def _act(view: CaseView) -> IssuedAct | None:
    return view.record.act or view.record.attestation


def _last_paid(view: CaseView) -> int:
    paid = view.paid_steps
    return sum(line.amount for line in view.lines_of(paid[-1])) if paid else view.total


def _until(due: date | None) -> str:
    return f" Réponse attendue avant le {format_date(due)}." if due else ""
