"""Cells of files that people open in a spreadsheet and bring back."""

import re

# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), whatever quotes it has.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def quoted(cell: str) -> str:
    """The cell as a spreadsheet takes it for a text: a quote before what begins like a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unquoted(cell: str) -> str:
    """The cell that `quoted` was given."""
    return cell[1:] if _QUOTED.match(cell) else cell
