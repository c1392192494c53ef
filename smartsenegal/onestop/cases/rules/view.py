"""What follows from the facts: the state, who acts, until when. Pages and cached columns come from here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from smartsenegal.lib.dates import Calendar
from smartsenegal.lib.text import typography
from smartsenegal.onestop.cases.rules import clock as legal
from smartsenegal.onestop.cases.rules.applying import apply, owed_at
from smartsenegal.onestop.cases.rules.circuit import (
    OpenStep,
    assessed_before,
    open_steps,
    start_of,
    steps_before,
    steps_in,
)
from smartsenegal.onestop.cases.rules.clock import Clock
from smartsenegal.onestop.cases.rules.facts import (
    OPEN,
    STATES_FOR_AGENT,
    SUBSTITUTION,
    Action,
    Decision,
    FeeLine,
    State,
    WaitingFor,
    state_for_person,
)
from smartsenegal.onestop.cases.rules.record import Record
from smartsenegal.onestop.cases.rules.silence import Silent, silence_lines, silence_of
from smartsenegal.onestop.procedures.definition import Definition, Step
from smartsenegal.onestop.procedures.rules import relevant

# Days after every real date: what has no due date comes last.
LAST = date(9999, 12, 31)


@dataclass(frozen=True)
class Task:
    """What the applicant must do next; `until` is the last day, when there is one."""

    kind: str  # fill | pay | correct | download | notice | request
    sentence: str
    until: date | None = None


@dataclass(frozen=True)
class CaseView:
    """A case as it stands after its last action."""

    definition: Definition
    record: Record
    state: State
    answers: Mapping[str, Any]  # to the questions that are really asked
    circuit: tuple[Step, ...]
    open_steps: tuple[OpenStep, ...]
    waiting_for: WaitingFor
    clock: Clock
    silence: Silent | None = None

    @property
    def version(self) -> int:
        return self.record.sequence

    @property
    def step(self) -> str:
        """Key of the first open step, or ""."""
        return self.open_steps[0].key if self.open_steps else ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def may_be_reviewed(self) -> bool:
        """Whether its applicant may say how it went: it was decided, one way or the other."""
        return self.state in ("issued", "refused", "deemed_granted")

    @property
    def due(self) -> date | None:
        return self.clock.due if self.is_open else None

    @property
    def suspended(self) -> bool:
        return self.is_open and self.clock.suspended

    @property
    def sort_on(self) -> date:
        """The date that orders a queue: the corrections' date while they are awaited, else the due date."""
        if self.record.corrections:
            return self.record.corrections.due_on
        return self.due or LAST

    @property
    def badges(self) -> list[str]:
        return sorted(self.record.badges)

    @property
    def state_for_person(self) -> str:
        return typography(state_for_person(self.state, self.record.badges))

    @property
    def state_for_agent(self) -> str:
        return STATES_FOR_AGENT[self.state]

    @property
    def refusal_to_issue(self) -> bool:
        """Whether a signed refusal still lacks its document; what silence refused has no reasons to print."""
        decision = self.record.decision
        signed = decision is not None and decision.outcome == "refused" and not decision.tacit
        return signed and self.record.refusal is None

    def completes(self, step: str) -> bool:
        """Whether doing this step, all others being as they are, ends the circuit."""
        return all(s.key == step or s.key in self.record.done for s in self.circuit)

    def open_of_kind(self, *kinds: str) -> OpenStep | None:
        """The first open step of one of these kinds."""
        return next((s for s in self.open_steps if s.kind in kinds), None)

    @property
    def silent_on(self) -> date | None:
        """Last day on which the authority may still decide before silence does; None when it never does."""
        return self.silence.ends_on if self.silence and self.is_open else None

    @property
    def reasoning(self) -> list[legal.Line]:
        """The clock and what silence adds to it, line by line, as an agent or a court would check it."""
        lines = [*legal.reasoning(self.clock), *silence_lines(self.record, self.silence)]
        return sorted(lines, key=lambda line: line.on)

    @property
    def to_pay(self) -> tuple[FeeLine, ...]:
        """The lines of the payment that is awaited now; none when there is none."""
        opened = self.open_of_kind("payment")
        return self.lines_of(opened.key) if opened else ()

    def lines_of(self, payment: str) -> tuple[FeeLine, ...]:
        """What a step of payment collects: what was owed at filing, or what services assessed since."""
        return owed_at(self.definition, self.record, payment)

    @property
    def fees(self) -> tuple[FeeLine, ...]:
        """Every line known so far, paid or not."""
        filed = self.record.filing.fees if self.record.filing else ()
        return (*filed, *(line for lines in self.record.assessed.values() for line in lines))

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.fees)

    @property
    def owes_deposit(self) -> bool:
        """Whether what was owed at filing is still to be paid."""
        collects = (s.key for s in self.circuit if s.kind == "payment")
        owed = [k for k in collects if not assessed_before(self.definition.circuit, k)]
        return any(key not in self.record.done for key in owed)

    @property
    def refunded(self) -> int:
        """Francs of the fees given back; what had been paid too many is none of them."""
        return sum(r.amount for r in self.record.refunds if not r.extra)

    @property
    def kept(self) -> int:
        """Francs of the fees that were paid and not given back."""
        return self.record.received - self.refunded

    @property
    def paid_steps(self) -> list[str]:
        """The payments done, in the order they were."""
        done = self.record.done
        return sorted(
            (s.key for s in self.circuit if s.kind == "payment" and s.key in done), key=done.__getitem__
        )

    @property
    def total_to_pay(self) -> int:
        return sum(line.amount for line in self.to_pay)

    def reviews_behind(self, step: str) -> list[Step]:
        """The reviews still to come after this one: it only passes the case on."""
        return [
            s
            for s in self.circuit
            if s.kind == "review" and s.key not in self.record.done and step in self._before(s.key)
        ]

    def _before(self, key: str) -> set[str]:
        return steps_before(self.definition.circuit, key)

    @property
    def back_to(self) -> str:
        """Where a refusal of visa sends the case: the review that proposed, else the last one done; ""."""
        if self.record.proposal:
            return self.record.proposal.step
        reviews = [s.key for s in self.circuit if s.kind == "review" and s.key in self.record.done]
        return reviews[-1] if reviews else ""

    @property
    def task(self) -> Task | None:
        """What the applicant must do next, or None when it is somebody else's turn."""
        return task_of(self)


