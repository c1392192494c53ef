"""How traffic and invoices are told in French."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from smartsenegal.cable.billing.models import Conventions, FeeTerms, Invoice
from smartsenegal.cable.billing.queries import Traffic
from smartsenegal.cable.billing.rules.conventions import DIRECTIONS
from smartsenegal.cable.billing.rules.counters import CAUSES
from smartsenegal.cable.billing.rules.fees import Line
from smartsenegal.lib.dates import format_date, format_short
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import NBSP, group_digits, plural, typography


def rate(kbps: int | None) -> str:
    """`1 234,5 Mbit/s`; « inconnu » for what is not known."""
    if kbps is None:
        return "inconnu"
    whole, part = divmod(kbps, 1000)
    decimals = f"{part:03}".rstrip("0")
    return f"{group_digits(whole)}{',' + decimals if decimals else ''}{NBSP}Mbit/s"


def invoice_chip(invoice: Invoice, payment: str | None) -> dict[str, str]:
    """Whether an invoice is still to be paid, by the state of its payment."""
    if hasattr(invoice, "replaced_by"):
        return {"label": "Remplacée", "tone": "neutral"}
    if not invoice.due:
        return {"label": "Rien à payer", "tone": "neutral"}
    words = {
        "settled": "Payée",
        "cancelled": "Annulée",
        "refunding": "Remboursement",
        "refunded": "Remboursée",
    }
    tone = "green" if payment == "settled" else "neutral" if payment in words else "amber"
    return {"label": words.get(payment or "", "À payer"), "tone": tone}


def charge(told: Mapping[str, Any]) -> dict[str, str]:
    """A line of a bill, from its statement."""
    kind = str(told["kind"])
    label = "Engagement" if kind == "commit" else f"Dépassement, tranche {kind.partition(':')[2]}"
    return {
        "label": label,
        "rate": rate(told["kbps"]),
        "price": format_fcfa(told["price"]),
        "amount": format_fcfa(told["amount"]),
    }


FEE_PERIODS = {"once": "une fois", "month": "par mois", "year": "par an"}


def fee_line(line: Line) -> dict[str, Any]:
    """A line of fees as a statement keeps it."""
    return asdict(line) | {"first": line.first.isoformat(), "until": line.until.isoformat()}


def fee(told: Mapping[str, Any]) -> dict[str, str]:
    """A line of fees of a bill, from its statement."""
    first, until = date.fromisoformat(told["first"]), date.fromisoformat(told["until"])
    days = told["upto"] - told["since"]
    when = f"le {format_date(first)}"
    if told["kind"] != "once":
        last = until - timedelta(days=1)
        when = f"du {format_short(first)} au {format_short(last)}, {days} jours sur {told['of']}"
    return {
        "label": told["label"],
        "when": when,
        "price": f"{format_fcfa(told['price'])} {FEE_PERIODS[told['kind']]}",
        "amount": format_fcfa(told["amount"]),
    }


def slots_left(left: int) -> str:
    """How many slots may still pass the commitment before the month costs more."""
    if left < 0:
        return f"aucun, {plural(-left, 'créneau', 'créneaux')} de trop"
    return plural(left, "créneau", "créneaux")


def causes(found: Mapping[str, int]) -> str:
    """Why slots miss, the most frequent first."""
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{CAUSES[cause]} ({count} fois)" for cause, count in ranked)


def chart(title: str, points: Sequence[tuple[date, int]]) -> dict[str, Any]:
    """Columns of a chart 100 high (bit/s a day), with its greatest value and its ends; the table has all."""
    most = max((value for _, value in points), default=0)
    columns = []
    for n, (_, value) in enumerate(points):
        tall = round(100 * value / most) if most else 0
        columns.append({"x": n * 10 + 1, "y": 100 - tall, "tall": tall})
    return {
        "title": title,
        "columns": columns,
        "width": max(10, len(points) * 10),
        "most": rate(most // 1000),
        "first": format_short(points[0][0]) if points else "",
        "last": format_short(points[-1][0]) if points else "",
        "rows": [{"label": format_date(day), "value": rate(value // 1000)} for day, value in points],
    }


def facts(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Pairs as a page lists them."""
    return [{"label": label, "value": value} for label, value in pairs]


