"""French names of what the journal tells. Filled at import time by the modules that write in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

_verbs: dict[str, str] = {
    "audit.read": "Journal consulté",
    "audit.verify": "Vérification du journal demandée",
    "audit.inspected": "Inspection ouverte",
    "audit.exported": "Journal exporté",
    "audit.threshold_set": "Seuils de lecture fixés",
}


def register_verbs(labels: Mapping[str, str]) -> None:
    """Name verbs in French for the journal's readers: {"documents.read": "Document ouvert"}."""
    _verbs.update(labels)


def verb_label(verb: str) -> str:
    """French name of a verb; the verb itself when its module did not name it."""
    return _verbs.get(verb, verb)


def verbs() -> list[tuple[str, str]]:
    """Known verbs and their French names, by name."""
    return sorted(_verbs.items(), key=lambda item: item[1])


# --- subjects -------------------------------------------------------------------------

Describe = Callable[[list[str]], Mapping[str, "Named"]]
Find = Callable[[str], str | None]


@dataclass(frozen=True)
class Named:
    """How people call a subject, and where it is shown."""

    label: str
    url: str = ""


_subjects: dict[str, tuple[Describe, Find]] = {}


def register_subjects(kind: str, describe: Describe, find: Find = lambda words: None) -> None:
    """Name the subjects "<kind>:<id>" for the journal's readers.

    `describe(ids)` names several at once, in a constant number of queries; `find(words)` returns the id of
    the subject people call so, or None.
    """
    _subjects[kind] = (describe, find)


def named(subjects: Iterable[str]) -> dict[str, Named]:
    """Names of those subjects that some module knows, by subject."""
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        by_kind.setdefault(kind, set()).add(key)
    return {
        f"{kind}:{key}": name
        for kind, keys in by_kind.items()
        if kind in _subjects
        for key, name in _subjects[kind][0](sorted(keys)).items()
    }


def find_subject(words: str) -> str | None:
    """The subject meant: "<kind>:<id>" as it is, or what a module knows under this name."""
    if ":" in words:
        return words
    for kind, (_, find) in _subjects.items():
        if key := find(words):
            return f"{kind}:{key}"
    return None


def pages_of_the_journal(ids: list[str]) -> dict[str, Named]:
    """How a reading of the journal itself is named."""
    return {key: Named("Pages du journal") for key in ids}


def checks_of_the_journal(ids: list[str]) -> dict[str, Named]:
    """How a verification of the journal is named."""
    return {key: Named(f"Vérification n°\u00a0{key}") for key in ids}
