"""The decision of refusal as a document: its reasons and the ways of appeal, sealed as an act is."""

from typing import Any
from uuid import UUID

from smartsenegal.kernel.documents import api as documents
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import queries
from smartsenegal.onestop.cases.actions.acts import TEMPLATE, holder_of, signer_of
from smartsenegal.onestop.cases.actions.system import record_refusal
from smartsenegal.onestop.cases.queries import Opened

PREFIX = "DR"
TITLE = "Décision de rejet"
NO_APPEAL = (
    "Les voies et délais de recours de cette démarche ne sont pas connus de la plateforme : demandez-les au "
    "service qui a décidé."
)


def issue_refusal(case_id: UUID | str) -> None:
    """Make the document of a refused case and note it in the case; does nothing once it is noted.

    Cut at any point and started again it ends the same: the same case always gives the same document.
    """
    opened = queries.for_system(case_id)
    if not opened.view.refusal_to_issue:
        return
    act = documents.issue(TEMPLATE, **refusal_content(opened))
    record_refusal(case_id, str(act.pk), act.number)


def refusal_content(opened: Opened) -> dict[str, Any]:
    """Everything that `documents.issue` needs for this refusal, by name of argument."""
    record, definition = opened.view.record, opened.definition
    filing, decision = record.filing, record.decision
    assert filing is not None
    assert decision is not None
    on = format_date(decision.at)
    return {
        "data": {"blocks": [*_what(opened, on), *_reasons(opened), *_appeal(definition.appeal)]},
        "number": PREFIX,
        "subject": opened.case.subject,
        "title": TITLE,
        "holder": holder_of(opened),
        "essential": {"dossier": filing.reference, "demande": definition.title, "rejet du": on},
        "signer": signer_of(opened),
        "key": "refusal",
    }


def _what(opened: Opened, on: str) -> list[dict[str, Any]]:
    filing = opened.view.record.filing
    assert filing is not None
    text = (
        f"La demande n° {filing.reference}, « {opened.definition.title} », déposée le "
        f"{format_date(filing.at)} auprès de : {filing.service_name}, est rejetée par décision du {on}."
    )
    return [{"kind": "paragraph", "text": _(text)}]


def _reasons(opened: Opened) -> list[dict[str, Any]]:
    """The grounds chosen, in the words of the procedure, then what the service wrote."""
    proposal = opened.view.record.proposal
    if proposal is None:
        return []
    known = {reason.key: reason for reason in opened.definition.reasons}
    chosen = [known[key] for key in proposal.reasons if key in known]
    items = [_(f"{r.label} – {r.text}" if r.text else r.label) for r in chosen]
    written = [_(line) for line in proposal.text.splitlines() if line.strip()]
    lead = [{"kind": "paragraph", "text": _("Pour les motifs suivants :")}] if items or written else []
    listed = [{"kind": "list", "items": items}] if items else []
    return [*lead, *listed, *({"kind": "paragraph", "text": line} for line in written)]


def _appeal(appeal: str) -> list[dict[str, Any]]:
    words = appeal.strip() or NO_APPEAL
    told = [{"kind": "paragraph", "text": _(line)} for line in words.splitlines() if line.strip()]
    return [{"kind": "paragraph", "text": _("Voies et délais de recours :")}, *told]
