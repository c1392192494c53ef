"""How invoices of a datacentre are told in French."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from smartsenegal.datacenter.billing import rules
from smartsenegal.datacenter.billing.models import Invoice, Terms
from smartsenegal.datacenter.billing.queries import replaced
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.payments.api import Payable, payables_for
from smartsenegal.lib.dates import format_date, format_datetime, month_told
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import NBSP, group_digits, plural

PER = {"mois": "par mois", "min": "par minute"}


def number(value: Decimal) -> str:
    """`1 234,5`: no useless zero."""
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0")
    return group_digits(int(whole)) + (f",{part}" if part else "")


def line(told: Mapping[str, Any]) -> dict[str, str]:
    """A line of an invoice, from its statement."""
    first, until = date.fromisoformat(told["first"]), date.fromisoformat(told["until"])
    return {
        "label": told["label"],
        "when": _days(first, until),
        "quantity": _quantity(told["quantity"], told["unit"]),
        "price": _price(told["price"], told["unit"]),
        "amount": format_fcfa(told["amount"]),
    }


def _days(first: date, until: date) -> str:
    last = until - timedelta(days=1)
    if first == last:
        return f"le {format_date(first)}"
    return f"du {format_date(first)} au {format_date(last)}"


def _quantity(quantity: str, unit: str) -> str:
    if unit == "mois":
        days, _, of = quantity.partition("/")
        return "1 mois".replace(" ", NBSP) if days == of else f"{plural(int(days), 'jour', 'jours')} sur {of}"
    return f"{number(Decimal(quantity))}{NBSP}{unit}"


def _price(price: str, unit: str) -> str:
    if not price:
        return ""
    per = PER.get(unit, f"par {unit}")
    return f"{number(Decimal(price))}{NBSP}F{NBSP}CFA {per}"


def groups(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of an invoice under the name of their kind, in its order."""
    kept = list(lines)
    found = [
        {"name": name, "lines": [line(each) for each in kept if each["kind"] == kind]}
        for kind, name in rules.KINDS.items()
    ]
    return [each for each in found if each["lines"]]


def terms_facts(said: Terms) -> list[dict[str, str]]:
    """What terms say."""
    return [
        {"label": "Qui facture", "value": said.biller.name},
        {"label": "À partir de", "value": month_told(said.valid_from)},
        {"label": "Mois incomplet", "value": said.get_part_month_display()},
        {"label": "Arrondi des montants", "value": said.get_money_rounding_display()},
        {"label": "Délai de paiement", "value": plural(said.payment_days, "jour", "jours")},
        {"label": "Décidé par", "value": said.source},
    ]


def invoice_facts(found: Invoice, terms: Mapping[str, Any]) -> list[dict[str, str]]:
    """What an invoice says beside its lines."""
    parts, rounding = dict(rules.PART_MONTHS), dict(rules.ROUNDINGS)
    return [
        {"label": "Client", "value": found.customer.name},
        {"label": "Émise par", "value": found.biller.name},
        {"label": "Centre de données", "value": found.center.site.name},
        {"label": "Émise le", "value": format_datetime(found.issued_at)},
        {"label": "Mois incomplet", "value": parts[terms["part_month"]]},
        {"label": "Arrondi des montants", "value": rounding[terms["money_rounding"]]},
    ]


def state(found: Invoice, payable: Payable | None) -> tuple[str, str]:
    """Where an invoice stands, and its tone."""
    if replaced(found):
        return "Remplacée", "neutral"
    if payable is None:
        return "Rien à payer", "neutral"
    tone = "amber" if payable.is_open else "green" if payable.state == "settled" else "neutral"
    return str(payable.get_state_display()), tone


def columns(*, customer: bool) -> list[dict[str, Any]]:
    """Heads of a table of invoices; `customer` tells whose each is."""
    whose = {"label": "Client"} if customer else {"label": "Centre"}
    return [{"label": "Facture"}, whose, {"label": "État"}, {"label": "À payer", "numeric": True}]


def rows(found: Iterable[Invoice], url: Callable[[Invoice], str], *, customer: bool) -> list[dict[str, Any]]:
    """Invoices of a table, with where their payment stands."""
    made = list(found)
    payables = payables_for(each.subject for each in made)
    return [_row(each, payables.get(each.subject), url(each), customer=customer) for each in made]


def _row(found: Invoice, payable: Payable | None, url: str, *, customer: bool) -> dict[str, Any]:
    words, tone = state(found, payable)
    due = payable.due if payable is not None and payable.is_open else None
    return {
        "url": url,
        "cells": [
            {"text": found.number, "sub": month_told(found.month)},
            {"text": found.customer.name if customer else found.center.site.name},
            {"chip": words, "tone": tone, "sub": f"avant le {format_date(due)}" if due else ""},
            {"text": format_fcfa(found.due), "numeric": True, "label": "À payer"},
        ],
    }  # fmt: skip


def waiting(customer: Organisation, lines: Iterable[rules.Line]) -> dict[str, Any]:
    """A customer to invoice: at how much, or what has no price."""
    kept = list(lines)
    lacking = rules.lacking(kept)
    return {
        "name": customer.name,
        "lines": plural(len(kept), "ligne", "lignes"),
        "amount": "" if lacking else format_fcfa(rules.total(kept)),
        "lacking": " ; ".join(lacking),
    }
