"""How tariffs, quotes, orders and services are told in French, to who sells and to who buys."""

from datetime import datetime
from typing import Any

from smartsenegal.cable.capacity import rules
from smartsenegal.cable.capacity.models import Order, Quote, SaleTerms, Tariff
from smartsenegal.cable.network.api import gbps
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import group_digits, plural, typography

TONES = {"approved": "blue", "accepted": "green", "rejected": "neutral", "cancelled": "neutral"}
ORDER_TONES = {
    "acknowledged": "blue", "inProgress": "amber", "completed": "green", "pending": "amber", "held": "red",
    "assessingCancellation": "amber", "failed": "red", "rejected": "red",
}  # fmt: skip
CONDITION_TONES = {"up": "green", "reduced": "amber", "down": "red", "unknown": "neutral"}
# What works would do to a service.
EFFECTS = {"down": "le service sera coupé", "reduced": "le service restera, sans secours"}
_UNITS = {
    "monthly_fcfa": "par mois et par Gbit/s",
    "upfront_fcfa": "une fois, par Gbit/s",
    "yearly_fcfa": "d’entretien par an et par Gbit/s",
    "port_fcfa": "par mois et par Gbit/s de port",
    "excess_fcfa": "par Mbit/s de dépassement",
}
_PRICES = {
    "monthly_fcfa": "Par mois",
    "upfront_fcfa": "Droit d’usage, une fois",
    "yearly_fcfa": "Entretien, par an",
    "port_fcfa": "Port, par mois",
    "excess_fcfa": "Dépassement, par Mbit/s et par mois",
}


def tariff_row(tariff: Tariff) -> dict[str, Any]:
    """A tariff as a list shows it."""
    until = f", jusqu’au {format_date(tariff.valid_until)} exclu" if tariff.valid_until else ""
    return {
        "row": tariff,
        "from": f"{tariff.term_months} mois, {gbps(tariff.from_gbps)}",
        "prices": [
            f"{format_fcfa(getattr(tariff, part))} {_UNITS[part]}"
            for part in rules.PARTS[tariff.product.kind]
        ],
        "setup": format_fcfa(tariff.setup_fcfa),
        "dates": f"depuis le {format_date(tariff.valid_from)}{until}",
        "source": tariff.source or "inconnue",
    }


def prices(quote: Quote) -> list[tuple[str, str]]:
    """Each part of the price of a quote that its kind of product has."""
    parts = [(_PRICES[p], format_fcfa(getattr(quote, p))) for p in rules.PARTS[quote.product.kind]]
    return [*parts, ("Mise en service", format_fcfa(quote.setup_fcfa))]


def short_price(quote: Quote) -> str:
    """The main part of a price, for a list."""
    if quote.product.kind == rules.IRU:
        return f"{format_fcfa(quote.upfront_fcfa)} puis {format_fcfa(quote.yearly_fcfa)} par an"
    return f"{format_fcfa(quote.monthly_fcfa + quote.port_fcfa)} par mois"


def size(quote: Quote) -> str:
    """`10 Gbit/s`, with the port of transit."""
    port = f", port de {gbps(quote.port_gbps)}" if quote.port_gbps else ""
    return f"{gbps(quote.gbps)}{port}"


def quote_chip(quote: Quote, now: datetime) -> dict[str, str]:
    """Where a quote, or its order, is."""
    order = getattr(quote, "order", None)
    if order is not None:
        return order_chip(order)
    if quote.state == "approved" and not rules.holds(quote.state, quote.expires_at, now):
        return {"label": "Expiré", "tone": "neutral"}
    return {"label": quote.get_state_display(), "tone": TONES[quote.state]}


def order_chip(order: Order) -> dict[str, str]:
    """Where an order is."""
    return {"label": order.get_state_display(), "tone": ORDER_TONES.get(order.state, "neutral")}


def quote_facts(found: Quote) -> list[dict[str, str]]:
    """What a quote says."""
    order = getattr(found, "order", None)
    changed = found.changes.service if found.changes else None
    pairs = [
        ("Produit", found.product.name),
        ("Client", found.buyer),
        *([("Modifie le service", f"{changed}")] if changed else []),
        ("Débit", size(found)),
        ("Durée", f"{found.term_months} mois"),
        *prices(found),
        ("Fait le", format_datetime(found.made_at)),
        ("Capacité retenue jusqu’au", format_datetime(found.expires_at)),
        *(order_facts(order) if order else ()),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


def order_facts(order: Order) -> list[tuple[str, str]]:
    """What became of an order."""
    found = [("Commande", f"{order}, signée le {format_datetime(order.signed_at)}")]
    if order.reason:
        found.append(("Motif", order.reason))
    if order.delivered_at:
        found.append(("Livrée le", format_datetime(order.delivered_at)))
    if order.circuit:
        found.append(("Circuit", order.circuit.name))
    if order.service:
        found.append(("Service", str(order.service)))
    if order.ended_at:
        found.append(("Finie le", format_datetime(order.ended_at)))
    return found


def terms_facts(said: SaleTerms) -> list[dict[str, str]]:
    """On what terms a product is sold, as who buys it reads them."""
    free = said.credit_free_seconds // 60
    pairs = [
        ("Exploitant", said.carrier.name),
        ("Un devis retient la capacité", plural(said.hold_days, "jour", "jours")),
        ("Préavis de résiliation", plural(said.notice_days, "jour", "jours")),
        ("Fin avant l’engagement", f"{said.early_percent} % de ce qui restait dû"),
        ("Paiement", f"{plural(said.payment_days, 'jour', 'jours')} après la facture"),
        (
            "Avoir pour interruption",
            f"{said.credit_percent} % du temps perdu au-delà de {group_digits(free)} min dans le mois, "
            f"au plus {said.credit_cap_percent} % des redevances",
        ),
        ("Valables depuis le", format_date(said.valid_from)),
        ("Décision", said.source),
    ]
    return [{"label": label, "value": typography(value)} for label, value in pairs]
