"""How a module says no: in French, what is wrong, how to mend it, and where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass

from smartsenegal.lib.text import typography


class Refused(ValueError):
    """What was asked cannot be done.

    `sentence` is shown in French, beside the field of a form that `field` names ("" for none).
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: line (the first is 1, the names of the columns; of JSON, the number of the
    object), column, French sentence."""

    line: int
    column: str
    sentence: str


class FileRefused(ValueError):
    """A file with faults: nothing of it was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(f"{len(self.faults)} faults")
