"""What the customer's pages share: for whom one may see and act, and what is theirs alone."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from smartsenegal.cable import customers
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused
from smartsenegal.kernel.pages import found_or_404, principal


def own(request: HttpRequest, organisation_id: int, what: str = "read") -> Organisation:
    """A customer for which one may `read`, `file` or `pay`; raises PermissionRefused, Http404."""
    if not customers.owns(principal(request), organisation_id, what):
        raise PermissionRefused("Cette page est celle d’un organisme dont vous n’êtes pas.")
    return found_or_404(customers.organisation(organisation_id))


def one(rows: QuerySet[Any], pk: int) -> Any:
    """The row of an address among those of a customer; raises Http404 for that of another."""
    return found_or_404(rows.filter(pk=pk).first())


def page_of(organisation: Organisation, name: str = "customer", *keys: Any) -> str:
    """Address of a page of a customer."""
    return reverse(f"cable_wholesale:{name}", args=[organisation.pk, *keys])


def show(
    request: HttpRequest, template: str, organisation: Organisation, context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page of a customer."""
    back = {"back_url": page_of(organisation), "back_label": organisation.name}
    found = {"organisation": organisation, **back, **context}
    return render(request, f"wholesale/{template}.html", found, status=status)


def facts(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Pairs as a page lists them."""
    return [{"label": label, "value": value} for label, value in pairs]
