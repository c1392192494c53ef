"""HTTP API in the shape of the national portal: the catalogue out for all, sheets in for who manages them."""

from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import Field, Router, Schema
from ninja.errors import ValidationError
from ninja.security import django_auth
from pydantic import TypeAdapter

from smartsenegal.kernel.idempotency.api import KEY, Reply, answered_once
from smartsenegal.kernel.identity.api import ClientToken, PermissionRefused, Principal
from smartsenegal.onestop.procedures import actions, portal, queries
from smartsenegal.onestop.procedures.actions_portal import Line, PortalRefused, import_bundle

router = Router(tags=["Portail national"])
MOST_ROWS = 500


class Bundle(Schema):
    """Les collections du portail, avec ses noms de champs."""

    demarches: list[dict[str, Any]]
    themes: list[dict[str, Any]]
    evenements_de_vie: list[dict[str, Any]]
    services_administratifs: list[dict[str, Any]]
    textes: list[dict[str, Any]]
    structures: list[dict[str, Any]]
    avis: list[dict[str, Any]]


def _rows(description: str, most: int = portal.MOST_ROWS) -> Any:
    return Field([], max_length=most, description=description)


class Sheets(Schema):
    """Tout ou partie du catalogue du portail, avec ses noms de champs : tout entre, ou rien."""

    demarches: list[dict[str, Any]] = _rows("Des démarches ; `titre` est exigé.", MOST_ROWS)
    themes: list[dict[str, Any]] = _rows("Des thèmes ; `libelle` est exigé.")
    evenements_de_vie: list[dict[str, Any]] = _rows("Des événements de vie ; `titre` est exigé.")
    textes: list[dict[str, Any]] = _rows("Des textes de loi, par leur `nom` : les démarches qui les citent.")
    services_administratifs: list[dict[str, Any]] = _rows("Des services, qui doivent être connus ici.")
    structures: list[dict[str, Any]] = _rows("Des lieux, connus ici par leur `id` : aucun n’est créé.")
    avis: list[dict[str, Any]] = _rows("Des avis : `demarche`, `note` de 1 à 5, `commentaire`, `date`, `id`.")
    apercu: bool = Field(False, description="Dire ce que l’import ferait, sans rien écrire.")


class LineOut(Schema):
    collection: str
    rank: int = Field(description="Rang dans la liste envoyée, à partir de 1.")
    code: str
    state: str = Field(description="created, changed ou unchanged.")
    remarks: list[str] = Field(description="Ce qui n’a pas pu être repris, et qu’une personne doit régler.")


@router.get(
    "", response={200: Bundle, 304: None}, summary="Tout le catalogue", operation_id="portal_read"
)  # fmt: skip
def export(request: HttpRequest) -> HttpResponse:
    """Les démarches offertes, thèmes, événements de vie, services, textes et structures. Avec l’`ETag` reçu
    dans `If-None-Match`, 304 tant que rien n’a changé."""
    return _unless_known(request, "", "application/json; charset=utf-8")


@router.get("/{slug:collection}.csv", response={200: None, 304: None}, summary="Une collection en CSV")
def export_csv(request: HttpRequest, collection: str) -> HttpResponse:
    """Une ligne par élément ; une liste est du JSON dans sa case. Avec un `ETag`, comme tout le catalogue."""
    if collection not in portal.COLLECTIONS:
        raise Http404("Cette collection n’existe pas.")
    return _unless_known(request, collection, "text/csv; charset=utf-8")


def _unless_known(request: HttpRequest, collection: str, media_type: str) -> HttpResponse:
    """What goes out, or 304 to who has it already."""
    body, tag = _written(queries.catalogue_version(), collection)
    answer = HttpResponse(body, content_type=media_type, headers={"ETag": tag})
    return cast(HttpResponse, get_conditional_response(request, etag=tag, response=answer))


@lru_cache(maxsize=2 * (1 + len(portal.COLLECTIONS)))
def _written(version: str, collection: str) -> tuple[bytes, str]:
    """A body and its ETag, the digest of that very body: written once for each state of the catalogue."""
    rows = queries.portal_bundle()
    text = portal.to_csv(rows[collection]) if collection else portal.to_json(rows)
    return text.encode(), f'"{sha256(text.encode()).hexdigest()}"'


@router.post(
    "/demarches", response={200: list[LineOut]}, auth=[ClientToken(), django_auth],
    summary="Importer des fiches en brouillons", operation_id="portal_import",
)  # fmt: skip
def bring(request: HttpRequest, body: Sheets, key: str = KEY) -> HttpResponse:
    """Chaque fiche, et chaque texte cité, devient un brouillon : rien n’est publié. Thèmes et événements de
    vie changent aussitôt. Tout entre, ou rien."""
    by: Principal = request.principal  # type: ignore[attr-defined]
    if not by.may(actions.MANAGE):
        raise PermissionRefused("Les fiches sont importées par les responsables des démarches.")
    return answered_once(request, by.rate_key, key, lambda: Reply(_told(_brought(body, by))))


def _told(lines: list[Line]) -> str:
    return TypeAdapter(list[LineOut]).dump_json([LineOut.from_orm(line) for line in lines]).decode()


def _brought(body: Sheets, by: Principal) -> list[Line]:
    try:
        return import_bundle(body.dict(exclude={"apercu"}), by, preview=body.apercu)
    except PortalRefused as refused:
        raise ValidationError(
            [
                {"loc": (f.collection, f.rank - 1, *([f.field] if f.field else [])), "msg": f.sentence}
                for f in refused.faults
            ]
        ) from refused
