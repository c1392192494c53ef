"""Contracts and their months, as engineers and customers look at them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.cable.billing import files, presenting, queries
from smartsenegal.cable.billing.models import Contract
from smartsenegal.cable.billing.rules.fees import next_month
from smartsenegal.cable.billing.views.base import known, month_of, show
from smartsenegal.cable.pages import may_manage
from smartsenegal.kernel.identity.api import PermissionRefused, contact_of
from smartsenegal.kernel.pages import principal
from smartsenegal.lib.dates import format_date, format_datetime, month_told
from smartsenegal.lib.text import group_digits, plural

MONTHS_SHOWN = 12
RATE, COMMIT, LEFT = "Débit du mois", "Engagement", "Créneaux restants"
COLUMNS = [{"label": "Contrat"}, *({"label": label, "numeric": True} for label in (RATE, COMMIT, LEFT))]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The contracts one may read, each with its month in progress."""
    by = principal(request)
    found = list(queries.contracts(by))
    if not found and not queries.reads_all(by):
        raise PermissionRefused("Cette page est celle des clients du réseau et de ses ingénieurs.")
    now = timezone.now()
    last = (timezone.localdate(now).replace(day=1) - timedelta(days=1)).replace(day=1)
    context = {
        "rows": [_row(c, now) for c in found],
        "columns": COLUMNS,
        "last_month": f"{last:%Y-%m}",
        "last_told": month_told(last),
    }
    return show(request, "index", context)


def _row(contract: Contract, now: datetime) -> dict[str, Any]:
    traffic = queries.traffic(contract, timezone.localdate(now).replace(day=1), now)
    cells: list[dict[str, Any]] = [{"text": contract.name, "sub": contract.customer}]
    if traffic is None:
        cells += [{"text": "—", "label": label, "numeric": True} for label in (RATE, COMMIT, LEFT)]
    else:
        left = traffic.headroom.left
        cells += [
            {"text": presenting.rate(traffic.kbps), "label": RATE, "numeric": True},
            {"text": presenting.rate(traffic.terms.commit_kbps), "label": COMMIT, "numeric": True},
            {"text": group_digits(left), "label": LEFT, "numeric": True},
        ]
    return {"url": reverse("cable_billing:contract", args=[contract.code]), "cells": cells}


@login_required
@require_GET
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """What a contract says, its months, its invoices, its downtime."""
    found = known(request, code)
    today = timezone.localdate()
    said = queries.conventions_on(found, today) or found.conventions.order_by("valid_from", "-pk").first()
    fees = list(found.fees.order_by("starts_on", "pk"))
    of_fees = queries.fee_terms_on(found, today) or found.fee_terms.order_by("valid_from", "-pk").first()
    measured = not fees or said is not None or found.ports.exists()
    context = {
        "contract": found,
        "facts": _facts(request, found, measured),
        "measured": measured,
        "of_fees": presenting.fee_terms(of_fees) if of_fees else [],
        "conventions": said,
        "said": presenting.conventions(said) if said else [],
        "ports": [
            {"row": port, "speed": presenting.rate(port.speed_mbps * 1000)}
            for port in found.ports.select_related("equipment")
        ],
        "fees": fees,
        "invoiced": found.invoices.exists(),
        "months": _months(found, today),
        "downtime": [
            {"row": d, "began": format_datetime(d.began_at), "ended": format_datetime(d.ended_at)}
            for d in queries.downtime(found)
        ],
    }
    return show(request, "contract", context)


def _facts(request: HttpRequest, found: Contract, measured: bool) -> list[dict[str, str]]:
    payer = contact_of(found.payer)
    facts = [
        ("Client", found.customer),
        ("Exploitant", found.carrier.name),
        ("Début", format_date(found.starts_on)),
        ("Fin", format_date(found.ends_on) if found.ends_on else "sans fin dite"),
        *(_measure(found) if measured else ()),
        ("Paiement", f"{found.payment_days}\u00a0jours"),
    ]
    if may_manage(principal(request)):
        facts.insert(1, ("Payeur", payer.name if payer else "compte fermé"))
    return [{"label": label, "value": value} for label, value in facts]


def _measure(found: Contract) -> list[tuple[str, str]]:
    spread = plural(found.spread_slots, "créneau au plus", "créneaux au plus")
    return [("Créneau", found.get_slot_seconds_display()), ("Écart étalé sur", spread)]


def _months(found: Contract, today: date) -> list[dict[str, Any]]:
    """The last months in service with the invoice of each, the present one first."""
    issued = {i.month: i for i in queries.invoices(found) if not hasattr(i, "replaced_by")}
    month, rows = today.replace(day=1), list[dict[str, Any]]()
    while month >= found.starts_on.replace(day=1) and len(rows) < MONTHS_SHOWN:
        if queries.Span.of(found, month):
            invoice = issued.get(month)
            rows.append(
                {
                    "text": month_told(month),
                    "url": reverse("cable_billing:month", args=[found.code, f"{month:%Y-%m}"]),
                    "invoice": invoice,
                    "running": month == today.replace(day=1),
                }
            )
        month = (month - timedelta(days=1)).replace(day=1)
    return rows


@login_required
@require_GET
def month(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """A month's traffic, in progress or over: its rate, what is left above the commitment, what is
    missing."""
    found, first = known(request, code), month_of(month)
    now = timezone.now()
    if queries.Span.of(found, first) is None or first > timezone.localdate(now):
        raise Http404
    traffic = queries.traffic(found, first, now)
    context: dict[str, Any] = {
        "contract": found,
        "month": month,
        "told": month_told(first),
        "invoice": queries.standing_invoice(found, first),
        "over": next_month(first) <= timezone.localdate(now),
        "traffic": traffic,
        "fees": _fees(found, first),
    }
    if traffic is not None:
        context |= {
            "facts": presenting.month_facts(traffic),
            "chart": presenting.chart("Plus haut débit de chaque jour", traffic.daily()),
            "causes": presenting.causes(traffic.causes),
            "too_many": traffic.headroom.left < 0,
        }
    return show(request, "month", context)


def _fees(of: Contract, month: date) -> list[dict[str, str]]:
    charges = queries.charges(of, month)
    if charges is None:
        return []
    return [presenting.fee(presenting.fee_line(line)) for line in charges.lines]


@login_required
@require_GET
def month_slots(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """The slots of a month that are over so far, as the invoice will have them."""
    found, first = known(request, code), month_of(month)
    seen = queries.traffic(found, first, timezone.now())
    if seen is None:
        raise Http404
    text = files.evidence(seen.start, found.slot_seconds, seen.codes, seen.raw, seen.month)
    name = f'attachment; filename="{code}-{month}-creneaux.csv"'
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
