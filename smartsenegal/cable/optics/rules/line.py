"""Noise of an amplified line, channel by channel. Pure.

Signal-to-noise ratios (GSNR) count the noise of the amplifiers (ASE) and the interference of the channels
among themselves in the fibre (NLI), both as Gaussian noise that adds up from span to span:
P. Poggiolini et al., "The GN-model of fiber non-linear propagation and its applications", J. Lightwave
Technol. 32(4), 2014, and its derivation, arXiv:1209.0394 (equations 120 and 123: incoherent accumulation,
rectangular channels, no mixing of three channels). Ripple, tilt, ageing and the terminals are not in it: the
ledger adds them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from smartsenegal.lib.text import typography

PLANCK = 6.626_070_15e-34  # J·s
LIGHT = 299_792_458.0  # m/s
# The width in which line builders quote ratios, and the middle of the C band (ITU-T G.694.1).
REFERENCE_HZ = 12.5e9
CENTRE_HZ = 193.4e12
SPANS_AT_MOST = 500
CHANNELS_AT_MOST = 500


class BadLine(ValueError):
    """Such a line cannot be; `field` names what is wrong, the French sentence says it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = typography(sentence)
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Fibre:
    """Loss in dB/km, effective area in µm², dispersion in ps/(nm·km), non-linear index in 10⁻²⁰ m²/W."""

    loss_db_per_km: float
    area_um2: float
    dispersion: float
    index: float

    def __post_init__(self) -> None:
        for field, least, most, sentence in (
            ("loss_db_per_km", 0.05, 2, "L’atténuation va de 0,05 à 2 dB par kilomètre."),
            ("area_um2", 20, 400, "L’aire effective va de 20 à 400 µm²."),
            ("dispersion", 1, 40, "La dispersion va de 1 à 40 ps/(nm·km)."),
            ("index", 1, 10, "L’indice non linéaire va de 1 à 10 (10⁻²⁰ m²/W)."),
        ):
            _within(field, getattr(self, field), least, most, sentence)


@dataclass(frozen=True)
class Comb:
    """Channels of equal power side by side: how many, width of a slot (GHz), symbols a second (GBd)."""

    channels: int
    spacing_ghz: float
    gbaud: float

    def __post_init__(self) -> None:
        told = f"Le nombre de canaux va de 1 à {CHANNELS_AT_MOST}."
        _within("channels", self.channels, 1, CHANNELS_AT_MOST, told)
        _within("spacing_ghz", self.spacing_ghz, 6.25, 400, "L’espacement va de 6,25 à 400 GHz.")
        _within("gbaud", self.gbaud, 1, 400, "La vitesse de modulation va de 1 à 400 GBd.")
        if self.gbaud > self.spacing_ghz:
            raise BadLine(
                "gbaud", "Les canaux se recouvrent : la vitesse de modulation dépasse l’espacement."
            )


@dataclass(frozen=True)
class Line:
    """Spans one after the other, each followed by an amplifier that gives back just what it lost.

    `lengths_km` and `extra_db` (splices, connectors, repairs: before the amplifier) go span by span."""

    fibre: Fibre
    lengths_km: tuple[float, ...]
    extra_db: tuple[float, ...]
    noise_figure_db: float

    def __post_init__(self) -> None:
        if not self.lengths_km:
            raise BadLine("spans", "Une ligne a au moins un tronçon.")
        told = f"Une ligne a {SPANS_AT_MOST} tronçons au plus."
        _within("spans", len(self.lengths_km), 1, SPANS_AT_MOST, told)
        for length in self.lengths_km:
            _within("spans", length, 1, 400, "Un tronçon mesure de 1 à 400 kilomètres.")
        for extra in self.extra_db:
            _within("extra_db", extra, 0, 60, "Les pertes en plus de la fibre vont de 0 à 60 dB par tronçon.")
        _within("noise_figure_db", self.noise_figure_db, 0, 20, "Le facteur de bruit va de 0 à 20 dB.")


def _within(field: str, value: float, least: float, most: float, sentence: str) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise BadLine(field, sentence)


def even(fibre: Fibre, spans: int, span_km: float, extra_db: float, noise_figure_db: float) -> Line:
    """A line of equal spans. Raises BadLine."""
    if spans > SPANS_AT_MOST:
        raise BadLine("spans", f"Une ligne a {SPANS_AT_MOST} tronçons au plus.")
    return Line(fibre, (span_km,) * spans, (extra_db,) * spans, noise_figure_db)


@dataclass(frozen=True)
class Noise:
    """Of one channel in its own width: `ase` in watts, `nli` in 1/W² (times the cube of the power)."""

    ase: float
    nli: float

    def ratio(self, watts: float) -> float:
        """Signal to noise at a launch power above zero, both in the width of the channel."""
        return watts / (self.ase + self.nli * watts**3)

    def best(self) -> float:
        """The launch power (W) of the highest ratio: there the amplifiers' noise is twice that of the
        fibre (op. cit., section VI)."""
        return math.cbrt(self.ase / (2 * self.nli))


