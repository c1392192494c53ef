"""The ledger's page: every account, the sum that must be zero, and what asks for attention."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from smartsenegal.kernel.payments import queries
from smartsenegal.kernel.payments.registry import label_of
from smartsenegal.kernel.payments.views.common import principal_of, reader


@require_GET
@reader
def accounts(request: HttpRequest) -> HttpResponse:
    by = principal_of(request)
    lines = queries.balances_for(by)
    context = {
        "lines": lines,
        "total": sum(line.balance for line in lines),
        "flagged": [(attempt, label_of(attempt.provider)) for attempt in queries.flagged(by)],
        "waiting": [(attempt, label_of(attempt.provider)) for attempt in queries.waiting(by)],
    }
    return render(request, "payments/accounts.html", context)
