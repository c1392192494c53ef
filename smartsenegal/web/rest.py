"""The HTTP API: one OpenAPI document at /api/v1/openapi.json, errors as RFC 9457 problem details."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.urls import URLPattern, URLResolver, path
from ninja.errors import AuthenticationError, HttpError, ValidationError

from smartsenegal.kernel.identity.api import PermissionRefused, TooManyCalls
from smartsenegal.web.contract import PROBLEM, UNREADABLE, DocumentedAPI, WholeText, sentence

ROUTERS: Mapping[str, str] = {
    "/territoires": "smartsenegal.kernel.territory.rest",
    "/lieux": "smartsenegal.kernel.sites.rest",
    "/actes": "smartsenegal.kernel.documents.rest",
    "/demarches": "smartsenegal.onestop.procedures.rest",
    "/portail": "smartsenegal.onestop.procedures.rest_portal",
    "/dossiers": "smartsenegal.onestop.cases.rest:applicants",
    "/webhooks": "smartsenegal.kernel.webhooks.rest",
    "/instruction": "smartsenegal.onestop.cases.rest:services",
    "/tmf-api": "smartsenegal.cable.wholesale.rest",
}
# What the library says in English.
_ITS_WORDS = {
    "Cannot parse request body": UNREADABLE,
    "CSRF check Failed": "Le jeton de sécurité manque ou n’est plus valable",
}

DESCRIPTION = """\
Catalogue des démarches, dépôt et suivi des dossiers, instruction par les administrations, webhooks, capacité
des câbles vendue aux opérateurs (TM Forum 620, 622, 633, 637, 645 et 648).

Une personne appelle avec sa session ; le système d’une administration avec le jeton de son service
(`client_credentials`), limité à son organisme et à ses droits. Toute écriture accepte `Idempotency-Key`.
Les erreurs suivent la RFC 9457, avec une phrase par champ à corriger.
"""

api = DocumentedAPI(
    title="Smart Sénégal",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=WholeText(),
)


def problem(status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """A problem details answer (RFC 9457): type, title, status, detail, and members of our own."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        **({"detail": detail} if detail else {}),
        **more,
    }
    return JsonResponse(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"pointer": _pointer(e["loc"]), "detail": sentence(e)} for e in error.errors]
    return problem(422, "La demande n’a pas la forme attendue", "Corrigez les champs listés.", errors=errors)


def _pointer(place: Sequence[str | int]) -> str:
    """Where a fault is, as `/body/items/0`: the framework names the argument too, `body` with us."""
    parts = list(map(str, place))
    return "/" + "/".join(parts[1:] if parts[:2] == ["body", "body"] else parts)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    members = getattr(error, "members", {})
    return problem(error.status_code, _ITS_WORDS.get(str(error), str(error)), **members)


@api.exception_handler(RawPostDataException)
def _not_json(request: HttpRequest, error: RawPostDataException) -> HttpResponse:
    """A form where JSON is wanted: what looks for its security token has read it already."""
    return problem(400, UNREADABLE)


@api.exception_handler(TooManyCalls)
def _too_many(request: HttpRequest, error: TooManyCalls) -> HttpResponse:
    answer = problem(429, "Trop d’appels", error.sentence)
    answer["Retry-After"] = "60"
    return answer


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "Identifiez-vous", "Cette ressource demande un compte, ou le jeton d’un service.")
    answer["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    return answer


@api.exception_handler(PermissionRefused)
def _refused(request: HttpRequest, error: PermissionRefused) -> HttpResponse:
    return problem(403, "Action non permise", error.sentence)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "Introuvable", "Vérifiez l’adresse ou la référence.")


for prefix, place in ROUTERS.items():
    module, _, name = place.partition(":")
    if find_spec(module):
        api.add_router(prefix, getattr(import_module(module), name or "router"))

urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]  # type: ignore[arg-type]
