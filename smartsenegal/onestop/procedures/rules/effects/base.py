"""What an effect is, what of a definition makes law, and words shared by the comparisons."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures.definition import (
    Delay,
    Fee,
    Field,
    Ineligible,
    OtherAuthority,
    Page,
    Piece,
    Silence,
    Step,
)
from smartsenegal.onestop.procedures.rules.wording import delay_words

_OPENING, _CLOSING = re.compile(r"«\s*"), re.compile(r"\s*»")
Bearing = Literal["better", "worse", "neutral"]
EVERYBODY = "Toutes les demandes"
SOME = "Une partie des demandes, selon les réponses"
SERVICES = "Les services"

# What a change of these does to nobody's rights: how it is said, and how sure it is.
_WORDING: Mapping[type, frozenset[str]] = {
    Delay: frozenset({"certainty"}),
    Fee: frozenset({"label", "note", "certainty", "source"}),
    Field: frozenset({"label", "hint", "autocomplete"}),
    Page: frozenset({"title", "hint"}),
    Piece: frozenset({"hint", "certainty"}),
    Ineligible: frozenset({"sentence"}),
    OtherAuthority: frozenset({"note"}),
    Step: frozenset({"label"}),
    Silence: frozenset({"sentence", "source", "certainty"}),
}


@dataclass(frozen=True)
class Effect:
    """One change that counts for somebody: what changes, for whom, and whether the applicant gains by it."""

    topic: str  # name of the field of `Definition`
    sentence: str
    bearing: Bearing = "neutral"
    concerns: str = EVERYBODY


@dataclass(frozen=True)
class Words:
    """What sentences need besides the definitions: from when, and the names of kinds of sites."""

    since: str
    units: Mapping[str, str]

    def unit(self, kind: str) -> str:
        """French name of a kind of site, between quotation marks."""
        return quoted("le service qui a le dossier" if kind == "competent" else self.units.get(kind, kind))


def effect(topic: str, sentence: str, bearing: Bearing = "neutral", concerns: str = EVERYBODY) -> Effect:
    """An effect with the typography of a sentence."""
    return Effect(topic, typography(sentence), bearing, concerns)


def quoted(text: str) -> str:
    """A text between French quotation marks; those inside it become “ ”."""
    inner = _OPENING.sub("“", _CLOSING.sub("”", text))
    return f"« {inner} »"


def listed(labels: Iterable[str]) -> str:
    """ "A, B et C"; « rien » for none."""
    found = list(labels)
    if len(found) < 2:
        return found[0] if found else "rien"
    return f"{', '.join(found[:-1])} et {found[-1]}"


def whom(condition: Any) -> str:
    """Whom something with this condition concerns."""
    return SOME if condition else EVERYBODY


def bare(value: Any) -> Any:
    """What makes law in a part of a definition, comparable: without its wording and its certainty."""
    if isinstance(value, Delay) and value.amount is not None:
        return ("Delay", value.amount, value.unit)
    if isinstance(value, Field):
        return ("Field", *_parts(value, {"options"}), ("options", [o.value for o in value.options]))
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *_parts(value, set()))
    if isinstance(value, tuple | list):
        return [bare(item) for item in value]
    if isinstance(value, Mapping):
        return {key: bare(item) for key, item in value.items()}
    # True and 1 are equal to Python, and not the same answer.
    return (type(value).__name__, value)


def _parts(value: Any, besides: set[str]) -> list[tuple[str, Any]]:
    left_out = _WORDING.get(type(value), frozenset()) | besides
    return [(f.name, bare(getattr(value, f.name))) for f in fields(value) if f.name not in left_out]


_DAYS = {"working_days": 1.4, "calendar_days": 1.0, "months": 30.4, "years": 365.25}


def length(delay: Delay | None) -> float | None:
    """About how many days a delay lasts; None when nothing fixes it."""
    return None if delay is None or delay.amount is None else delay.amount * _DAYS[delay.unit]


def longer(before: Delay | None, after: Delay | None, *, is_good: bool) -> Bearing:
    """The bearing of a delay that changes, when a longer one `is_good` for the applicant or not."""
    old, new = length(before), length(after)
    if old is None or new is None or old == new:
        return "neutral"
    return "better" if (new > old) is is_good else "worse"


def passes(before: Delay | None, after: Delay | None) -> str:
    """ "passe de 28 à 40 jours", "passe de « Le jour même » à « 2 jours »"."""
    if before and after and before.unit == after.unit and before.amount and (after.amount or 0) > 1:
        return f"passe de {before.amount} à {delay_words(after)}"
    return f"passe de {quoted(said(before))} à {quoted(said(after))}"


def said(delay: Delay | None) -> str:
    """A delay in words, or that there is none."""
    return delay_words(delay) or "non fixé"
