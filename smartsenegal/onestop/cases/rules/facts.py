"""What a case is made of: actions appended one after the other, and the words for what they lead to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

from smartsenegal.lib.text import typography

Kind = Literal[
    "opened", "answered", "piece_added", "piece_removed", "submitted", "payment_settled", "assigned", "taken",
    "corrections_requested", "corrected", "opinion_given", "visa_given", "proposed", "returned", "signed",
    "act_issued", "act_revoked", "withdrawn", "lapsed", "reminded", "noted", "reviewed", "assessed",
    "visa_refused", "put_on_notice", "deemed_granted", "deemed_refused", "attested", "act_requested",
    "substituted", "transferred", "rebased", "refunded", "refusal_issued",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

State = Literal[
    "draft", "awaiting_payment", "in_review", "corrections_requested", "consulting", "awaiting_signature",
    "granted", "deemed_granted", "issued", "refused", "withdrawn", "lapsed",
]  # fmt: skip
WaitingFor = Literal["person", "agent", "service", "signatory", "payment", "system", "nobody"]
Outcome = Literal["granted", "refused"]
Verdict = Literal["favourable", "reserved", "unfavourable"]

# What the applicant reads, what an agent reads.
_STATES: dict[State, tuple[str, str]] = {
    "draft": ("Brouillon, à compléter et à envoyer", "Brouillon"),
    "awaiting_payment": ("En attente de votre paiement", "Paiement attendu"),
    "in_review": ("En cours d’examen", "À instruire"),
    "corrections_requested": ("Des corrections vous sont demandées", "Corrections demandées"),
    "consulting": ("D’autres services donnent leur avis", "Avis ou visa attendu"),
    "awaiting_signature": ("Examen terminé, décision en cours", "À signer"),
    "granted": ("Accordé, votre document est en préparation", "Accordé, acte en préparation"),
    "deemed_granted": ("Accordé, faute de réponse à temps", "Accord tacite"),
    "issued": ("Votre document est prêt", "Acte délivré"),
    "refused": ("Demande refusée", "Refusé"),
    "withdrawn": ("Demande retirée", "Retiré par le demandeur"),
    "lapsed": ("Demande close, corrections non reçues", "Clos, corrections non reçues"),
}
STATES: tuple[State, ...] = get_args(State)
STATES_FOR_PERSON = {state: person for state, (person, _) in _STATES.items()}
REVOKED_FOR_PERSON = "Votre document est révoqué"
STATES_FOR_AGENT = {state: agent for state, (_, agent) in _STATES.items()}


def state_for_person(state: State | str, badges: Iterable[str]) -> str:
    """What the applicant reads of a case in this state, with these badges."""
    return REVOKED_FOR_PERSON if "revoked" in badges else STATES_FOR_PERSON[state]  # type: ignore[index]


# Still to be decided: the legal clock may run.
OPEN: frozenset[State] = frozenset(
    {"awaiting_payment", "in_review", "corrections_requested", "consulting", "awaiting_signature"}
)
CLOSED: frozenset[State] = frozenset({"issued", "refused", "withdrawn", "lapsed"})

# What is wrong with an answer or a piece: typed, so that each procedure's owner can count them.
FAULTS_OF_ANSWER = {
    "inexact": "Réponse inexacte",
    "incomplete": "Réponse incomplète",
    "contradicts": "Contraire aux pièces jointes",
}
FAULTS_OF_PIECE = {
    "missing": "Pièce manquante",
    "unreadable": "Pièce illisible",
    "expired": "Pièce trop ancienne",
    "wrong_document": "Ce n’est pas le document demandé",
    "incomplete": "Pièce incomplète",
    "other_person": "Pièce au nom d’une autre personne",
}

BADGES = {
    "corrected": ("Corrections reçues", "blue"),
    "returned": ("Renvoyé par le signataire", "amber"),
    "revoked": ("Acte révoqué", "red"),
    "refund_due": ("Paiement à rembourser", "amber"),
    "refunded": ("Frais remboursés", "blue"),
    "on_notice": ("Mise en demeure", "red"),
    "tacit": ("Décision tacite", "amber"),
    "visa_refused": ("Visa refusé", "amber"),
}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "favourable": ("Favorable", "green"),
    "reserved": ("Favorable avec réserves", "amber"),
    "unfavourable": ("Défavorable", "red"),
}
# What a proposal or a decision says, in words.
OUTCOMES = {"granted": "Accord", "refused": "Refus"}
# Not a step of the circuit: the act that the State's representative owes after a tacit grant.
SUBSTITUTION = "substitution"

SILENT_KINDS: frozenset[Kind] = frozenset({"answered", "piece_added", "piece_removed"})
say = typography


@dataclass(frozen=True)
class Action:
    """One appended fact. `data` is the whole payload, sealed part included."""

    sequence: int
    kind: Kind
    at: datetime
    actor_kind: str = "system"
    actor_id: str = ""
    actor_label: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Day of the act in Senegal, which keeps universal time all year."""
        return self.at.astimezone(UTC).date()


