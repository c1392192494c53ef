"""From an order to a service: what each kind of product holds, owes, and costs to change and to end."""

import contextlib
import json
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from smartsenegal.cable.billing import actions as billing
from smartsenegal.cable.billing import queries as billed
from smartsenegal.cable.billing.models import Contract, Downtime, Fee
from smartsenegal.cable.capacity import actions, customers, holdings, queries, rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.listeners import credit_downtime, tell_order
from smartsenegal.cable.capacity.models import Ending, Order, Qualification, Quote, Service
from smartsenegal.cable.network.models import Circuit, Link
from smartsenegal.cable.noc.reach import reached
from smartsenegal.cable.resilience import actions as network
from smartsenegal.cable.resilience.models import Failure, Work
from smartsenegal.kernel.events.api import EventData
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.notifications.rules import sms_size
from smartsenegal.kernel.webhooks.models import Endpoint, Outgoing
from tests.cable.wholesale import world
from tests.cable.wholesale.world import SYSTEM, ask, delivered, ordered

START = date(2024, 1, 11)


@pytest.fixture
def market(country: None) -> Any:
    return world.make_market()


def taken(market: Any) -> tuple[int, int]:
    found = queries.taken(market.route, timezone.now())
    return found.sold, found.held


def fees(service: Service) -> list[tuple[str, int, date, date | None]]:
    rows = service.contract.fees.order_by("pk")
    return [(f.kind, f.amount, f.starts_on, f.ends_on) for f in rows]


def change(market: Any, order: Order, gbps: int, **more: Any) -> Order:
    found = ask(market, order.quote.product, gbps, changes=order, **more)
    assert found.quote is not None, found.refusal
    return actions.accept(market.by, found.quote)


def test_a_refusal_is_kept_with_the_cut_that_proves_it_and_holds_nothing(market: Any) -> None:
    found = ask(market, market.safe, 41)
    assert "Si l’on perd «\u00a0Liaison direct\u00a0»" in found.refusal.replace("« ", "«\u00a0").replace(
        " »", "\u00a0»"
    )
    assert (found.quote, found.left_gbps) == (None, 40)
    assert not Quote.objects.exists()
    with pytest.raises(PermissionRefused):
        actions.ask(market.other_by, market.operator, actions.Wish(market.safe, 1, 12))
    assert Qualification.objects.count() == 1


def test_transit_reserves_its_commitment_after_any_failure_and_not_its_port(market: Any) -> None:
    assert ask(market, market.transit, 41, port_gbps=100).left_gbps == 40
    order = ordered(market, market.transit, 40, port_gbps=100)
    assert taken(market) == (40, 0)
    assert queries.taken(market.route, timezone.now()).sold_protected == 40
    with pytest.raises(CapacityRefused, match="Le port") as refused:
        ask(market, market.transit, 2, port_gbps=1)
    assert refused.value.field == "port_gbps"
    world.circuit(market)
    actions.advance(SYSTEM, order, "inProgress")
    with pytest.raises(CapacityRefused, match="ne réserve pas de circuit"):
        actions.advance(SYSTEM, order, "completed", Circuit.objects.get(code="c1"))
    # A circuit gives what was ordered at least, and what it has beyond is not for sale a second time.
    larger, lease = (ordered(market, market.plain, size) for size in (11, 2))
    with pytest.raises(CapacityRefused, match="porte 10") as refused:
        delivered(larger, START, "c1")
    assert refused.value.field == "circuit"
    delivered(lease, START, "c1")
    assert queries.market().limits(market.route).lit == 152


def test_a_lease_is_invoiced_from_its_delivery_and_changed_by_the_day(market: Any, engineer: Any) -> None:
    order = delivered(ordered(market, market.plain, 10), START)
    service = Service.objects.get()
    assert service.committed_until == date(2025, 1, 11)
    assert fees(service) == [("once", 500_000, START, None), ("month", 10_000_000, START, None)]
    contract = service.contract
    assert (contract.organisation, contract.payer) == (market.operator, market.by.account_id)
    # A seller who says that the customer signed does not become who pays.
    quote = ask(market, market.plain, 1).quote
    assert quote is not None
    signed = actions.accept(engineer(), quote)
    assert (signed.signer, taken(market)) == ("", (11, 0))
    actions.ask_cancellation(market.by, signed, "Essai")
    invoice = billing.invoice_month(SYSTEM, contract, date(2024, 1, 1))
    assert invoice.total == 500_000 + round(10_000_000 * 21 / 31)
    more = change(market, order, 30)
    assert taken(market) == (30, 0)
    delivered(more, date(2024, 2, 16))
    assert taken(market) == (30, 0)
    assert Order.objects.get(pk=order.pk).state == "replaced"
    invoice = billing.invoice_month(SYSTEM, contract, date(2024, 2, 1))
    assert invoice.total == round(10_000_000 * 15 / 29) + round(30_000_000 * 14 / 29) + 500_000
    # Less before the end of the commitment costs half of the difference to its end, 16 February 2025.
    less = delivered(change(market, customers.running(service) or more, 10), date(2024, 11, 16))
    assert taken(market) == (10, 0)
    early = Fee.objects.get(label__startswith="Réduction")
    assert early.amount == round((20_000_000 * 15 / 30 + 40_000_000 + 20_000_000 * 15 / 28) / 2)
    with pytest.raises(CapacityRefused, match="déjà ce débit"):
        ask(market, market.plain, 10, changes=less)


