import pytest

from smartsenegal.wifi.planner import presenting, rules
from smartsenegal.wifi.planner.rules import Crowd, Kit, Service


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (0.0612, "0,061"),
        (0.9, "0,9"),
        (9.96, "10"),
        (12.4, "12"),
        (4_000, "4\u202f000"),
        (94_321, "94\u202f000"),
    ],
)
def test_a_figure_has_two_significant_digits(value: float, words: str) -> None:
    assert presenting.number(value).replace("\u00a0", "\u202f") == words


def verdict(points: int, crowd: Crowd) -> dict[str, str]:
    found, held = rules.need(crowd, Kit(), Service()), rules.held(points, crowd, Kit(), None, Service())
    return presenting.verdict(found, held, points)


def test_the_verdict_says_what_is_lacking() -> None:
    magal = verdict(40, Crowd(6_583_278, 300_000))
    assert magal["tone"] == "red"
    assert "40 bornes serviront 0,061\u00a0%" in magal["title"]
    assert verdict(2_000, Crowd(1_000, 100))["tone"] == "green"
    ordinary = rules.need(Crowd(20_000, 0), Kit(), Service()).access_points
    assert verdict(round(ordinary.likely * 1.2), Crowd(20_000, 0))["tone"] == "amber"
