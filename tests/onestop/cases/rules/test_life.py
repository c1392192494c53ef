"""Any sequence of allowed acts keeps a case sound."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import (
    KINDS,
    OPEN,
    STATES_FOR_AGENT,
    Action,
    CaseView,
    Facts,
    allowed,
    dates_in,
    dates_of,
    fold,
    for_agent,
    for_person,
    pack,
)
from tests.onestop.cases.samples import ANSWERS, CALENDAR, MONDAY, PERMIT, PLAIN, WHOLE, fee_lines

PEOPLE = ("awa", "moussa", "fatou", "ibra", "system")
ORDER = {"draft": 0, "awaiting_payment": 1, "granted": 8}
FINAL = {"issued", "refused", "withdrawn", "lapsed"}
# A calendar where the second week of each month is off.
STRIKES = Calendar({date(2026, m, d): "Arrêt" for m in range(1, 13) for d in range(8, 15)})
STEPS = frozenset({"cadastre", "pompiers", "visa", "liquidation", "prefet", "substitution"})

# A move to another revision carries definitions: `test_rebase` has its histories.
ACTS = [kind for kind in KINDS if kind != "rebased"]


class Life(RuleBasedStateMachine):
    definition = PLAIN

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[Action] = []
        self.now = MONDAY
        self.views: list[CaseView] = []

    @initialize(amount=st.sampled_from([0, 400]))
    def open(self, amount: int) -> None:
        self.amount = amount
        self._append("opened", "awa", {"answers": dict(ANSWERS)})

    @property
    def view(self) -> CaseView:
        return self.views[-1]

    def _facts(self, who: str) -> Facts:
        return Facts(
            actor_id=who,
            today=self.now.date(),
            owns=who == "awa",
            instructs=who in ("moussa", "fatou", "ibra"),
            signs=who in ("fatou", "ibra"),
            is_system=who == "system",
            gives=STEPS if who in ("moussa", "fatou", "ibra") else frozenset(),
        )

    def _data(self, kind: str, draw) -> dict:
        open_keys = [s.key for s in self.view.open_steps]
        reviewed = self.view.record.proposal.step if self.view.record.proposal else ""
        return {
            "answered": {"page": "motif", "answers": {"motive": draw(st.sampled_from(["emploi", "autre"]))}},
            "piece_added": {"piece": "extrait", "file": str(len(self.actions))},
            "piece_removed": {"piece": "extrait", "file": str(len(self.actions) - 1)},
            "submitted": {"reference": "CJ-2026-000001", "fees": fee_lines(self.amount)},
            "assigned": {"to": "ibra", "label": "Ibra"},
            "corrections_requested": {
                "items": [{"kind": "answer", "key": "motive", "page": "motif", "fault": "inexact"}],
                "due_on": (self.now.date() + timedelta(days=15)).isoformat(),
            },
            "opinion_given": {"step": self._key("opinion"), "favourable": draw(st.booleans())},
            "visa_given": {
                "step": self._key("visa"),
                "favourable": True,
                "final": bool(self.view.record.signatures) and self.view.completes(self._key("visa")),
            },
            "visa_refused": {"step": self._key("visa"), "favourable": False, "to": self.view.back_to},
            "reviewed": {"step": self._key("review")},
            "assessed": {"step": self._key("assessment"), "fees": fee_lines(2_000)},
            "payment_settled": {"step": self._key("payment")},
            "attested": {"act": "t", "number": "AT-2026-000001"},
            "substituted": {"step": "substitution", "service": 1},
            "transferred": {"service": 2, "service_name": "Autre"},
            "proposed": {
                "step": self._key("review"),
                "outcome": draw(st.sampled_from(["granted", "refused"])),
            },
            "returned": {"to": reviewed, "note": "À revoir"},
            "signed": self._signature(),
            "refunded": {
                "refund": str(len(self.actions)),
                "amount": draw(st.integers(1, 500)),
                "extra": draw(st.booleans()),
            },
            "refusal_issued": {"act": "r", "number": "DR-2026-000001"},
            "act_issued": {"act": "a", "number": "B3-2026-000001"},
        }.get(kind, {"open": open_keys} if kind == "noted" else {})

    def _key(self, kind: str) -> str:
        found = self.view.open_of_kind(kind)
        return found.key if found else ""

    def _signature(self) -> dict:
        step, proposal = self._key("decision"), self.view.record.proposal
        outcome = proposal.outcome if proposal else "granted"
        return {"step": step, "outcome": outcome, "final": outcome == "refused" or self.view.completes(step)}

    def _append(self, kind, who, data) -> None:
        actor = "system" if who == "system" else "person" if who == "awa" else "agent"
        self.actions.append(Action(len(self.actions) + 1, kind, self.now, actor, who, who, data))
        self.views.append(fold(self.definition, self.actions, CALENDAR))

    @rule(hours=st.integers(1, 24 * 20))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.views)
    @rule(who=st.sampled_from(PEOPLE), kind=st.sampled_from(ACTS), data=st.data())
    def act(self, who: str, kind, data) -> None:
        payload = self._data(kind, data.draw)
        if allowed(self.view, kind, self._facts(who), payload) is None:
            self._append(kind, who, payload)

    @precondition(lambda self: self.views)
    @rule(data=st.data())
    def go_forward(self, data) -> None:
        """Chance alone seldom reaches the end: do what the state calls for."""
        kind, who = {
            "draft": ("submitted", "awa"),
            "awaiting_payment": ("payment_settled", "system"),
            "in_review": (self._next_work(), "moussa"),
            "consulting": (self._next_work(), "moussa"),
            "awaiting_signature": ("signed", "ibra"),
            "granted": ("act_issued", "system"),
            "deemed_granted": self._after_silence(),
        }.get(self.view.state, ("noted", "moussa"))
        payload = self._data(kind, data.draw)
        if allowed(self.view, kind, self._facts(who), payload) is None:
            self._append(kind, who, payload)

    def _next_work(self) -> str:
        if review := self.view.open_of_kind("review"):
            return "reviewed" if self.view.reviews_behind(review.key) else "proposed"
        for kind, act in (("opinion", "opinion_given"), ("assessment", "assessed")):
            if self.view.open_of_kind(kind):
                return act
        return "visa_given"

    def _after_silence(self) -> tuple[str, str]:
        if not self.view.record.attestation:
            return "attested", "system"
        return ("substituted", "fatou") if self.view.record.requested_at else ("act_requested", "awa")

    @invariant()
    def folding_again_gives_the_same(self) -> None:
        if self.views:
            assert fold(self.definition, list(self.actions), CALENDAR) == self.view

    @invariant()
    def each_prefix_gives_the_case_as_it_stood(self) -> None:
        middle = len(self.actions) // 2
        if middle:
            assert fold(self.definition, self.actions[:middle], CALENDAR) == self.views[middle - 1]

    @invariant()
    def what_is_kept_of_the_dates_gives_them_under_any_calendar(self) -> None:
        if not self.views:
            return
        kept = json.loads(json.dumps(pack(self.view)))
        for calendar in (CALENDAR, STRIKES):
            folded = dates_in(fold(self.definition, self.actions, calendar))
            assert dates_of(self.definition, kept, calendar) == folded

    @invariant()
    def the_state_is_whole(self) -> None:
        if not self.views:
            return
        view = self.view
        assert view.state in STATES_FOR_AGENT
        assert view.version == len(self.actions)
        waits = view.state == "corrections_requested" and self.definition.on_corrections != "run"
        unpaid = view.state == "awaiting_payment" and bool(view.record.assessed)
        assert view.suspended == ((waits or unpaid) and bool(view.clock.started_at))
        attested = view.state == "deemed_granted" and view.record.attestation
        assert (view.waiting_for == "nobody") == (
            view.state in FINAL or (view.waiting_for != "service" and bool(attested))
        )
        assert bool(view.open_steps) == (view.state in OPEN)
        assert not (view.due and view.state not in OPEN)

    @invariant()
    def what_is_over_stays_over(self) -> None:
        states = [v.state for v in self.views]
        for before, after in pairwise(states):
            assert before not in FINAL or after == before
            assert before == "draft" or after != "draft"

    @invariant()
    def nobody_signed_what_they_proposed(self) -> None:
        if self.views and (decision := self.view.record.decision) and not decision.tacit:
            assert decision.by != self.view.record.proposal.by

    @invariant()
    def what_silence_decided_is_never_undone(self) -> None:
        tacit = [bool(v.record.decision and v.record.decision.tacit) for v in self.views]
        assert tacit == sorted(tacit)

    @invariant()
    def the_clock_never_runs_backwards(self) -> None:
        dues = [v.clock.due for v in self.views if v.clock.due and v.state in OPEN]
        assert dues == sorted(dues)

    @invariant()
    def the_story_can_be_told(self) -> None:
        told = for_agent(self.definition, self.actions) + for_person(self.definition, self.actions)
        assert all(entry.text for entry in told)


class LifeOfAPermit(Life):
    definition = WHOLE


class LifeWithSilence(Life):
    definition = PERMIT


class LifeWithReset(Life):
    definition = replace(PERMIT, on_corrections="reset")


@pytest.mark.parametrize("machine", [Life, LifeOfAPermit, LifeWithSilence, LifeWithReset])
def test_any_sequence_of_allowed_acts(machine):
    case = machine.TestCase
    case.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
    case().runTest()
