"""Refusals of `cable.network`."""

from collections.abc import Sequence
from dataclasses import dataclass

from smartsenegal.lib.text import typography


class NetworkRefused(ValueError):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: line (the first is 1; of GeoJSON, the number of the object), column,
    sentence."""

    line: int
    column: str
    sentence: str


class ImportRefused(ValueError):
    """A file with faults: nothing of it was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(f"{len(self.faults)} faults")
