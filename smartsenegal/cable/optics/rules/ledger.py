"""What is left of a line's ratio when it is laid, and at the end of its life. Pure.

The form is that of the budgets of submarine systems (ITU-T G.977, begin and end of life): an ideal line, less
each allowance by its name. Ageing and repairs are reckoned on the line itself, at the launch power chosen;
what the model does not know (ripple, tilt, terminals) is typed in, in dB.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smartsenegal.cable.optics.rules.line import BadLine, Comb, Line, gsnr, noise

BEGIN, END = "begin", "end"
REPAIRS_AT_MOST = 200


@dataclass(frozen=True)
class Ageing:
    """What years do to a line: loss the fibre gains (dB/km), noise figure its amplifiers gain (dB), repairs,
    each with so many splices of so many dB and so many kilometres of cable more."""

    aged_fibre_db_per_km: float
    aged_noise_figure_db: float
    repairs: int
    splices: int
    splice_db: float
    cable_km: float

    def __post_init__(self) -> None:
        for field, most, sentence in (
            ("aged_fibre_db_per_km", 0.2, "Le vieillissement de la fibre va de 0 à 0,2 dB par kilomètre."),
            ("aged_noise_figure_db", 5, "Le vieillissement des amplificateurs va de 0 à 5 dB."),
            ("repairs", REPAIRS_AT_MOST, f"Le nombre de réparations va de 0 à {REPAIRS_AT_MOST}."),
            ("splices", 20, "Une réparation compte de 0 à 20 épissures."),
            ("splice_db", 2, "Une épissure perd de 0 à 2 dB."),
            ("cable_km", 50, "Une réparation ajoute de 0 à 50 kilomètres de câble."),
        ):
            # The comparison is false for what is not a number.
            if not 0 <= getattr(self, field) <= most:
                raise BadLine(field, sentence)


@dataclass(frozen=True)
class Allowance:
    """So many dB off the ratio of every channel, from the beginning (`begin`) or at the end (`end`) of life.

    `source` is where the figure was read, "" for a hypothesis."""

    name: str
    decibels: float
    stage: str
    source: str = ""


@dataclass(frozen=True)
class Entry:
    """A row of the ledger: dB it takes (below zero: gives), the ratio left after it, and its source ("":
    a hypothesis; None: reckoned by the model)."""

    name: str
    decibels: float
    left: float
    source: str | None


@dataclass(frozen=True)
class Ledger:
    """The ratio (dB in 0.1 nm) of every channel at begin and end of life, and the way of the worst one."""

    ideal: float
    begin: tuple[float, ...]
    end: tuple[float, ...]
    begin_entries: tuple[Entry, ...]
    end_entries: tuple[Entry, ...]


def aged(line: Line, ageing: Ageing) -> Line:
    """The line at the end of its life: a repair is a loss of its span, and they fall on one span after the
    other, which is kind: all on one span would harm more. Raises BadLine."""
    older = replace(line.fibre, loss_db_per_km=line.fibre.loss_db_per_km + ageing.aged_fibre_db_per_km)
    figure = line.noise_figure_db + ageing.aged_noise_figure_db
    return repaired(replace(line, fibre=older, noise_figure_db=figure), ageing)


def repaired(line: Line, ageing: Ageing) -> Line:
    """The line with the repairs only."""
    each, more = divmod(ageing.repairs, len(line.lengths_km))
    counts = [each + (n < more) for n in range(len(line.lengths_km))]
    return replace(
        line,
        lengths_km=tuple(
            km + n * ageing.cable_km for km, n in zip(line.lengths_km, counts, strict=True)
        ),
        extra_db=tuple(
            db + n * ageing.splices * ageing.splice_db for db, n in zip(line.extra_db, counts, strict=True)
        ),
    )  # fmt: skip


def ledger(
    line: Line, comb: Comb, launch_dbm: float, ageing: Ageing, allowances: Sequence[Allowance]
) -> Ledger:
    """The two ends of the life of a line at a launch power per channel (dBm). Raises BadLine."""
    ideal = gsnr(noise(line, comb), comb, launch_dbm)
    old = gsnr(noise(aged(line, ageing), comb), comb, launch_dbm)
    off = {stage: sum(a.decibels for a in allowances if a.stage == stage) for stage in (BEGIN, END)}
    begin = tuple(each - off[BEGIN] for each in ideal)
    end = tuple(each - off[BEGIN] - off[END] for each in old)
    first = _taken(min(ideal), [a for a in allowances if a.stage == BEGIN])
    left = min(begin)
    wear = []
    for name, lost in _wear(line, comb, launch_dbm, ageing):
        left -= lost
        wear.append(Entry(name, lost, left, None))
    last = _taken(left, [a for a in allowances if a.stage == END])
    return Ledger(min(ideal), begin, end, tuple(first), (*wear, *last))


def _taken(start: float, allowances: Sequence[Allowance]) -> list[Entry]:
    found, left = list[Entry](), start
    for each in allowances:
        left -= each.decibels
        found.append(Entry(each.name, each.decibels, left, each.source))
    return found


def _wear(line: Line, comb: Comb, launch_dbm: float, ageing: Ageing) -> list[tuple[str, float]]:
    """What each kind of wear takes from the worst channel, one after the other; they sum to the whole."""
    steps = (
        ("Vieillissement de la fibre", replace(ageing, aged_noise_figure_db=0, repairs=0)),
        ("Vieillissement des amplificateurs", replace(ageing, repairs=0)),
        (f"Réparations : {ageing.repairs}", ageing),
    )
    before, found = min(gsnr(noise(line, comb), comb, launch_dbm)), []
    for name, so_far in steps:
        after = min(gsnr(noise(aged(line, so_far), comb), comb, launch_dbm))
        found.append((name, before - after))
        before = after
    return found
