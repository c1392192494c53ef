"""The open tariffs: for anyone, as they are decided, with their dates and their source."""

import csv
import io
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.cable.capacity.api import PARTS, Tariff, open_tariffs, presenting, terms_of
from smartsenegal.lib.sheets import quoted

PARTS_TOLD = ("monthly_fcfa", "upfront_fcfa", "yearly_fcfa", "port_fcfa", "excess_fcfa", "setup_fcfa")
COLUMNS = [
    "route", "produit", "nature", "protege", "mois", "des_gbps", "mensuel_fcfa", "une_fois_fcfa",
    "entretien_annuel_fcfa", "port_fcfa", "depassement_fcfa", "mise_en_service_fcfa", "depuis", "jusqu_au",
    "decision", "exemple",
]  # fmt: skip


@require_safe
def tariffs(request: HttpRequest) -> HttpResponse:
    """Every product with its prices of today and the terms on which it is sold."""
    today = timezone.localdate()
    found = list(open_tariffs(today))
    rows = []
    for product, each in groupby(found, key=lambda t: t.product):
        terms = terms_of(product, today)
        rows.append(
            {
                "product": product,
                "tariffs": [presenting.tariff_row(t) for t in each],
                "terms": presenting.terms_facts(terms) if terms else [],
            }
        )
    context = {"rows": rows, "has_examples": any(t.is_example for t in found)}
    return render(request, "wholesale/tariffs.html", context)


@require_safe
def tariffs_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for a program."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(t) for t in open_tariffs(timezone.localdate()))
    headers = {"Content-Disposition": 'attachment; filename="tarifs-capacite.csv"'}
    return HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _row(tariff: Tariff) -> list[Any]:
    product = tariff.product
    parts = {*PARTS[product.kind], "setup_fcfa"}
    return [
        quoted(product.route.name), quoted(product.name), product.kind, int(product.survives),
        tariff.term_months, tariff.from_gbps,
        *(getattr(tariff, name) if name in parts else "" for name in PARTS_TOLD),
        tariff.valid_from, tariff.valid_until or "", quoted(tariff.source), int(tariff.is_example),
    ]  # fmt: skip
