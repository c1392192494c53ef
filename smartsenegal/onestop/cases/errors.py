"""Refusals of `cases`: each carries the French sentence to show."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartsenegal.onestop.cases.rules import CaseView, Fault


class CaseRefused(Exception):
    """The act is not possible now (answered 409 by the API); `view` is the case as it stands, when known."""

    def __init__(self, sentence: str, view: "CaseView | None" = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.view = view


class PartyRefused(CaseRefused):
    """The procedure is not for the name in which one acts; another name of the same person may do."""


class StaleCase(CaseRefused):
    """The case changed since the page was made; nothing typed is lost, the page is to be shown again."""


class LinkRefused(Exception):
    """A link of consultation that opens nothing; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class FilingRefused(CaseRefused):
    """The draft cannot be sent yet: `faults` says everything that is missing, each with its place."""

    def __init__(self, faults: "list[Fault]", view: "CaseView") -> None:
        super().__init__(" ".join(f.sentence for f in faults), view)
        self.faults = faults
