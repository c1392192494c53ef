"""The series that modules keep, with the words to show them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BUCKET = "bucket"
Labels = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Series:
    """A series: its dimensions are (name, French label) pairs; only public ones are published.

    `cuts` are the groupings kept ready by month, so that a page reads a few rows; `kept` are the dimensions
    that every cut has besides. A series of delays keeps its histogram in the dimension `bucket`.
    """

    name: str
    label: str
    unit: str
    dims: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    cuts: tuple[tuple[str, ...], ...] = ()
    kept: tuple[str, ...] = ()
    about: str = ""

    @property
    def is_histogram(self) -> bool:
        return BUCKET in self.kept

    def stored(self, cut: Sequence[str]) -> tuple[str, ...]:
        """Dimensions of the rows of a cut."""
        return (*cut, *(d for d in self.kept if d not in cut))


_series: dict[str, Series] = {}
_labels: dict[str, Labels] = {}


def register_series(
    name: str,
    label: str,
    unit: str,
    dims: Mapping[str, str] | None = None,
    *,
    public: bool = False,
    cuts: Iterable[Sequence[str]] = (),
    kept: Sequence[str] = (),
    about: str = "",
) -> None:
    """Register a series. Raises ValueError when its name is taken."""
    if name in _series:
        raise ValueError(f"series {name} is registered twice")
    ready = tuple(tuple(cut) for cut in cuts)
    _series[name] = Series(name, label, unit, dict(dims or {}), public, ready, tuple(kept), about)


def series_named(name: str) -> Series | None:
    """Series of that name."""
    return _series.get(name)


def published() -> Iterator[Series]:
    """Public series, in order of registration."""
    yield from (s for s in _series.values() if s.public)


def register_labels(dim: str, labels: Labels) -> None:
    """Name the values of a dimension for the readers: `labels(codes)` gives the French names it knows."""
    _labels[dim] = labels


def labels_of(dim: str, codes: Iterable[str]) -> Mapping[str, str]:
    """French names of some values of a dimension; those that nobody names are absent."""
    wanted = sorted({code for code in codes if code})
    return _labels[dim](wanted) if wanted and dim in _labels else {}
