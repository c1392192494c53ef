"""Who may do what to a case, and when. Every refusal is the sentence to show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules.correcting import items_now, left_to_correct
from smartsenegal.onestop.cases.rules.facts import (
    OPEN,
    SILENT_KINDS,
    STATES,
    SUBSTITUTION,
    Action,
    Kind,
    State,
)
from smartsenegal.onestop.cases.rules.view import CaseView

_PERSON = frozenset(
    {
        "opened", "answered", "piece_added", "piece_removed", "submitted", "corrected", "withdrawn",
        "put_on_notice", "act_requested",
    }
)  # fmt: skip
_SIGNATORY = frozenset({"returned", "signed"})
_SYSTEM = frozenset(
    {
        "payment_settled", "act_issued", "act_revoked", "lapsed", "reminded", "deemed_granted",
        "deemed_refused", "attested", "transferred", "rebased", "refunded", "refusal_issued",
    }
)  # fmt: skip
# Acts of a step of the circuit, by the service that this step is for.
_STEPS = frozenset({"opinion_given", "visa_given", "visa_refused", "assessed", "substituted"})
# Nothing that a person decides from a page depends on these.
_HARMLESS = frozenset({"noted", "reminded", "assigned", "taken"})


@dataclass(frozen=True)
class Facts:
    """Who asks: computed from the principal, with the service and territory of the case."""

    actor_id: str
    today: date
    owns: bool = False  # may act as the applicant: themself, or who acts for them
    involved: bool = False  # has, or had, a part in the request on the applicant's side
    instructs: bool = False
    signs: bool = False
    is_system: bool = False
    gives: frozenset[str] = frozenset()  # steps whose opinion, visa, amount or act is theirs to give


NOT_YOURS = "Ce dossier n’est pas le vôtre."
Rule = Callable[[CaseView, Facts, Mapping[str, Any]], str | None]


def permitted(kind: Kind, facts: Facts) -> str | None:
    """None when this actor may do such acts on this case at all; otherwise the sentence of a refusal."""
    if facts.is_system:
        return None
    if kind in _PERSON:
        return None if facts.owns else NOT_YOURS
    if kind in _SYSTEM:
        return "Cet acte est fait par le système."
    if facts.owns or facts.involved:
        return "C’est votre propre demande : un autre agent doit la traiter."
    if kind in _STEPS:
        return None if facts.gives else "Cet avis, ce visa ou cet acte n’est pas demandé à votre service."
    if kind in _SIGNATORY:
        return None if facts.signs else "Seul un signataire du service peut décider de ce dossier."
    return None if facts.instructs else "Ce dossier relève d’un autre service que le vôtre."


def allowed(view: CaseView, kind: Kind, facts: Facts, data: Mapping[str, Any] | None = None) -> str | None:
    """None when the act is possible now; otherwise the sentence that says why not and what to do."""
    refused = permitted(kind, facts)
    if refused:
        return _(refused)
    if view.version == 0 and kind != "opened":
        return "Ce dossier n’existe pas."
    refused = _WHEN[kind](view, facts, data or {})
    return refused and _(refused)


def offers(view: CaseView, facts: Facts, kinds: Iterable[Kind]) -> list[Kind]:
    """Those of these acts that a page may offer as buttons."""
    return [kind for kind in kinds if allowed(view, kind, facts) is None]


def conflict(since: Iterable[Action], kind: Kind, actor_id: str, data: Mapping[str, Any]) -> Action | None:
    """The first action since a page was made that makes this act stale, or None.

    What a person types on one question does not depend on their other answers, nor on what the service
    notes for itself; it does on a change of state, and on somebody else's answer to the same question.
    """
    return next((a for a in since if _clashes(a, kind, actor_id, data)), None)


def _clashes(action: Action, kind: Kind, actor_id: str, data: Mapping[str, Any]) -> bool:
    if action.kind in _HARMLESS:
        return kind in {"assigned", "taken"} and action.kind in {"assigned", "taken"}
    if kind in {"assigned", "taken", "noted"}:
        return False
    if kind in _STEPS and action.kind in _STEPS:
        return action.data.get("step") == data.get("step")  # services consulted side by side
    if kind in SILENT_KINDS and action.kind in SILENT_KINDS:
        same = action.data.get("page", action.data.get("piece")) == data.get("page", data.get("piece"))
        return same and action.actor_id != actor_id
    return True


# --- by kind -----------------------------------------------------------------------


def _in(states: frozenset[State], sentence: str) -> Rule:
    def rule(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
        return None if view.state in states else sentence

    return rule


def _opened(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return None if view.version == 0 else "Ce dossier est déjà ouvert."


def _answered(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return _editable(view, "answer", str(data.get("page", "")))


def _piece(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return _editable(view, "piece", str(data.get("piece", "")))


def _editable(view: CaseView, kind: str, key: str) -> str | None:
    if view.state == "draft":
        return None
    asked = view.record.corrections
    if asked is None:
        return "Votre demande est envoyée : elle ne peut plus être modifiée."
    if not key or any(i.kind == kind and key in (i.page, i.key) for i in items_now(view)):
        return None
    return "Le service n’a pas demandé de corriger cette partie."


def _submitted(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return None if view.state == "draft" else "Cette demande est déjà envoyée."


def _payment_settled(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if view.record.filing is None:
        return "Rien n’est à payer pour un brouillon."
    if view.record.ended:
        return None if "refund_due" not in view.badges else "Ce paiement est déjà noté."
    if view.record.decision and view.record.decision.tacit:
        return None  # paid while silence decided: the money is noted all the same
    return None if view.open_of_kind("payment") else "Rien n’est à payer sur ce dossier."


def _too_late(view: CaseView, facts: Facts) -> str | None:
    """What silence decided stands, even before the job of the day has written it down."""
    effect = view.silence.takes_effect_on if view.silence and view.is_open else None
    if effect is None or facts.today < effect or facts.is_system:
        return None
    return f"Le délai est passé sans décision : le silence a décidé le {format_date(effect)}."


def _corrections_requested(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if late := _too_late(view, facts):
        return late
    if view.record.corrections:
        return "Des corrections sont déjà demandées : attendez la réponse du demandeur.".replace(
            " :", "\u00a0:"
        )
    if view.state != "in_review" or not view.open_of_kind("review"):
        return "Ce dossier n’est pas à instruire."
    return None


def _corrected(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if view.record.corrections is None:
        return "Aucune correction n’est demandée."
    if data and (left := left_to_correct(view)):
        names = ", ".join(item.label for item in left)
        return f"Il reste à corriger : {names}."
    return None


_NOTHING = {
    "opinion": "Aucun avis n’est attendu ici.",
    "visa": "Aucun visa n’est attendu ici.",
    "assessment": "Aucun montant n’est à fixer ici.",
}


def _of_step(kind: str) -> Rule:
    def rule(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
        if view.record.decision or view.record.ended:
            return "Ce dossier est décidé ou clos : il est trop tard pour se prononcer."
        if late := _too_late(view, facts):
            return late
        if data.get("step") in view.record.done:
            return "Votre service s’est déjà prononcé sur ce dossier."
        if view.record.corrections:
            return "Le dossier est suspendu jusqu’à la réponse du demandeur."
        asked = [s for s in view.open_steps if s.kind == kind and (facts.is_system or s.key in facts.gives)]
        found = next((s for s in asked if data.get("step") in (None, s.key)), None)
        if found is None:
            return _NOTHING[kind]
        if data.get("silent") and not (found.due and found.step.silence and facts.today > found.due):
            return "Le service consulté a encore le temps de répondre."
        return None

    return rule


def _reviewed(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if view.record.corrections:
        return "Attendez la réponse du demandeur."
    step = view.open_of_kind("review")
    if step is None:
        return "Ce dossier n’est pas à instruire."
    return None if view.reviews_behind(step.key) else "C’est le dernier examen : proposez une décision."


# --- silence ----------------------------------------------------------------------


def _put_on_notice(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    silent = view.silence
    if not view.is_open:
        return "Cette demande n’attend plus de décision."
    if silent is None or silent.rule.notice is None:
        return "Cette démarche ne prévoit pas de mise en demeure."
    if view.record.notice_at:
        return "L’administration est déjà mise en demeure."
    if silent.notice_from is None:
        return "Le délai de l’administration ne court pas : répondez d’abord à ce qui vous est demandé."
    if facts.today < silent.notice_from:
        return (
            f"L’administration a jusqu’au {format_date(silent.notice_from - timedelta(days=1))} inclus "
            f"pour répondre. Vous pourrez la mettre en demeure à partir du {format_date(silent.notice_from)}."
        )
    return None


def _deemed(outcome: str) -> Rule:
    def rule(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
        silent = view.silence
        if not view.is_open or silent is None or silent.effect != outcome:
            return "Le silence ne décide pas de ce dossier."
        if silent.takes_effect_on is None or facts.today < silent.takes_effect_on:
            return "Le délai n’est pas écoulé."
        return None

    return rule


def _attested(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    waits = view.state == "deemed_granted" and view.record.attestation is None
    return None if waits else "Aucune attestation n’est à établir."


def _act_requested(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if view.record.requested_at:
        return "L’acte est déjà demandé au représentant de l’État."
    if view.state != "deemed_granted":
        return "L’acte se demande au représentant de l’État après un accord tacite seulement."
    if view.definition.silence is None or view.definition.silence.substitute is None:
        return "Cette démarche ne prévoit pas d’acte du représentant de l’État."
    return None


def _substituted(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if view.state != "deemed_granted" or view.record.requested_at is None:
        return "Aucun acte n’est demandé au représentant de l’État sur ce dossier."
    return None if facts.is_system or SUBSTITUTION in facts.gives else "Cet acte n’est pas le vôtre."


def _proposed(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    if view.record.corrections:
        return "Attendez la réponse du demandeur : une décision ne se propose pas avant.".replace(
            " :", "\u00a0:"
        )
    step = view.open_of_kind("review")
    if step is None:
        return "Ce dossier n’est pas à instruire."
    if data.get("outcome") == "granted" and (left := view.reviews_behind(step.key)):
        return f"Un accord se propose à l’étape « {left[-1].label} ». Déclarez d’abord ce dossier recevable."
    return None


def _returned(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return _to_sign(view, facts)  # by who signs; a visa is refused by `visa_refused`


def _to_sign(view: CaseView, facts: Facts) -> str | None:
    if late := _too_late(view, facts):
        return late
    if view.record.corrections:
        return "Le dossier est suspendu jusqu’à la réponse du demandeur."
    if view.record.proposal and view.open_of_kind("decision"):
        return None
    return "Ce dossier n’est pas à signer."


def _signed(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    refused = _to_sign(view, facts)
    proposal = view.record.proposal
    if refused or proposal is None:
        return refused
    if not facts.is_system and proposal.by == facts.actor_id:
        return "Vous avez proposé cette décision : une autre personne doit la signer.".replace(
            " :", "\u00a0:"
        )
    return None


def _act_issued(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return None if view.state == "granted" else "Aucun acte n’est à établir."


def _refunded(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    """Money given back is noted at any time, once: it changes nothing of what was asked or decided."""
    if view.record.filing is None:
        return "Rien n’est payé pour un brouillon."
    known = any(r.id == data.get("refund") for r in view.record.refunds)
    return "Ce remboursement est déjà noté." if known else None


def _refusal_issued(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    return None if view.refusal_to_issue else "Aucune décision de rejet n’est à établir."


def _act_revoked(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    acts = (view.record.act, view.record.attestation, view.record.refusal)
    standing = any(act and not act.revoked_at for act in acts)
    return None if standing else "Aucun acte en vigueur n’est à révoquer."


def _lapsed(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    asked = view.record.corrections
    if asked is None:
        return "Aucune correction n’est attendue."
    if facts.today <= asked.due_on:
        return f"Le demandeur a jusqu’au {format_date(asked.due_on)} pour répondre."
    return None


def _reminded(view: CaseView, facts: Facts, data: Mapping[str, Any]) -> str | None:
    asked = view.record.corrections
    return None if asked and not asked.reminded else "Aucun rappel n’est à envoyer."


_FILED = frozenset(STATES) - {"draft"}

_WHEN: dict[Kind, Rule] = {
    "opened": _opened,
    "answered": _answered,
    "piece_added": _piece,
    "piece_removed": _piece,
    "submitted": _submitted,
    "payment_settled": _payment_settled,
    "assigned": _in(OPEN, "Ce dossier est clos : il n’est plus à confier."),
    "taken": _in(OPEN, "Ce dossier est clos : il n’est plus à prendre."),
    "corrections_requested": _corrections_requested,
    "corrected": _corrected,
    "opinion_given": _of_step("opinion"),
    "visa_given": _of_step("visa"),
    "visa_refused": _of_step("visa"),
    "assessed": _of_step("assessment"),
    "reviewed": _reviewed,
    "put_on_notice": _put_on_notice,
    "deemed_granted": _deemed("granted"),
    "deemed_refused": _deemed("refused"),
    "attested": _attested,
    "act_requested": _act_requested,
    "substituted": _substituted,
    "transferred": _in(OPEN, "Ce dossier est clos : il reste à son service."),
    "rebased": _in(OPEN | {"draft"}, "Ce dossier est décidé ou clos : il garde sa révision."),
    "proposed": _proposed,
    "returned": _returned,
    "signed": _signed,
    "act_issued": _act_issued,
    "act_revoked": _act_revoked,
    "refunded": _refunded,
    "refusal_issued": _refusal_issued,
    "withdrawn": _in(OPEN | {"draft"}, "Cette demande est terminée : elle ne peut plus être retirée."),
    "lapsed": _lapsed,
    "reminded": _reminded,
    "noted": _in(_FILED, "Ce dossier n’est pas encore déposé."),
}
