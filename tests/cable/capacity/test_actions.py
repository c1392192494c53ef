from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from smartsenegal.cable.capacity import actions, queries, rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Order, Quote, Tariff
from smartsenegal.cable.network import api as network
from smartsenegal.cable.network.models import Link
from smartsenegal.cable.optics import actions as optics
from smartsenegal.cable.optics.models import Assumptions
from smartsenegal.kernel.identity.api import PermissionRefused, system

SYSTEM = system("test")


def quote(product: Any, gbps: int, **more: Any) -> Quote:
    return actions.make_quote(
        SYSTEM, **{"product": product, "buyer": "Opérateur", "gbps": gbps, "term_months": 12, "hold_days": 10,
                   **more}
    )  # fmt: skip


def left(ring: Any, protected: bool = False) -> int:
    owed = queries.taken(ring.route, timezone.now())
    return rules.sellable(queries.market().limits(ring.route), owed, protected)


def test_limits_are_what_the_ring_carries_and_what_each_link_leaves(ring: Any) -> None:
    found = queries.market().limits(ring.route)
    assert found.lit == pytest.approx(160)
    assert found.physics is None
    assert {cut.name: round(cut.left) for cut in found.cuts} == {
        "Liaison direct": 60, "Liaison ac": 100, "Liaison cb": 100,
    }  # fmt: skip
    assert (left(ring), left(ring, protected=True)) == (140, 40)


def test_a_zone_is_a_cut_and_an_unknown_lit_capacity_sells_nothing(ring: Any) -> None:
    both = list(Link.objects.filter(code__in=("direct", "ac")))
    network.add_zone(SYSTEM, code="canyon", name="Canyon", kind="canyon", links=both)
    with pytest.raises(CapacityRefused, match=r"Canyon.*il ne reste rien"):
        quote(ring.safe, 1)
    Link.objects.update(lit_gbps=None)
    with pytest.raises(CapacityRefused, match="La capacité allumée est de 0"):
        quote(ring.plain, 1)


def test_light_bounds_what_is_sold(ring: Any) -> None:
    direct = Link.objects.get(code="direct")
    given: dict[str, Any] = {f.name: 1 for f in Assumptions._meta.fields if f.name not in ("id", "link")}
    optics.suppose(SYSTEM, direct, **{
        **given, "spans": 9, "loss_db_per_km": 0.165, "area_um2": 110.0, "dispersion": 21.0, "index": 2.6,
        "channels": 1, "spacing_ghz": 50.0, "gbaud": 32.0, "launch_dbm": None, "noise_figure_db": 5.0,
        "line_source": "", "comb_source": "", "ageing_source": "", "aged_fibre_db_per_km": 0.0,
        "is_example": False,
    })  # fmt: skip
    optics.add_format(SYSTEM, name="QPSK", gbaud=32.0, gbps=40, required_db=10.0, valid_from=date(2020, 1, 1))
    assert left(ring) == 40 + 60 - 20
    for link in Link.objects.exclude(code="direct"):
        Assumptions.objects.create(
            **{f.name: getattr(Assumptions.objects.get(link=direct), f.name)
               for f in Assumptions._meta.fields if f.name not in ("id", "link")}, link=link,
        )  # fmt: skip
    with pytest.raises(CapacityRefused, match="La lumière ne permet que 80"):
        quote(ring.plain, 61)


def test_a_quote_holds_an_order_sells_and_the_end_frees(ring: Any) -> None:
    made = quote(ring.plain, 100)
    assert (made.monthly_fcfa, made.setup_fcfa) == (100_000_000, 500_000)
    assert left(ring) == 40
    with pytest.raises(CapacityRefused, match="100 Gbit/s retenus par d’autres devis"):
        quote(ring.plain, 41)
    order = actions.accept(SYSTEM, made)
    assert queries.taken(ring.route, timezone.now()) == rules.Taken(20, 100)
    for state in ("inProgress", "completed", "terminated"):
        assert left(ring) == 40
        order = actions.advance(SYSTEM, order, state, reason="Essai")
    assert left(ring) == 140
    with pytest.raises(CapacityRefused, match="n’en est pas là"):
        actions.advance(SYSTEM, order, "inProgress")


def test_a_quote_that_is_refused_or_withdrawn_frees_what_it_held(ring: Any) -> None:
    actions.reject(SYSTEM, quote(ring.plain, 100))
    made = quote(ring.plain, 140)
    actions.cancel_quote(SYSTEM, made)
    assert left(ring) == 140
    with pytest.raises(CapacityRefused, match="déjà décidé"):
        actions.accept(SYSTEM, made)


