import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.optics.rules import line
from smartsenegal.cable.optics.rules.line import BadLine, Comb, Fibre, Line, even

COMB = Comb(channels=96, spacing_ghz=50, gbaud=32)
# What gnpy counts of amplifiers is up to 0.15 dB more: F·G photons, not F·G − 1.
TOLERANCE_DB = 0.2
LOW_LOSS = Fibre(loss_db_per_km=0.165, area_um2=110, dispersion=21, index=2.6)
ORDINARY = Fibre(loss_db_per_km=0.2, area_um2=83, dispersion=16.7, index=2.6)

# gnpy 3.0.1 on a model of 720 km: spans, best power per channel to the dB, GSNR, Shannon in Tbit/s.
# Its table does not say the dispersion of the low-loss fibre.
PUBLISHED = [
    (LOW_LOSS, 12, 60, -2, 27.2, 47),
    (LOW_LOSS, 9, 80, -2, 26.2, 45),
    (LOW_LOSS, 6, 120, 0, 23.5, 40),
    (ORDINARY, 9, 80, -2, 23.6, 40),
    (ORDINARY, 6, 120, 1, 19.9, 33),
]


@pytest.mark.parametrize(("fibre", "spans", "km", "power", "gsnr", "terabits"), PUBLISHED)
def test_the_closed_form_agrees_with_gnpy_to_half_a_decibel(
    fibre: Fibre, spans: int, km: float, power: float, gsnr: float, terabits: float
) -> None:
    found = line.noise(even(fibre, spans, km, extra_db=0, noise_figure_db=5), COMB)
    assert line.worst(found, COMB, power) == pytest.approx(gsnr, abs=0.5)
    assert line.optimum(found, COMB) == pytest.approx(power, abs=1.2)
    ratios = [each.ratio(line.watts(power)) for each in found]
    assert line.shannon_gbps(ratios, COMB) / 1e3 == pytest.approx(terabits, rel=0.03)


def reference() -> list[list[float]]:
    """What gnpy itself finds: `gnpy_reference.py` says how, in the order of its columns."""
    with (Path(__file__).parent / "gnpy_reference.csv").open(encoding="utf-8") as file:
        return [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]


@pytest.mark.parametrize("row", reference())
def test_the_worst_channel_is_the_one_of_gnpy(row: list[float]) -> None:
    loss, area, dispersion, spans, km, figure, channels, spacing, gbaud, power, gsnr = row
    comb = Comb(int(channels), spacing, gbaud)
    found = line.noise(even(Fibre(loss, area, dispersion, 2.6), int(spans), km, 0, figure), comb)
    assert line.worst(found, comb, power) == pytest.approx(gsnr, abs=TOLERANCE_DB)


def test_the_noise_of_amplifiers_is_the_one_of_the_textbook() -> None:
    # -58 dBm of a photon in 0.1 nm, 5 dB of noise and 20 dB of gain: ten amplifiers, 0 dBm.
    found = line.noise(even(ORDINARY, 10, 100, extra_db=0, noise_figure_db=5), Comb(1, 12.5, 12.5))
    assert line.decibels(1e-3 / found[0].ase) == pytest.approx(57.95 - 5 - 20 - 10, abs=0.03)


lines = st.builds(
    even,
    st.builds(Fibre, st.floats(0.14, 0.3), st.floats(60, 150), st.floats(4, 22), st.floats(2, 3)),
    spans=st.integers(1, 60),
    span_km=st.floats(30, 150),
    extra_db=st.floats(0, 3),
    noise_figure_db=st.floats(3.5, 8),
)


@given(lines, st.integers(1, 120))
def test_at_the_best_power_amplifiers_make_twice_the_noise_of_the_fibre(found: Line, channels: int) -> None:
    comb = Comb(channels, 50, 32)
    for each in line.noise(found, comb):
        best = each.best()
        assert each.ase == pytest.approx(2 * each.nli * best**3)
        assert each.ratio(best) >= max(each.ratio(best * 1.01), each.ratio(best / 1.01))


@given(lines)
def test_the_top_of_the_sweep_is_the_optimum_of_the_formula(found: Line) -> None:
    noises = line.noise(found, COMB)
    best = line.optimum(noises, COMB)
    top = max(line.sweep(noises, COMB, best - 5, best + 5, 0.25), key=lambda point: point[1])
    assert top[0] == pytest.approx(best, abs=0.26)
    assert top[1] <= line.worst(noises, COMB, best) + 0.001


@given(lines)
def test_more_spans_more_loss_and_more_channels_never_help(found: Line) -> None:
    power = 0.0
    before = line.worst(line.noise(found, COMB), COMB, power)
    longer = Line(found.fibre, (*found.lengths_km, 60.0), (*found.extra_db, 0.0), found.noise_figure_db)
    lossy = Line(found.fibre, found.lengths_km, tuple(x + 1 for x in found.extra_db), found.noise_figure_db)
    for worse in (longer, lossy):
        assert line.worst(line.noise(worse, COMB), COMB, power) < before
    fuller = Comb(COMB.channels + 2, COMB.spacing_ghz, COMB.gbaud)
    assert line.worst(line.noise(found, fuller), fuller, power) < before


@given(lines)
def test_at_very_low_power_only_the_amplifiers_are_heard(found: Line) -> None:
    for each in line.noise(found, COMB):
        assert each.ratio(1e-9) == pytest.approx(1e-9 / each.ase, rel=1e-6)


def test_the_channels_at_the_edge_hear_fewer_neighbours() -> None:
    ratios = line.gsnr(line.noise(even(LOW_LOSS, 9, 80, 0, 5), COMB), COMB, 1)
    assert ratios[0] > ratios[20] > ratios[48]


def test_shannon_of_one_channel() -> None:
    assert line.shannon_gbps([3.0], Comb(1, 50, 32)) == pytest.approx(128)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        (lambda: even(LOW_LOSS, 0, 80, 0, 5), "spans", "au moins un tronçon"),
        (lambda: even(LOW_LOSS, 10**12, 80, 0, 5), "spans", "au plus"),
        (lambda: even(LOW_LOSS, 9, math.nan, 0, 5), "spans", "tronçon mesure"),
        (lambda: even(LOW_LOSS, 9, 80, -1, 5), "extra_db", "0 à 60 dB"),
        (lambda: even(LOW_LOSS, 9, 80, 0, -1), "noise_figure_db", "facteur de bruit"),
        (lambda: Fibre(-0.2, 80, 17, 2.6), "loss_db_per_km", "atténuation"),
        (lambda: Fibre(0.2, 0, 17, 2.6), "area_um2", "aire effective"),
        (lambda: Fibre(0.2, 80, 0, 2.6), "dispersion", "dispersion"),
        (lambda: Fibre(0.2, 80, 17, 0), "index", "indice"),
        (lambda: Comb(0, 50, 32), "channels", "nombre de canaux"),
        (lambda: Comb(96, 30, 32), "gbaud", "se recouvrent"),
        (lambda: line.dbm(0), "launch_dbm", "plus grande que zéro"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_a_sentence(wrong, field, words) -> None:
    with pytest.raises(BadLine) as refused:
        wrong()
    assert refused.value.field == field
    assert words in refused.value.sentence
