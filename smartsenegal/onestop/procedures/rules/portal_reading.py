"""The values of a row of the national portal, each read or refused with a sentence. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from smartsenegal.lib.text import NBSP, NNBSP, TextRefused, clean, fold, typography
from smartsenegal.onestop.procedures.definition import Definition, Text
from smartsenegal.onestop.procedures.rules.portal_body import INTRODUCTION, parts_of

Row = Mapping[str, Any]
# What the portal links a procedure to and that has no place here.
LEFT_OUT = ("formulaires", "modele_lettres", "lien_utiles", "descripteurs", "demarches", "hub", "url")
LONGEST = {"titre": 200, "resume": 500, "description": 2_000, "corps": 100_000, "mot_cle": 2_000,
           "cout": 300, "delai": 300, "observations": 5_000, "post_scriptum": 10_000}  # fmt: skip
# Of what is no procedure.
_OTHERS = {"libelle": 120, "nom": 500, "url": 500}
MOST_RANK = 32_767
# The portal's own names for these were not found.
_QUESTION, _ANSWER = ("question", "titre", "libelle"), ("reponse", "contenu", "description")
_MULTILINE = ("corps", "observations", "post_scriptum", "faqs")


@dataclass(frozen=True)
class Known:
    """What this installation knows, by folded code and by folded name: the code of each."""

    owners: Mapping[str, str]
    themes: Mapping[str, str]


class Reader:
    """Reads the values of a row; keeps every fault with its field."""

    def __init__(self, row: Row) -> None:
        self.row, self.faults = row, list[tuple[str, str]]()

    def refuse(self, field: str, sentence: str) -> None:
        self.faults.append((field, sentence))

    def text(self, name: str) -> str:
        value = self.row.get(name)
        if value is None or isinstance(value, bool):
            return ""
        if not isinstance(value, str | int):
            self.refuse(name, "attend un texte.")
            return ""
        return self.clean(name, str(value), (LONGEST | _OTHERS)[name])

    def clean(self, name: str, value: str, most: int) -> str:
        try:
            return clean(value, most, multiline=name in _MULTILINE)
        except TextRefused as refused:
            self.refuse(name, str(refused))
            return ""

    def number(self, name: str, default: int) -> int:
        """A rank: what the row gives, or this one when it gives none."""
        value = self.row.get(name)
        if value is None or value == "":
            return default
        told = value if isinstance(value, str) else str(value) if type(value) is int else ""
        if not (told.isascii() and told.isdigit()) or int(told[:9]) > MOST_RANK:
            self.refuse(name, f"attend un nombre de 0 à {MOST_RANK}.")
            return default
        return int(told)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.row.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        told = fold(value) if isinstance(value, str) else ""
        if told not in ("oui", "non", "true", "false", "1", "0"):
            self.refuse(name, "attend oui ou non.")
        return told in ("oui", "true", "1")

    def items(self, name: str) -> list[Mapping[str, Any]]:
        value = self.row.get(name) or []
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return value
        self.refuse(name, "attend une liste, avec un « nom » ou un « libelle » pour chaque élément.")
        return []

    def found(self, item: Mapping[str, Any], known: Mapping[str, str]) -> str:
        names = (str(item.get(name) or "") for name in ("slug", "id", "nom", "libelle"))
        return next((known[fold(name)] for name in names if fold(name) in known), "")

    def owner(self, known: Known, base: Definition | None) -> str:
        items = self.items("service_administratifs")
        found = next((code for item in items if (code := self.found(item, known.owners))), "")
        if not found and (items or base is None):
            wish = "Écrivez le nom ou le code d’un organisme connu ici."
            told = "aucun de ces services n’est connu ici." if items else "il manque le service responsable."
            self.refuse("service_administratifs", f"{told} {wish}")
        return found or (base.owner if base else "")

    def themes(self, known: Known, base: Definition | None) -> tuple[str, ...]:
        items = self.items("sous_themes")
        found = [self.found(item, known.themes) for item in items]
        if "" in found:
            choices = ", ".join(sorted(set(known.themes.values())))
            wrong = found.index("") + 1
            self.refuse("sous_themes", f"le thème n° {wrong} est inconnu ici. Choisissez parmi {choices}.")
        return tuple(dict.fromkeys(found)) or (base.themes if base else ())

    def laws(self) -> tuple[Text, ...]:
        return tuple(self._laws())

    def _laws(self) -> Iterator[Text]:
        for item in self.items("textes"):
            title, reference, url = (
                self.clean("textes", str(item.get(name) or ""), 500) for name in ("nom", "description", "url")
            )
            if not title:
                self.refuse("textes", "un texte n’a pas de nom. Écrivez-le.")
            if url and not re.match(r"https?://\S+$", url):
                self.refuse("textes", "l’adresse d’un texte doit commencer par https:// ou http://.")
            yield Text(title, reference, url)

    def questions(self) -> tuple[tuple[str, str], ...]:
        """Frequent questions with their answers; the answers are HTML, as bodies are."""
        return tuple(self._questions())

    def _questions(self) -> Iterator[tuple[str, str]]:
        for item in self.items("faqs"):
            question = self.clean("faqs", _first(item, _QUESTION), 300)
            told = parts_of(self.clean("faqs", _first(item, _ANSWER), 10_000))
            lines = [line for title, under in told for line in _lines(title, under)]
            if bool(question) != bool(lines):
                self.refuse("faqs", "il faut une « question » et sa « reponse ». Écrivez les deux.")
            if question and lines:
                yield question, "\n".join(lines)

    def left_out(self) -> list[str]:
        """What is not taken up: what has no place here, and questions that are references alone."""
        names = [name for name in LEFT_OUT if self.row.get(name)]
        if not all(_first(item, (*_QUESTION, *_ANSWER)) for item in self.items("faqs")):
            names.append("faqs")
        return [f"{name}{NBSP}: cela n’a pas de place ici et n’est pas repris." for name in names]


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever their blanks and their typography."""
    return spaced(typography(one)) == spaced(typography(other))


def spaced(text: str) -> str:
    """A text with one plain blank between its words."""
    return " ".join(text.replace(NBSP, " ").replace(NNBSP, " ").split())


def shown(row: Row, names: tuple[str, ...]) -> str:
    """How a sentence names a row: the first of these fields that is not empty."""
    told = _first(row, names).encode("utf-8", "replace").decode().replace("\x00", "")
    return told[:120] or "sans nom"


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(item[name]) for name in names if item.get(name)), "")


def _lines(title: str, lines: list[str]) -> list[str]:
    return lines if title == INTRODUCTION else [title, *lines]