def noise(line: Line, comb: Comb) -> list[Noise]:
    """What each channel gathers from end to end, in order of frequency."""
    photons = shape = 0.0
    for length, extra in zip(line.lengths_km, line.extra_db, strict=True):
        shape += _nli(line.fibre, length)
        gain = decimal(line.fibre.loss_db_per_km * length + extra)
        # F = P/(G·h·ν·B) + 1/G defines the noise figure (IEC 61290-3), so that P = h·ν·B·(F·G − 1).
        photons += decimal(line.noise_figure_db) * gain - 1
    width = comb.gbaud * 1e9
    return [
        Noise(PLANCK * hertz * width * photons, shape * spread / width**2)
        for hertz, spread in zip(frequencies(comb), _spreads(comb, line.fibre), strict=True)
    ]


def frequencies(comb: Comb) -> Iterator[float]:
    """The middle of each channel (Hz), around the middle of the C band."""
    first = CENTRE_HZ - (comb.channels - 1) / 2 * comb.spacing_ghz * 1e9
    return (first + n * comb.spacing_ghz * 1e9 for n in range(comb.channels))


def _per_metre(fibre: Fibre) -> float:
    return fibre.loss_db_per_km * math.log(10) / 10 / 1e3


def _beta2(fibre: Fibre) -> float:
    """Dispersion as s²/m, without its sign."""
    wave = LIGHT / CENTRE_HZ
    return wave**2 * fibre.dispersion * 1e-6 / (2 * math.pi * LIGHT)


def _nli(fibre: Fibre, length_km: float) -> float:
    """Equation 120 without its sum: what one span adds, in 1/W²."""
    alpha = _per_metre(fibre)
    effective = -math.expm1(-alpha * length_km * 1e3) / alpha
    gamma = 2 * math.pi * fibre.index * 1e-20 / (LIGHT / CENTRE_HZ * fibre.area_um2 * 1e-12)
    return 16 / 27 * (gamma * effective) ** 2 * alpha / (2 * math.pi * _beta2(fibre))


@lru_cache(maxsize=64)
def _spreads(comb: Comb, fibre: Fibre) -> tuple[float, ...]:
    """Equation 123 summed over all channels, for each channel: itself, then all on its left and right."""
    scale = math.pi**2 * _beta2(fibre) / _per_metre(fibre)
    width, step = comb.gbaud * 1e9, comb.spacing_ghz * 1e9
    reach = [0.0]  # of the first n neighbours on one side
    for n in range(1, comb.channels):
        far, near = n * step + width / 2, n * step - width / 2
        reach.append(reach[-1] + math.asinh(scale * width * far) - math.asinh(scale * width * near))
    own = math.asinh(scale * width**2 / 2)
    last = comb.channels - 1
    return tuple(own + reach[n] + reach[last - n] for n in range(comb.channels))


def decibels(ratio: float) -> float:
    """10·log10, for a ratio above zero."""
    return 10 * math.log10(ratio)


def decimal(db: float) -> float:
    """The ratio that so many decibels are."""
    return float(10 ** (db / 10))


def watts(dbm: float) -> float:
    """A power in dBm as watts."""
    return decimal(dbm) / 1e3


def dbm(power: float) -> float:
    """Watts as dBm. Raises BadLine for no power at all."""
    if not power > 0:
        raise BadLine("launch_dbm", "La puissance par canal est plus grande que zéro.")
    return decibels(power * 1e3)


def gsnr_db(ratio: float, comb: Comb) -> float:
    """A ratio in the width of the channel as dB in 0.1 nm (12.5 GHz)."""
    return decibels(ratio) + decibels(comb.gbaud * 1e9 / REFERENCE_HZ)


def gsnr(found: Sequence[Noise], comb: Comb, launch_dbm: float) -> list[float]:
    """GSNR of each channel in dB in 0.1 nm at a launch power per channel (dBm)."""
    return [gsnr_db(each.ratio(watts(launch_dbm)), comb) for each in found]


def worst(found: Sequence[Noise], comb: Comb, launch_dbm: float) -> float:
    """The lowest GSNR of all channels, dB in 0.1 nm."""
    return min(gsnr(found, comb, launch_dbm))


def sweep(
    found: Sequence[Noise], comb: Comb, first: float, last: float, step: float
) -> list[tuple[float, float]]:
    """Launch power (dBm per channel) and the worst GSNR (dB in 0.1 nm) it gives, from `first` to `last`."""
    count = round((last - first) / step)
    return [(p := first + n * step, worst(found, comb, p)) for n in range(count + 1)]


def optimum(found: Sequence[Noise], comb: Comb) -> float:
    """The launch power (dBm) that is best for the channel that fares worst at its own best."""
    return dbm(min(found, key=lambda each: each.ratio(each.best())).best())


def shannon_gbps(ratios: Sequence[float], comb: Comb) -> float:
    """What no modulation can exceed on one fibre pair (Gbit/s): both polarisations of every channel, from
    its signal-to-noise ratio in its own width (Shannon, 1948)."""
    return sum(2 * comb.gbaud * math.log2(1 + ratio) for ratio in ratios)
