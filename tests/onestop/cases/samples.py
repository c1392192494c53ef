"""Procedures for the tests of cases: one plain, one with everything a circuit may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import Action
from smartsenegal.onestop.procedures.definition import (
    Act,
    Authority,
    DatedAmount,
    Definition,
    Delay,
    Fee,
    Field,
    Ineligible,
    Option,
    Page,
    Piece,
    Reason,
    Silence,
    Step,
)

CALENDAR = Calendar()
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

IDENTITY = {
    "first_names": "Awa",
    "last_name": "Ndiaye",
    "birth_date": "1994-03-27",
    "birth_country": "SN",
    "birth_commune": {"code": "071-thies-nord", "label": "Thiès Nord"},
}
ANSWERS = {
    "identity": IDENTITY,
    "motive": "emploi",
    "birthplace": {"code": "071-thies-nord", "label": "Thiès Nord"},
}

PLAIN = Definition(
    code="bulletin-numero-3",
    prefix="CJ",
    title="Casier judiciaire (bulletin n° 3)",
    summary="Le relevé des condamnations.",
    audiences=("particuliers",),
    themes=("justice",),
    life_events=(),
    keywords=(),
    owner="ministere-justice",
    certainty="A",
    source="test",
    reviewed_on=date(2026, 11, 1),
    who="Toute personne",
    nature="Bulletin",
    delay=Delay(10, "calendar_days"),
    authority=Authority(unit="court_tgi", commune="birthplace"),
    pages=(
        Page("qui", "Qui êtes-vous ?", (Field("identity", "identity", "Votre identité"),)),
        Page("lieu", "Où êtes-vous né ?", (Field("birthplace", "commune", "Commune de naissance"),)),
        Page(
            "motif",
            "Pourquoi le demandez-vous ?",
            (
                Field(
                    "motive",
                    "choice",
                    "Motif",
                    options=(Option("emploi", "Un emploi"), Option("autre", "Autre chose")),
                ),
                Field("details", "text", "Précisez", when={"field": "motive", "is": "autre"}),
            ),
        ),
    ),
    circuit=(
        Step("frais", "payment", "Paiement"),
        Step("examen", "review", "Examen au greffe", after=("frais",)),
        Step("signature", "decision", "Signature", role="signatory", after=("examen",)),
    ),
    act=Act(
        title="Bulletin n° 3",
        number_prefix="B3",
        paragraphs=("Concerne {identity.full_name}.",),
        holder="{identity.full_name}",
        essential=(("n", "{identity.full_name}"),),
    ),
    fees=(
        Fee("timbre", "Timbre", "tresor", "timbre", (DatedAmount(date(2020, 1, 1), 200),)),
        Fee("delivrance", "Délivrance", "tresor", "droit", (DatedAmount(date(2020, 1, 1), 200),)),
    ),
    pieces=(
        Piece("extrait", "Extrait de naissance", valid_months=3),
        Piece("photo", "Photo", required=False, is_identity=True),
    ),
    ineligible=(Ineligible({"field": "motive", "is": "interdit"}, "Cette demande n’est pas possible."),),
    decision_fields=(Field("mention", "text", "Mention"),),
    reasons=(Reason("identite", "Identité non établie"), Reason("piece", "Pièce fausse")),
    appeal="Recours devant le tribunal.",
    corrections_delay=Delay(15, "calendar_days"),
)

# Two services give their opinion side by side, a visa follows, two signatures end it.
WHOLE = replace(
    PLAIN,
    code="permis",
    prefix="PC",
    delay=Delay(28, "working_days"),
    circuit=(
        Step("frais", "payment", "Paiement"),
        Step("recevabilite", "review", "Recevabilité", after=("frais",), delay=Delay(5)),
        Step("cadastre", "opinion", "Avis du cadastre", after=("recevabilite",), delay=Delay(10)),
        Step("pompiers", "opinion", "Avis des pompiers", after=("recevabilite",), delay=Delay(8)),
        Step("visa", "visa", "Visa du service", after=("cadastre", "pompiers")),
        Step("maire", "decision", "Signature du maire", role="signatory", after=("visa",)),
        Step("prefet", "decision", "Approbation du préfet", role="signatory", after=("maire",)),
    ),
)

# The building permit in small: two opinions (silence of one counts), an amount set on the way and paid, the
# mayor, the State's approval behind the decision; silence after a notice grants, then the State gives the act
# on request.
PERMIT = replace(
    PLAIN,
    code="permis-construire",
    prefix="PK",
    title="Permis de construire",
    delay=Delay(28, "calendar_days"),
    fees=(
        *PLAIN.fees,
        Fee(
            "taxe",
            "Taxe d’urbanisme",
            "domaines",
            "taxe",
            (DatedAmount(date(2020, 1, 1), 1_000),),
            minimum=1_000,
            maximum=5_000,
            assessed_at="liquidation",
        ),
    ),
    circuit=(
        Step("frais", "payment", "Timbre"),
        Step("recevabilite", "review", "Recevabilité", after=("frais",)),
        Step(
            "cadastre",
            "opinion",
            "Avis du cadastre",
            unit="other",
            after=("recevabilite",),
            delay=Delay(10, "calendar_days"),
            silence="favourable",
        ),
        Step("pompiers", "opinion", "Avis des pompiers", unit="police", after=("recevabilite",)),
        Step("liquidation", "assessment", "Liquidation de la taxe", after=("cadastre", "pompiers")),
        Step("taxe", "payment", "Taxe d’urbanisme", after=("liquidation",)),
        Step("examen", "review", "Examen", after=("taxe",)),
        Step("maire", "decision", "Signature du maire", role="signatory", after=("examen",)),
        Step(
            "prefet",
            "visa",
            "Approbation du préfet",
            role="signatory",
            unit="prefecture",
            after=("maire",),
        ),
    ),
    silence=Silence(
        "granted",
        notice=Delay(30, "calendar_days"),
        substitute=Delay(8, "calendar_days"),
        substitute_unit="prefecture",
        sentence="Sans réponse trente jours après votre mise en demeure, le permis est accordé.",
        source="Décret 2009-1450, articles R 195 à R 207 ; décret 2020-1463",
    ),
)


def fee_lines(amount: int = 400) -> list[dict[str, Any]]:
    line = {"key": "timbre", "label": "Timbre", "amount": amount, "beneficiary": "tresor", "nature": "timbre"}
    return [line] if amount else []


class Story:
    """Actions told one after the other, an hour apart unless `at` says otherwise."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.actions: list[Action] = []
        self.now = start

    def then(self, kind: Any, at: datetime | None = None, by: str = "", **data: Any) -> "Story":
        self.now = at or self.now + timedelta(hours=1)
        actor_kind = "person" if by == "awa" else "agent" if by else "system"
        action = Action(len(self.actions) + 1, kind, self.now, actor_kind, by, by.title(), data)
        self.actions.append(action)
        return self

    def filed(self, amount: int = 400, at: datetime | None = None) -> "Story":
        self.then("opened", by="awa", answers=dict(ANSWERS))
        self.then("piece_added", by="awa", piece="extrait", file="f1", issued_on="2026-10-20", name="e.pdf")
        return self.then(
            "submitted",
            at=at,
            by="awa",
            reference="CJ-2026-000001",
            fees=fee_lines(amount),
            service_name="TGI",
        )
