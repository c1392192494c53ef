"""TMF620 and TMF633: what is offered, at which published prices, and what a service is. Open to anyone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from smartsenegal.cable.capacity.api import KINDS, PARTS, TRANSIT, Product, Tariff, open_tariffs, terms_of
from smartsenegal.cable.capacity.api import products as sold
from smartsenegal.cable.wholesale.rest.common import Fields, Paged, answer, head, one_of, page_of, ref, shown
from smartsenegal.cable.wholesale.rest.shapes import (
    ProductOffering,
    ProductOfferingPrice,
    ServiceSpecification,
)

products, services = (
    Router(tags=["TMF620 Catalogue des produits"]),
    Router(tags=["TMF633 Catalogue des services"]),
)
# How each part of a tariff is charged: kind of price, period, of what.
CHARGED = {
    "monthly_fcfa": ("recurring", "month", "Gbit/s"),
    "upfront_fcfa": ("oneTime", None, "Gbit/s"),
    "yearly_fcfa": ("recurring", "year", "Gbit/s"),
    "port_fcfa": ("recurring", "month", "Gbit/s de port"),
    "excess_fcfa": ("usage", "month", "Mbit/s de dépassement"),
    "setup_fcfa": ("oneTime", None, "mise en service"),
}
WHAT = {
    "lease": "Une capacité fixe entre deux points, payée par mois.",
    "iru": "Un droit d’usage payé d’avance, et son entretien par an. Il s’agrandit, il ne se réduit pas.",
    "transit": "Un accès à l’Internet mondial : un engagement et un port par mois, et ce qui dépasse au 95e "
    "centile.",
}


def parts_of(tariff: Tariff) -> list[str]:
    """The parts that a tariff has, by the kind of its product."""
    return [*PARTS[tariff.product.kind], "setup_fcfa"]


def _offering(product: Product) -> dict[str, Any]:
    today = timezone.localdate()
    tariffs = list(open_tariffs(today).filter(product=product))
    terms = terms_of(product, today)
    said = {
        "holdDays": terms.hold_days, "noticeDays": terms.notice_days, "earlyEndPercent": terms.early_percent,
        "paymentDays": terms.payment_days,
    } if terms else {}  # fmt: skip
    return head("ProductOffering", product.pk) | {
        "name": product.name,
        "description": WHAT[product.kind],
        "status": "Active" if tariffs else "Retired",
        "sellable": bool(tariffs and terms),
        "specification": ref("ServiceSpecification", product.kind, dict(KINDS)[product.kind]),
        "prices": [ref("ProductOfferingPrice", f"{t.pk}-{p}") for t in tariffs for p in parts_of(t)],
        "terms": [{"name": name, "value": value} for name, value in said.items()],
        "example": product.is_example,
    }


def _price(row: tuple[Tariff, str]) -> dict[str, Any]:
    tariff, part = row
    kind, period, unit = CHARGED[part]
    return head("ProductOfferingPrice", f"{tariff.pk}-{part}") | {
        "name": f"{tariff.product.name}, {part.removesuffix('_fcfa')}",
        "price_type": kind,
        "period": period,
        "price": {"value": getattr(tariff, part)},
        "unit": {"amount": 1, "units": unit},
        "least": [
            {"name": "term", "value": tariff.term_months}, {"name": "bandwidth", "value": tariff.from_gbps},
        ],
        "valid_for": {"start": tariff.valid_from, "end": tariff.valid_until},
        "source": tariff.source,
    }  # fmt: skip


@products.get(
    "/productOffering", response=list[ProductOffering], by_alias=True, summary="Les produits offerts"
)
def offerings(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    return page_of(ProductOffering, sold(), asked, _offering)


@products.get(
    "/productOffering/{str:offering_id}", response=ProductOffering, by_alias=True, summary="Un produit offert"
)
def offering(request: HttpRequest, offering_id: str, asked: Query[Fields]) -> HttpResponse:
    return answer(shown(ProductOffering, _offering(one_of(sold(), offering_id)), asked.fields))


def _prices() -> list[tuple[Tariff, str]]:
    return [(t, part) for t in open_tariffs(timezone.localdate()) for part in parts_of(t)]


@products.get(
    "/productOfferingPrice", response=list[ProductOfferingPrice], by_alias=True, summary="Les prix publiés"
)
def prices(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """Ceux d’aujourd’hui, avec leur date et leur décision."""
    return page_of(ProductOfferingPrice, _prices(), asked, _price)


@products.get(
    "/productOfferingPrice/{str:price_id}",
    response=ProductOfferingPrice,
    by_alias=True,
    summary="Un prix publié",
)
def price(request: HttpRequest, price_id: str, asked: Query[Fields]) -> HttpResponse:
    found = next((row for row in _prices() if f"{row[0].pk}-{row[1]}" == price_id), None)
    if found is None:
        raise Http404
    return answer(shown(ProductOfferingPrice, _price(found), asked.fields))


def _specification(kind: str) -> dict[str, Any]:
    said = [
        ("bandwidth", "Débit ; pour le transit, l’engagement", "Gbit/s", 1),
        ("term", "Durée de l’engagement", "mois", 1),
        *([("port", "Vitesse du port, au moins l’engagement", "Gbit/s", 1)] if kind == TRANSIT else ()),
    ]
    return head("ServiceSpecification", kind) | {
        "name": dict(KINDS)[kind],
        "description": WHAT[kind],
        "status": "Active",
        "characteristics": [
            {"name": name, "description": told, "value_type": "integer", "unit": unit, "minimum": least}
            for name, told, unit, least in said
        ],
    }


@services.get(
    "/serviceSpecification",
    response=list[ServiceSpecification],
    by_alias=True,
    summary="Les natures de service",
)
def specifications(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    return page_of(ServiceSpecification, [kind for kind, _ in KINDS], asked, _specification)


@services.get(
    "/serviceSpecification/{str:kind}",
    response=ServiceSpecification,
    by_alias=True,
    summary="Une nature de service",
)
def specification(request: HttpRequest, kind: str, asked: Query[Fields]) -> HttpResponse:
    if kind not in dict(KINDS):
        raise Http404
    return answer(shown(ServiceSpecification, _specification(kind), asked.fields))