def test_an_iru_is_paid_at_once_for_what_is_added_and_kept_by_year(market: Any) -> None:
    order = delivered(ordered(market, market.iru, 10), START)
    service = Service.objects.get()
    assert fees(service) == [("once", 500_000_000, START, None), ("year", 12_000_000, START, None)]
    with pytest.raises(CapacityRefused, match="ne se réduit pas"):
        ask(market, market.iru, 5, changes=order)
    delivered(change(market, order, 14), date(2024, 7, 11))
    day = date(2024, 7, 11)
    assert fees(service)[1:] == [
        ("year", 12_000_000, START, day), ("once", 200_000_000, day, None), ("year", 16_800_000, day, None),
    ]  # fmt: skip


def test_transit_is_billed_by_its_port_its_commitment_and_what_passes_it(market: Any) -> None:
    order = delivered(ordered(market, market.transit, 2, port_gbps=10), START)
    service = Service.objects.get()
    assert fees(service) == [("once", 100_000, START, None), ("month", 3_000_000, START, None)]
    said = billed.conventions_on(service.contract, date(2024, 1, 1))
    assert said is not None
    assert (said.commit_kbps, said.price, said.tiers) == (2_000_000, 2_000, [[None, 2_500]])
    with pytest.raises(billing.base.PermissionRefused):
        actions.advance(market.by, order, "terminated")
    delivered(change(market, order, 4, port_gbps=10), date(2024, 2, 16))
    before, after = (billed.conventions_on(service.contract, date(2024, m, 1)) for m in (2, 3))
    assert (before.commit_kbps, after.commit_kbps) == (2_000_000, 4_000_000)  # type: ignore[union-attr]
    assert [f[3] for f in fees(service) if f[0] == "month"] == [date(2024, 3, 1), None]


def test_a_change_holds_what_it_adds_alone_and_only_one_runs_at_a_time(market: Any) -> None:
    order = delivered(ordered(market, market.plain, 100), START)
    assert ask(market, market.plain, 141, changes=order).refusal
    first, second = (ask(market, market.plain, size, changes=order).quote for size in (110, 120))
    assert first is not None
    assert second is not None
    assert taken(market) == (100, 30)
    going = actions.accept(market.by, first)
    with pytest.raises(CapacityRefused, match="change déjà"):
        actions.accept(market.by, second)
    with pytest.raises(CapacityRefused, match="finit ou change"):
        actions.end(market.by, Service.objects.get(), timezone.localdate() + timedelta(days=90))
    actions.ask_cancellation(market.by, going, "Plus besoin")
    assert taken(market) == (100, 20)
    delivered(actions.accept(market.by, second), date(2024, 2, 1))
    assert taken(market) == (120, 0)


def test_a_service_ends_after_its_notice_and_an_early_end_costs_what_the_terms_say(market: Any) -> None:
    today = timezone.localdate()
    delivered(ordered(market, market.plain, 10), today)
    service = Service.objects.get()
    with pytest.raises(CapacityRefused, match="préavis"):
        actions.end(market.by, service, today + timedelta(days=29))
    with pytest.raises(PermissionRefused):
        actions.end(market.other_by, service, today + timedelta(days=60))
    day = today + timedelta(days=60)
    cost = actions.early_end(service, day)
    assert cost > 0
    with pytest.raises(CapacityRefused, match="a changé"):
        actions.end(market.by, service, day, cost - 1)
    actions.end(market.by, service, day, cost)
    assert Fee.objects.get(label="Fin anticipée").amount == cost
    assert Contract.objects.get(pk=service.contract_id).ends_on == day
    assert actions.close_ended(day - timedelta(days=1)) == 0
    assert taken(market) == (10, 0)
    assert actions.close_ended(day) == 1
    assert taken(market) == (0, 0)
    assert Ending.objects.get().done_at is not None
    assert actions.early_end(service, service.committed_until) == 0


