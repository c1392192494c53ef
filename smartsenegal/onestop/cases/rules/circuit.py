"""The circuit: steps that open when those before them are done, side by side where the data says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from smartsenegal.onestop.cases.rules.facts import FeeLine
from smartsenegal.onestop.procedures.definition import Definition, Step
from smartsenegal.onestop.procedures.rules import holds


@dataclass(frozen=True)
class OpenStep:
    """A step that waits for somebody; `due` is the end of its own delay, when it has one."""

    step: Step
    opened_at: datetime
    due: date | None = None

    @property
    def key(self) -> str:
        return self.step.key

    @property
    def kind(self) -> str:
        return self.step.kind


CONSULTED = frozenset({"opinion", "visa", "assessment"})


def consults(definition: Definition) -> bool:
    """Whether cases of this procedure may await something of a service besides their own."""
    silence = definition.silence
    return any(s.kind in CONSULTED for s in definition.circuit) or bool(silence and silence.substitute)


def steps_in(
    definition: Definition,
    answers: Mapping[str, Any],
    amount: int,
    assessed: Mapping[str, Sequence[FeeLine]] | None = None,
) -> tuple[Step, ...]:
    """The steps that this case goes through: their condition holds, and payments have something to pay.

    `amount` is what was owed at filing, `assessed` what services set since; a payment whose assessment is
    still to come is on the way.
    """
    held = tuple(s for s in definition.circuit if holds(s.when, answers))
    present = {s.key for s in held}
    return tuple(
        s
        for s in held
        if s.kind != "payment" or _to_collect(definition.circuit, s, present, amount, assessed or {})
    )


def _to_collect(
    circuit: Sequence[Step],
    step: Step,
    present: set[str],
    amount: int,
    assessed: Mapping[str, Sequence[FeeLine]],
) -> bool:
    assessments = assessed_before(circuit, step.key)
    if not assessments:
        return amount > 0
    return any(
        any(line.amount for line in assessed[key]) if key in assessed else key in present
        for key in assessments
    )


def assessed_before(circuit: Sequence[Step], payment: str) -> tuple[str, ...]:
    """The assessments that this payment collects: those before it that no earlier payment collects.

    Empty for the payment of what is owed at filing.
    """
    before = steps_before(circuit, payment)
    earlier = {s.key for s in circuit if s.kind == "payment" and s.key in before}
    collected = {key for other in earlier for key in steps_before(circuit, other)}
    return tuple(s.key for s in circuit if s.kind == "assessment" and s.key in before - collected)


def steps_before(circuit: Sequence[Step], key: str) -> set[str]:
    """Keys of every step that comes before `key`, near or far."""
    after = {s.key: set(s.after) for s in circuit}
    before: set[str] = set()
    reached = set(after.get(key, ()))
    while reached - before:
        before |= reached
        reached = {k for known in before for k in after.get(known, ())}
    return before


def open_steps(
    circuit: Sequence[Step],
    present: Sequence[Step],
    done: Mapping[str, datetime],
    reopened: Mapping[str, datetime],
    filed_at: datetime,
) -> tuple[OpenStep, ...]:
    """The steps that can be worked on now, in the order of the circuit.

    A step left out of this case counts as done as soon as all the steps before it are.
    """
    walk = _Walk(circuit, present, done, filed_at)
    return tuple(
        OpenStep(step, max(reached, reopened.get(step.key, reached)))
        for step in present
        if step.key not in done and (reached := walk.reached(step)) is not None
    )


def start_of(
    circuit: Sequence[Step], present: Sequence[Step], done: Mapping[str, datetime], filed_at: datetime
) -> datetime | None:
    """When the deposit is complete: at filing, or once every payment that opens the circuit is settled."""
    first = [s for s in present if s.kind == "payment" and not s.after]
    moments = [done.get(s.key) for s in first]
    if any(m is None for m in moments):
        return None
    return max([filed_at, *(m for m in moments if m)])


def steps_behind(circuit: Sequence[Step], key: str) -> set[str]:
    """Keys of every step that comes after `key`, near or far."""
    behind: set[str] = set()
    grown = True
    while grown:
        nearer = behind | {key}
        found = {s.key for s in circuit if nearer & set(s.after)}
        grown = not found <= behind
        behind |= found
    return behind


class _Walk:
    """Finds when each step became reachable."""

    def __init__(
        self,
        circuit: Sequence[Step],
        present: Sequence[Step],
        done: Mapping[str, datetime],
        filed_at: datetime,
    ) -> None:
        self.steps = {s.key: s for s in circuit}
        self.present = {s.key for s in present}
        self.done = done
        self.filed_at = filed_at

    def reached(self, step: Step) -> datetime | None:
        """When all steps before `step` were done; None when they are not."""
        moments = [self.finished(key) for key in step.after]
        if any(m is None for m in moments):
            return None
        return max([self.filed_at, *(m for m in moments if m)])

    def finished(self, key: str) -> datetime | None:
        if key in self.present or key not in self.steps:
            return self.done.get(key)
        return self.reached(self.steps[key])
