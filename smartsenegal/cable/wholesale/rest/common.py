"""What the resources do alike: who calls, which fields and which page, addresses, refusals."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Schema
from ninja.errors import HttpError, ValidationError

from smartsenegal.cable.capacity import api as capacity
from smartsenegal.cable.capacity.api import CapacityRefused, Wish, customers
from smartsenegal.cable.customers import OWN
from smartsenegal.cable.wholesale.rest import shapes
from smartsenegal.kernel.idempotency.api import KEY, Reply, answered_once
from smartsenegal.kernel.identity.api import ClientToken, Organisation, PermissionRefused, Principal

__all__ = [
    "KEY", "TOKEN", "Asked", "Conflict", "Fields", "Paged", "answer", "by_of", "created", "head", "one_of",
    "page_of", "party", "ref", "refusals", "shown", "whose", "wish_of", "wrong",
]  # fmt: skip

TOKEN = ClientToken()
API = "/api/v1/tmf-api"
PATHS = {
    "ProductOffering": "productCatalogManagement/v4/productOffering",
    "ProductOfferingPrice": "productCatalogManagement/v4/productOfferingPrice",
    "ServiceSpecification": "serviceCatalogManagement/v4/serviceSpecification",
    "CheckServiceQualification": "serviceQualificationManagement/v4/checkServiceQualification",
    "Quote": "quoteManagement/v4/quote",
    "ProductOrder": "productOrderingManagement/v4/productOrder",
    "Product": "productInventory/v4/product",
}


class Fields(Schema):
    """Which members of a resource are wanted; `id`, `href` and `@type` always come."""

    fields: str = Field("", max_length=400, description="Noms séparés par des virgules ; vide : tout.")


class Paged(Fields):
    """Which page of a list."""

    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(20, ge=1, le=100)


class Asked(Paged):
    """Which page, of those in a state."""

    state: str = Field("", max_length=24, pattern="^[A-Za-z]*$")


def href(kind: str, key: Any) -> str:
    """The address of a resource."""
    return f"{settings.PUBLIC_URL}{API}/{PATHS[kind]}/{key}"


def ref(kind: str, key: Any, name: str | None = None) -> dict[str, Any]:
    """A resource, as another names it."""
    return {"id": str(key), "href": href(kind, key), "name": name, "type": f"{kind}Ref"}


def head(kind: str, key: Any) -> dict[str, str]:
    """What every resource begins with."""
    return {"id": str(key), "href": href(kind, key), "type": kind}


def party(customer: Organisation) -> list[dict[str, str]]:
    """Who buys."""
    return [{"id": customer.code, "name": customer.name, "role": "Buyer", "type": "RelatedParty"}]


def by_of(request: HttpRequest) -> Principal:
    """The system that calls."""
    return cast(Principal, request.principal)  # type: ignore[attr-defined]


def whose(request: HttpRequest) -> Organisation:
    """The organisation in whose name a system calls; raises PermissionRefused without the right to buy."""
    grant = next((g for g in by_of(request).grants if OWN in g.permissions), None)
    found = Organisation.objects.filter(pk=grant.organisation_id).first() if grant else None
    if found is None:
        raise PermissionRefused(f"Ce service n’a pas le droit {OWN}.")
    return found


# --- answers -------------------------------------------------------------------------------------


def shown(shape: type[shapes.Resource], told: dict[str, Any], fields: str = "") -> dict[str, Any]:
    """A resource as it is sent, with the fields that are wanted."""
    made: dict[str, Any] = shape.model_validate(told).model_dump(
        by_alias=True, exclude_none=True, mode="json"
    )
    wanted = {name.strip() for name in fields.split(",") if name.strip()}
    return {k: v for k, v in made.items() if not wanted or k in wanted or k in ("id", "href", "@type")}


def answer(body: Any, status: int = 200) -> HttpResponse:
    """JSON as it is."""
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")


def page_of(
    shape: type[shapes.Resource], rows: QuerySet[Any] | Sequence[Any], asked: Paged,
    tell: Callable[[Any], dict[str, Any]],
) -> HttpResponse:  # fmt: skip
    """A page of a list, with how many there are in all."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    found = [shown(shape, tell(row), asked.fields) for row in rows[asked.offset : asked.offset + asked.limit]]
    made = answer(found)
    made["X-Total-Count"], made["X-Result-Count"] = str(total), str(len(found))
    return made


def one_of(rows: QuerySet[Any], key: str, letter: str = "") -> Any:
    """The row of an identifier as `12` or `C-00012`, among those of a customer; raises Http404."""
    number = key.removeprefix(f"{letter}-") if letter else key
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    found = rows.filter(pk=int(number)).first()
    if found is None:
        raise Http404
    return found


def created(
    request: HttpRequest, key: str, shape: type[shapes.Resource], act: Callable[[], dict[str, Any]],
    status: int = 201,
) -> HttpResponse:  # fmt: skip
    """What a write answers, done once for its key; refusals are raised as 409 or 422."""

    def reply() -> Reply:
        return Reply(json.dumps(shown(shape, act()), ensure_ascii=False), status)

    with refusals():
        return answered_once(request, by_of(request).rate_key, key, reply)


class Conflict(HttpError):
    """409: what refuses it, in `detail`."""

    def __init__(self, sentence: str) -> None:
        super().__init__(409, "Cela ne se peut pas maintenant")
        self.members = {"detail": sentence}


@contextmanager
def refusals() -> Iterator[None]:
    """Refusals as the API tells them."""
    try:
        yield
    except CapacityRefused as refused:
        if refused.field:
            raise wrong(refused.field, refused.sentence) from refused
        raise Conflict(refused.sentence) from refused


def wrong(name: str, sentence: str) -> ValidationError:
    """422 on one place."""
    return ValidationError([{"loc": ("body", name), "msg": sentence}])


# --- asked ---------------------------------------------------------------------------------------

_NAMES = {"bandwidth": "gbps", "term": "term_months", "port": "port_gbps"}


def wish_of(
    customer: Organisation, offering: shapes.AskedRef | None,
    said: Sequence[shapes.AskedCharacteristic], service: str | None = None,
) -> Wish:  # fmt: skip
    """What is asked for. Raises ValidationError for an offering or a service that is not there, or what is
    not said."""
    values = {_NAMES[each.name]: each.value for each in said}
    for name in ("bandwidth", "term"):
        if _NAMES[name] not in values:
            raise wrong(name, f"Donnez la caractéristique « {name} ».")
    size, term, port = values["gbps"], values["term_months"], values.get("port_gbps", 0)
    if service is None:
        return Wish(_offering(offering), size, term, port)
    try:
        found = one_of(customers.services(customer.pk), service, "S")
    except Http404:
        raise wrong("product", "Vous n’avez pas ce service.") from None
    order = customers.running(found)
    if order is None:
        raise wrong("product", "Ce service est fini.")
    return Wish(found.product, size, term, port, order)


def _offering(asked: shapes.AskedRef | None) -> capacity.Product:
    if asked is None:
        raise wrong("productOffering", "Dites quel produit.")
    try:
        found: capacity.Product = one_of(capacity.products(), asked.id)
    except Http404:
        raise wrong("productOffering", "Ce produit n’est pas au catalogue.") from None
    return found
