"""What an administration's own system sends and is answered."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from smartsenegal.onestop.cases.rest.common import FileOut, ItemOut

LONGEST_PAGE = 200


class Asked(Schema):
    """Which cases; everything may be left out."""

    onglet: Literal["tout", "retard", "bientot", "suspendus", "reponses", "a-signer"] = Field(
        "tout",
        description="Partie de la file d’attente ; `reponses` : ce qui attend un autre service. Sans effet "
        "avec `updated_since`.",
    )
    procedure: str = Field("", max_length=80, pattern="^[a-z0-9-]*$")
    state: str = Field("", max_length=24, pattern="^[a-z_]*$", description="Avec `updated_since` seulement.")
    updated_since: datetime | None = Field(
        None,
        description="Tous les dossiers de vos services, décidés compris, modifiés depuis ce moment, "
        "le plus ancien changement d’abord.",
    )
    cursor: str = Field("", max_length=120, description="Le `next` de la page précédente.")
    limit: int = Field(50, ge=1, le=LONGEST_PAGE)


class QueueLine(Schema):
    id: UUID
    reference: str | None
    procedure: str
    title: str = Field(description="Titre de la démarche.")
    object: str = Field(description="Qui, ou ce que la demande concerne.")
    service: str = Field(description="Code du service qui instruit.")
    state: str
    state_label: str
    step: str
    waiting_for: str
    due_on: date | None
    suspended: bool
    badges: list[str]
    version: int
    submitted_at: datetime | None
    updated_at: datetime


class QueuePage(Schema):
    cases: list[QueueLine]
    next: str | None = Field(description="À redonner dans `cursor` ; null à la dernière page.")


class AwaitedLine(Schema):
    """An opinion, a visa, an amount or an act that a case awaits of your services."""

    case: UUID
    reference: str | None
    procedure: str
    step: str
    kind: str
    label: str
    due_on: date | None
    silence: bool = Field(description="Passé ce délai, le silence vaut avis favorable.")


class AwaitedPage(Schema):
    awaited: list[AwaitedLine]
    next: str | None


class PieceFileOut(FileOut):
    url: str


class OpinionOut(Schema):
    step: str
    verdict: str
    verdict_label: str
    text: str
    by: str
    at: datetime
    silent: bool


class ProposalOut(Schema):
    outcome: str
    outcome_label: str
    by: str
    at: datetime
    reasons: list[str]
    text: str
    fields: dict[str, Any]


class DecisionOut(Schema):
    outcome: str
    outcome_label: str
    by: str
    at: datetime
    tacit: bool
    reasons: list[str]
    text: str
    appeal: str = Field(description="Voies et délais de recours, joints à la décision.")


class ActOut(Schema):
    number: str
    issued_at: datetime
    revoked_at: datetime | None
    url: str


class LineOut(Schema):
    on: date
    until: date | None
    text: str


class StoryOut(Schema):
    at: datetime
    by: str
    text: str
    note: str


class PaymentOut(Schema):
    reference: str
    state: str
    state_label: str
    amount: int

    @staticmethod
    def resolve_state_label(payable: Any) -> str:
        return str(payable.get_state_display())


class ChoiceOut(Schema):
    value: str
    label: str


class DecisionFieldOut(Schema):
    """What the act wants of a decision to grant: a member of `fields` of a proposal."""

    key: str
    label: str
    type: str
    required: bool
    options: list[ChoiceOut]


class ReasonOut(Schema):
    """A ground of refusal: its key goes into `reasons` of a proposal."""

    key: str
    label: str


class ServiceCase(QueueLine):
    """A case, whole, as an agent of the service reads it."""

    answers: dict[str, Any]
    pieces: dict[str, list[PieceFileOut]]
    fees: int
    opinions: list[OpinionOut]
    awaited: list[AwaitedLine]
    corrections: list[ItemOut]
    corrections_due_on: date | None
    proposal: ProposalOut | None
    decision: DecisionOut | None
    act: ActOut | None
    clock: list[LineOut] = Field(description="Le décompte du délai légal, ligne par ligne.")
    history: list[StoryOut]
    payments: list[PaymentOut] | None = Field(description="null sans le droit payments.read.")
    decision_fields: list[DecisionFieldOut] = Field(description="Ce qu’un accord porte, selon la démarche.")
    refusal_reasons: list[ReasonOut] = Field(description="Les motifs de refus de la démarche.")
    allowed: list[str] = Field(description="Actes possibles maintenant pour votre service.")
    page: str


class Paged(Schema):
    cursor: str = Field("", max_length=60, description="Le `next` de la page précédente.")
