"""Invented cases as the platform itself would have written them: who, where, when, and how far each has gone."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from smartsenegal.lib.ids import reference
from smartsenegal.onestop.cases.rules import Action
from smartsenegal.onestop.procedures.definition import Definition

FIRST = "Awa Fatou Mariama Aminata Khady Ndèye Coumba Astou Moussa Mamadou Ibrahima Ousmane Cheikh Abdoulaye Modou Pape".split()
LAST = "Ndiaye Diop Fall Sarr Ba Sow Gueye Seck Cissé Faye Diallo Sy Mbaye Kane Thiam Niang Diouf Camara Touré Mané".split()
DAYS = 540
OPEN_DAYS = 45

# How a story ends, and how often.
ENDINGS = {
    "issued": 0.66,
    "refused": 0.06,
    "withdrawn": 0.03,
    "lapsed": 0.02,
    "draft": 0.03,
    "awaiting_payment": 0.03,
    "in_review": 0.12,
    "corrections_requested": 0.03,
    "awaiting_signature": 0.02,
}
OPEN = frozenset({"draft", "awaiting_payment", "in_review", "corrections_requested", "awaiting_signature"})
SYSTEM = ("system", "system", "Smart Sénégal")
OFFICER, CHIEF = ("agent", "officer", "Agent"), ("agent", "signatory", "Signataire")


@dataclass(frozen=True)
class Service:
    """A competent service with the territory it decides for."""

    id: int
    name: str
    path: str


@dataclass(frozen=True)
class Plan:
    """A procedure in force and the services that answer it, the busiest first."""

    code: str
    revision: int
    definition: Definition
    services: Sequence[Service]

    @property
    def weights(self) -> list[float]:
        """A few large services, a long tail."""
        return [1 / (rank + 1) ** 0.8 for rank in range(len(self.services))]


@dataclass(frozen=True)
class Share:
    """A part of the country that one process makes: its cases, its accounts, its own numbers."""

    rank: int
    of: int
    cases: int
    heavy: int
    people: Sequence[tuple[uuid.UUID, str]]
    now: datetime


@dataclass
class Story:
    """One case and its actions; what will be sealed is still in clear."""

    id: uuid.UUID
    plan: Plan
    applicant: uuid.UUID
    actions: list[Action] = field(default_factory=list)


def stories(plans: Sequence[Plan], share: Share) -> Iterator[Story]:
    """The cases of a share, the oldest first: the same share gives the same stories.

    The first service of the first plan, which holds `share.heavy` open cases, is the one whose pages are measured.
    """
    generator = random.Random(f"2026-{share.rank}-{share.of}")
    writer = _Writer(plans, share, generator)
    wanted = [writer.choose(heavy=number < share.heavy) for number in range(share.cases)]
    wanted.sort(key=lambda chosen: chosen.start)
    return (writer.write(chosen) for chosen in wanted)


@dataclass(frozen=True)
class _Chosen:
    plan: Plan
    service: Service
    ending: str
    start: datetime


class _Writer:
    def __init__(self, plans: Sequence[Plan], share: Share, generator: random.Random) -> None:
        self.plans, self.share, self.random = plans, share, generator
        self.weights = [plan.weights for plan in plans]
        self.drafts: set[tuple[uuid.UUID, str]] = set()
        self.numbers: dict[tuple[str, int], int] = {}

    def choose(self, heavy: bool) -> _Chosen:
        draw = self.random
        if heavy:
            plan, service = self.plans[0], self.plans[0].services[0]
            ending = "corrections_requested" if draw.random() < 0.1 else "in_review"
        else:
            rank = draw.randrange(len(self.plans))
            plan = self.plans[rank]
            service = draw.choices(plan.services, self.weights[rank])[0]
            ending = draw.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        # More yesterday than last year; what is still open is recent.
        age = draw.random() ** 2 * OPEN_DAYS if ending in OPEN else OPEN_DAYS + draw.random() ** 1.5 * DAYS
        return _Chosen(plan, service, ending, self.share.now - timedelta(days=age, minutes=5))

    def write(self, chosen: _Chosen) -> Story:
        applicant, name = self.random.choice(self.share.people)
        ending = chosen.ending
        if ending == "draft" and (applicant, chosen.plan.code) in self.drafts:
            ending = "withdrawn"
        if ending == "draft":
            self.drafts.add((applicant, chosen.plan.code))
        story = Story(self._id(chosen.start), chosen.plan, applicant)
        _Path(self, story, chosen, ("person", str(applicant), name)).walk(ending)
        return story

    def _id(self, moment: datetime) -> uuid.UUID:
        milliseconds = int(moment.timestamp() * 1000)
        noise = self.random.getrandbits(74)
        return uuid.UUID(
            int=milliseconds << 80 | 7 << 76 | noise >> 62 << 64 | 2 << 62 | noise & ((1 << 62) - 1)
        )

    def number(self, prefix: str, year: int) -> str:
        """Each share counts by itself, in steps of the number of shares."""
        key = (prefix, year)
        self.numbers[key] = self.numbers.get(key, self.share.rank + 1 - self.share.of) + self.share.of
        return reference(prefix, year, self.numbers[key])


class _Path:
    """The actions of one case, one after the other."""

    def __init__(self, writer: _Writer, story: Story, chosen: _Chosen, person: tuple[str, str, str]) -> None:
        self.writer, self.story, self.chosen, self.person = writer, story, chosen, person
        self.definition = chosen.plan.definition
        self.moment = chosen.start

    def add(self, kind: str, who: tuple[str, str, str], hours: float, **data: Any) -> None:
        spread = hours * self.writer.random.uniform(0.3, 1.5)
        self.moment = min(self.moment + timedelta(hours=spread), self.writer.share.now)
        rank = len(self.story.actions) + 1
        self.story.actions.append(Action(rank, kind, self.moment, *who, data=data))  # type: ignore[arg-type]

    def walk(self, ending: str) -> None:
        self.add("opened", self.person, 0)
        answers = given(self.person[2], self.writer.random)
        for page in self.definition.pages:
            asked = {f.key: answers[f.key] for f in page.fields if f.key in answers}
            if asked:
                self.add("answered", self.person, 0.05, page=page.key, answers=asked)
        if ending == "withdrawn":
            self.add("withdrawn", self.person, 0.2)
        if ending not in {"draft", "withdrawn"}:
            self._file(ending)

    def _file(self, ending: str) -> None:
        prefix, service = self.definition.prefix, self.chosen.service
        numbered = self.writer.number(prefix, self.moment.year)
        fees = _fees(self.definition)
        place = {"service": service.id, "service_name": service.name, "territory": service.path}
        self.add("submitted", self.person, 0.1, reference=numbered, fees=fees, title=self.person[2], **place)
        if ending == "awaiting_payment":
            return
        if fees:
            self.add("payment_settled", SYSTEM, 0.2, step=_step(self.definition, "payment"))
        if ending != "in_review":
            self._instruct(ending, numbered)

    def _instruct(self, ending: str, numbered: str) -> None:
        self.add("taken", ("agent", "", ""), 6)
        if ending in {"corrections_requested", "lapsed"}:
            self._correct(ending)
            return
        outcome = "refused" if ending == "refused" else "granted"
        reasons = [self.definition.reasons[0].key] if ending == "refused" else []
        review, decision = _step(self.definition, "review"), _step(self.definition, "decision")
        self.add("proposed", OFFICER, 6, step=review, outcome=outcome, reasons=reasons, fields={})
        if ending != "awaiting_signature":
            self.add("signed", CHIEF, 8, step=decision, outcome=outcome, final=True)
        if ending == "issued":
            act = str(uuid.UUID(int=self.writer.random.getrandbits(128), version=4))
            self.add("act_issued", SYSTEM, 0.1, act=act, number=f"A-{numbered}")

    def _correct(self, ending: str) -> None:
        page = self.definition.pages[0]
        asked = page.fields[0]
        words = "Écrivez vos noms comme sur votre pièce d’identité."
        wrong = {"kind": "answer", "key": asked.key, "page": page.key, "label": asked.label}
        item = {**wrong, "fault": "inexact", "sentence": words}
        due = (self.moment + timedelta(days=15)).date().isoformat()
        self.add("corrections_requested", OFFICER, 3, items=[item], due_on=due)
        if ending == "lapsed":
            self.add("lapsed", SYSTEM, 24 * 15)


def _step(definition: Definition, kind: str) -> str:
    return next((step.key for step in definition.circuit if step.kind == kind), "")


def _fees(definition: Definition) -> list[dict[str, Any]]:
    return [
        {"key": fee.key, "label": fee.label, "amount": fee.amounts[-1].amount, "beneficiary": fee.beneficiary, "nature": fee.nature}
        for fee in definition.fees
        if fee.amounts and fee.amounts[-1].amount
    ]  # fmt: skip


def given(name: str, generator: random.Random) -> dict[str, Any]:
    """Answers to the questions that the seeded procedures ask."""
    first, _, last = name.rpartition(" ")
    birth = f"{generator.randint(1950, 2008)}-{generator.randint(1, 12):02d}-{generator.randint(1, 28):02d}"
    thies = {"code": "SN-TH", "label": "Thiès"}
    return {
        "identity": {"first_names": first, "last_name": last, "birth_date": birth, "birth_country": "SN", "birth_commune": thies},
        "adresse": {"commune": thies, "line": f"Quartier Randoulène, villa {generator.randint(1, 900)}"},
        "commune_declaration": thies,
        "acte_connu": False,
        "parent": "mere",
        "nom_parent": f"Khady {last}",
        "au_senegal": True,
    }  # fmt: skip
