"""A customer, prices, a place held: what the tests of the colocation stand on."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from smartsenegal.datacenter.colocation import rules
from smartsenegal.datacenter.colocation.actions import leases, terms
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.facility.models import DataCenter, Rack
from smartsenegal.kernel.identity import actions as identity_actions
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.territory.models import Territory

SYSTEM = identity.system("test")
LONG_AGO = date(2020, 1, 1)
SMALL = rules.Ask(4, 1_000, 50, 4)
PRICES = {"unit": 10_000, "rack": 300_000, "kilowatt": 50_000, "cross": 15_000, "hands": 25_001}


def make_company(name: str) -> tuple[identity.Principal, identity.Organisation]:
    """A company: who owns it, and itself."""
    phone = f"+2217720008{identity.Account.objects.count():02}"
    account = identity.create_account(SYSTEM, name=f"Gérante de {name}", phone=phone, verified=True)
    by = identity.principal_for(account)
    place = Territory.objects.get(code="013-diamniadio")
    return by, identity_actions.open_organisation(by, kind="company", name=name, territory=place)


def price(center: DataCenter) -> DataCenter:
    """A datacentre with its prices and its rule on names."""
    for kind, amount in PRICES.items():
        terms.add_tariff(SYSTEM, center, kind=kind, amount=amount, starts_on=LONG_AGO, source="Essai")
    terms.set_terms(SYSTEM, center, visit_days=30, basis="Essai")
    return center


def hold(rack: Rack, customer: identity.Organisation, ask: rules.Ask = SMALL, **values: Any) -> Lease:
    """A place held for a week."""
    given = {
        "customer": customer, "expires_at": timezone.now() + timedelta(days=7), "starts_on": LONG_AGO,
        **values,
    }  # fmt: skip
    return leases.hold(SYSTEM, rack, ask, **given)
