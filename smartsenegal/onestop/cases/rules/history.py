"""The story of a case in words: one line an act, for the applicant and for an agent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import plural
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules.facts import OUTCOMES, Action
from smartsenegal.onestop.cases.rules.names import signed_for
from smartsenegal.onestop.cases.rules.view import first_definition
from smartsenegal.onestop.procedures.definition import Definition

Words = Callable[[Definition, Action], str]


@dataclass(frozen=True)
class Entry:
    """One line. `by` is who acted; for an applicant an agent is only « le service »."""

    sequence: int
    at: datetime
    text: str
    by: str
    icon: str
    note: str = ""


def for_person(definition: Definition, actions: Iterable[Action], reader: str = "") -> list[Entry]:
    """What the applicant reads, oldest first; what they typed themselves is not told back to them.

    `reader` is their account: what somebody else did in the same name bears the other's.
    """
    return [
        Entry(a.sequence, a.at, _(_PERSON[a.kind](under, a)), _author(a, reader), _ICONS[a.kind])
        for under, a in _each_under(definition, actions)
        if a.kind in _PERSON
    ]


def for_agent(definition: Definition, actions: Iterable[Action]) -> list[Entry]:
    """Everything, oldest first; the questions answered one after the other before filing make one line."""
    return [
        Entry(
            a.sequence,
            a.at,
            _(_AGENT[a.kind](under, a)),
            _who(a),
            _ICONS[a.kind],
            _note(a),
        )
        for under, a in _without_drafting(definition, actions)
    ]


def step_labels(definition: Definition, actions: Iterable[Action]) -> dict[str, str]:
    """Labels of the steps by key, those of older revisions too: the latest one that knows a step names it."""
    found: dict[str, str] = {}
    for under, _action in _each_under(definition, actions):
        found |= {s.key: s.label for s in under.circuit}
    return found | {s.key: s.label for s in definition.circuit}


def _each_under(definition: Definition, actions: Iterable[Action]) -> Iterator[tuple[Definition, Action]]:
    """Each action with the revision under which it was made: what it names may be gone since."""
    taken = list(actions)
    current = first_definition(definition, taken)
    for action in taken:
        current = action.data["after"] if action.kind == "rebased" else current
        yield current, action


def _without_drafting(definition: Definition, actions: Iterable[Action]) -> list[tuple[Definition, Action]]:
    told = list(_each_under(definition, actions))
    filed = next((a.sequence for _under, a in told if a.kind == "submitted"), 0)
    return [(under, a) for under, a in told if a.sequence >= filed or a.kind == "opened"]


def _author(action: Action, reader: str) -> str:
    if action.actor_kind == "person" and reader and action.actor_id != reader:
        return _named(action)
    return {"agent": "Le service", "client": "Le service", "system": ""}.get(action.actor_kind, "Vous")


def _who(action: Action) -> str:
    return "Automatique" if action.actor_kind == "system" else _named(action)


def _named(action: Action) -> str:
    return f"{action.actor_label}, par mandat" if action.data.get("mandate") else action.actor_label


def _note(action: Action) -> str:
    if action.kind in ("returned", "noted", "corrected"):
        return str(action.data.get("note", ""))
    if action.kind in ("proposed", "opinion_given", "visa_given", "visa_refused"):
        return str(action.data.get("text", ""))
    return ""


def _total(action: Action) -> int:
    return sum(line["amount"] for line in action.data.get("fees", ()))


def _due(action: Action) -> str:
    return format_date(date.fromisoformat(action.data["due_on"]))


def _page(definition: Definition, action: Action) -> str:
    key = action.data["page"]
    return next((p.title for p in definition.pages if p.key == key), key)


def _piece(definition: Definition, action: Action) -> str:
    key = action.data["piece"]
    return next((p.label for p in definition.pieces if p.key == key), key)


def _step(definition: Definition, action: Action) -> str:
    key = action.data.get("step", "")
    return next((s.label for s in definition.circuit if s.key == key), key)


def _filed_for_person(definition: Definition, action: Action) -> str:
    number = f"Demande envoyée sous le numéro {action.data['reference']}"
    total = _total(action)
    return f"{number}. Frais : {format_fcfa(total)}" if total else number


def _filed_for_agent(definition: Definition, action: Action) -> str:
    total = _total(action)
    return f"Dossier déposé, {format_fcfa(total)} à payer" if total else "Dossier déposé"


def _signed_for_person(definition: Definition, action: Action) -> str:
    if not action.data.get("final", True):
        return "Étape de signature franchie"
    return "Demande accordée" if action.data["outcome"] == "granted" else "Demande refusée"


def _signed_for_agent(definition: Definition, action: Action) -> str:
    words = "Accord signé" if action.data["outcome"] == "granted" else "Refus signé"
    words += signed_for(action.data.get("delegation"))
    return words if action.data.get("final", True) else f"{words} : {_step(definition, action)}"


def _asked_for_person(definition: Definition, action: Action) -> str:
    count = plural(len(action.data["items"]), "correction demandée", "corrections demandées")
    return f"{count}, à envoyer avant le {_due(action)} inclus"


def _asked_for_agent(definition: Definition, action: Action) -> str:
    labels = " ; ".join(i.get("label", i["key"]) for i in action.data["items"])
    return f"Corrections demandées avant le {_due(action)} inclus : {labels}"


def _proposed(definition: Definition, action: Action) -> str:
    return f"{OUTCOMES[action.data['outcome']]} proposé"


def _opinion(definition: Definition, action: Action) -> str:
    data = action.data
    said = "favorable" if data["favourable"] else "défavorable"
    said += " avec réserves" if data.get("reserved") else ", par silence" if data.get("silent") else ""
    who = f" ({data['by']})" if data.get("by") else ""
    return f"{_step(definition, action)} : {said}{who}{signed_for(data.get('delegation'))}"


def _opinion_for_person(definition: Definition, action: Action) -> str:
    return f"{_step(definition, action)} : rendu"


def _assessed(definition: Definition, action: Action) -> str:
    return f"Montant fixé : {format_fcfa(_total(action))}"


def _rebased(definition: Definition, action: Action) -> str:
    told = " ".join(action.data.get("changes", ())) or "Rien ne change pour la demande."
    return f"La demande suit la révision {action.data.get('number', '')} de la démarche. {told}"


def _rebased_for_agent(definition: Definition, action: Action) -> str:
    text = action.data.get("legal_text", "")
    return _rebased(definition, action) + (f" Texte : {text}" if text else "")


def _transferred(definition: Definition, action: Action) -> str:
    return f"Dossier confié à un autre service : {action.data['service_name']}"


def _refunded(definition: Definition, action: Action) -> str:
    what = "payés en trop " if action.data.get("extra") else ""
    why = f" : {action.data['reason']}" if action.data.get("reason") else ""
    return f"{format_fcfa(action.data['amount'])} {what}rendus{why}"


def _refusal_issued(definition: Definition, action: Action) -> str:
    return f"Décision de rejet établie sous le numéro {action.data['number']}"


_PERSON: dict[str, Words] = {
    "submitted": _filed_for_person,
    "payment_settled": lambda d, a: "Paiement reçu",
    "taken": lambda d, a: "Un agent a pris votre dossier",
    "corrections_requested": _asked_for_person,
    "reminded": lambda d, a: "Rappel envoyé : des corrections sont attendues",
    "corrected": lambda d, a: "Corrections envoyées",
    "proposed": lambda d, a: "Examen terminé, décision en cours",
    "signed": _signed_for_person,
    "act_issued": lambda d, a: f"Document délivré sous le numéro {a.data['number']}",
    "act_revoked": lambda d, a: "Document révoqué",
    "withdrawn": lambda d, a: "Demande retirée",
    "lapsed": lambda d, a: "Demande close : les corrections ne sont pas arrivées à temps",
    "reviewed": lambda d, a: f"{_step(d, a)} : étape franchie",
    "opinion_given": _opinion_for_person,
    "visa_given": _opinion_for_person,
    "visa_refused": lambda d, a: f"{_step(d, a)} : dossier renvoyé au service",
    "assessed": _assessed,
    "put_on_notice": lambda d, a: "Vous avez mis l’administration en demeure de répondre",
    "deemed_granted": lambda d, a: "Accord tacite : l’administration n’a pas répondu à temps",
    "deemed_refused": lambda d, a: "Refus tacite : l’administration n’a pas répondu dans le délai",
    "attested": lambda d, a: f"Attestation d’accord tacite délivrée sous le numéro {a.data['number']}",
    "act_requested": lambda d, a: "Acte demandé au représentant de l’État",
    "substituted": lambda d, a: "Le représentant de l’État a signé l’acte",
    "transferred": _transferred,
    "rebased": _rebased,
    "refunded": _refunded,
    "refusal_issued": _refusal_issued,
}
_AGENT: dict[str, Words] = {
    "opened": lambda d, a: "Brouillon commencé",
    "answered": lambda d, a: f"Réponse changée : {_page(d, a)}",
    "piece_added": lambda d, a: f"Pièce ajoutée : {_piece(d, a)}",
    "piece_removed": lambda d, a: f"Pièce retirée : {_piece(d, a)}",
    "submitted": lambda d, a: (
        f"Dossier déposé, {format_fcfa(_total(a))} à payer" if _total(a) else "Dossier déposé"
    ),
    "payment_settled": lambda d, a: "Paiement reçu",
    "assigned": lambda d, a: f"Confié à {a.data.get('label', '')}",
    "taken": lambda d, a: "Dossier pris en charge",
    "corrections_requested": _asked_for_agent,
    "reminded": lambda d, a: "Rappel des corrections envoyé au demandeur",
    "corrected": lambda d, a: "Corrections reçues",
    "opinion_given": _opinion,
    "visa_given": _opinion,
    "proposed": _proposed,
    "returned": lambda d, a: "Renvoyé par le signataire",
    "signed": _signed_for_agent,
    "act_issued": lambda d, a: f"Acte délivré sous le numéro {a.data['number']}",
    "act_revoked": lambda d, a: "Acte révoqué",
    "withdrawn": lambda d, a: "Demande retirée par le demandeur",
    "lapsed": lambda d, a: "Dossier clos : corrections non reçues à la date fixée",
    "noted": lambda d, a: "Note du service",
    "reviewed": lambda d, a: f"{_step(d, a)} : recevable, étape franchie",
    "visa_refused": lambda d, a: f"{_step(d, a)} : visa refusé, dossier renvoyé",
    "assessed": _assessed,
    "put_on_notice": lambda d, a: "Mise en demeure par le demandeur",
    "deemed_granted": lambda d, a: "Accord tacite, faute de décision à temps",
    "deemed_refused": lambda d, a: "Refus tacite, faute de décision à temps",
    "attested": lambda d, a: f"Attestation d’accord tacite sous le numéro {a.data['number']}",
    "act_requested": lambda d, a: "Acte demandé au représentant de l’État",
    "substituted": lambda d, a: (
        f"Acte signé par le représentant de l’État{signed_for(a.data.get('delegation'))}"
    ),
    "transferred": _transferred,
    "rebased": _rebased_for_agent,
    "refunded": _refunded,
    "refusal_issued": _refusal_issued,
}
_ICONS = {
    "opened": "pencil",
    "answered": "pen-line",
    "piece_added": "paperclip",
    "piece_removed": "trash-2",
    "submitted": "send",
    "payment_settled": "banknote",
    "assigned": "user",
    "taken": "user",
    "corrections_requested": "rotate-ccw",
    "reminded": "bell",
    "corrected": "send",
    "opinion_given": "message-square",
    "visa_given": "stamp",
    "proposed": "file-check",
    "returned": "rotate-ccw",
    "signed": "signature",
    "act_issued": "badge-check",
    "act_revoked": "ban",
    "withdrawn": "x",
    "lapsed": "file-x",
    "noted": "message-square",
    "reviewed": "check",
    "visa_refused": "rotate-ccw",
    "assessed": "banknote",
    "put_on_notice": "bell",
    "deemed_granted": "badge-check",
    "deemed_refused": "ban",
    "attested": "badge-check",
    "act_requested": "send",
    "substituted": "signature",
    "transferred": "rotate-ccw",
    "rebased": "scroll-text",
    "refunded": "banknote",
    "refusal_issued": "file-x",
}