@dataclass(frozen=True)
class PieceFile:
    """One stored file of a piece; `issued_on` is the date of the document where its age counts."""

    file: str
    name: str = ""
    size: int = 0
    media_type: str = ""
    option: str = ""
    issued_on: date | None = None
    added_at: datetime | None = None


@dataclass(frozen=True)
class Item:
    """One thing to correct: a piece, or the page of an answer."""

    kind: Literal["answer", "piece"]
    key: str  # of the field, or of the piece
    page: str  # of the field; "" for a piece
    label: str
    fault: str
    sentence: str
    treated: bool = False

    @property
    def fault_label(self) -> str:
        labels = FAULTS_OF_ANSWER if self.kind == "answer" else FAULTS_OF_PIECE
        return labels.get(self.fault, "")


@dataclass(frozen=True)
class Corrections:
    """Everything that one request asks to correct, with one date."""

    asked_at: datetime
    due_on: date
    items: tuple[Item, ...]
    reminded: bool = False
    touched: frozenset[str] = frozenset()  # "answer:<page>" and "piece:<key>" given since


@dataclass(frozen=True)
class Proposal:
    """What the instructing officer proposes to decide."""

    outcome: Outcome
    by: str  # account
    by_label: str
    at: datetime
    step: str
    reasons: tuple[str, ...] = ()
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What was signed, or what the law makes of silence (`tacit`, by nobody)."""

    outcome: Outcome
    by: str
    by_label: str
    at: datetime
    tacit: bool = False
    delegation: Mapping[str, Any] | None = None  # of the last signature


@dataclass(frozen=True)
class Signature:
    """A step of decision signed; `service_id` is that of a substitute, else None."""

    step: str
    outcome: Outcome
    by: str
    by_label: str
    at: datetime
    service_id: int | None = None
    delegation: Mapping[str, Any] | None = None  # for whom, and by which act, when not for oneself


@dataclass(frozen=True)
class Opinion:
    """What a consulted service said, or a visa."""

    step: str
    favourable: bool
    text: str
    by_label: str
    at: datetime
    reserved: bool = False
    silent: bool = False  # the service said nothing and the texts read its silence so
    label: str = ""  # of the step, in the revision under which it was given

    @property
    def verdict(self) -> Verdict:
        if self.favourable:
            return "reserved" if self.reserved else "favourable"
        return "unfavourable"

    @property
    def words(self) -> str:
        return "Favorable, par silence" if self.silent else VERDICTS[self.verdict][0]

    @property
    def tone(self) -> str:
        return VERDICTS[self.verdict][1]


@dataclass(frozen=True)
class IssuedAct:
    """The act made after the decision."""

    id: str
    number: str
    at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class FeeLine:
    """An amount in F CFA for one public accountant, frozen at filing: a newer revision may lower it alone."""

    key: str
    label: str
    amount: int
    beneficiary: str
    nature: str


@dataclass(frozen=True)
class Refund:
    """Francs given back to the payer; `extra` when they had been paid too many, and were never a fee."""

    id: str
    amount: int
    at: datetime
    reason: str = ""
    extra: bool = False


@dataclass(frozen=True)
class Filing:
    """The deposit."""

    at: datetime
    reference: str
    fees: tuple[FeeLine, ...] = ()
    service_id: int | None = None
    service_name: str = ""
    territory_path: str = ""
    title: str = ""
    by: str = ""  # account of who sent it
    by_label: str = ""
    mandate: str = ""  # under which they did; "" for the applicant, or a member of the organisation
    lowered: int = 0  # sequence of the act that last lowered what was owed, 0 while it is that of the deposit
    freed_at: datetime | None = None  # when nothing was owed any more, without a payment

    @property
    def complete_at(self) -> datetime:
        """When the deposit was complete, payments apart."""
        return self.freed_at or self.at

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.fees)
