"""The act that a grant leads to."""

from datetime import date
from typing import Any
from uuid import UUID

from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.identity.api import ROOT_ORGANISATION, Organisation
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import moment, queries
from smartsenegal.onestop.cases.actions.silence import record_attestation
from smartsenegal.onestop.cases.actions.system import record_act
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.queries import Opened
from smartsenegal.onestop.cases.rules import Line, in_one_sentence
from smartsenegal.onestop.cases.rules.names import SIGNATORY, act_of, signed_as
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.onestop.procedures.api import Definition

TEMPLATE = "act"
ATTESTATION_PREFIX = "AT"
STATE_QUALITY = "Le représentant de l’État"
_LONGEST_CHAIN = 8


def issue_act(case_id: UUID | str) -> None:
    """Make the act of a granted case and note it in the case; does nothing once it is noted.

    Cut at any point and started again it ends the same: the same case always gives the same act.
    """
    opened = queries.for_system(case_id)
    if opened.view.state != "granted":
        return
    content = act_content(opened, moment.today())
    act = documents.issue(TEMPLATE, **content)
    record_act(case_id, str(act.pk), act.number)


def issue_attestation(case_id: UUID | str) -> None:
    """Make the attestation of a request deemed granted and note it; does nothing once it is noted."""
    opened = queries.for_system(case_id)
    if opened.view.state != "deemed_granted" or opened.view.record.attestation:
        return
    act = documents.issue(TEMPLATE, **attestation_content(opened))
    record_attestation(case_id, str(act.pk), act.number)


def attestation_content(opened: Opened) -> dict[str, Any]:
    """What the attestation of a tacit grant says: for whom, since when, and the reasoning kept that day."""
    definition, filing, signer = opened.definition, opened.view.record.filing, _automatic(opened)
    deemed = next(a for a in reversed(opened.actions) if a.kind == "deemed_granted")
    on = format_date(date.fromisoformat(deemed.data["on"]))
    lines = [Line(date.fromisoformat(x["on"]), _day(x["until"]), x["text"]) for x in deemed.data["lines"]]
    values = procedures.rules.act_values(definition, opened.view.answers, {}, {})
    assert filing is not None
    return {
        "data": {
            "paragraphs": [
                _(
                    f"La demande n° {filing.reference}, « {definition.title} », déposée le "
                    f"{format_date(filing.at)} auprès de : {filing.service_name}, est réputée accordée "
                    f"depuis le {on}, faute de décision notifiée à temps."
                ),
                _(f"Décompte du délai : {in_one_sentence(lines)}"),
                "Cette attestation constate l’accord tacite. Elle est établie automatiquement.",
            ],
            "rows": _filled(definition.act.rows, values),
            "legal_basis": definition.silence.source if definition.silence else "",
            "validity": "",
        },
        "number": ATTESTATION_PREFIX,
        "subject": opened.case.subject,
        "title": "Attestation d’accord tacite",
        "holder": holder_of(opened),
        "essential": {"dossier": filing.reference, "depuis": on},
        "signer": signer,
        "key": "tacit",
    }


def holder_of(opened: Opened) -> str:
    """For whom an act is that grants nothing: named as the act asked for would have been."""
    act = opened.definition.act
    values = procedures.rules.act_values(opened.definition, opened.view.answers, {}, {})
    return (procedures.rules.fill(act.holder, values) if act.holder else "") or opened.case.title


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def act_content(opened: Opened, today: date) -> dict[str, Any]:
    """Everything that `documents.issue` needs for this case, by name of argument."""
    definition, signer = opened.definition, signer_of(opened)
    values = _values(opened, signer, today)
    act = definition.act
    return {
        "data": {
            "paragraphs": [procedures.rules.fill(text, values) for text in act.paragraphs],
            "rows": [*_filled(act.rows, values), *_visas(opened), *_delegation(opened)],
            "legal_basis": procedures.rules.fill(act.legal_basis, values),
            "validity": _validity(definition, today),
        },
        "number": act.number_prefix,
        "subject": opened.case.subject,
        "title": act.title,
        "holder": procedures.rules.fill(act.holder, values) if act.holder else opened.case.title,
        "essential": {**dict(_filled(act.essential, values)), **_sealed_delegation(opened, signer)},
        "signer": signer,
    }


