"""Tariffs that communes, or wider territories, set for fees whose revisions publish a range."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from smartsenegal.kernel.territory import api as territory
from smartsenegal.onestop.procedures.definition import Definition, Fee
from smartsenegal.onestop.procedures.models import LocalTariff
from smartsenegal.onestop.procedures.rules import LocalAmount, competent_commune, is_local
from smartsenegal.onestop.procedures.rules import local_amounts as _nearest


def local_fees(d: Definition) -> list[Fee]:
    """The fees of a procedure whose amount depends on the place."""
    return [fee for fee in d.fees if is_local(fee)]


def local_amounts(d: Definition, answers: Mapping[str, Any], on: date) -> dict[str, int]:
    """The amounts that the place whose service is competent has set that day, by fee key, in F CFA.

    Two queries; none for a procedure whose fees are the same everywhere.
    """
    commune = competent_commune(d, answers) if local_fees(d) else None
    return amounts_in(d, commune, on) if commune else {}


def amounts_in(d: Definition, commune: str, on: date) -> dict[str, int]:
    """The amounts set that day for a place (its code), by fee key: its own, or those of what encloses it."""
    place = territory.find(commune) if local_fees(d) else None
    if place is None:
        return {}
    enclosing = territory.enclosing(place.path)
    rows = LocalTariff.objects.filter(procedure__code=d.code, territory__in=enclosing, starts_on__lte=on)
    found = rows.values_list("fee", "territory_id", "starts_on", "amount")
    return _nearest([LocalAmount(*row) for row in found], enclosing, on)


def tariffs_of(code: str) -> list[LocalTariff]:
    """Every tariff set for a procedure, by place, the latest first. One query."""
    rows = LocalTariff.objects.filter(procedure__code=code).select_related("territory")
    return list(rows.order_by("territory__path", "fee", "-starts_on"))
