"""The receipt: a page made to be printed, and the same as a PDF to keep."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartsenegal.kernel.payments import queries, rules
from smartsenegal.kernel.payments.models import Attempt, Payable, Refund
from smartsenegal.kernel.payments.registry import label_of
from smartsenegal.kernel.payments.views.common import printed
from smartsenegal.kernel.payments.views.payer import payable_shown
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.money import format_fcfa

TEMPLATE = Path(__file__).parent.parent / "templates_typst" / "receipt.typ"


@login_required
@never_cache
@require_GET
def receipt(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """What was paid, in whose name, by whom and how."""
    found = payable_shown(request, payable_id)
    if found.settled_at is None:
        return redirect("payments:payable", found.pk)
    attempt = queries.current_attempt(found)
    context = {
        "payable": found,
        "lines": found.lines.select_related("beneficiary"),
        "rows": [{"label": label, "value": value} for label, value in _rows(found, attempt)],
        "attempt": attempt,
    }
    return render(request, "payments/receipt.html", context)


@login_required
@never_cache
@require_GET
def receipt_pdf(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """The same on paper."""
    found = payable_shown(request, payable_id)
    if found.settled_at is None:
        return redirect("payments:payable", found.pk)
    title = f"Reçu n° {found.spoken_reference}"
    response = HttpResponse(printed(TEMPLATE, _paper(found), title), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="recu-{found.spoken_reference}.pdf"'
    return response


def _paper(payable: Payable) -> dict[str, Any]:
    lines = payable.lines.select_related("beneficiary")
    return {
        "number": payable.spoken_reference,
        "title": payable.title,
        "lines": [[line.label, line.beneficiary.label, format_fcfa(line.amount)] for line in lines],
        "total": format_fcfa(payable.amount),
        "rows": [list(row) for row in _rows(payable, queries.current_attempt(payable))],
        "refunded": payable.state == rules.REFUNDED,
        "specimen": settings.DEMO,
    }


def _rows(payable: Payable, attempt: Attempt | None) -> Iterator[tuple[str, str]]:
    """What a receipt says beside the sums: (label, words)."""
    party, payer = queries.paid_for(payable, attempt)
    if party:
        yield "Pour le compte de", party
    if payer:
        yield "Payé par", payer
    if payable.settled_at:
        yield "Payé le", format_datetime(payable.settled_at)
    if attempt:
        yield from _of_attempt(attempt)
    for refund in queries.refunds_on(payable):
        yield from _given_back(refund)


def _given_back(refund: Refund) -> Iterator[tuple[str, str]]:
    """What was paid too many is told with its reason; the others have that of who gave them back."""
    extra = refund.attempt.outcome != rules.BOOKED_SETTLED
    why = "payé en trop" if extra else refund.reason
    said = f"{format_fcfa(refund.amount)} par {label_of(refund.attempt.provider)}, {why}"
    if refund.done_at:
        yield "Rendu", f"{said}, le {format_datetime(refund.done_at)}"
    else:
        yield "Remboursement en cours", said


def _of_attempt(attempt: Attempt) -> Iterator[tuple[str, str]]:
    place = f", {attempt.till.organisation_name}" if attempt.till else ""
    yield "Moyen", f"{label_of(attempt.provider)}{place}"
    if number := attempt.reading.get("transaction_id") or attempt.provider_ref:
        yield "Numéro de l’opération", number
    if attempt.tendered is not None:
        yield "Espèces remises", format_fcfa(attempt.tendered)
        yield "Monnaie rendue", format_fcfa(rules.change_due(attempt.amount, attempt.tendered) or 0)
