"""French typography over everything a reader sees of a definition, whoever typed it."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures.definition import Definition, Fee

# Names of the fields that hold prose; all others are keys, codes and numbers.
PROSE = frozenset(
    ("title", "summary", "who", "nature", "where", "label", "hint", "sentence", "text", "note", "appeal",
     "paragraphs", "rows", "essential", "sections", "faq", "unknown", "legal_basis", "signatory_quality",
     "reference", "source", "applies_to_open")
)  # fmt: skip


def polish(definition: Definition) -> Definition:
    """The same definition with typographic apostrophes and no-break spaces in its prose. Idempotent."""
    polished = _polish(definition)
    assert isinstance(polished, Definition)
    return polished


def _polish(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _field(value, f.name) for f in fields(value)}
        return replace(value, **changed)
    return tuple(_polish(v) for v in value) if isinstance(value, tuple) else value


def _field(owner: Any, name: str) -> Any:
    value = getattr(owner, name)
    is_code = name == "nature" and isinstance(owner, Fee)
    return _prose(value) if name in PROSE and not is_code else _polish(value)


def _prose(value: Any) -> Any:
    if isinstance(value, str):
        return typography(value)
    return tuple(_prose(v) for v in value) if isinstance(value, tuple) else value
