"""A ring of which three kinds of products are sold online, and two companies that buy."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from smartsenegal.cable.capacity import actions
from smartsenegal.cable.capacity.actions import Wish
from smartsenegal.cable.capacity.models import Order, Product, Qualification
from smartsenegal.cable.network import api as network
from smartsenegal.kernel.identity import actions as identity_actions
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.payments.api import enter_carrier
from smartsenegal.kernel.territory.models import Territory
from tests.cable.capacity.ring import build

SYSTEM = identity.system("test")
LONG_AGO = date(2020, 1, 1)
TERMS = {
    "hold_days": 10, "notice_days": 30, "early_percent": 50, "payment_days": 30, "money_rounding": "nearest",
    "credit_percent": 100, "credit_free_seconds": 3_600, "credit_cap_percent": 50,
}  # fmt: skip
TRAFFIC = {
    "percent": 95, "direction": "slot_max", "missing": "leave_out", "gap_slots": 0, "least_known": 50,
    "step_kbps": 1_000, "rate_rounding": "up", "tier_mode": "graduated", "part_month": "days",
    "slot_seconds": 300, "spread_slots": 2,
}  # fmt: skip


def make_company(name: str) -> tuple[identity.Principal, identity.Organisation]:
    """A company: who owns it, and itself."""
    phone = f"+2217730008{identity.Account.objects.count():02}"
    account = identity.create_account(SYSTEM, name=f"Gérante de {name}", phone=phone, verified=True)
    by = identity.principal_for(account)
    place = Territory.objects.get(code="013-diamniadio")
    return by, identity_actions.open_organisation(by, kind="company", name=name, territory=place)


def sell_online(product: Product) -> None:
    """Publish on what terms a product is sold."""
    carrier = identity.organisation("senum")
    assert carrier is not None
    enter_carrier(SYSTEM, carrier)
    traffic = TRAFFIC if product.kind == "transit" else {}
    actions.publish_terms(
        SYSTEM, product=product, carrier=carrier, valid_from=LONG_AGO, source="Décision 1", traffic=traffic,
        **TERMS,
    )  # fmt: skip


def make_market() -> Any:
    """The ring, an IRU and transit beside its leases, all sold online; an operator and another."""
    ring = build()
    iru = actions.add_product(SYSTEM, route=ring.route, name="IRU", kind="iru", protected=False)
    transit = actions.add_product(SYSTEM, route=ring.route, name="Transit", kind="transit", protected=False)
    actions.add_tariff(
        SYSTEM, product=iru, term_months=12, from_gbps=1, monthly_fcfa=0, setup_fcfa=0,
        upfront_fcfa=50_000_000, yearly_fcfa=1_200_000, valid_from=LONG_AGO,
    )  # fmt: skip
    actions.add_tariff(
        SYSTEM, product=transit, term_months=12, from_gbps=1, monthly_fcfa=2_000_000, setup_fcfa=100_000,
        port_fcfa=300_000, excess_fcfa=2_500, valid_from=LONG_AGO,
    )  # fmt: skip
    for product in (ring.plain, ring.safe, iru, transit):
        sell_online(product)
    by, operator = make_company("Opérateur SA")
    other_by, other = make_company("Rival SA")
    return SimpleNamespace(
        **vars(ring), iru=iru, transit=transit, by=by, operator=operator, other_by=other_by, other=other
    )


def ask(market: Any, product: Product, gbps: int, **more: Any) -> Qualification:
    """What the operator is answered."""
    return actions.ask(market.by, market.operator, Wish(product, gbps, **{"term_months": 12, **more}))


def ordered(market: Any, product: Product, gbps: int, **more: Any) -> Order:
    """A quote that the operator asked for and accepted."""
    quote = ask(market, product, gbps, **more).quote
    assert quote is not None
    return actions.accept(market.by, quote)


def delivered(order: Order, on: date, circuit: str = "") -> Order:
    """The order, delivered on a day, on the circuit of that code: straight, and round as protection."""
    order = actions.advance(SYSTEM, order, "inProgress")
    carried = network.Circuit.objects.get(code=circuit) if circuit else None
    return actions.advance(SYSTEM, order, "completed", carried, on=on)


def circuit(market: Any, code: str = "c1") -> None:
    """A circuit from a to b, straight, protected by c."""
    network.add_circuit(
        SYSTEM, code=code, name=f"Circuit {code}", a=market.a, b=market.b, gbps=10, path=["direct"],
        spare=["ac", "cb"],
    )  # fmt: skip