def _filled(pairs: tuple[tuple[str, str], ...], values: dict[str, str]) -> list[tuple[str, str]]:
    filled = [(label, procedures.rules.fill(text, values)) for label, text in pairs]
    return [(label, text) for label, text in filled if text != procedures.rules.ABSENT]


def _values(opened: Opened, signer: documents.Signer, today: date) -> dict[str, str]:
    view, filing = opened.view, opened.view.record.filing
    assert filing is not None
    decided = view.record.proposal.fields if view.record.proposal else {}
    named = {
        "number": "",
        "issued_on": format_date(today),
        "authority": signer.organisation,
        "signatory": signer.name,
        "reference": filing.reference,
        "filed_on": format_date(filing.at),
        "applicant": opened.case.party_name,
        "valid_until": _valid_until(opened.definition, today),
    }
    return procedures.rules.act_values(opened.definition, view.answers, decided, named)


def _valid_until(definition: Definition, today: date) -> str:
    validity = definition.validity
    if validity is None or validity.amount is None:
        return ""
    return format_date(country_calendar().add(today, validity.amount, validity.unit))


def _validity(definition: Definition, today: date) -> str:
    last = _valid_until(definition, today)
    return f"Valable jusqu’au {last}." if last else ""


def _visas(opened: Opened) -> list[tuple[str, str]]:
    """The visas that the act bears, each with who gave it and when."""
    visas = {s.key: s.label for s in opened.view.circuit if s.kind == "visa"}
    return [
        (visas[o.step], f"{o.by_label}, le {format_date(o.at)}")
        for o in opened.view.record.opinions
        if o.step in visas and o.favourable and o.step in opened.view.record.done
    ]


def _automatic(opened: Opened) -> documents.Signer:
    service = opened.case.service
    assert service is not None
    return _signed_by("Établi automatiquement", "Constat du silence de l’administration", service)


def signer_of(opened: Opened) -> documents.Signer:
    """Who signed the decision, for which authority."""
    decision, service = opened.view.record.decision, opened.case.service
    assert decision is not None
    assert service is not None
    last = opened.view.record.signatures[-1]
    if last.service_id and last.service_id != service.pk:
        substitute = Organisation.objects.select_related("territory", "parent").get(pk=last.service_id)
        return _signed_by(last.by_label, signed_as(STATE_QUALITY, last.delegation), substitute)
    quality = opened.definition.act.signatory_quality or SIGNATORY
    return _signed_by(last.by_label, signed_as(quality, last.delegation), service)


def _sealed_delegation(opened: Opened, signer: documents.Signer) -> dict[str, str]:
    """What the seal adds, and so the page that checks the act, when a deputy signed."""
    return {"Signature": signer.quality} if opened.view.record.signatures[-1].delegation else {}


def _delegation(opened: Opened) -> list[tuple[str, str]]:
    """For whom a deputy signs, and by which act, as the act prints it; nothing otherwise."""
    held = opened.view.record.signatures[-1].delegation
    return [("Signature", f"Pour {held['giver']}, {act_of(held)}")] if held else []


def _signed_by(name: str, quality: str, service: Organisation) -> documents.Signer:
    return documents.Signer(
        name=name,
        quality=quality,
        organisation=service.name,
        place=service.territory.name,
        heading=tuple(_above(service)),
        organisation_id=service.pk,
    )


def _above(service: Organisation) -> list[str]:
    """The organisations above a service, from the top down, for the letter-head."""
    names: list[str] = []
    current = service.parent
    while current and current.code != ROOT_ORGANISATION and len(names) < _LONGEST_CHAIN:
        names.insert(0, current.name)
        current = current.parent
    return names
