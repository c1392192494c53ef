"""Themes, life events and legal texts in the shape of the national portal, read onto what is here. Pure.

Both ways: of a theme, its name, rank and pictogram; of a life event, its name, summary, pictogram and the
procedures of this catalogue that it leads through, in their order. What the shape does not carry stays: short
names, summaries of themes, the steps that are in no catalogue yet, what a step needs.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from smartsenegal.lib.text import fold, slug, typography
from smartsenegal.onestop.procedures.definition import Definition, Text
from smartsenegal.onestop.procedures.rules.portal_reading import Reader, Row, same, shown

SHORT = 40
ICON = "file-text"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_ICON = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Shelf:
    """A theme, or a life event with its `steps` (as `LifeEvent.steps` holds them)."""

    slug: str
    title: str
    short: str = ""
    summary: str = ""
    icon: str = ICON
    rank: int = 0
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Read:
    """What a row makes of a shelf; nothing when it has `faults` (field, sentence)."""

    shelf: Shelf | None = None
    faults: tuple[tuple[str, str], ...] = ()


def slug_of(row: Row, known: Collection[str]) -> str:
    """The code of a theme or a life event that a row is about: one that is known, or one made for it."""
    given = [str(row.get(name) or "") for name in ("slug", "id")]
    if found := next((word for word in given if word in known), ""):
        return found
    title = row.get("libelle") or row.get("titre") or ""
    made = next((word for word in given if _SLUG.fullmatch(word) and not word.isdigit()), "")
    return made or slug(str(title))[:60].strip("-")


def theme_of(row: Row, code: str, base: Shelf | None, rank: int) -> Read:
    """The theme that a row makes of `base`, or of nothing; `rank` is its place in the file."""
    reader = Reader(row)
    title = _named(reader, "libelle", code)
    start = base or Shelf(code, title, short=typography(title[:SHORT]))
    made = replace(
        start,
        title=_kept(start.title, title),
        icon=_icon(reader, start.icon),
        rank=reader.number("ordre", base.rank if base else rank),
    )
    return Read(faults=tuple(reader.faults)) if reader.faults else Read(made)


@dataclass(frozen=True)
class Procedures:
    """Codes: of every procedure, here or in the file, and of those on offer, which alone go out."""

    known: Collection[str]
    offered: Collection[str]


def event_of(row: Row, code: str, base: Shelf | None, rank: int, procedures: Procedures) -> Read:
    """The life event that a row makes of `base`, or of nothing."""
    reader = Reader(row)
    title = _named(reader, "titre", code)
    start = base or Shelf(code, title, rank=rank)
    summary = reader.text("resume") if row.get("resume") is not None else start.summary
    if len(summary) > 200:
        reader.refuse("resume", f"ce texte compte {len(summary)} caractères. Écrivez-en 200 au plus.")
    made = replace(
        start,
        title=_kept(start.title, title),
        summary=_kept(start.summary, summary),
        icon=_icon(reader, start.icon),
        steps=_steps(reader, start.steps, procedures),
    )
    return Read(faults=tuple(reader.faults)) if reader.faults else Read(made)


def _named(reader: Reader, field: str, code: str) -> str:
    title = reader.text(field)
    if len(title) > 120:
        reader.refuse(field, f"ce texte compte {len(title)} caractères. Écrivez-en 120 au plus.")
    if not reader.faults and (not title or not code):
        reader.refuse(field, "il manque un nom qui s’écrit en lettres. Écrivez-le.")
    return title


def _kept(here: str, told: str) -> str:
    """What is here when the file says the same but for its typography; otherwise what it says."""
    return here if same(told, here) else typography(told)


def _icon(reader: Reader, here: str) -> str:
    """The portal's pictograms are files of its own: what is no name keeps the one that is here."""
    told = str(reader.row.get("icon") or "")
    return told if _ICON.fullmatch(told) else here


def _steps(reader: Reader, here: tuple[Step, ...], procedures: Procedures) -> tuple[Step, ...]:
    """The steps in the order of the file; those that it could not know of stay first."""
    if reader.row.get("demarches") is None:
        return here
    wanted = list(dict.fromkeys(_codes(reader, procedures.known)))
    if wanted == [step["code"] for step in here if step["code"] in procedures.offered]:
        return here
    had = {str(step["code"]): step for step in here}
    unknown_there = [s for s in here if s["code"] not in procedures.offered and s["code"] not in wanted]
    return (*unknown_there, *(had.get(code, {"code": code}) for code in wanted))


def _codes(reader: Reader, known: Collection[str]) -> Iterator[str]:
    for item in reader.items("demarches"):
        code = next((c for name in ("slug", "id") if (c := str(item.get(name) or "")) in known), "")
        if not code:
            told = shown(item, ("titre", "slug", "id"))
            reader.refuse("demarches", f"«\u00a0{told}\u00a0» n’est pas une démarche connue ici.")
        yield code


def added_steps(before: Shelf | None, after: Shelf) -> list[str]:
    """The procedures that a life event newly leads through."""
    had = {str(step["code"]) for step in before.steps} if before else set()
    return [str(step["code"]) for step in after.steps if step["code"] not in had]


# --- legal texts ------------------------------------------------------------------------------------


def text_of(row: Row) -> tuple[Text, tuple[tuple[str, str], ...]]:
    """A legal text of the file, with the faults of its row (field, sentence)."""
    reader = Reader(row)
    found = Text(*(reader.text(name) for name in ("nom", "description", "url")))
    if not found.title and not reader.faults:
        reader.refuse("nom", "il manque le nom du texte. Écrivez-le.")
    if found.url and not re.match(r"https?://\S+$", found.url):
        reader.refuse("url", "l’adresse doit commencer par https:// ou http://.")
    return found, tuple(reader.faults)


def with_text(d: Definition, text: Text, same_name: Sequence[Text]) -> Definition:
    """`d` citing the text as the file has it, unless it cites another of the same name that the file has."""
    told = {_plain(t) for t in same_name}
    changed = (text if fold(t.title) == fold(text.title) and _plain(t) not in told else t for t in d.texts)
    return replace(d, texts=tuple(changed))


def _plain(text: Text) -> tuple[str, ...]:
    return tuple(typography(part) for part in (text.title, text.reference, text.url))
