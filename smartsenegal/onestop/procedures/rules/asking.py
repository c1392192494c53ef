"""What is asked, in which order, and what is still missing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures.definition import Definition, Field, Page, Piece
from smartsenegal.onestop.procedures.rules.conditions import Answers, holds, is_answered, value_at


@dataclass(frozen=True)
class MissingAnswer:
    """A question that must be answered and is not; `page` is where to send the person."""

    page: str
    field: str
    label: str


def _walk(pages: Sequence[Page], answers: Answers) -> Iterator[tuple[Page, list[Field], dict[str, Any]]]:
    # Answers to questions that are not asked (any more) must not decide anything further on.
    known: dict[str, Any] = {}
    for page in pages:
        if holds(page.when, known):
            yield page, _ask(page, answers, known), known


def _ask(page: Page, answers: Answers, known: dict[str, Any]) -> list[Field]:
    shown = []
    for field in page.fields:
        if holds(field.when, known):
            shown.append(field)
            if field.key in answers:
                known[field.key] = answers[field.key]
    return shown


def relevant(definition: Definition, answers: Answers) -> dict[str, Any]:
    """The answers to the questions that are really asked, in the order of the pages.

    What someone answered before changing an earlier answer is left out; every other rule reads these.
    """
    known: dict[str, Any] = {}
    for _, _, known in _walk(definition.pages, answers):  # noqa: B007 - the last one is wanted
        pass
    return dict(known)


def visible_pages(definition: Definition, answers: Answers) -> list[Page]:
    """The pages to show with these answers, in order."""
    return [page for page, shown, _ in _walk(definition.pages, answers) if shown]


def visible_fields(definition: Definition, page: Page, answers: Answers) -> list[Field]:
    """The questions of one page (of the form or of the conditions) to show with these answers."""
    pages = definition.eligibility_pages if page in definition.eligibility_pages else definition.pages
    return next((shown for p, shown, _ in _walk(pages, answers) if p.key == page.key), [])


def party_refused(definition: Definition, organisation: str) -> str | None:
    """Why a request may not be filed in that name, with what to do instead; None when it may.

    `organisation` names the company or association in whose name one acts, "" for a person.
    """
    if organisation and "organisation" not in definition.parties:
        told = "Cette démarche est personnelle : elle ne se fait pas au nom d’une organisation."
        return typography(
            f"{told} Vous agissez au nom de {organisation} : agissez en votre nom pour la faire."
        )
    if not organisation and "person" not in definition.parties:
        told = "Cette démarche se fait au nom d’une entreprise ou d’une association."
        return typography(f"{told} Agissez d’abord au nom de la vôtre.")
    return None


def find_page(definition: Definition, key: str) -> Page | None:
    """The page of that key, or None."""
    return next((p for p in definition.pages if p.key == key), None)


def next_page(definition: Definition, answers: Answers, after: str | None = None) -> Page | None:
    """The page that follows `after` (the first one for None); None when all pages have been shown."""
    keys = [p.key for p in definition.pages]
    start = keys.index(after) + 1 if after in keys else 0
    later = set(keys[start:])
    return next((p for p in visible_pages(definition, answers) if p.key in later), None)


def previous_page(definition: Definition, answers: Answers, before: str) -> Page | None:
    """The page that comes before, or None at the first one."""
    keys = [p.key for p in definition.pages]
    end = keys.index(before) if before in keys else len(keys)
    earlier = set(keys[:end])
    shown = [p for p in visible_pages(definition, answers) if p.key in earlier]
    return shown[-1] if shown else None


def position(definition: Definition, answers: Answers, key: str) -> tuple[int, int]:
    """Rank of a page among those shown, and how many are shown: (2, 7) for "question 2 sur 7"."""
    keys = [p.key for p in visible_pages(definition, answers)]
    return (keys.index(key) + 1 if key in keys else 1, max(len(keys), 1))


def missing_answers(definition: Definition, answers: Answers) -> list[MissingAnswer]:
    """The compulsory questions that are asked and not answered, in order."""
    return [
        MissingAnswer(page.key, field.key, field.label)
        for page, shown, _ in _walk(definition.pages, answers)
        for field in shown
        if not is_complete(field, answers.get(field.key))
    ]


def is_complete(field: Field, value: Any) -> bool:
    """Whether an answer suffices: a composite one needs its parts, a statement needs its tick."""
    if not field.required:
        return True
    if field.type == "statement":
        return value is True
    if field.type == "identity":
        return isinstance(value, Mapping) and _identity_is_complete(value)
    if field.type == "address":
        return isinstance(value, Mapping) and all(is_answered(value.get(k)) for k in ("commune", "line"))
    if field.type == "repeated":
        return isinstance(value, list) and bool(value) and all(_row_is_complete(field, row) for row in value)
    return is_answered(value)


def _identity_is_complete(value: Mapping[str, Any]) -> bool:
    place = "birth_commune" if value.get("birth_country") == "SN" else "birth_place"
    wanted = ("first_names", "last_name", "birth_date", "birth_country", place)
    return all(is_answered(value.get(k)) for k in wanted)


def _row_is_complete(field: Field, row: Any) -> bool:
    if not isinstance(row, Mapping):
        return False
    return all(is_complete(f, row.get(f.key)) for f in field.fields if holds(f.when, row))


def offered_pieces(definition: Definition, answers: Answers) -> list[Piece]:
    """The pieces that concern these answers, compulsory or not."""
    known = relevant(definition, answers)
    return [p for p in definition.pieces if holds(p.when, known)]


def required_pieces(definition: Definition, answers: Answers) -> list[Piece]:
    """The pieces that must be given with these answers."""
    return [p for p in offered_pieces(definition, answers) if p.required]


def missing_pieces(definition: Definition, answers: Answers, given: Collection[str]) -> list[Piece]:
    """The compulsory pieces not among the keys `given`."""
    return [p for p in required_pieces(definition, answers) if p.key not in given]


def ineligible(definition: Definition, answers: Answers) -> str | None:
    """The sentence that says why this person cannot ask and what to do, or None when they can."""
    return next((i.sentence for i in definition.ineligible if holds(i.when, answers)), None)


def next_condition(definition: Definition, answers: Answers) -> Page | None:
    """The first eligibility page not yet answered, or None when all are."""
    for page, shown, _ in _walk(definition.eligibility_pages, answers):
        if not all(is_complete(f, answers.get(f.key)) for f in shown):
            return page
    return None


@dataclass(frozen=True)
class Competence:
    """Who decides: a kind of site, the commune that chooses which one (None until answered), a note."""

    unit: str
    commune: str | None
    note: str = ""


def competence(definition: Definition, answers: Answers) -> Competence:
    """The kind of site that is competent for these answers, and for which commune."""
    known = relevant(definition, answers)
    rule = definition.authority
    chosen = next((o for o in rule.otherwise if holds(o.when, known)), rule)
    return Competence(chosen.unit, commune_code(value_at(known, chosen.commune)), chosen.note)


def competent_commune(definition: Definition, answers: Answers) -> str | None:
    """Code of the commune whose authority is competent, or None until it is answered."""
    return competence(definition, answers).commune


def commune_code(value: Any) -> str | None:
    """Code of a commune answer, or of the commune of an address; None for anything else."""
    if isinstance(value, Mapping):
        return commune_code(value.get("code") or value.get("commune"))
    return value if isinstance(value, str) and value else None
