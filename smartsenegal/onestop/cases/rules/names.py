"""In whose name a decision is signed, as it is printed and told: « Pour le maire et par délégation »."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography as _

SIGNATORY = "Le signataire"


def signed_as(authority: str, delegation: Mapping[str, Any] | None) -> str:
    """What stands above the name of who signs: the authority, or for whom and how its deputy signs.

    « Pour le maire et par délégation, le premier adjoint », « Pour le maire, par intérim, l’adjoint ».
    """
    if delegation is None:
        return authority
    how = ", par intérim" if delegation["kind"] == "deputy" else " et par délégation"
    return f"Pour {_lower(authority)}{how}, {_lower(delegation['quality'])}"


def act_of(delegation: Mapping[str, Any]) -> str:
    """The act that a deputy signs by: « acte n° 12 du 3 mars 2026 »."""
    return _(f"acte n° {delegation['number']} du {format_date(date.fromisoformat(delegation['act_on']))}")


def signed_for(delegation: Mapping[str, Any] | None) -> str:
    """What a line of the story adds: « , pour Alioune Kébé par délégation (acte n° …) »; "" for oneself."""
    if not delegation:
        return ""
    how = "par intérim" if delegation["kind"] == "deputy" else "par délégation"
    return f", pour {delegation['giver']} {how} ({act_of(delegation)})"


def _lower(words: str) -> str:
    """The first letter small, unless the first word is all capitals."""
    first = words.split(" ", 1)[0]
    return words if len(first) > 1 and first.isupper() else words[:1].lower() + words[1:]
