"""YAML as its 1.2 core schema reads it: "non" is a word, 2026-11-24 is a text, no aliases, no doubled key.

PyYAML follows YAML 1.1, where `non`, `on` or `22:30` quietly turn into something else.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

DEEPEST = 40
# Several lines that start with a letter or a sign and hold nothing that a block would lose.
_LINE = r"[^\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*"
_BLOCK = re.compile(rf"{_LINE}(?:\n+{_LINE})+\n*")
_EXOTIC_BREAK = re.compile(r"[\n\r\x85\u2028\u2029\ufeff]")
_RESOLVERS = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]{0,17})$"), list("-0123456789")),
)


class YamlRefused(ValueError):
    """The text is no YAML we read; `str(error)` is the French sentence, with the line."""


class _Loader(yaml.SafeLoader):
    """Core schema, without aliases (they can blow up to gigabytes) and with bounded depth."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _refusal(self.peek_event(), "les alias (*) ne sont pas acceptés, répétez le texte")  # type: ignore[no-untyped-call]
        self.depth += 1
        if self.depth > DEEPEST:
            raise _refusal(self.peek_event(), "trop de niveaux sont emboîtés")  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(key, "une clé doit être un mot")
            if key.value in seen:
                raise _refusal(key, f"la clé «\u00a0{key.value}\u00a0» est écrite deux fois")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    yaml_implicit_resolvers: dict[str, Any] = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, _pattern, _first in _RESOLVERS:
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(_tag, _pattern, _first)  # type: ignore[no-untyped-call]


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if _BLOCK.fullmatch(text) else '"' if _EXOTIC_BREAK.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def _refusal(where: Any, sentence: str) -> YamlRefused:
    return YamlRefused(f"Ligne {where.start_mark.line + 1}\u00a0: {sentence}.")


def load(text: str) -> Any:
    """Plain data of a YAML text. Raises YamlRefused with the line."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except YamlRefused:
        raise
    except yaml.reader.ReaderError as error:
        raise YamlRefused("Le texte contient un caractère qui ne se voit pas. Effacez-le.") from error
    except yaml.YAMLError as error:
        raise YamlRefused(_explain(error)) from error


def _explain(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"Ligne {mark.line + 1}, colonne {mark.column + 1}" if mark else "Fichier"
    if "mapping values" in str(getattr(error, "problem", "")):
        # The commonest fault of French prose: a colon and a space inside a text.
        return f"{where}\u00a0: mettez entre guillemets le texte qui contient «\u00a0: »."
    return f"{where}\u00a0: le texte n’est pas du YAML valide. Vérifiez les deux-points, tirets et retraits."


def dump(data: Any) -> str:
    """Readable YAML text of plain data, keys in their order."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=108, indent=2)
    return text
