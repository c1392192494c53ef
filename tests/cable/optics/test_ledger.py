import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.optics.rules import line
from smartsenegal.cable.optics.rules.ledger import BEGIN, END, Ageing, Allowance, Ledger, aged, ledger
from smartsenegal.cable.optics.rules.line import BadLine, Comb, Fibre, even
from smartsenegal.cable.optics.rules.selling import Modulation, bearings, steps

COMB = Comb(channels=96, spacing_ghz=50, gbaud=32)
LINE = even(Fibre(0.165, 110, 21, 2.6), 9, 80, extra_db=0.5, noise_figure_db=5)
NEW = Ageing(0, 0, repairs=0, splices=0, splice_db=0, cable_km=0)
WORN = Ageing(0.003, 0.5, repairs=12, splices=2, splice_db=0.15, cable_km=2)
ALLOWANCES = [
    Allowance("Ondulation", 1.0, BEGIN),
    Allowance("Terminal", 0.5, BEGIN, "fiche du constructeur"),
    Allowance("Réserve", 0.7, END),
]


def test_a_line_that_does_not_age_ends_as_it_began() -> None:
    found = ledger(LINE, COMB, -2, NEW, [])
    assert found.begin == found.end
    assert found.ideal == min(found.begin)
    assert [e.decibels for e in found.end_entries] == [0, 0, 0]


def test_the_ledger_adds_up_entry_by_entry() -> None:
    found = ledger(LINE, COMB, -2, WORN, ALLOWANCES)
    assert found.ideal - 1.5 == pytest.approx(min(found.begin))
    assert found.begin_entries[-1].left == pytest.approx(min(found.begin))
    assert found.end_entries[-1].left == pytest.approx(min(found.end))
    entries = [*found.begin_entries, *found.end_entries]
    assert found.ideal - sum(e.decibels for e in entries) == pytest.approx(min(found.end))
    assert all(e.decibels > 0 for e in entries)


def test_each_entry_says_whence_it_comes() -> None:
    found = ledger(LINE, COMB, -2, WORN, ALLOWANCES)
    assert [e.source for e in found.begin_entries] == ["", "fiche du constructeur"]
    assert [e.source for e in found.end_entries] == [None, None, None, ""]


def test_repairs_fall_on_one_span_after_the_other() -> None:
    worn = aged(LINE, replace(WORN, repairs=10))
    assert worn.extra_db == pytest.approx((0.5 + 2 * 0.3, *[0.5 + 0.3] * 8))
    assert sum(worn.lengths_km) == pytest.approx(720 + 20)


@given(st.integers(0, 100))
def test_one_more_repair_never_helps(repairs: int) -> None:
    fewer, more = (ledger(LINE, COMB, -2, replace(WORN, repairs=n), []) for n in (repairs, repairs + 1))
    assert min(more.end) <= min(fewer.end)


def test_wear_that_cannot_be_is_refused_with_a_sentence() -> None:
    for field, value in (("repairs", -1), ("splice_db", math.nan), ("aged_noise_figure_db", -0.1)):
        with pytest.raises(BadLine) as refused:
            replace(WORN, **{field: value})
        assert refused.value.field == field


# Ten channels whose worst falls from 20 to 15 dB.
FALLING = Ledger(20, tuple(20.0 + n for n in range(10)), tuple(15.0 + n for n in range(10)), (), ())


def test_only_channels_with_the_margin_at_the_end_of_life_are_sold() -> None:
    (found,) = bearings(FALLING, [Modulation("16QAM", 200, 18)], margin_db=1, pairs=2)
    assert (found.begin, found.end) == (10, 6)
    assert found.margin == -3
    assert found.gbps == 6 * 200 * 2


def test_the_modulation_that_carries_most_comes_first() -> None:
    fast, slow = Modulation("64QAM", 300, 23), Modulation("QPSK", 100, 12)
    assert [b.modulation for b in bearings(FALLING, [fast, slow], 0, 1)] == [slow, fast]


def test_from_100_gigabits_to_16_terabits() -> None:
    (full,) = bearings(ledger(LINE, COMB, -2, NEW, []), [Modulation("16QAM", 200, 20)], 1, pairs=1)
    found = steps(full, 100, 16_000, 1)
    assert [s.gbps for s in found] == [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 16_000]
    assert [s.channels for s in found] == [1, 1, 2, 4, 8, 16, 32, 64, 80]
    assert all(s.reached for s in found)
    assert not steps(full, 100, 25_600, 1)[-1].reached
    assert steps(full, 100, 25_600, 2)[-1].reached


def test_a_cable_not_lit_or_lit_beyond_its_design_has_steps_too() -> None:
    (full,) = bearings(FALLING, [Modulation("QPSK", 100, 12)], 0, 1)
    assert [s.gbps for s in steps(full, 0, 5, 1)] == [1, 2, 4, 5]
    assert [s.gbps for s in steps(full, 900, 800, 1)] == [800]


def test_the_light_of_share_on_one_pair_is_beyond_its_design() -> None:
    """16 Tbit/s are set by terminals, pairs and band, not by the sea: with 3 dB kept back too."""
    found = line.noise(even(Fibre(0.2, 83, 16.7, 2.6), 6, 120, 0, 5), COMB)
    ratios = [each.ratio(line.watts(1)) / line.decimal(3) for each in found]
    assert line.shannon_gbps(ratios, COMB) > 16_000