def test_orders_say_why_they_wait_and_a_cancellation_is_assessed_once_begun(market: Any) -> None:
    order = ordered(market, market.plain, 10)
    order = actions.advance(SYSTEM, order, "inProgress")
    with pytest.raises(CapacityRefused, match="Dites pourquoi"):
        actions.advance(SYSTEM, order, "held")
    order = actions.advance(SYSTEM, order, "held", reason="Navire en réparation")
    with pytest.raises(PermissionRefused):
        actions.ask_cancellation(market.other_by, order, "x")
    order = actions.ask_cancellation(market.by, order, "Trop tard")
    assert (order.state, taken(market)) == ("assessingCancellation", (10, 0))
    order = actions.advance(SYSTEM, order, "cancelled")
    assert taken(market) == (0, 0)
    with pytest.raises(CapacityRefused, match="ne s’annule plus"):
        actions.ask_cancellation(market.by, order, "x")
    assert rules.abroad("replaced") == rules.abroad("terminated") == "completed"


def test_nobody_holds_what_others_would_buy_and_all_have_the_same_price(market: Any) -> None:
    for _ in range(3):
        assert ask(market, market.plain, 1).quote
    with pytest.raises(CapacityRefused, match="3 devis ouverts"):
        ask(market, market.plain, 1)
    other = actions.ask(market.other_by, market.other, actions.Wish(market.plain, 1, 12)).quote
    assert other is not None
    sold = {"product": market.safe, "buyer": "Un ami", "gbps": 2, "term_months": 12, "hold_days": 10}
    given = actions.make_quote(SYSTEM, **sold, monthly_fcfa=1_500_000)
    same = ask(market, market.safe, 2).quote
    assert same is not None
    assert same.monthly_fcfa == given.monthly_fcfa
    assert queries.unequal() == []
    Quote.objects.filter(pk=other.pk).update(monthly_fcfa=1)
    assert [(a.pk, b.pk) for a, b in queries.unequal()] == [(Quote.objects.earliest("pk").pk, other.pk)]


def test_a_failure_that_cuts_a_service_is_shown_and_credited_once_it_is_over(market: Any) -> None:
    world.circuit(market)
    order = delivered(ordered(market, market.plain, 10), START, "c1")
    transit = delivered(ordered(market, market.transit, 1, port_gbps=1), START)
    link = {x.code: x for x in Link.objects.all()}

    def states() -> list[str]:
        watch = customers.Watch(timezone.now())
        return [
            watch.condition(o.quote.product, o.circuit).state for o in (order, transit)
        ]  # fmt: skip

    Order.objects.update(delivered_at=timezone.now() - timedelta(days=9))
    assert states() == ["up", "up"]
    one = network.declare(SYSTEM, reason="Ancre", links=[link["direct"]])
    assert states() == ["reduced", "reduced"]
    two = network.declare(SYSTEM, reason="Travaux d’un voisin", links=[link["cb"]])
    assert states() == ["down", "down"]
    reach = reached([one, two], customers.Effects())
    assert {(hit.code, hit.customer) for hit in reach.cut} == {
        ("c1", "Opérateur SA"), (str(transit.service), "Opérateur SA"),
    }  # fmt: skip
    Failure.objects.filter(pk=one.pk).update(began_at=timezone.now() - timedelta(days=2))
    Failure.objects.filter(pk=two.pk).update(began_at=timezone.now() - timedelta(hours=5))
    for failure in (two, one):
        network.repair(SYSTEM, failure)
        event = Event.objects.filter(kind="cable.failure_ended").latest("pk")
        credit_downtime(EventData(event.id, event.kind, event.subject, event.payload, event.at))
    assert {d.contract for d in Downtime.objects.all()} == {s.contract for s in Service.objects.all()}
    for down in Downtime.objects.all():
        assert timedelta(hours=4.9) < down.ended_at - down.began_at < timedelta(hours=5.1)
    work = network.plan_work(
        SYSTEM, reason="Entretien", links=[link["direct"], link["ac"]], starts_at=_at(1), ends_at=_at(2)
    )
    found = customers.Watch(timezone.now()).condition(market.plain, order.circuit)
    assert (found.state, found.works) == ("up", [(work, "down")])
    Work.objects.all().delete()
    assert customers.Watch(timezone.now()).condition(market.plain, None).state == "unknown"


