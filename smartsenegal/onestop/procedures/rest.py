"""HTTP API of the catalogue: what is offered, and all that one needs to file a request."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from smartsenegal.onestop.procedures import files, queries
from smartsenegal.onestop.procedures.definition import Definition, Delay, Silence
from smartsenegal.onestop.procedures.models import AUDIENCES
from smartsenegal.onestop.procedures.queries_reviews import marks_of
from smartsenegal.onestop.procedures.rules import amount_on, delay_words, price

router = Router(tags=["Démarches"])
SEARCH_LENGTH = 100
SLUG = "^[a-z0-9-]*$"


class Asked(Schema):
    """What to look for; everything may be left out."""

    q: str = Field("", max_length=SEARCH_LENGTH)
    theme: str = Field("", max_length=60, pattern=SLUG)
    audience: str = Field(
        "", max_length=40, pattern=SLUG, description=f"Un de : {', '.join(dict(AUDIENCES))}."
    )


class Amounts(Schema):
    """Least and most one can pay, in F CFA."""

    least: int
    most: int


class ProcedureSummary(Schema):
    code: str
    title: str
    summary: str
    price: Amounts
    delay: str
    online: bool
    themes: list[str]
    audiences: list[str]


class DelayOut(Schema):
    amount: int | None = Field(description="Absent quand les textes ne fixent pas de durée : voir `note`.")
    unit: str
    note: str
    words: str
    certainty: str


class FeeOut(Schema):
    key: str
    label: str
    amount: int = Field(description="En F CFA, ce jour.")
    minimum: int | None
    maximum: int | None
    beneficiary: str
    nature: str
    when: dict[str, Any] | None
    note: str
    certainty: str
    assessed_at: str = Field(description="Étape où un service fixe le montant ; vide sinon.")


class SilenceOut(Schema):
    """Ce que les textes font de l’absence de décision à la fin du délai."""

    effect: str = Field(description="granted ou refused.")
    notice: DelayOut | None = Field(description="Délai qui court après la mise en demeure.")
    substitute: DelayOut | None = Field(description="Délai dans lequel un autre service délivre l’acte.")
    substitute_unit: str
    sentence: str
    source: str
    certainty: str


class TextOut(Schema):
    title: str
    reference: str
    url: str


class QuestionOut(Schema):
    question: str
    answer: str


class ReviewsOut(Schema):
    """Les avis des usagers, comptés."""

    count: int
    average: float | None = Field(description="Sur 5, une décimale ; null sous 10 avis.")


class ProcedureSheet(ProcedureSummary):
    revision: int = Field(description="Numéro de la révision en vigueur.")
    effective_from: str
    owner: str
    parties: list[str] = Field(
        description="Au nom de qui la demande se dépose : person, organisation (entreprise, association)."
    )
    who: str
    nature: str
    where: str
    promised: DelayOut
    validity: DelayOut | None
    silence: SilenceOut | None
    reviews: ReviewsOut
    faq: list[QuestionOut] = Field(description="Les questions fréquentes, avec leur réponse.")
    texts: list[TextOut]
    fees: list[FeeOut]
    pages: list[dict[str, Any]] = Field(description="Les questions, page par page.")
    eligibility_pages: list[dict[str, Any]]
    ineligible: list[dict[str, Any]]
    pieces: list[dict[str, Any]]
    reviewed_on: str


@router.get(
    "", response=list[ProcedureSummary], summary="Chercher une démarche", operation_id="procedures_list"
)
def list_procedures(request: HttpRequest, asked: Query[Asked]) -> list[dict[str, Any]]:
    """Les démarches offertes ; avec `q`, celles qui y ressemblent, la meilleure d’abord."""
    words, shelf = asked.q.strip(), (asked.theme, asked.audience)
    found = queries.search(words, *shelf) if words else queries.entries(*shelf)
    return [_summary(entry) for entry in found]


@router.get(
    "/{slug:code}", response=ProcedureSheet, summary="Lire une démarche", operation_id="procedures_read"
)
def read_procedure(request: HttpRequest, code: str) -> dict[str, Any]:
    """La fiche entière, avec les questions, les pièces et les tarifs du jour."""
    revision = queries.published_revision(code)
    if revision is None:
        raise HttpError(404, "Cette démarche n’existe pas ou n’est plus offerte.")
    return _sheet(revision.definition) | {
        "revision": revision.number,
        "effective_from": str(revision.effective_from),
    }


def _summary(entry: queries.Entry) -> dict[str, Any]:
    return vars(entry) | {"price": {"least": entry.price_least, "most": entry.price_most}}


def _sheet(d: Definition) -> dict[str, Any]:
    today = timezone.localdate()
    cost = price(d, today)
    return {name: getattr(d, name) for name in _PLAIN} | {
        "price": {"least": cost.least, "most": cost.most},
        "delay": delay_words(d.delay),
        "promised": _delay(d.delay),
        "validity": _delay(d.validity) if d.validity else None,
        "silence": _silence(d.silence) if d.silence else None,
        "reviews": vars(marks_of(d.code)),
        "faq": [{"question": question, "answer": answer} for question, answer in d.faq],
        "texts": [vars(t) for t in d.texts],
        "fees": [vars(f) | {"amount": amount_on(f, today)} for f in d.fees],
        "reviewed_on": str(d.reviewed_on),
        **{name: files.to_json(getattr(d, name)) for name in _STRUCTURES},
    }


_PLAIN = (
    "code", "title", "summary", "online", "themes", "audiences", "parties", "owner", "who", "nature", "where"
)  # fmt: skip
_STRUCTURES = ("pages", "eligibility_pages", "ineligible", "pieces")


def _silence(silence: Silence) -> dict[str, Any]:
    delays = {"notice": silence.notice, "substitute": silence.substitute}
    return vars(silence) | {name: _delay(d) if d else None for name, d in delays.items()}


def _delay(delay: Delay) -> dict[str, Any]:
    return vars(delay) | {"words": delay_words(delay)}
