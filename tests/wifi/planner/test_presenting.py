import pytest

from smartsenegal.wifi.planner import presenting, reality, rules
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
        (0.000_021_4, "0,000021"),
        (5.0, "5"),
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


def test_a_share_that_nobody_can_read_is_told_as_less() -> None:
    assert presenting.percent(2.2e-40) == "moins de 0,01\u00a0%"
    assert presenting.percent(0.0001) == "0,01\u00a0%"
    assert presenting.percent(0) == "0\u00a0%"


def test_ends_that_read_alike_are_one_figure() -> None:
    found = [
        presenting._row("Bornes", rules.Range(801, 803, 804)),
        presenting._row("x", rules.Range(1, 2, 3)),
    ]
    said = [row["first"] for row in presenting.compared(found, found)]
    assert said == ["800", "1 à 3, 2 probable"]
    line = reality.Line("peak", rules.Range(800, 800, 800), 800, "within")
    assert presenting.reality_rows([line])[0]["foreseen"] == "800"


@pytest.mark.parametrize(
    ("first", "second", "chip", "delta"),
    [
        (rules.Range(38, 44, 49), rules.Range(38, 44, 49), "", "Pareil"),
        (rules.Range(38, 44, 49), rules.Range(40, 46, 52), "Dans la marge", "2 de plus (soit 4,5 %)"),
        (rules.Range(38, 44, 49), rules.Range(30, 44, 60), "Dans la marge", "Même valeur probable."),
        (rules.Range(38, 44, 49), rules.Range(76, 88, 98), "Plus", "44 de plus (soit 100 %)"),
        (rules.Range(76, 88, 98), rules.Range(38, 44, 49), "Moins", "44 de moins (soit 50 %)"),
        (rules.Range(0, 0, 0), rules.Range(1, 2, 3), "Plus", "2 de plus"),
    ],
)
def test_two_plans_differ_by_what_can_be_read(
    first: rules.Range, second: rules.Range, chip: str, delta: str
) -> None:
    a, b = (presenting._row("Bornes", values) for values in (first, second))
    found = presenting.compared([a], [b])[0]
    assert (found["chip"], found["delta"].replace("\u00a0", " ")) == (chip, delta)
