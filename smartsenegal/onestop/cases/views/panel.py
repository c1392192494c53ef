"""The detail of the chosen row, beside a list."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse

from smartsenegal.kernel.identity.api import ASSURANCE, PermissionRefused, Principal
from smartsenegal.lib.dates import format_date, format_short
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.phones import format_phone
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries import Opened
from smartsenegal.onestop.cases.rules import Filing, Line
from smartsenegal.onestop.procedures.api import rules as asking


def panel_of(request: HttpRequest, by: Principal) -> dict[str, Any] | None:
    """The panel of the row chosen in the address; reading it is journalled.

    None when none is chosen: the page then asks for the first row's once it is shown, or leads to it.
    """
    case_id = _chosen(request.GET.get("choisi", ""))
    if case_id is None:
        return None
    try:
        opened = queries.agent_case(case_id, by)
    except (Http404, PermissionRefused):
        return None
    actions.record_reading(opened.case, by)
    return panel_for(opened)


def _chosen(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def panel_for(opened: Opened) -> dict[str, Any]:
    """What `components/detail_panel.html` shows of a case."""
    case, view = opened.case, opened.view
    url = reverse("cases:instruct", args=[case.pk])
    sections: list[dict[str, Any]] = [
        {"title": "Décision proposée", "text": _proposal(opened)},
        {"title": clock_title(opened), "dated": [clock_line(x) for x in view.reasoning]},
        {"title": "Avis", "states": [_opinion(o) for o in view.record.opinions]},
        {"title": "Note du signataire", "text": view.record.note},
        {"title": "Demandeur", "rows": _applicant_rows(opened)},
    ]
    return {
        "title": case.reference,
        "subtitle": case.title,
        "url": url,
        "sections": [s for s in sections if any(v for k, v in s.items() if k != "title")],
        "actions": [{"label": "Ouvrir le dossier", "url": url, "main": True}],
    }


def _proposal(opened: Opened) -> str:
    """« Refus, par Fatou Sarr. Les pièces … »; "" once it is decided, or sent back."""
    proposal = opened.view.record.proposal
    if proposal is None or opened.view.state != "awaiting_signature":
        return ""
    said = f"{rules.OUTCOMES[proposal.outcome]}, par {proposal.by_label}."
    return f"{said} {proposal.text}".strip()


def clock_title(opened: Opened) -> str:
    """« Horloge légale : 40 jours »."""
    words = asking.delay_words(opened.view.clock.delay)
    return f"Horloge légale\u00a0: {words}" if words else "Horloge légale"


def clock_line(line: Line) -> dict[str, str]:
    """One line of the reasoning, with short dates."""
    if line.until:
        return {"when": f"{format_short(line.on)} – {format_short(line.until)}", "text": line.text}
    return {"when": format_short(line.on), "text": line.text}


def _opinion(opinion: rules.Opinion) -> dict[str, str]:
    return {"label": opinion.label, "chip": opinion.words, "tone": opinion.tone}


def whose_rows(opened: Opened) -> list[dict[str, str]]:
    """Whose request it is, and who filed it for them, as agents read it."""
    case, filing = opened.case, opened.view.record.filing
    if account := case.applicant:
        rows = [
            {"label": "Compte", "value": str(account)},
            {"label": "Identité", "value": dict(ASSURANCE).get(account.assurance, "")},
            {"label": "Téléphone", "value": format_phone(account.phone) if account.phone else ""},
        ]
    else:
        rows = [{"label": "Au nom de", "value": organisation_words(case)}]
    if filing and filing.by and filing.by != str(case.applicant_id):
        rows.append({"label": "Déposé par", "value": filed_words(filing)})
    return [row for row in rows if row["value"]]


def filed_words(filing: Filing) -> str:
    """Who filed it, and under which title."""
    return f"{filing.by_label}, au titre d’un mandat" if filing.mandate else filing.by_label


def organisation_words(case: Case) -> str:
    """A company or an association by name, with the number it gave."""
    asks = case.organisation
    if asks is None:
        return ""
    number = f"NINEA {asks.registration}" if asks.kind == "company" else f"récépissé {asks.registration}"
    return f"{asks.name} ({number})" if asks.registration else asks.name


def _applicant_rows(opened: Opened) -> list[dict[str, str]]:
    record, filing = opened.view.record, opened.view.record.filing
    rows = whose_rows(opened)
    if filing and filing.total:
        paid = f", payés le {format_date(record.paid_at.date())}" if record.paid_at else ", à payer"
        rows.append({"label": "Frais", "value": format_fcfa(filing.total) + paid})
    return rows
