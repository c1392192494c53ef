"""Procedures as readable YAML files and as JSON, from and to `Definition`, without loss."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from smartsenegal.onestop.procedures import definition as shapes
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.yaml12 import YamlRefused, dump, load

COLON = "\u00a0: "
LARGEST_FILE = 1_000_000
_WORDS = {str: "un texte", int: "un nombre entier", bool: "true ou false", date: "une date (2026-11-24)"}


class FileRefused(ValueError):
    """The file is no procedure; `faults` are French sentences, each naming its place in the file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def from_yaml(text: str) -> Definition:
    """The definition written in a YAML text. Raises FileRefused with every fault found."""
    if len(text) > LARGEST_FILE:
        raise FileRefused(["Le fichier dépasse un million de caractères. Raccourcissez-le."])
    try:
        data = load(text)
    except YamlRefused as error:
        raise FileRefused([str(error)]) from error
    return from_json(data)


def to_yaml(definition: Definition) -> str:
    """The readable YAML text of a definition: fields in the order of the class, defaults left out.

    Certainties are always written: how sure a fact is must be read where the fact is.
    """
    return dump(to_json(definition))


def from_json(data: Any) -> Definition:
    """The definition in plain JSON data. Raises FileRefused with every fault found."""
    reader = _Reader()
    found = reader.read(Definition, data, "")
    if reader.faults:
        raise FileRefused(reader.faults)
    assert isinstance(found, Definition)
    return found


def to_json(value: Any) -> Any:
    """Plain JSON data of a definition, or of any part of it; what equals its default is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(f, getattr(value, f.name)) for f in fields(value) if not _is_default(f, value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {k: to_json(v) for k, v in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _plain(field: "Field[Any]", value: Any) -> Any:
    # Pairs (label, text) are read more easily as one-key mappings.
    if field.type == tuple[tuple[str, str], ...]:
        return [{label: text} for label, text in value]
    return to_json(value)


def _is_default(field: "Field[Any]", owner: Any) -> bool:
    if field.name == "certainty":
        return False
    return field.default is not MISSING and getattr(owner, field.name) == field.default


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape, vars(shapes))


def _at(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


class _Reader:
    """Reads plain data into the dataclasses, following their types; keeps every fault with its path."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def refuse(self, path: str, sentence: str) -> None:
        self.faults.append(f"{path or 'fichier'}{COLON}{sentence}")

    def read(self, wanted: Any, data: Any, path: str) -> Any:
        if is_dataclass(wanted) and isinstance(wanted, type):
            return self._object(wanted, data, path)
        origin = get_origin(wanted)
        if origin is tuple:
            return self._tuple(wanted, data, path)
        if origin is Literal:
            return self._literal(get_args(wanted), data, path)
        if origin in (types.UnionType, Union):
            return self._union(get_args(wanted), data, path)
        if origin is dict:
            return self._mapping(data, path)
        return self._simple(wanted, data, path)

    def _object(self, shape: type, data: Any, path: str) -> Any:
        if not isinstance(data, Mapping):
            self.refuse(path, f"attend {_list_words(shape)}.")
            return None
        known = {f.name: f for f in fields(shape)}
        for key in data:
            if key not in known:
                self.refuse(_at(path, str(key)), _unknown_key(str(key), list(known)))
        values = {}
        for name, field in known.items():
            if name in data:
                values[name] = self.read(_hints(shape)[name], data[name], _at(path, name))
            elif field.default is MISSING:
                self.refuse(_at(path, name), "il manque cette clé. Ajoutez-la.")
        return None if self.faults else shape(**values)

    def _tuple(self, wanted: Any, data: Any, path: str) -> Any:
        inner = get_args(wanted)[0]
        if get_origin(inner) is tuple:
            return self._pairs(data, path)
        if not isinstance(data, list):
            self.refuse(path, "attend une liste (un élément par tiret).")
            return ()
        return tuple(self.read(inner, item, f"{path}[{rank}]") for rank, item in enumerate(data))

    def _pairs(self, data: Any, path: str) -> tuple[tuple[str, str], ...]:
        pairs = []
        for rank, item in enumerate(data if isinstance(data, list) else [None]):
            pair = next(iter(item.items())) if isinstance(item, Mapping) and len(item) == 1 else item
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                self.refuse(f"{path}[{rank}]", "attend « - libellé: texte ».")
                continue
            where = f"{path}[{rank}]"
            pairs.append((self._simple(str, pair[0], where), self._simple(str, pair[1], where)))
        return tuple(pairs)

    def _literal(self, choices: tuple[Any, ...], data: Any, path: str) -> Any:
        if data not in choices:
            name = "un type connu" if path.endswith(".type") else "une valeur connue"
            known = ", ".join(map(str, choices))
            self.refuse(path, f"«\u00a0{data}\u00a0» n’est pas {name}\u202f; choisissez parmi {known}.")
        return data

    def _union(self, choices: tuple[Any, ...], data: Any, path: str) -> Any:
        if data is None and type(None) in choices:
            return None
        real = [c for c in choices if c is not type(None)]
        exact = [c for c in real if isinstance(c, type) and type(data) is c]
        return self.read((exact or real)[0], data, path)

    def _mapping(self, data: Any, path: str) -> Any:
        if not isinstance(data, Mapping):
            self.refuse(path, "attend une condition, par exemple {field: majeur, is: true}.")
            return {}
        return data

    def _simple(self, wanted: type, data: Any, path: str) -> Any:
        if wanted is date and isinstance(data, str):
            try:
                return date.fromisoformat(data)
            except ValueError:
                pass
        elif type(data) is wanted:
            return data
        self.refuse(path, f"«\u00a0{_short(data)}\u00a0» n’est pas {_WORDS[wanted]}.")
        return data


def _list_words(shape: type) -> str:
    required = [f.name for f in fields(shape) if f.default is MISSING]
    return f"un bloc avec les clés {', '.join(required)}"


def _unknown_key(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, 1)
    if near:
        return f"cette clé n’existe pas. Vouliez-vous dire «\u00a0{near[0]}\u00a0»\u202f?"
    return f"cette clé n’existe pas\u202f; choisissez parmi {', '.join(known)}."


def _short(data: Any) -> str:
    words = "vide" if data is None else str(data)
    return words if len(words) <= 60 else words[:59] + "…"
