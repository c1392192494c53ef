import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib import ids

codes = st.text(alphabet=ids.ALPHABET, min_size=1, max_size=20)


def test_uuid7_is_ordered_unique_and_of_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = [ids.uuid7() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {(u.version, u.variant) for u in made} == {(7, "specified in RFC 4122")}
    assert before <= made[0].int >> 80 <= time.time_ns() // 1_000_000


def test_uuid7_is_unique_among_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [u for batch in pool.map(lambda _: [ids.uuid7() for _ in range(500)], range(8)) for u in batch]
    assert len(set(made)) == 4000


def test_uuid7_stays_ordered_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids.uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert ids.uuid7() > first


def test_reference() -> None:
    assert ids.reference("CJ", 2026, 4188) == "CJ-2026-004188"
    assert ids.reference("CJ", 2026, 12_345_678) == "CJ-2026-12345678"
    assert ids.parse_reference(" cj 2026 4188") == ("CJ", 2026, 4188)


@pytest.mark.parametrize(
    "wrong", [("cj", 2026, 1), ("", 2026, 1), ("CJ", 2026, -1), ("C-J", 2026, 1), ("CJ", 26, 1)]
)
def test_reference_refuses(wrong: tuple[str, int, int]) -> None:
    with pytest.raises(ValueError, match="No reference"):
        ids.reference(*wrong)


@given(st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True), st.integers(1000, 9999), st.integers(0, 10**11))
def test_reference_is_read_back(prefix: str, year: int, number: int) -> None:
    if prefix.isascii():
        assert ids.parse_reference(ids.reference(prefix, year, number)) == (prefix, year, number)


@pytest.mark.parametrize("wrong", ["", "CJ", "CJ-26-1", "CJ-2026-", "CJ-2026-4188-9"])
def test_parse_reference_refuses(wrong: str) -> None:
    with pytest.raises(ids.CodeRefused, match="CJ-2026-004188"):
        ids.parse_reference(wrong)


def test_short_codes_use_no_ambiguous_letter_and_do_not_repeat() -> None:
    made = {ids.short_code() for _ in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("ILOU")
    assert {len(code) for code in made} == {10}


@given(codes)
def test_a_code_is_understood_however_typed(code: str) -> None:
    typed = ids.format_code(code).lower().replace("-", " - ").replace("1", "l").replace("0", "o")
    assert ids.normalise_code(typed) == code


@pytest.mark.parametrize("wrong", ["", " - ", "ABCU", "AB*C", "é"])
def test_normalise_code_refuses(wrong: str) -> None:
    with pytest.raises(ids.CodeRefused):
        ids.normalise_code(wrong)


@given(codes, st.data())
def test_check_character_detects_every_wrong_character_and_every_swap(code: str, data: st.DataObject) -> None:
    whole = ids.with_check(code)
    assert ids.has_valid_check(whole)
    i = data.draw(st.integers(0, len(whole) - 1))
    j = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(ids.ALPHABET.replace(whole[i], "")))
    assert not ids.has_valid_check(whole[:i] + other + whole[i + 1 :])
    if whole[i] != whole[j]:
        swapped = list(whole)
        swapped[i], swapped[j] = whole[j], whole[i]
        assert not ids.has_valid_check("".join(swapped))


def test_check_character_of_a_reference_ignores_its_hyphens() -> None:
    assert ids.check_character("CJ-2026-004188") == ids.check_character("CJ2026004188")
    with pytest.raises(ValueError, match="No check"):
        ids.check_character("CJ*")
    assert not ids.has_valid_check("")