def fold(definition: Definition, actions: Iterable[Action], calendar: Calendar) -> CaseView:
    """The case that these actions make, in their order.

    Deterministic, and stable by prefix: folding the first actions gives the case as it stood then. A move to
    a newer revision carries both definitions ("before", "after"): what came earlier is read with the first.
    """
    taken = list(actions)
    current, record = first_definition(definition, taken), Record()
    for action in taken:
        current = action.data["after"] if action.kind == "rebased" else current
        record = apply(current, record, action)
    return conclude(current, record, calendar)


def first_definition(definition: Definition, actions: Iterable[Action]) -> Definition:
    """The definition under which these actions begin, `definition` being that of the case today."""
    found: Definition | None = next((a.data["before"] for a in actions if a.kind == "rebased"), None)
    return found or definition


def conclude(definition: Definition, record: Record, calendar: Calendar) -> CaseView:
    """Everything that the facts imply."""
    answers = relevant(definition, record.answers)
    circuit = steps_in(definition, answers, record.filing.total if record.filing else 0, record.assessed)
    opened = _open_steps(definition, record, circuit, calendar)
    state = _state(record, opened)
    clock = _clock(definition, record, circuit, calendar)
    return CaseView(
        definition=definition,
        record=record,
        state=state,
        answers=answers,
        circuit=circuit,
        open_steps=opened,
        waiting_for=_waiting_for(state, record),
        clock=clock,
        silence=silence_of(definition, record, clock, calendar),
    )


def _open_steps(
    definition: Definition, record: Record, circuit: tuple[Step, ...], calendar: Calendar
) -> tuple[OpenStep, ...]:
    if record.filing is None or record.ended or record.decision:
        return ()
    done = {**record.done, **_pointless(record, circuit)}
    steps = open_steps(definition.circuit, circuit, done, record.reopened, record.filing.complete_at)
    return tuple(replace(s, due=_step_due(s, record, calendar)) for s in steps)


