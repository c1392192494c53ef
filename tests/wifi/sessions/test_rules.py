from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.sessions import rules
from smartsenegal.wifi.sessions.rules import INTERIM, OFF, ON, START, STOP, Heard, State, fold

SECOND = 1_000_000
KEYS = [rules.session_key(1, f"{n:08x}", b"class") for n in range(3)]


def heard(kind: int, at: int, seconds: int = 0, octets: int = 0, key: bytes = KEYS[0]) -> Heard:
    return Heard(kind, 1, key, at * SECOND, seconds, octets, 2 * octets, 1 if kind == STOP else None)


events = st.builds(
    heard, st.sampled_from([START, STOP, INTERIM, ON, OFF]), st.integers(0, 50), st.integers(0, 50),
    st.integers(0, 2**40), st.sampled_from(KEYS),
)  # fmt: skip


def test_a_session_from_its_start_to_its_stop() -> None:
    told = [heard(START, 100), heard(INTERIM, 400, 300, 5), heard(STOP, 500, 400, 9)]
    assert fold(told) == {
        KEYS[0]: State(1, 100 * SECOND, 500 * SECOND, 500 * SECOND, 1, 400, 9, 18)
    }  # fmt: skip


def test_the_start_is_known_from_any_report() -> None:
    assert fold([heard(INTERIM, 400, 300, 5)])[KEYS[0]].started_us == 100 * SECOND


def test_a_late_report_opens_the_session_again() -> None:
    state = fold([heard(START, 100), heard(STOP, 200, 100, 5), heard(INTERIM, 300, 200, 7)])[KEYS[0]]
    assert state.ended_us is None
    assert state.octets_in == 7


def test_a_report_repeated_after_the_stop_does_not() -> None:
    told = [heard(INTERIM, 150, 50, 3), heard(STOP, 200, 100, 5), heard(INTERIM, 150, 50, 3)]
    assert fold(told)[KEYS[0]].ended_us == 200 * SECOND


def test_a_gateway_that_restarts_ends_what_it_had() -> None:
    told = [heard(START, 100), heard(OFF, 200), heard(START, 300, key=KEYS[1])]
    states = fold(told)
    assert (states[KEYS[0]].ended_us, states[KEYS[0]].cause) == (200 * SECOND, rules.NAS_REBOOT)
    assert states[KEYS[1]].ended_us is None


def test_another_gateway_ends_nothing() -> None:
    assert fold([heard(START, 100), replace(heard(OFF, 200), nas=2)])[KEYS[0]].ended_us is None


@given(st.lists(events, max_size=12), st.randoms())
def test_neither_order_nor_repetition_changes_totals(told: list[Heard], chance: object) -> None:
    again = [*told, *told[: len(told) // 2]]
    chance.shuffle(again)  # type: ignore[attr-defined]

    def totals(states: dict[bytes, State]) -> dict[bytes, tuple[int | None, ...]]:
        return {
            k: (s.started_us, s.updated_us, s.ended_us, s.seconds, s.octets_in, s.octets_out)
            for k, s in states.items()
        }

    assert totals(fold(again)) == totals(fold(told))


@given(st.integers(0, 10_000), st.integers(60, 600))
def test_a_device_not_heard_of_for_three_reports_is_off(quiet: int, interim: int) -> None:
    now = 1_000_000 * SECOND
    assert rules.is_on(now - quiet * SECOND, None, interim, now) == (quiet <= 3 * interim)
    assert not rules.is_on(now, now, interim, now)
