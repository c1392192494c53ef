from datetime import date
from types import SimpleNamespace
from typing import Any

from smartsenegal.cable.capacity import actions
from smartsenegal.cable.network import api as network
from smartsenegal.kernel.identity.api import system

SYSTEM = system("test")


def build() -> Any:
    """A ring of three nodes: 100 Gbit/s straight from a to b, 60 round by c. Two products from a to b, one of
    them protected, and a tariff of each."""
    a, b, c = (
        network.add_node(SYSTEM, code=code, name=code.upper(), role="abroad", country="Monde")
        for code in "abc"
    )
    for code, ends, lit in (("direct", (a, b), 100), ("ac", (a, c), 60), ("cb", (c, b), 80)):
        network.add_link(
            SYSTEM, code=code, name=f"Liaison {code}", a=ends[0], b=ends[1], length_km=700, lit_gbps=lit
        )
    route = actions.add_route(SYSTEM, code="ab", name="A – B", a=a, b=b, reserve_gbps=20)
    plain, safe = (
        actions.add_product(SYSTEM, route=route, name=name, kind="lease", protected=protected)
        for name, protected in (("Simple", False), ("Protégé", True))
    )
    for product in (plain, safe):
        actions.add_tariff(
            SYSTEM, product=product, term_months=12, from_gbps=1, monthly_fcfa=1_000_000, setup_fcfa=500_000,
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
    return SimpleNamespace(a=a, b=b, c=c, route=route, plain=plain, safe=safe)
