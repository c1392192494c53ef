"""HTTP API of webhooks: for an organisation's administrator, and for its own system (`webhooks.manage`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import django_auth

from smartsenegal.kernel.idempotency.api import KEY, Reply, answered_once
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.api import ClientToken, PermissionRefused, Principal
from smartsenegal.kernel.webhooks import actions, queries
from smartsenegal.kernel.webhooks.errors import WebhookRefused
from smartsenegal.kernel.webhooks.models import Endpoint, Outgoing

router = Router(tags=["Webhooks"], auth=[ClientToken(), django_auth])


class Subscription(Schema):
    organisation: str = Field(max_length=120, description="Code de l’organisme dont les dossiers comptent.")
    url: str = Field(max_length=500, description="Adresse appelée, en https.")
    kinds: list[str] = Field([], max_length=50, description="Événements voulus ; tous si la liste est vide.")


class Change(Schema):
    url: str | None = Field(None, max_length=500, description="Nouvelle adresse, en https.")
    kinds: list[str] | None = Field(
        None, max_length=50, description="Événements voulus désormais ; tous si la liste est vide."
    )


class EndpointOut(Schema):
    id: UUID
    organisation: str
    url: str
    kinds: list[str]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str


class EndpointWithSecret(EndpointOut):
    secret: str = Field(description="Montré cette seule fois.")


class SecretOut(Schema):
    secret: str = Field(description="Montré cette seule fois ; l’ancien signe encore pendant 24 heures.")


class OutgoingOut(Schema):
    id: UUID
    kind: str
    subject: str
    state: str
    attempts: int
    status: int | None
    error: str
    next_attempt: datetime | None
    created_at: datetime
    delivered_at: datetime | None


class Deliveries(Schema):
    sent: list[OutgoingOut]
    next: UUID | None


class Requeued(Schema):
    held: int = Field(description="Envois retenus qui repartent.")


@router.get("", response=list[EndpointOut], summary="Vos webhooks")
def index(request: HttpRequest) -> list[dict[str, Any]]:
    return [_out(e) for e in queries.endpoints(_manager(request))]


@router.post("", response={201: EndpointWithSecret}, summary="Créer un webhook")
def subscribe(request: HttpRequest, body: Subscription, key: str = KEY) -> HttpResponse:
    """Le secret n’est montré que dans cette réponse, ou dans la même, répétée avec sa clé : gardez-le
    aussitôt."""
    by = _manager(request)
    organisation = identity.organisation(body.organisation.replace("\x00", ""))
    if organisation is None or not by.may("webhooks.manage", organisation_id=organisation.pk):
        raise _wrong("organisation", "Cet organisme n’est pas l’un des vôtres.")

    def write() -> Reply:
        endpoint, secret = actions.subscribe(by, organisation, body.url, body.kinds)
        made = EndpointWithSecret.model_validate({**_out(endpoint), "secret": secret})
        return Reply(made.model_dump_json(), 201)

    with _refusals():
        return answered_once(request, by.rate_key, key, write)


@router.patch("/{uuid:endpoint_id}", response=EndpointOut, summary="Changer l’adresse ou les événements")
def change(request: HttpRequest, endpoint_id: UUID, body: Change) -> dict[str, Any]:
    """Ce qui n’est pas donné reste. Le secret ne change pas ; ce qui attend part à la nouvelle adresse."""
    with _refusals():
        return _out(actions.change(_manager(request), endpoint_id, body.url, body.kinds))


@router.get("/{uuid:endpoint_id}/envois", response=Deliveries, summary="Les envois d’un webhook")
def deliveries(request: HttpRequest, endpoint_id: UUID, cursor: UUID | None = None) -> dict[str, Any]:
    """Les derniers d’abord ; `cursor` est le `next` de la page précédente."""
    endpoint = queries.endpoints(_manager(request)).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise Http404("Ce webhook n’existe pas.")
    rows = queries.sent(endpoint, cursor)
    shown = rows[: queries.PAGE]
    return {"sent": shown, "next": shown[-1].pk if len(rows) > len(shown) else None}


@router.post("/{uuid:endpoint_id}/envois/{uuid:outgoing_id}/renvoi", response=OutgoingOut, summary="Renvoyer")
def resend(request: HttpRequest, endpoint_id: UUID, outgoing_id: UUID) -> Outgoing:
    """Le même contenu, sous le même `webhook-id`."""
    with _refusals():
        return actions.resend(_manager(request), endpoint_id, outgoing_id)


@router.post("/{uuid:endpoint_id}/secret", response=SecretOut, summary="Remplacer le secret")
def rotate(request: HttpRequest, endpoint_id: UUID) -> dict[str, str]:
    with _refusals():
        return {"secret": actions.rotate(_manager(request), endpoint_id)}


@router.post("/{uuid:endpoint_id}/arret", response={204: None}, summary="Arrêter un webhook")
def disable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Ce qui arrive ensuite est retenu, et part quand le webhook est remis en marche."""
    with _refusals():
        actions.disable(_manager(request), endpoint_id)
    return HttpResponse(status=204)


@router.post("/{uuid:endpoint_id}/reprise", response=Requeued, summary="Remettre un webhook en marche")
def enable(request: HttpRequest, endpoint_id: UUID) -> dict[str, int]:
    with _refusals():
        return {"held": actions.enable(_manager(request), endpoint_id)}


def _manager(request: HttpRequest) -> Principal:
    by: Principal = request.principal  # type: ignore[attr-defined]
    if not by.may("webhooks.manage"):
        raise PermissionRefused("Les webhooks sont gérés par l’administrateur de l’organisme.")
    return by


def _out(endpoint: Endpoint) -> dict[str, Any]:
    names = ("id", "url", "kinds", "created_at", "failing_since", "disabled_at", "disabled_reason")
    return {name: getattr(endpoint, name) for name in names} | {"organisation": endpoint.organisation.code}


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (Endpoint.DoesNotExist, Outgoing.DoesNotExist):
        raise Http404("Ce webhook n’existe pas.") from None
    except WebhookRefused as refused:
        if refused.field:
            raise _wrong(refused.field, refused.sentence) from refused
        raise HttpError(409, refused.sentence) from refused


def _wrong(field: str, sentence: str) -> ValidationError:
    return ValidationError([{"loc": ("body", field), "msg": sentence}])
