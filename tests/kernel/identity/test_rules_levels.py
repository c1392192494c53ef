"""Levels of assurance asked for and told, and ways of signing in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity import rules_levels as rules

known = st.sampled_from(rules.LEVELS)
asked = st.lists(known | st.sampled_from(["urn:gold", "0", ""]), max_size=5)


@given(asked, known)
def test_what_is_told_was_asked_for_and_is_held(wanted: list[str], held: str) -> None:
    told = rules.acr_met(wanted, held)
    reached = [level for level in wanted if level in rules.LEVELS and _rank(level) <= _rank(held)]
    assert told == (reached[0] if reached else "")


@given(asked, known, known)
def test_who_holds_more_is_never_refused_more(wanted: list[str], one: str, other: str) -> None:
    lower, higher = sorted((one, other), key=_rank)
    assert not rules.acr_met(wanted, lower) or rules.acr_met(wanted, higher)


@given(asked)
def test_what_is_to_be_reached_is_the_least_that_would_do(wanted: list[str]) -> None:
    level = rules.acr_to_reach(wanted)
    assert bool(level) == any(w in rules.LEVELS for w in wanted)
    if level:
        assert rules.acr_met(wanted, level) == level
        assert not any(rules.acr_met(wanted, lower) for lower in rules.LEVELS[: _rank(level)])


def _rank(level: str) -> int:
    return rules.LEVELS.index(level)


def test_a_request_names_a_few_levels() -> None:
    assert rules.acr_wanted(" desk  phone ") == ["desk", "phone"]
    assert len(rules.acr_wanted("x " * 1000)) == 10


PASSWORD, SMS, MAIL = {"method": "password"}, {"method": "code", "phone": "+221"}, {"method": "code"}
TOTP, KEY = {"method": "mfa", "type": "totp"}, {"method": "mfa", "type": "webauthn"}


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ([], []),
        ([PASSWORD], ["pwd"]),
        ([SMS], ["sms"]),
        ([MAIL], ["otp"]),
        ([KEY], ["pop"]),
        ([PASSWORD, TOTP], ["otp", "pwd", "mfa"]),
        ([SMS, KEY], ["pop", "sms", "mfa"]),
        ([{"method": "mfa", "type": "recovery_codes"}, PASSWORD], ["otp", "pwd", "mfa"]),
        ([PASSWORD, PASSWORD], ["pwd"]),
        ([{"method": "password_reset"}], []),
    ],
)
def test_ways_of_signing_in(records: list[dict[str, str]], told: list[str]) -> None:
    assert rules.amr_of(records) == told