def month_facts(traffic: Traffic) -> list[dict[str, str]]:
    """What a month is worth so far."""
    room, measured = traffic.headroom, traffic.month.measured
    return facts(
        [
            ("Débit facturable à ce jour", rate(traffic.kbps)),
            ("Engagement", rate(traffic.terms.commit_kbps)),
            ("Créneaux restants au-dessus de l’engagement", slots_left(room.left)),
            ("Créneaux gratuits dans le mois", group_digits(room.free)),
            ("Créneaux déjà au-dessus", group_digits(room.above)),
            ("Créneaux mesurés", f"{group_digits(measured)} sur {group_digits(measured + traffic.missing)}"),
        ]
    )


def invoice_facts(invoice: Invoice, reckoned: Mapping[str, Any]) -> list[dict[str, str]]:
    """What an invoice says besides its lines."""
    pairs = [
        ("Client", invoice.contract.customer),
        ("Exploitant", invoice.contract.carrier.name),
        ("Émise le", format_date(invoice.issued_at)),
        *(_measured(invoice, reckoned) if "terms" in reckoned else ()),
        ("Jours de service", f"{reckoned['days']} sur {reckoned['days_of_month']}"),
    ]
    if lost := reckoned["lost_seconds"]:
        pairs.append(("Interruptions", f"{group_digits(lost // 60)}{NBSP}min"))
    return facts(pairs)


def _measured(invoice: Invoice, reckoned: Mapping[str, Any]) -> list[tuple[str, str]]:
    slots = f"{group_digits(reckoned['slots_measured'])} sur {group_digits(reckoned['slots'])}"
    said = reckoned["terms"]
    billed = rate(invoice.kbps) if invoice.kbps is not None else "trop peu de créneaux : engagement seul"
    return [
        ("Débit facturé", typography(billed)),
        (f"Centile {said['percent']}, sens", dict(DIRECTIONS)[said["direction"]]),
        ("Créneaux mesurés", slots),
    ]


def fee_terms(said: FeeTerms) -> list[dict[str, str]]:
    """What is said of the fees of a contract, as a page lists it."""
    pairs = [
        ("À partir du", format_date(said.valid_from)),
        ("Pièce qui le dit", said.source),
        ("Arrondi des montants", said.get_money_rounding_display()),
        ("Avoir pour interruption", f"{_credit(said)} des redevances"),
    ]
    return facts([(label, typography(value)) for label, value in pairs])


def _credit(said: Conventions | FeeTerms) -> str:
    return (
        f"{said.credit_percent} % du temps perdu au-delà de "
        f"{group_digits(said.credit_free_seconds // 60)} min, au plus {said.credit_cap_percent} %"
    )


def conventions(said: Conventions) -> list[dict[str, str]]:
    """What a contract says, as a page lists it."""
    tiers = [
        f"{'au-delà' if upto is None else 'jusqu’à ' + rate(upto)} : {format_fcfa(price)}"
        for upto, price in said.tiers
    ]
    pairs = [
        ("À partir du", format_date(said.valid_from)),
        ("Pièce qui le dit", said.source),
        ("Engagement", f"{rate(said.commit_kbps)} à {format_fcfa(said.price)} par Mbit/s et par mois"),
        ("Dépassement", "; ".join(tiers)),
        ("Tranches", said.get_tier_mode_display()),
        ("Centile", str(said.percent)),
        ("Sens facturé", said.get_direction_display()),
        (
            "Pas du débit",
            f"{group_digits(said.step_kbps)} kbit/s, {said.get_rate_rounding_display().lower()}",
        ),
        ("Créneau manquant", said.get_missing_display()),
        ("Plus long trou interpolé", plural(said.gap_slots, "créneau", "créneaux")),
        ("Part mesurée exigée", f"{said.least_known} %"),
        ("Mois incomplet", said.get_part_month_display()),
        ("Arrondi des montants", said.get_money_rounding_display()),
        ("Avoir pour interruption", f"{_credit(said)} de l’engagement"),
    ]
    return facts([(label, typography(value)) for label, value in pairs])
