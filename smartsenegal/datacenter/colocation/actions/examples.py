"""Prices and a rule that are plainly examples, for the demonstration: those of Diamniadio are not public."""

from datetime import date

from django.db import transaction

from smartsenegal.datacenter.colocation.actions.terms import add_tariff, set_terms
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Principal

CODE = "dc-diamniadio"
SOURCE = "Exemple inventé pour la démonstration"
PRICES = {"unit": 15_000, "rack": 400_000, "kilowatt": 90_000, "cross": 20_000, "hands": 30_000}


@transaction.atomic
def load_examples(by: Principal) -> bool:
    """Enter them where there is no price yet; whether it did. Raises PermissionRefused."""
    center = facility.center(CODE)
    if center is None or center.tariffs.exists():
        return False
    for kind, amount in PRICES.items():
        add_tariff(
            by, center, kind=kind, amount=amount, starts_on=date(2026, 1, 1), source=SOURCE, is_example=True
        )
    set_terms(by, center, visit_days=30, basis=SOURCE)
    return True