def _pointless(record: Record, circuit: tuple[Step, ...]) -> dict[str, datetime]:
    """A refusal once proposed goes straight to its signature: nobody is consulted or taxed for it."""
    proposal = record.proposal
    if proposal is None or proposal.outcome != "refused" or proposal.step not in record.done:
        return {}
    return {s.key: proposal.at for s in circuit if s.kind != "decision" and s.key not in record.done}


def _step_due(opened: OpenStep, record: Record, calendar: Calendar) -> date | None:
    delay = opened.step.delay
    if delay is None:
        return None
    return legal.read(delay, opened.opened_at, record.suspensions, None, calendar).due


def _clock(definition: Definition, record: Record, circuit: tuple[Step, ...], calendar: Calendar) -> Clock:
    if record.filing is None:
        return Clock(definition.delay)
    start = start_of(definition.circuit, circuit, record.done, record.filing.complete_at)
    stopped = record.decision.at if record.decision else record.ended_at
    return legal.read(definition.delay, start, record.suspensions, stopped, calendar)


def _state(record: Record, opened: tuple[OpenStep, ...]) -> State:
    if record.ended:
        return "withdrawn" if record.ended == "withdrawn" else "lapsed"
    if record.filing is None:
        return "draft"
    if record.act:
        return "issued"
    if record.decision:
        return _state_of_decision(record, record.decision)
    if record.corrections:
        return "corrections_requested"
    return _state_of_steps(opened)


def _state_of_decision(record: Record, decision: Decision) -> State:
    if decision.tacit and decision.outcome == "granted" and not _substituted(record):
        return "deemed_granted"
    return decision.outcome


def _substituted(record: Record) -> bool:
    return any(s.step == SUBSTITUTION for s in record.signatures)


def _state_of_steps(opened: tuple[OpenStep, ...]) -> State:
    kinds = {s.kind for s in opened}
    if kinds == {"payment"}:
        return "awaiting_payment"
    if any(s.kind == "review" or (s.kind == "assessment" and s.step.unit == "competent") for s in opened):
        return "in_review"
    if "decision" in kinds:
        return "awaiting_signature"
    return "consulting" if kinds else "in_review"


_WAITING: dict[State, WaitingFor] = {
    "draft": "person",
    "awaiting_payment": "payment",
    "in_review": "agent",
    "corrections_requested": "person",
    "consulting": "service",
    "awaiting_signature": "signatory",
    "granted": "system",
    "deemed_granted": "system",
    "issued": "nobody",
    "refused": "nobody",
    "withdrawn": "nobody",
    "lapsed": "nobody",
}


def _waiting_for(state: State, record: Record) -> WaitingFor:
    if state == "deemed_granted" and record.attestation:
        return "service" if record.requested_at else "nobody"
    return _WAITING[state]


def task_of(view: CaseView) -> Task | None:
    """What the applicant must do next."""
    if view.state == "draft":
        return Task("fill", "Terminez votre demande et envoyez-la.")
    if view.state == "awaiting_payment":
        goes_on = "commence" if view.clock.started_at is None else "continue"
        return Task("pay", typography(f"Payez les frais : l’examen {goes_on} après le paiement."))
    if view.record.corrections:
        return Task("correct", "Envoyez les corrections demandées.", view.record.corrections.due_on)
    if view.state == "issued" and view.record.act and not view.record.act.revoked_at:
        return Task("download", "Téléchargez votre document.")
    if view.state == "deemed_granted" and view.record.attestation:
        return Task("attestation", "Téléchargez l’attestation d’accord tacite.")
    return None


def clock_at(definition: Definition, actions: Iterable[Action], calendar: Calendar, day: date) -> CaseView:
    """The case as it stood at the end of a past day: its clock, its reasoning, who had to act."""
    known = list(actions)
    later = first_definition(definition, (a for a in known if a.day > day))
    return fold(later, [a for a in known if a.day <= day], calendar)
