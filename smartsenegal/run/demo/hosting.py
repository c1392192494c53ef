"""A customer of the datacentre in the demonstration: a place, a machine, and the invoice of last month."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from smartsenegal.datacenter.billing import api as billing
from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import api as hosting
from smartsenegal.kernel.identity.api import (
    Organisation,
    Principal,
    find_account,
    organisation,
    principal_for,
)
from smartsenegal.run.demo.people import CUSTOMER
from smartsenegal.run.demo.traffic import CARRIER
from smartsenegal.run.demo.wholesale import NAME

CENTER, PROJECT = "dc-diamniadio", "exemple"
SOURCE = "Inventé pour la démonstration"
# F CFA an hour, invented as all the rest.
PRICES = {"vcpu": "10", "memory": "4", "disk": "0.1", "objects": "0.05"}
TERMS = billing.Terms(part_month="days", money_rounding="nearest", payment_days=30)


def load_hosted(by: Principal) -> None:
    """Let the demonstration's customer a place and a project, and invoice last month, once."""
    center, account, biller = facility.center(CENTER), find_account(CUSTOMER), organisation(CARRIER)
    customer = Organisation.objects.filter(name=NAME).first()
    if center is None or account is None or biller is None or customer is None:
        return
    if colocation.leases_of(customer.pk).exists():
        return
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    _let(by, center, customer, month + timedelta(days=9))
    _host(by, principal_for(account), center, customer, month)
    billing.write_terms(by, center, TERMS, valid_from=month, biller=biller, source=SOURCE, is_example=True)
    billing.invoice_month(by, center, customer, month)


def _let(by: Principal, center: facility.DataCenter, customer: Organisation, starts_on: date) -> None:
    until = timezone.now() + timedelta(days=7)
    ask = colocation.Ask(4, 1_000, 60, 4)
    # The private room first: the other is the State's.
    for rack in sorted(facility.racks(center), key=lambda each: each.room.code != "salle-privee"):
        try:
            held = colocation.hold(
                by, rack, ask, customer=customer, expires_at=until, starts_on=starts_on,
                purpose="Serveurs de l’opérateur",
            )  # fmt: skip
        except colocation.ColocationRefused:
            continue
        colocation.sign(by, held)
        return


def _host(
    by: Principal, owner: Principal, center: facility.DataCenter, customer: Organisation, month: date
) -> None:
    pool = next(iter(hosting.pools(center)), None)
    if pool is None or hosting.project(PROJECT):
        return
    for kind, amount in PRICES.items():
        hosting.add_tariff(
            by, center, kind=kind, amount=Decimal(amount), starts_on=month, source=SOURCE, is_example=True
        )
    made = hosting.open_project(owner, pool, customer, code=PROJECT, name="Site des abonnés")
    some = hosting.Amounts(8, 16_384, 200, 4, 500)
    hosting.grant(by, hosting.ask_quota(owner, made, some, reason="Le site et ses sauvegardes"))
    image = hosting.images(pool).first()
    if image is not None:
        hosting.create_machine(owner, made, image, name="web-1", vcpus=2, memory_mib=4_096, disk_gib=40)
