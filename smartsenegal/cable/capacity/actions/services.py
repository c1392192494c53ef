"""Services: begun by a delivery, changed, ended with what an early end costs, credited when they were down.

Every act writes what is invoiced (`cable.billing`) in its own transaction: what is given is what is owed."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.billing import api as billing
from smartsenegal.cable.capacity import customers, rules
from smartsenegal.cable.capacity.actions.base import check_party, one_at_a_time, tell
from smartsenegal.cable.capacity.actions.catalogue import traffic_terms
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Ending, Order, Quote, SaleTerms, Service
from smartsenegal.cable.customers import NOBODY
from smartsenegal.cable.network.api import Circuit, gbps
from smartsenegal.cable.resilience.api import Failure, open_failures
from smartsenegal.kernel.identity.api import Principal, system


def deliver(by: Principal, order: Order, circuit: Circuit | None, day: date) -> None:
    """Fill in an order that is delivered, in the caller's transaction; a customer's begins or changes a
    service."""
    order.delivered_at, order.circuit = timezone.now(), circuit
    before = order.quote.changes
    carried = circuit or (before.circuit if before else None)
    if carried:
        check_size(carried, order.quote)
    if before is not None:
        _change(by, order, before, day)
        if circuit is None:
            order.circuit = before.circuit
        before.state, before.ended_at, before.circuit = "replaced", timezone.now(), None
        before.save()
    elif order.quote.customer is not None:
        order.service = _begin(by, order, day)


def check_size(circuit: Circuit, quote: Quote) -> None:
    """Raises CapacityRefused for a circuit that carries less than what was ordered."""
    if circuit.gbps and circuit.gbps < quote.gbps:
        raise CapacityRefused(
            f"Le circuit « {circuit.name} » porte {gbps(circuit.gbps)}, la commande en demande "
            f"{gbps(quote.gbps)} : prenez-en un autre, ou agrandissez-le dans l’inventaire.",
            "circuit",
        )


def _begin(by: Principal, order: Order, day: date) -> Service:
    quote, terms, customer = order.quote, order.quote.terms, order.quote.customer
    assert terms is not None
    assert customer is not None
    traffic = terms.traffic
    contract = billing.add_contract(
        _seller(by), code=f"commande-{order.pk}",
        name=f"{quote.product.name}, commande {order}", customer=customer.name,
        payer=order.signer or NOBODY, organisation=customer, carrier=terms.carrier, starts_on=day,
        slot_seconds=traffic.get("slot_seconds", 300), spread_slots=traffic.get("spread_slots", 1),
        payment_days=terms.payment_days, is_example=quote.product.is_example,
    )  # fmt: skip
    _write_terms(by, contract, terms, day)
    _write_fees(by, contract, quote, day)
    if quote.product.kind == rules.TRANSIT:
        _write_commit(by, contract, quote, day.replace(day=1))
    return Service.objects.create(
        product=quote.product, customer=customer, contract=contract, starts_on=day,
        committed_until=rules.months_later(day, quote.term_months),
    )  # fmt: skip


def _seller(by: Principal) -> Principal:
    return system(f"vente de capacité, pour {by.label}")


def _write_terms(by: Principal, contract: billing.Contract, terms: SaleTerms, day: date) -> None:
    said = billing.FeeTerms(
        terms.money_rounding, terms.credit_percent, terms.credit_free_seconds, terms.credit_cap_percent
    )
    billing.write_fee_terms(
        _seller(by), contract, valid_from=day.replace(day=1), terms=said, source=terms.source
    )


def fees_of(quote: Quote, day: date) -> list[billing.Fee]:
    """What a delivered quote owes from a day on, whatever the traffic."""
    size = gbps(quote.gbps)
    recurring = {
        rules.LEASE: (f"Location, {size}", billing.MONTH, quote.monthly_fcfa),
        rules.IRU: (f"Entretien du droit d’usage, {size}", billing.YEAR, quote.yearly_fcfa),
        rules.TRANSIT: (f"Port, {gbps(quote.port_gbps)}", billing.MONTH, quote.port_fcfa),
    }[quote.product.kind]
    once = [
        ("Mise en service", quote.setup_fcfa),
        (f"Droit d’usage, {gbps(quote.extra_gbps)}", quote.upfront_fcfa),
    ]
    return [
        *(billing.Fee(label, billing.ONCE, amount, day) for label, amount in once),
        billing.Fee(*recurring, day),
    ]


def _write_fees(by: Principal, contract: billing.Contract, quote: Quote, day: date) -> None:
    billing.add_fees(_seller(by), contract, fees_of(quote, day))


def _write_commit(by: Principal, contract: billing.Contract, quote: Quote, month: date) -> None:
    terms = quote.terms
    assert terms is not None
    said = traffic_terms(
        terms, quote.gbps * 1_000_000, quote.monthly_fcfa // (1000 * quote.gbps), quote.excess_fcfa
    )
    billing.write_conventions(
        _seller(by), contract, valid_from=month, terms=said, source=f"Devis {quote.number}"
    )


def _change(by: Principal, order: Order, before: Order, day: date) -> None:
    service, quote = before.service, order.quote
    if service is None or before.state != "completed" or service.ends_on:
        raise CapacityRefused("Le service que cette commande change n’est plus le même : annulez-la.")
    order.service = service
    # What is billed by the percentile of a month changes with a month.
    day = rules.next_first(day) if quote.product.kind == rules.TRANSIT else day
    early = _of_less(before.quote, quote, day, service.committed_until)
    billing.end_fees(_seller(by), service.contract, day)
    fees = fees_of(quote, day)
    if early:
        fees.append(billing.Fee("Réduction avant la fin de l’engagement", billing.ONCE, early, day))
    billing.add_fees(_seller(by), service.contract, fees)
    if quote.product.kind == rules.TRANSIT:
        _write_commit(by, service.contract, quote, day)
    service.committed_until = max(service.committed_until, rules.months_later(day, quote.term_months))
    service.save(update_fields=["committed_until"])


def _of_less(before: Quote, after: Quote, day: date, committed: date) -> int:
    """What a reduction costs before the day committed to: the part of the difference that the terms under
    which it was bought say."""
    terms = before.terms
    less = max(0, recurring(before) - recurring(after))
    if terms is None or not less or day >= committed:
        return 0
    kind = billing.YEAR if before.product.kind == rules.IRU else billing.MONTH
    fee = billing.Fee("x", kind, less, day)
    return billing.remaining([fee], day, committed, terms.early_percent, terms.money_rounding)


def recurring(quote: Quote) -> int:
    """Francs a month, or a year for an IRU."""
    return quote.yearly_fcfa + quote.monthly_fcfa + quote.port_fcfa


# --- the end -------------------------------------------------------------------------------------


def early_end(service: Service, ends_on: date) -> int:
    """What ending on a day costs: the part that the terms say of what was still committed to."""
    order = customers.running(service)
    terms = order.quote.terms if order else None
    if order is None or terms is None or ends_on >= service.committed_until:
        return 0
    kind = billing.YEAR if service.product.kind == rules.IRU else billing.MONTH
    fee = billing.Fee("x", kind, recurring(order.quote), service.starts_on)
    return billing.remaining(
        [fee], ends_on, service.committed_until, terms.early_percent, terms.money_rounding
    )


def first_end(service: Service) -> date:
    """The first day on which a service may be over, asked for today."""
    order = customers.running(service)
    terms = order.quote.terms if order else None
    return timezone.localdate() + timedelta(days=max(1, terms.notice_days if terms else 1))


@transaction.atomic
def end(by: Principal, service: Service, ends_on: date, early_fcfa: int | None = None) -> Ending:
    """Ask that a service end on a day, its first without service. `early_fcfa` is what one was told it
    costs. Raises PermissionRefused, CapacityRefused for a day before the notice, a service that ends or
    changes already, or a cost that changed since."""
    check_party(by, service.customer_id)
    one_at_a_time()
    found = _locked(service)
    if found.ends_on or customers.change_under_way(found):
        raise CapacityRefused("Ce service finit ou change déjà : rechargez la page.", "ends_on")
    if customers.running(found) is None:
        raise CapacityRefused("Ce service n’est plus en cours.", "ends_on")
    if ends_on < (first := first_end(found)):
        raise CapacityRefused(
            f"Le préavis court jusqu’au {first:%d/%m/%Y} : choisissez ce jour ou après.", "ends_on"
        )
    cost = early_end(found, ends_on)
    if early_fcfa is not None and cost != early_fcfa:
        raise CapacityRefused("Ce que coûte cette fin a changé : relisez-le avant de confirmer.", "ends_on")
    _bill_end(by, found, ends_on, cost)
    made = Ending.objects.create(service=found, asked_at=timezone.now(), ends_on=ends_on, early_fcfa=cost)
    detail = {"service": str(found), "ends_on": ends_on.isoformat(), "early_fcfa": cost}
    tell(by, f"cable_service:{found.pk}", "service_ending", {**detail, "customer": found.customer_id})
    return made


def _locked(service: Service) -> Service:
    found = Service.objects.select_for_update(of=("self",)).select_related("product", "contract")
    return found.get(pk=service.pk)


def _bill_end(by: Principal, service: Service, ends_on: date, cost: int) -> None:
    service.ends_on = ends_on
    service.save(update_fields=["ends_on"])
    billing.end_fees(_seller(by), service.contract, ends_on)
    last = ends_on - timedelta(days=1)
    billing.add_fees(_seller(by), service.contract, [billing.Fee("Fin anticipée", billing.ONCE, cost, last)])
    billing.end_contract(_seller(by), service.contract, ends_on)


def close(by: Principal, service: Service, day: date) -> None:
    """A service is over: at once by who sells, without the cost of an early end, or on the day asked for."""
    service = _locked(service)
    last = max(day, service.starts_on + timedelta(days=1))
    if service.ends_on is None or last < service.ends_on:
        _bill_end(by, service, last, 0)
    service.endings.filter(done_at=None).update(done_at=timezone.now())


@transaction.atomic
def close_ended(today: date | None = None) -> int:
    """End the orders of services whose last day is over; returns how many."""
    from smartsenegal.cable.capacity.actions.orders import advance

    day, count = today or timezone.localdate(), 0
    for service in (
        Service.objects.filter(ends_on__lte=day, orders__state="completed").order_by("pk").distinct()
    ):
        order = customers.running(service)
        if order is not None:
            advance(
                system("fin des services"), order, "terminated", on=day, reason="Fin demandée par le client."
            )
            count += 1
    return count


# --- downtime ------------------------------------------------------------------------------------


@transaction.atomic
def credit_downtime(failure: Failure) -> int:
    """Declare the downtime of the services that a failure, alone or with those that last, cut; returns how
    many. Called once, when it is repaired."""
    if failure.ended_at is None:
        return 0
    others = [f for f in open_failures() if f.pk != failure.pk and f.began_at < failure.ended_at]
    together, effects, count = [failure, *others], customers.Effects(), 0
    for order, effect in effects.touched(together):
        if effect != "down":
            continue
        began = _cut_since(effects, order, failure, others)
        began = max(began, order.delivered_at) if began and order.delivered_at else began
        if began and began < failure.ended_at:
            assert order.service is not None
            billing.declare_downtime(
                system("réseau de transport"), order.service.contract, began_at=began,
                ended_at=failure.ended_at, reason=f"Réseau coupé : {failure.reason}",
            )  # fmt: skip
            count += 1
    return count


def _cut_since(
    effects: customers.Effects, order: Order, failure: Failure, others: list[Failure]
) -> datetime | None:
    """Since when a failure, alone or with those that last, cuts what an order gives; None when it takes no
    part: what lasts cuts it, and its own end will tell."""

    def does(away: list[Failure]) -> str:
        return effects.of(away, order.quote.product, order.circuit)

    alone = does([failure])
    if alone == "down":
        return failure.began_at
    if alone == "up" and does(others) == "down":
        return None
    so_far: list[Failure] = []
    for each in sorted([failure, *others], key=lambda f: f.began_at):
        so_far.append(each)
        if does(so_far) == "down":
            return each.began_at
    return None