def test_whatever_is_done_no_capacity_is_promised_twice(market: Any) -> None:
    """A walk through every act, in no order; what is owed is counted again from the rows."""
    dice = random.Random(18)
    products = [market.plain, market.safe, market.transit]
    for _ in range(70):
        with contextlib.suppress(CapacityRefused):
            step(market, dice, products)
        found = queries.taken(market.route, timezone.now())
        assert found == counted(market)
        assert 20 + found.sold + found.held <= 160
        assert 20 + found.sold_protected + found.held_protected <= 60
    assert Order.objects.filter(state="replaced").exists()
    assert Order.objects.filter(state="terminated").exists()
    assert Qualification.objects.exclude(refusal="").exists()
    for service in Service.objects.all():
        running = [f for f in service.contract.fees.exclude(kind="once") if f.ends_on is None]
        assert len(running) == (0 if service.ends_on else 1)


def step(market: Any, dice: random.Random, products: list[Any]) -> None:
    act, size = dice.randrange(7), dice.randint(1, 30)
    orders = list(Order.objects.order_by("pk"))
    order = dice.choice(orders) if orders else None
    if act < 2:
        product = dice.choice(products)
        ask(market, product, size, port_gbps=40 if product.kind == "transit" else 0)
    elif act == 2 and order and order.service and order.state == "completed":
        ask(market, order.quote.product, size, changes=order, port_gbps=order.quote.port_gbps)
    elif act == 3 and (quote := Quote.objects.filter(state="approved").first()):
        (actions.accept if dice.random() < 0.8 else actions.reject)(market.by, quote)
    elif act == 4 and order:
        actions.ask_cancellation(market.by, order, "x")
    elif order:
        follows = [s for s in rules.FOLLOWS[order.state] if s != "terminated" or dice.random() < 0.3]
        # Delivered more often than not, so that the walk goes on.
        likely = [s for s in follows if s in ("inProgress", "completed")] if dice.random() < 0.8 else []
        if choice := likely or follows:
            actions.advance(SYSTEM, order, dice.choice(choice), reason="x")


def counted(market: Any) -> rules.Taken:
    """What the route owes, row by row."""
    sums = {"sold": 0, "held": 0, "sold_protected": 0, "held_protected": 0}

    def add(name: str, quote: Quote, size: int) -> None:
        sums[name] += size
        if quote.product.name in ("Protégé", "Transit"):
            sums[f"{name}_protected"] += size

    for quote in Quote.objects.select_related("product", "changes__quote", "order"):
        before = quote.changes.quote.gbps if quote.changes else 0
        more = max(0, quote.gbps - before)
        state = quote.order.state if hasattr(quote, "order") else ""
        if state == "completed":
            add("sold", quote, quote.gbps)
        elif state in rules.RUNNING:
            add("sold", quote, more)
        elif not state and quote.state == "approved":
            add("held", quote, more)
    return rules.Taken(market.route.reserve_gbps, **sums)


def test_who_signed_an_order_is_told_so_and_it_is_kept(market: Any) -> None:
    order, own = ordered(market, market.plain, 10), str(market.by.account_id)
    assert holdings.subjects(own) == [f"cable_quote:{order.quote_id}"]
    (item,) = holdings.export(own)
    assert json.loads(b"".join(item.chunks))[0]["commande"] == str(order)
    assert [outcome.kept for outcome in holdings.erase(own, None)] == [1]


def test_the_customer_is_told_of_an_order_once_and_its_systems_too(market: Any) -> None:
    order = actions.advance(SYSTEM, ordered(market, market.plain, 10), "inProgress")
    actions.advance(SYSTEM, order, "held", reason="Navire en réparation")
    subscribe(market)
    for event in Event.objects.filter(kind__startswith="cable.order_").order_by("pk"):
        for _ in range(2):
            tell_order(EventData(event.id, event.kind, event.subject, event.payload, event.at))
    told = Message.objects.filter(recipient=market.by.account_id, channel="sms").order_by("pk")
    assert [m.template for m in told] == ["cable.order_inProgress", "cable.order_held"]
    assert f"/commandes/{order.pk}/" in told[0].body
    assert all(sms_size(m.body).encoding == "gsm7" for m in told)
    sent = [json.loads(row.body) for row in Outgoing.objects.order_by("pk")]
    assert [row["type"] for row in sent] == ["cable.order_inProgress", "cable.order_held"]
    assert sent[1]["data"]["state"] == "held"


def subscribe(market: Any) -> None:
    Endpoint.objects.create(
        organisation=market.operator, url="https://operateur.example/etats", kinds=[], sealed=b"", kid=""
    )


def _at(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)
