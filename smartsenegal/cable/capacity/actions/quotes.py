"""Quotes: made by a seller or asked for online, held, refused with the cut that proves it, signed or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.capacity import customers, queries, rules
from smartsenegal.cable.capacity.actions.base import check, check_party, one_at_a_time, tell
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Order, Product, Qualification, Quote, SaleTerms, Service
from smartsenegal.cable.capacity.rules import Price
from smartsenegal.cable.customers import owns
from smartsenegal.kernel.identity.api import Organisation, Principal


@dataclass(frozen=True)
class Wish:
    """What is asked for: so many Gbit/s of a product for so long, by a port of so many for transit, instead
    of what a service has when it changes one."""

    product: Product
    gbps: int
    term_months: int
    port_gbps: int = 0
    changes: Order | None = None

    @property
    def before(self) -> int:
        return self.changes.quote.gbps if self.changes else 0

    @property
    def extra(self) -> int:
        """Gbit/s beyond what is had already."""
        return max(0, self.gbps - self.before)


@transaction.atomic
def make_quote(
    by: Principal, *, product: Product, buyer: str, gbps: int, term_months: int, hold_days: int,
    monthly_fcfa: int | None = None, customer: Organisation | None = None, port_gbps: int = 0,
) -> Quote:  # fmt: skip
    """Quote a volume for a term (months), and hold it for so many days. Without a price the tariff's is
    taken. With a customer, it can be accepted online and is invoiced once delivered.

    Raises PermissionRefused, CapacityRefused: no capacity left (naming the limit, and the cut that proves
    it), no tariff in force, or a price that others were not given."""
    check(by)
    wish = Wish(product, gbps, term_months, port_gbps)
    _check_figures(wish, hold_days)
    one_at_a_time()
    now = timezone.now()
    tariff = _tariff(wish)
    asked = rules.price(tariff, gbps, port_gbps)
    if monthly_fcfa is not None:
        asked = _typed(product, asked, monthly_fcfa, gbps)
    if told := rules.discrimination(asked, queries.offered(product, tariff.pk, term_months, gbps, port_gbps)):
        raise CapacityRefused(told, "monthly_fcfa")
    if told := _no_room(wish, now):
        raise CapacityRefused(told, "gbps")
    terms = queries.terms_of(product, timezone.localdate()) if customer else None
    if customer and terms is None:
        raise CapacityRefused(_UNPUBLISHED, "product")
    return _write(by, wish, tariff.pk, asked, now + timedelta(days=hold_days), customer, terms, buyer)


_UNPUBLISHED = "Ses conditions de vente ne sont pas publiées : ce produit ne se commande pas encore en ligne."


def _typed(product: Product, asked: Price, monthly: int, gbps: int) -> Price:
    if "monthly_fcfa" not in rules.PARTS[product.kind]:
        raise CapacityRefused("Ce produit n’a pas de prix par mois : laissez vide.", "monthly_fcfa")
    if product.kind == rules.TRANSIT and monthly % (1000 * gbps):
        raise CapacityRefused(
            f"Le transit est facturé au Mbit/s : ce prix est un multiple de {1000 * gbps} F CFA.",
            "monthly_fcfa",
        )
    return Price(**{**vars(asked), "monthly_fcfa": monthly})


# --- asked for online ----------------------------------------------------------------------------


@transaction.atomic
def qualify(by: Principal, customer: Organisation, wish: Wish) -> Qualification:
    """Whether a wish could be sold now, without holding anything; the answer is kept.

    Raises PermissionRefused, CapacityRefused for what cannot be asked."""
    return _answer(by, customer, wish, quoted=False)


@transaction.atomic
def ask(by: Principal, customer: Organisation, wish: Wish) -> Qualification:
    """Ask for a quote in the name of a customer: it holds its capacity, or the answer says what refuses it.
    Both are kept. Raises PermissionRefused, CapacityRefused for what cannot be asked."""
    return _answer(by, customer, wish, quoted=True)


def _answer(by: Principal, customer: Organisation, wish: Wish, *, quoted: bool) -> Qualification:
    check_party(by, customer.pk)
    one_at_a_time()
    now = timezone.now()
    terms = queries.terms_of(wish.product, timezone.localdate())
    if terms is None:
        raise CapacityRefused(_UNPUBLISHED, "product")
    _check_figures(wish, terms.hold_days)
    _check_change(customer, wish)
    tariff = _tariff(wish)
    if quoted:
        _check_open_quotes(customer, wish.product, now)
    told = _no_room(wish, now)
    quote = None
    if quoted and not told:
        bought = wish.extra if wish.changes else None
        asked = rules.price(tariff, wish.gbps, wish.port_gbps, bought)
        if not wish.changes:
            # One price for all: what a seller gave another holds for whoever asks after.
            given = queries.offered(wish.product, tariff.pk, wish.term_months, wish.gbps, wish.port_gbps)
            asked = given[0].price if given else asked
        until = now + timedelta(days=terms.hold_days)
        quote = _write(by, wish, tariff.pk, asked, until, customer, terms, customer.name)
    made = Qualification.objects.create(
        customer=customer, product=wish.product, changes=wish.changes, gbps=wish.gbps,
        term_months=wish.term_months, port_gbps=wish.port_gbps, asked_at=now, refusal=told[:500],
        left_gbps=_left(wish.product, now) if told else None, quote=quote,
    )  # fmt: skip
    if not quote:
        detail = {"number": str(made), "product": wish.product.name, "gbps": wish.gbps, "refused": bool(told)}
        tell(by, f"cable_customer:{customer.pk}", "qualified", detail)
    return made


def _check_change(customer: Organisation, wish: Wish) -> None:
    if wish.changes is None:
        return
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("quote", "service")
        .get(pk=wish.changes.pk)
    )
    service: Service | None = order.service
    if service is None or service.customer_id != customer.pk or order.state != "completed":
        raise CapacityRefused("Ce service n’est plus celui que vous changiez : rechargez la page.")
    if service.ends_on or customers.change_under_way(service):
        raise CapacityRefused("Ce service finit, ou change déjà : attendez que ce soit fait.")
    same = wish.port_gbps == order.quote.port_gbps or wish.product.kind != rules.TRANSIT
    if (told := rules.change_refusal(wish.product.kind, order.quote.gbps, wish.gbps)) and (
        same or wish.gbps != order.quote.gbps
    ):
        raise CapacityRefused(told, "gbps")


def _check_open_quotes(customer: Organisation, product: Product, now: datetime) -> None:
    held = Quote.objects.filter(customer=customer, product=product, state="approved", expires_at__gt=now)
    if held.count() >= rules.OPEN_QUOTES_AT_MOST:
        raise CapacityRefused(
            f"Vous avez déjà {rules.OPEN_QUOTES_AT_MOST} devis ouverts sur ce produit : "
            "acceptez-en ou refusez-en un d’abord."
        )


def _left(product: Product, now: datetime) -> int | None:
    try:
        limits = queries.market().limits(product.route)
    except CapacityRefused:
        return 0
    return rules.sellable(limits, queries.taken(product.route, now), product.survives)


# --- shared --------------------------------------------------------------------------------------


def _check_figures(wish: Wish, hold_days: int) -> None:
    for field, value, most, what in (
        ("gbps", wish.gbps, rules.GBPS_AT_MOST, "Le débit va de 1 à 100 000 Gbit/s."),
        ("term_months", wish.term_months, rules.TERM_AT_MOST, "La durée va de 1 à 360 mois."),
        ("hold_days", hold_days, rules.HOLD_DAYS_AT_MOST, "La capacité est retenue de 1 à 90 jours."),
    ):
        if not 1 <= value <= most:
            raise CapacityRefused(what, field)
    if wish.product.kind == rules.TRANSIT:
        if not wish.gbps <= wish.port_gbps <= rules.GBPS_AT_MOST:
            raise CapacityRefused("Le port est au moins aussi grand que l’engagement.", "port_gbps")
    elif wish.port_gbps:
        raise CapacityRefused("Seul le transit a un port : laissez-le vide.", "port_gbps")


def _tariff(wish: Wish) -> rules.Tariff:
    found = queries.tariffs(wish.product, timezone.localdate())
    tariff = rules.tariff_for(found, wish.term_months, wish.gbps)
    if tariff is None:
        raise CapacityRefused("Aucun tarif n’est en vigueur pour cette durée et ce débit.", "product")
    return tariff


def _no_room(wish: Wish, now: datetime) -> str:
    """Why there is no room, with the cut that proves it; "" when there is."""
    if not wish.extra:
        return ""
    # As it is now that nobody else sells: the reserve may have changed since the page was made.
    product = queries.products().get(pk=wish.product.pk)
    try:
        market = queries.market()
        limits, owed = market.limits(product.route), queries.taken(product.route, now)
        told = rules.refusal(limits, owed, wish.extra, product.survives)
        return told or rules.overload(market.load(product, wish.extra, now))
    except CapacityRefused as refused:
        return refused.sentence


def _write(
    by: Principal, wish: Wish, tariff: int, asked: Price, until: datetime, customer: Organisation | None,
    terms: SaleTerms | None, buyer: str,
) -> Quote:  # fmt: skip
    found = Quote.objects.create(
        product=wish.product, tariff_id=tariff, buyer=buyer, customer=customer, terms=terms,
        changes=wish.changes, gbps=wish.gbps, extra_gbps=wish.extra, port_gbps=wish.port_gbps,
        term_months=wish.term_months, made_at=timezone.now(), expires_at=until, **vars(asked),
    )  # fmt: skip
    detail = {"number": found.number, "gbps": wish.gbps, "customer": customer.pk if customer else None}
    tell(by, f"cable_quote:{found.pk}", "quote_made", detail)
    return found


# --- decided -------------------------------------------------------------------------------------


@transaction.atomic
def accept(by: Principal, quote: Quote) -> Order:
    """The buyer signs, or signed: what was held is sold. Raises PermissionRefused, CapacityRefused when the
    hold ran out before the signature, or the quote is decided already."""
    check_party(by, quote.customer_id)
    one_at_a_time()
    found = Quote.objects.select_for_update(of=("self",)).select_related("changes__service").get(pk=quote.pk)
    now = timezone.now()
    _check_undecided(found)
    if not rules.holds(found.state, found.expires_at, now):
        raise CapacityRefused(
            "La capacité n’est plus retenue : ce devis a expiré avant la signature. Faites-en un nouveau."
        )
    if found.changes:
        service = found.changes.service
        if found.changes.state != "completed" or service is None or service.ends_on:
            raise CapacityRefused(
                "Le service que ce devis changeait n’est plus le même : demandez-en un autre."
            )
        if customers.change_under_way(service):
            raise CapacityRefused("Ce service change déjà : attendez que ce soit fait.")
    found.state = "accepted"
    found.save(update_fields=["state"])
    service = found.changes.service if found.changes else None
    # A seller who says that the customer signed pays nothing in its name.
    signer = by.account_id or "" if owns(by, found.customer_id, "file") else ""
    order = Order.objects.create(quote=found, signed_at=now, service=service, signer=signer)
    tell(by, f"cable_quote:{found.pk}", "quote_accepted", {"number": found.number, "order": str(order)})
    return order


def reject(by: Principal, quote: Quote) -> Quote:
    """The buyer says no: what was held is free. Raises PermissionRefused, CapacityRefused."""
    check_party(by, quote.customer_id)
    return _close(by, quote, "rejected")


def cancel_quote(by: Principal, quote: Quote) -> Quote:
    """Withdraw a quote: what was held is free. Raises PermissionRefused, CapacityRefused."""
    check(by)
    return _close(by, quote, "cancelled")


@transaction.atomic
def _close(by: Principal, quote: Quote, state: str) -> Quote:
    found = Quote.objects.select_for_update().get(pk=quote.pk)
    _check_undecided(found)
    found.state = state
    found.save(update_fields=["state"])
    tell(by, f"cable_quote:{found.pk}", f"quote_{state}", {"number": found.number})
    return found


def _check_undecided(quote: Quote) -> None:
    if quote.state != "approved":
        raise CapacityRefused("Ce devis est déjà décidé.")
