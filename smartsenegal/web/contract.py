"""What the OpenAPI document says of errors, and the words that tell what is wrong with a request."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Field, NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

PROBLEM = "application/problem+json"
UNREADABLE = "Le corps de la demande n’est pas un objet JSON lisible"
_WRITES = {"post", "put", "patch", "delete"}
_TITLES = {
    400: UNREADABLE,
    401: "Un compte est nécessaire",
    403: "Action non permise",
    404: "Introuvable",
    410: "Ce fichier n’existe plus",
    409: "L’état du dossier ne le permet pas, ou a changé",
    422: "La demande n’a pas la forme attendue",
    429: "Trop d’appels en une minute",
}
# By kind of fault as pydantic names it; the rest gets `_OTHERWISE`.
_SENTENCES = {
    "missing": "Ce champ manque.",
    "none_required": "Ce champ doit rester vide.",
    "string_type": "Donnez un texte.",
    "string_too_long": "Raccourcissez ce texte à {max_length} caractères.",
    "string_too_short": "Allongez ce texte à {min_length} caractères au moins.",
    "string_pattern_mismatch": "Ce texte n’a pas la forme attendue ({pattern}).",
    "int_type": "Donnez un nombre entier.",
    "int_parsing": "Donnez un nombre entier.",
    "int_from_float": "Donnez un nombre entier.",
    "bool_type": "Donnez true ou false.",
    "bool_parsing": "Donnez true ou false.",
    "dict_type": "Donnez un objet JSON.",
    "list_type": "Donnez une liste JSON.",
    "model_attributes_type": "Donnez un objet JSON.",
    "model_type": "Donnez un objet JSON.",
    "uuid_parsing": "Donnez un identifiant UUID.",
    "uuid_type": "Donnez un identifiant UUID.",
    "date_type": "Donnez une date, par exemple 2026-11-24.",
    "date_parsing": "Donnez une date, par exemple 2026-11-24.",
    "date_from_datetime_parsing": "Donnez une date, par exemple 2026-11-24.",
    "date_from_datetime_inexact": "Donnez une date sans heure, par exemple 2026-11-24.",
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
        "Donnez une date et une heure, par exemple 2026-11-24T08:00:00Z.",
    ),
    "literal_error": "Choisissez parmi\u00a0: {expected}.",
    "greater_than_equal": "Donnez {ge} au moins.",
    "less_than_equal": "Donnez {le} au plus.",
    "greater_than": "Donnez plus que {gt}.",
    "less_than": "Donnez moins que {lt}.",
}
_OTHERWISE = "Cette valeur n’est pas acceptée ici."


class Fault(Schema):
    """One place of the request that is wrong."""

    pointer: str
    detail: str


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] | None = None
    version: int | None = Field(None, description="Version actuelle du dossier, sur un conflit.")
    state: str | None = Field(None, description="État actuel du dossier, sur un conflit.")
    state_label: str | None = Field(None, description="Cet état, en français.")


class _Limits(dict[str, Any]):
    """The limits that a fault tells of; one it keeps for itself is left out."""

    def __missing__(self, name: str) -> str:
        return "…"


def sentence(error: Mapping[str, Any]) -> str:
    """What a fault of `ninja.errors.ValidationError` says: our own words, or those for pydantic's kind."""
    if "type" not in error:
        return str(error["msg"])
    limits = _Limits(error.get("ctx") or {})
    if "expected" in limits:  # pydantic's own list, in English: 'a', 'b' or 'c'
        limits["expected"] = str(limits["expected"]).replace(" or ", ", ").replace("'", "")
    return _SENTENCES.get(error["type"], _OTHERWISE).format_map(limits)


class WholeText(Parser):
    """Reads JSON whose texts are texts: half a surrogate pair, which no answer could repeat, is refused.

    So is what is no object: the framework would read it as one without members, and act on it.
    """

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body. Raises ValueError for what is no JSON object, or not UTF-8 once its escapes are read."""
        found: dict[str, Any] = json.loads(request.body)
        if not isinstance(found, dict):
            raise ValueError("not an object")
        if b"\\u" in request.body:
            json.dumps(found, ensure_ascii=False).encode()
        return found


class DocumentedAPI(NinjaAPI):
    """An API whose document tells the errors of each operation, all problem details."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._documents: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document, made once a process: it takes a fifth of a second, and anybody may ask for it."""
        key = repr((path_prefix, path_params))
        if key not in self._documents:
            self._documents[key] = self._document(path_prefix, path_params)
        return self._documents[key]

    def _document(self, path_prefix: str | None, path_params: dict[str, Any] | None) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schemas = document["components"].setdefault("schemas", {})
        schemas.update({s.__name__: _schema_of(s) for s in (Fault, Problem)})
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                told = {str(status): _answer(status) for status in _errors(path, method, operation)}
                operation["responses"] = {**told, **{str(k): v for k, v in operation["responses"].items()}}
        return document


def _schema_of(schema: type[Schema]) -> dict[str, Any]:
    made = schema.model_json_schema(ref_template="#/components/schemas/{model}")
    made.pop("$defs", None)
    return made


def _answer(status: int) -> dict[str, Any]:
    return {
        "description": _TITLES[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _errors(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[int]:
    if operation.get("requestBody"):
        yield 400
    if operation.get("security"):
        yield from (401, 403)
    if "{" in path or method in _WRITES:
        yield 404
    if method in _WRITES or path.endswith("/acte"):
        yield 409
    if path.endswith(("/acte", "/{file}")) and method == "get":
        yield 410
    if operation.get("parameters") or operation.get("requestBody"):
        yield 422
    if any("ClientToken" in each for each in operation.get("security", [])):
        yield 429
