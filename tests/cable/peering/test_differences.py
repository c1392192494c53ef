"""What differs, in sentences."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.peering.rules import differences as d
from smartsenegal.cable.peering.rules.differences import Count, Intended, Real, differences
from tests.cable.billing.terms import unhurried

MEANT = Intended(64_500, "upstream", {"ipv4": 100}, "reject")
REAL = Real(64_500, "established", {"ipv4": Count(40, 40, 100)}, invalid=0, accepted=True)


def codes(intended: Intended | None, real: Real | None, heard: bool = True) -> list[str]:
    return [found.code for found in differences(intended, real, heard)]


def test_a_session_as_it_is_meant_has_no_difference() -> None:
    assert codes(MEANT, REAL) == []


@pytest.mark.parametrize(
    ("intended", "real", "expected"),
    [
        (MEANT, None, [d.MISSING]),
        (None, REAL, [d.UNEXPECTED]),
        (replace(MEANT, stopped=True), REAL, [d.RUNNING]),
        (replace(MEANT, stopped=True), None, []),
        (MEANT, replace(REAL, state="active", fault="Connection refused"), [d.DOWN]),
        (MEANT, replace(REAL, asn=64_501), [d.ASN]),
        (MEANT, replace(REAL, counts={"ipv4": Count(101, 90, 100)}), [d.OVER]),
        (MEANT, replace(REAL, counts={"ipv4": Count(80, 80, 100)}), [d.NEARLY]),
        (MEANT, replace(REAL, counts={"ipv4": Count(40, 40, 1000)}), [d.LIMIT]),
        (MEANT, replace(REAL, counts={"ipv4": Count(0, 0, 100)}), [d.EMPTY]),
        (MEANT, replace(REAL, counts={"ipv6": Count(4, 4)}), [d.FAMILY, d.FAMILY]),
        (MEANT, replace(REAL, invalid=2, examples=[("192.0.2.0/24", None)]), [d.INVALID]),
        (replace(MEANT, limits={"ipv4": None}), REAL, [d.UNLIMITED]),
        (MEANT, replace(REAL, state="down", counts={"ipv4": Count(hit=True)}), [d.DOWN, d.OVER]),
    ],
)
def test_each_difference_has_its_sentence(
    intended: Intended | None, real: Real | None, expected: list[str]
) -> None:
    assert codes(intended, real) == expected
    assert all(found.sentence.endswith(".") for found in differences(intended, real, True))
    # What a silent router was is not told as what it is.
    assert codes(intended, real, heard=False) == [d.SILENT]


def test_a_sentence_names_what_is_wrong() -> None:
    (found,) = differences(MEANT, replace(REAL, state="active", fault="Connection refused"), True)
    assert found.sentence == "La session est en attente du voisin (Active)\u00a0: Connection refused."
    (found,) = differences(MEANT, replace(REAL, invalid=1, examples=[("192.0.2.0/24", 64_511)]), True)
    assert "192.0.2.0/24 de l’AS 64511" in found.sentence
    assert found.tone == d.RED


@unhurried
@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_near_and_far_never_hold_together(count: int, limit: int) -> None:
    assert not (d.near(count, limit) and d.far(count, limit))
    assert d.near(count, limit) or count < limit
