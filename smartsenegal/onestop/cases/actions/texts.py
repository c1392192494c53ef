"""Texts typed in pages, fit to be kept."""

from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.errors import CaseRefused

LONGEST_NOTE = 2000


def cleaned(text: str, most: int = LONGEST_NOTE) -> str:
    """A text typed in a page, fit to be kept; raises CaseRefused with the sentence to show."""
    try:
        return clean(text, most, multiline=True)
    except TextRefused as error:
        raise CaseRefused(_(str(error))) from error
