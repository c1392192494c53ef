"""How a catalogue is searched and how the steps of a life event follow each other."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from smartsenegal.lib.text import fold
from smartsenegal.onestop.procedures.definition import Definition, Piece

MOST_WORDS = 8
LONGEST_QUERY = 200
# Words too common to tell procedures apart; French's own are left out by PostgreSQL too.
_COMMON = """
    a ai au aux avec ce ces comment d dans de des du elle en est et faire il j je l la le les ma mes mon n ne
    nous on ou par pas pour qu que qui quoi s sa se ses son sur un une veux voudrais vous y bi ci mu ak
"""
_EMPTY = frozenset(_COMMON.split())
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z0-9]", ""),
        (r"ph", "f"),
        (r"tion", "sion"),
        (r"(?:eau|au)", "o"),
        (r"(?:ou|oo|w)", "u"),
        (r"(?:ai|ei|ay|ey|ie|y)", "e"),
        (r"sc(?=[ei])", "s"),
        (r"c(?=[ei])", "s"),
        (r"ch", "x"),
        (r"(?:c|q|qu|k)", "k"),
        (r"g(?=[ei])", "j"),
        (r"gu(?=[ei])", "g"),
        (r"z", "s"),
        (r"h", ""),
        (r"(?:am|em|en)(?=[^aeiou]|$)", "an"),
        (r"i", "e"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)(?:e|es|s|t|d|x)+$", ""),
    )
)


@dataclass(frozen=True)
class Offer:
    """A procedure on offer, and the name of the administration in charge of it."""

    definition: Definition
    owner: str


def sound(word: str) -> str:
    """How a word sounds, roughly, to someone who writes French as they hear it: kasier and casier are one."""
    heard = fold(word)
    for pattern, replacement in _SOUNDS:
        heard = pattern.sub(replacement, heard)
    return heard[:40]


def words_of(text: str) -> list[str]:
    """The telling words of a search, folded, once each; all of its words when none tells anything."""
    words = list(dict.fromkeys(fold(text[:LONGEST_QUERY]).split()))
    telling = [w for w in words if w not in _EMPTY]
    return (telling or words)[:MOST_WORDS]


@dataclass(frozen=True)
class SearchTexts:
    """The folded texts in which a procedure is searched."""

    names: str
    about: str
    sounds: tuple[str, ...]


def search_texts(definition: Definition) -> SearchTexts:
    """What a search reads of a definition: what it is called and is about.

    Not the pieces it asks for: those are the names of other procedures.
    """
    d = definition
    names = fold(" ".join([d.title, *d.keywords]))
    about = fold(" ".join([d.summary, d.nature, d.who]))
    heard = dict.fromkeys(sound(w) for w in names.split() if w not in _EMPTY)
    return SearchTexts(names, about, tuple(s for s in heard if len(s) > 1))


# --- life events -----------------------------------------------------------------


@dataclass(frozen=True)
class Needed:
    """Another procedure whose act is given as a piece, and how young that act must be."""

    code: str
    piece: str
    valid_months: int | None


def needs_of(definition: Definition) -> list[Needed]:
    """The procedures whose acts this one asks for, or accepts, as pieces."""
    return [n for piece in definition.pieces for n in _needed(piece)]


def _needed(piece: Piece) -> list[Needed]:
    codes = [piece.procedure, *(o.procedure for o in piece.one_of)]
    return [Needed(code, piece.label, piece.valid_months) for code in dict.fromkeys(codes) if code]


@dataclass(frozen=True)
class BundleStep:
    """One step of a life event: where it stands and what it is for."""

    code: str
    title: str
    detail: str = ""
    in_catalogue: bool = False
    needs: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()  # titles of the steps that ask for it
    valid_months: int | None = None  # the youngest it must be for one of them
    facts: Mapping[str, Any] = field(default_factory=dict)


def order_bundle(steps: Iterable[BundleStep], youngest: Mapping[str, int]) -> list[BundleStep]:
    """The steps of a life event, each after those it needs, otherwise in the order they came.

    Says of each which later steps ask for it, and the least of the ages they accept (`youngest`, in
    months). Steps that need each other in a circle keep their order.
    """
    given = list(steps)
    by_code = {s.code: s for s in given}
    ordered = [by_code[code] for code in _ordered([s.code for s in given], by_code)]
    return [_told(step, given, youngest) for step in ordered]


def _ordered(codes: Sequence[str], by_code: Mapping[str, BundleStep]) -> list[str]:
    sorter = TopologicalSorter({c: [n for n in by_code[c].needs if n in by_code] for c in codes})
    try:
        sorter.prepare()
    except CycleError:
        return list(codes)
    found: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted({*ready, *sorter.get_ready()}, key=codes.index)
        first = ready.pop(0)
        found.append(first)
        sorter.done(first)
    return found


def _told(step: BundleStep, given: Sequence[BundleStep], youngest: Mapping[str, int]) -> BundleStep:
    serves = tuple(s.title for s in given if step.code in s.needs)
    return replace(step, serves=serves, valid_months=youngest.get(step.code))
