from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.wifi.privacy import sealing

PRIVATE, PUBLIC = sealing.new_pair()
DAY = bytes(range(32))
PLACE = sealing.place_of(1, "2026-11-26", 1)
WORDS = ("baobab vélo mardi lanterne", "pirogue citron jeudi tambour")
SHARES = sealing.split(PRIVATE, WORDS)
lines = st.lists(
    st.fixed_dictionaries({"mac": st.text(max_size=12), "ip": st.text(max_size=15), "from": st.integers(0)}),
    max_size=20,
)


@given(lines)
def test_what_was_put_in_comes_out(found: list[dict[str, Any]]) -> None:
    assert sealing.unseal(sealing.seal(found, PUBLIC, DAY, PLACE), PRIVATE, DAY, PLACE) == found


@given(lines, st.data())
def test_any_altered_byte_is_found(found: list[dict[str, Any]], data: st.DataObject) -> None:
    sealed = bytearray(sealing.seal(found, PUBLIC, DAY, PLACE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(bytes(sealed), PRIVATE, DAY, PLACE)
    assert sealing.digest(bytes(sealed)) != sealing.digest(sealing.seal(found, PUBLIC, DAY, PLACE))


def test_a_batch_opens_at_its_own_place_with_its_own_keys_only() -> None:
    sealed = sealing.seal([{"ip": "10.0.0.1"}], PUBLIC, DAY, PLACE)
    assert b"10.0.0.1" not in sealed
    other, _ = sealing.new_pair()
    for private, day, place in (
        (other, DAY, PLACE),
        (PRIVATE, bytes(32), PLACE),
        (PRIVATE, DAY, sealing.place_of(2, "2026-11-26", 1)),
    ):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(sealed, private, day, place)


def test_both_officers_open_and_neither_alone() -> None:
    assert sealing.join(SHARES, WORDS) == PRIVATE
    assert sealing.join(SHARES, ("  baobab  vélo mardi lanterne", WORDS[1])) == PRIVATE
    for words in ((WORDS[0], WORDS[0]), (WORDS[1], WORDS[1]), (WORDS[1], WORDS[0]), ("", WORDS[1])):
        with pytest.raises(sealing.WordsRefused):
            sealing.join(SHARES, words)
    with pytest.raises(sealing.WordsRefused):
        sealing.join(list(reversed(SHARES)), tuple(reversed(WORDS)))  # a share has its own place


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32))
def test_one_half_says_nothing_of_the_key(private: bytes) -> None:
    """Whatever the key, a half alone fits every other key: the half that would make it is as likely."""
    half = bytes(a ^ b for a, b in zip(private, PRIVATE, strict=True))
    assert bytes(a ^ b for a, b in zip(half, private, strict=True)) == PRIVATE


@given(st.lists(lines, min_size=2, max_size=4), st.data())
def test_the_chain_tells_what_was_moved_or_changed(batches: list[Any], data: st.DataObject) -> None:
    chain, previous = [], sealing.GENESIS
    for number, found in enumerate(batches, 1):
        place = sealing.place_of(number, "2026-11-26", 1)
        content = sealing.digest(sealing.seal(found, PUBLIC, DAY, place))
        previous = sealing.link(previous, place, len(found), 1, 2, content)
        chain.append((place, len(found), content, previous))
    at = data.draw(st.integers(0, len(chain) - 2))
    place, count, content, _ = chain[at]
    before = chain[at - 1][3] if at else sealing.GENESIS
    for altered in (
        (before, place, count + 1, 1, 2, content),
        (before, place + b"0", count, 1, 2, content),
        (before, place, count, 0, 2, content),
        (before, place, count, 1, 3, content),
        (before, place, count, 1, 2, bytes(32)),
        (bytes(31) + b"1", place, count, 1, 2, content),
    ):
        assert sealing.link(*altered) != chain[at][3]
