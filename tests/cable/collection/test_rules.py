"""From answers to readings."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing.rules.counters import REBOOTED, Reading, slots_of
from smartsenegal.cable.collection import polling, rules
from smartsenegal.cable.collection.polling import Question
from smartsenegal.cable.collection.rules import TICKS, Row
from smartsenegal.lib.snmp import UPTIME
from tests.cable.billing.terms import MEASURE, unhurried

ticks = st.integers(0, TICKS - 1)


@unhurried
@given(ticks, st.integers(0, 30_000), st.integers(1, 10**6), st.integers(0, 600))
def test_counters_that_begin_anew_are_a_restart_and_a_wrap_of_the_clock_is_none(
    uptime: int, late: int, octets: int, jitter: int
) -> None:
    """The counters of one interface began anew between two rounds: the rules of billing set the interval
    aside, though the agent itself went on. They do not when only sysUpTime wrapped."""
    before, after = uptime, (uptime + 30_000 + jitter) % TICKS
    began = (uptime - 10_000_000) % TICKS
    first = Reading(0, rules.continuous(before, began), octets, octets)
    same = Reading(300, rules.continuous(after, began), octets + 5, octets + 5)
    assert slots_of(MEASURE, 64, 10**9, [first, same], 0, 1).values == [(5, 5)]
    anew = Reading(300, rules.continuous(after, (before + late) % TICKS), 5, 5)
    found = slots_of(MEASURE, 64, 10**9, [first, anew], 0, 1)
    assert found.values == [None]
    assert found.causes == {REBOOTED: 1}


def test_interfaces_are_made_of_columns_and_two_of_one_name_stay_two() -> None:
    found = rules.table(
        {"wide_in": {1: 10, 2: 20}, "wide_out": {1: 11}, "narrow_in": {1: 1}, "narrow_out": {1: 2},
         "discontinuity": {2: 7}, "state": {1: 1, 2: 2}},
        {1: "eth0", 2: "eth0", 3: ""},
    )  # fmt: skip
    assert found == {
        "eth0": Row(1, (10, 11), (1, 2), 0, True),
        "eth0#2": Row(2, None, None, 7, False),
        "#3": Row(3),
    }
    assert rules.counters(found["eth0"], 64) == (10, 11)
    assert rules.counters(found["eth0"], 32) == (1, 2)
    assert rules.counters(found["eth0#2"], 64) is None
    assert rules.counters(Row(1, narrow=(1 << 32, 0)), 32) is None


def test_what_a_hostile_agent_answers_costs_only_its_own_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of several lines that looks like another row, a clock that is none, and a number without end."""
    name, state = polling.NAME, polling.COLUMNS["state"]
    answers = {
        name: f'{name}.1 "a\n.1.x faux\n.1.{"9" * 40} faux"\n{name}.2 "b"',
        UPTIME: f"{UPTIME} {2**64 - 1}",
        state: f"{state}.1 1\n{state}.2 {'9' * 5000}",
    }

    async def run(tool: str, folder: str, agent: Any, words: list[str]) -> tuple[str, str]:
        if agent.number == 3:
            return "", "Timeout: No Response from udp:192.0.2.3:161."
        return answers.get(words[0], ""), ""

    monkeypatch.setattr(polling, "run", run)
    secrets = ({"community": "x"}, {"community": '"'}, {"community": "x"})
    asked = [Question(n, f"192.0.2.{n}", 161, "2c", secret) for n, secret in enumerate(secrets, 1)]
    found = asyncio.run(polling.poll(asked))
    assert (found[1].fault, found[1].uptime) == ("", None)
    assert found[1].rows == {"a": Row(1, up=True), "b": Row(2)}
    assert found[2].fault == polling.UNREADABLE
    assert "ne répond pas" in found[3].fault
