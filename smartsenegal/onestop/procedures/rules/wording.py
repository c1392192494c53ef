"""Answers in words: rows to check, and the placeholders of an act."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from smartsenegal.lib import dates, money, phones
from smartsenegal.onestop.procedures.countries import HOME, country_name
from smartsenegal.onestop.procedures.definition import Definition, Delay, Field
from smartsenegal.onestop.procedures.rules.asking import relevant, visible_fields, visible_pages
from smartsenegal.onestop.procedures.rules.conditions import Answers, as_date, holds, is_answered

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ABSENT = "—"
NO_BREAK = "\u00a0"
# What an act may name besides answers and `decision.<key>`.
ACT_NAMES = (
    "number",
    "issued_on",
    "authority",
    "signatory",
    "reference",
    "filed_on",
    "applicant",
    "valid_until",
)


@dataclass(frozen=True)
class SummaryRow:
    """One line of a page that shows the answers; `page` is where to change it. A composite answer, or a
    row of a repeated one, has `parts`: (label, value)."""

    page: str
    field: str
    label: str
    value: str
    answered: bool = True
    parts: tuple[tuple[str, str], ...] = ()


def summary_rows(definition: Definition, answers: Answers) -> list[SummaryRow]:
    """Every question asked with these answers, and what was answered, in the order of the pages."""
    return [
        _row(page.key, field, answers.get(field.key))
        for page in visible_pages(definition, answers)
        for field in visible_fields(definition, page, answers)
    ]


def _row(page: str, field: Field, value: Any) -> SummaryRow:
    answered = is_answered(value)
    words = display(field, value) if answered else ABSENT
    parts = tuple(_parts(field, value)) if answered else ()
    return SummaryRow(page, field.key, field.label, words, answered, parts)


def _parts(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    if field.type == "identity" and isinstance(value, Mapping):
        yield "Prénoms", value.get("first_names", "")
        yield "Nom", value.get("last_name", "")
        yield "Date de naissance", _date(value.get("birth_date"))
        yield "Lieu de naissance", birthplace(value)
    elif field.type == "repeated" and isinstance(value, list):
        for rank, row in enumerate(value, 1):
            yield f"{field.label} {rank}", _inner(field, row)


def _inner(field: Field, row: Any) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    shown = (f for f in field.fields if is_answered(row.get(f.key)) and holds(f.when, row))
    return ", ".join(f"{f.label}{NO_BREAK}: {display(f, row[f.key])}" for f in shown)


def display(field: Field, value: Any) -> str:
    """One answer as a person reads it in French; an empty text for no answer."""
    if not is_answered(value):
        return ""
    if field.type in ("choice", "choices"):
        labels = {o.value: o.label for o in field.options}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(v, str(v)) for v in chosen)
    if field.type == "repeated" and isinstance(value, list):
        return "\n".join(_inner(field, row) for row in value)
    simple = _FORMATS.get(field.type)
    return str(simple(value)) if simple and _fits(field, value) else str(value)


def _fits(field: Field, value: Any) -> bool:
    if field.type in ("identity", "address"):
        return isinstance(value, Mapping)
    return field.type != "money" or type(value) is int


def birthplace(value: Mapping[str, Any]) -> str:
    """Where someone was born: the commune in Senegal, the town and the country otherwise."""
    if value.get("birth_country", HOME) == HOME:
        return _commune(value.get("birth_commune"))
    town, country = value.get("birth_place") or "", country_name(str(value.get("birth_country")))
    return f"{town} ({country})" if town else country


def full_name(value: Mapping[str, Any]) -> str:
    """First names, then the last name."""
    return f"{value.get('first_names', '')} {value.get('last_name', '')}".strip()


def _identity(value: Mapping[str, Any]) -> str:
    born = _date(value.get("birth_date"))
    place = birthplace(value)
    return ", ".join(filter(None, [full_name(value), born, place]))


def _address(value: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, [str(value.get("line") or ""), _commune(value.get("commune"))]))


def _commune(value: Any) -> str:
    return str(value.get("label", "")) if isinstance(value, Mapping) else str(value or "")


def _date(value: Any) -> str:
    day = as_date(value)
    return dates.format_date(day) if day else str(value or "")


def _yes_no(value: Any) -> str:
    return "Oui" if value else "Non"


_FORMATS: dict[str, Any] = {
    "money": money.format_fcfa,
    "phone": phones.format_phone,
    "date": _date,
    "yes_no": _yes_no,
    "statement": _yes_no,
    "commune": _commune,
    "country": country_name,
    "identity": _identity,
    "address": _address,
}


# --- acts ---------------------------------------------------------------------


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its {placeholders} replaced; what has no value becomes a dash.

    Unknown names are refused when a definition is validated: an act is never stopped by one.
    """
    return PLACEHOLDER.sub(lambda found: values.get(found[1].strip()) or ABSENT, text)


def placeholders_of(text: str) -> list[str]:
    """Names between braces, in order."""
    return [name.strip() for name in PLACEHOLDER.findall(text)]


def act_values(
    definition: Definition, answers: Answers, decision: Answers, named: Mapping[str, str]
) -> dict[str, str]:
    """Every placeholder an act may hold with its words: answers, what the officer decided, and `named`
    (those of `ACT_NAMES`, already in French)."""
    known = relevant(definition, answers)
    values = dict(named)
    for page in definition.pages:
        for field in page.fields:
            values |= _named(field.key, field, known.get(field.key))
    for field in definition.decision_fields:
        values |= _named(f"decision.{field.key}", field, decision.get(field.key))
    return values


def known_placeholders(definition: Definition) -> set[str]:
    """Every name the texts of the act may hold between braces."""
    names = set(ACT_NAMES)
    for page in definition.pages:
        for field in page.fields:
            names |= set(_named(field.key, field, None))
    for field in definition.decision_fields:
        names |= set(_named(f"decision.{field.key}", field, None))
    return names


def _named(name: str, field: Field, value: Any) -> dict[str, str]:
    found = {name: display(field, value)}
    part = value if isinstance(value, Mapping) else {}
    if field.type == "identity":
        found |= {f"{name}.{key}": str(part.get(key) or "") for key in ("first_names", "last_name")}
        found[f"{name}.full_name"] = full_name(part)
        found[f"{name}.birth_date"] = _date(part.get("birth_date"))
        found[f"{name}.birth_country"] = country_name(str(part.get("birth_country") or ""))
        found[f"{name}.birth_commune"] = _commune(part.get("birth_commune"))
        found[f"{name}.birth_place"] = birthplace(part) if part else ""
    if field.type == "address":
        found[f"{name}.commune"] = _commune(part.get("commune"))
        found[f"{name}.line"] = str(part.get("line") or "")
    return found


# --- delays ---------------------------------------------------------------------

_UNITS = {
    "working_days": ("jour ouvré", "jours ouvrés"),
    "calendar_days": ("jour", "jours"),
    "months": ("mois", "mois"),
    "years": ("an", "ans"),
}


def delay_words(delay: Delay | None) -> str:
    """A delay in French: "1 jour ouvré", "Le jour même", or its note when the texts fix none."""
    if delay is None:
        return ""
    if delay.amount is None:
        return delay.note
    if delay.amount == 0:
        return "Le jour même"
    one, several = _UNITS[delay.unit]
    return f"{delay.amount}{NO_BREAK}{one if delay.amount == 1 else several}"
