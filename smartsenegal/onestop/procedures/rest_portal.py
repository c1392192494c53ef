"""HTTP API in the shape of the national portal: the catalogue out for all, sheets in for who manages them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from ninja.errors import ValidationError
from ninja.security import django_auth

from smartsenegal.kernel.identity.api import ClientToken, PermissionRefused, Principal
from smartsenegal.onestop.procedures import actions, portal, queries
from smartsenegal.onestop.procedures.actions_portal import Line, PortalRefused, import_rows

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


class Sheets(Schema):
    demarches: list[dict[str, Any]] = Field(
        max_length=MOST_ROWS, description="Des démarches avec les champs du portail ; `titre` est exigé."
    )


class LineOut(Schema):
    rank: int = Field(description="Rang dans la liste envoyée, à partir de 1.")
    code: str
    state: str = Field(description="created, changed ou unchanged.")
    remarks: list[str] = Field(description="Ce qui n’a pas pu être repris, et qu’une personne doit régler.")


@router.get("", response=Bundle, summary="Tout le catalogue", operation_id="portal_read")
def export(request: HttpRequest) -> dict[str, Any]:
    """Les démarches offertes, thèmes, événements de vie, services, textes et structures."""
    return queries.portal_bundle()


@router.get("/{slug:collection}.csv", response={200: None}, summary="Une collection en CSV")
def export_csv(request: HttpRequest, collection: str) -> HttpResponse:
    """Une ligne par élément ; une liste est du JSON dans sa case."""
    rows = queries.portal_bundle().get(collection)
    if rows is None:
        raise Http404("Cette collection n’existe pas.")
    return HttpResponse(portal.to_csv(rows), content_type="text/csv; charset=utf-8")


@router.post(
    "/demarches", response=list[LineOut], auth=[ClientToken(), django_auth],
    summary="Importer des fiches en brouillons", operation_id="portal_import",
)  # fmt: skip
def bring(request: HttpRequest, body: Sheets) -> list[Line]:
    """Chaque fiche devient le brouillon de sa démarche : rien n’est publié. Tout entre, ou rien."""
    by: Principal = request.principal  # type: ignore[attr-defined]
    if not by.may(actions.MANAGE):
        raise PermissionRefused("Les fiches sont importées par les responsables des démarches.")
    try:
        return import_rows(body.demarches, by)
    except PortalRefused as refused:
        raise ValidationError(
            [
                {"loc": ("demarches", f.rank - 1, *([f.field] if f.field else [])), "msg": f.sentence}
                for f in refused.faults
            ]
        ) from refused
