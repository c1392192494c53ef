from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.notifications import rules

GSM = "".join(sorted(rules._GSM7_BASIC))


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        # A euro sign does not straddle two parts: 152 + the sign leaves one septet unused in the first.
        ("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3),
        ("Reçu", "ucs2", 4, 1),
        ("ê" * 70, "ucs2", 70, 1),
        ("ê" * 71, "ucs2", 71, 2),
        ("ê" * 134, "ucs2", 134, 2),
        ("ê" * 135, "ucs2", 135, 3),
        ("ŋ" + "😀" * 35, "ucs2", 71, 2),
    ],
)
def test_sms_size(text: str, encoding: str, units: int, segments: int) -> None:
    assert rules.sms_size(text) == rules.SmsSize(encoding, units, segments)


def test_the_default_alphabet_has_its_128_characters_less_the_escape() -> None:
    assert len(rules._GSM7_BASIC) == 127


@given(st.text(alphabet=GSM + "êŋ😀€", max_size=500))
def test_more_text_never_takes_fewer_segments(text: str) -> None:
    for end in range(0, len(text), 50):
        assert rules.sms_size(text[:end]).segments <= rules.sms_size(text).segments


@given(st.text(max_size=300))
def test_economical_never_costs_more(text: str) -> None:
    sent = rules.economical(text)
    assert rules.sms_size(sent).segments <= rules.sms_size(text).segments
    assert rules.economical(sent) == sent


def test_typography_stays_when_the_text_needs_the_wide_alphabet_anyway() -> None:
    assert rules.economical("L’acte n’est pas prêt\u00a0!") == "L’acte n’est pas prêt\u00a0!"
    assert rules.economical("L’acte «\u00a0B3\u00a0» est signé\u00a0!") == 'L\'acte " B3 " est signé !'


@pytest.mark.parametrize(
    ("day", "price"), [(date(2025, 12, 31), None), (date(2026, 1, 1), 12), (date(2026, 6, 1), 15)]
)
def test_tariff_of_the_day(day: date, price: int | None) -> None:
    assert rules.tariff_on(day, [(date(2026, 6, 1), 15), (date(2026, 1, 1), 12)]) == price


@given(st.integers(1, 40))
def test_delays_grow_to_an_hour(attempts: int) -> None:
    assert rules.retry_delay(attempts) <= rules.retry_delay(attempts + 1) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("idempotent", "can_be_asked", "broken", "repeat"),
    [(True, False, 5, True), (False, True, 5, True), (False, False, 1, True), (False, False, 2, False)],
)
def test_what_may_have_left_is_repeated_once(
    idempotent: bool, can_be_asked: bool, broken: int, repeat: bool
) -> None:
    assert rules.may_repeat(idempotent=idempotent, can_be_asked=can_be_asked, broken=broken) is repeat