def test_a_hold_that_expires_during_signature_sells_nothing(ring: Any) -> None:
    made = quote(ring.plain, 140)
    Quote.objects.update(made_at=timezone.now() - timedelta(days=10), expires_at=timezone.now())
    assert left(ring) == 140
    other = quote(ring.plain, 140)
    with pytest.raises(CapacityRefused, match="a expiré avant la signature"):
        actions.accept(SYSTEM, made)
    assert not Order.objects.exists()
    assert actions.accept(SYSTEM, other).quote == other


def test_protected_sales_survive_every_cut_with_the_reserve(ring: Any) -> None:
    quote(ring.plain, 60)
    quote(ring.safe, 40)
    actions.set_reserve(SYSTEM, ring.route, 0)
    with pytest.raises(CapacityRefused, match=r"Liaison direct.*il ne reste que 60") as refused:
        quote(ring.safe, 21)
    assert refused.value.field == "gbps"


def test_a_route_cannot_sell_what_another_route_was_promised(ring: Any) -> None:
    other = actions.add_route(SYSTEM, code="ac", name="A – C", a=ring.a, b=ring.c, reserve_gbps=130)
    assert left(ring) == 140
    with pytest.raises(CapacityRefused, match="Les autres routes"):
        quote(ring.plain, 20)
    actions.set_reserve(SYSTEM, other, 60)
    quote(ring.plain, 20)
    with pytest.raises(CapacityRefused, match="Si l’on perd"):
        quote(ring.safe, 20)


def test_circuits_of_the_inventory_take_their_part_and_those_of_orders_only_once(ring: Any) -> None:
    circuit = network.add_circuit(SYSTEM, code="c1", name="C1", a=ring.a, b=ring.b, gbps=30, path=["direct"])
    assert left(ring) == 110
    order = actions.accept(SYSTEM, quote(ring.plain, 30))
    order = actions.advance(SYSTEM, order, "inProgress")
    assert left(ring) == 80
    actions.advance(SYSTEM, order, "completed", circuit)
    assert left(ring) == 110
    assert not queries.circuits_of(ring.route)


def test_the_same_price_for_all_and_a_new_tariff_begins_anew(ring: Any) -> None:
    first = quote(ring.plain, 10, monthly_fcfa=9_000_000)
    with pytest.raises(CapacityRefused, match=first.number) as refused:
        quote(ring.plain, 10)
    assert refused.value.field == "monthly_fcfa"
    assert quote(ring.plain, 10, monthly_fcfa=9_000_000).monthly_fcfa == 9_000_000
    assert quote(ring.plain, 11).monthly_fcfa == 11_000_000
    actions.end_tariff(SYSTEM, Tariff.objects.get(product=ring.plain), date(2020, 6, 1))
    with pytest.raises(CapacityRefused, match="Aucun tarif"):
        quote(ring.plain, 10)
    new = {"term_months": 12, "from_gbps": 1, "monthly_fcfa": 500_000, "setup_fcfa": 0}
    with pytest.raises(CapacityRefused, match="Un tarif vaut déjà"):
        actions.add_tariff(SYSTEM, product=ring.plain, valid_from=date(2020, 5, 1), **new)
    actions.add_tariff(SYSTEM, product=ring.plain, valid_from=date(2020, 6, 1), **new)
    assert quote(ring.plain, 10).monthly_fcfa == 5_000_000


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"gbps": 0}, "gbps"), ({"term_months": 0}, "term_months"), ({"hold_days": 91}, "hold_days")],
)
def test_figures_that_cannot_be_are_refused(ring: Any, wrong: dict[str, int], field: str) -> None:
    with pytest.raises(CapacityRefused) as refused:
        quote(ring.plain, **{"gbps": 10, **wrong})
    assert refused.value.field == field


def test_only_who_manages_the_whole_country_sells(ring: Any, engineer: Callable[..., Any]) -> None:
    local, made = engineer(territory="SN-TH"), quote(ring.plain, 10)
    for act in (
        lambda: actions.make_quote(local, product=ring.plain, buyer="x", gbps=1, term_months=12, hold_days=1),
        lambda: actions.accept(local, made),
        lambda: actions.reject(local, made),
        lambda: actions.set_reserve(local, ring.route, 0),
        lambda: actions.add_tariff(local, product=ring.plain),
        lambda: actions.add_product(local, route=ring.route, name="x", kind="lease", protected=False),
        lambda: actions.add_route(local, code="x", name="x", a=ring.a, b=ring.c, reserve_gbps=0),
    ):
        with pytest.raises(PermissionRefused):
            act()
