"""The day of each public accountant: a page, and the same as PDF and CSV."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.kernel.payments import queries
from smartsenegal.kernel.payments.models import LedgerAccount
from smartsenegal.kernel.payments.registry import label_of
from smartsenegal.kernel.payments.views.common import marked, principal_of, printed, reader
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography

ON_THE_PAGE = 200
IN_THE_PDF = 1000
TEMPLATE = Path(__file__).parent.parent / "templates_typst" / "statement.typ"
FEES_UNKNOWN = "commissions inconnues : son relevé ne les donne pas, ou n’a pas encore été lu"


def _day(request: HttpRequest) -> date:
    """The day asked for, else yesterday: the last one that is whole."""
    try:
        return date.fromisoformat(request.GET.get("jour", ""))
    except ValueError:
        return timezone.localdate() - timedelta(days=1)


def _notice(day: date) -> str:
    """What is said of a day that is not whole; "" of the others."""
    if day < timezone.localdate():
        return ""
    return typography("Ce jour n’est pas fini : cet état est provisoire et changera.")


def _seen(request: HttpRequest) -> Q:
    return queries.seen_by(principal_of(request))


@require_GET
@reader
def statements(request: HttpRequest) -> HttpResponse:
    """Every public accountant, with what a day brought."""
    day = _day(request)
    context = {
        "day": day,
        "notice": _notice(day),
        "found": queries.days_of_accounts(day, _seen(request)),
        **marked(),
    }
    return render(request, "payments/statements.html", context)


@require_GET
@reader
def statement(request: HttpRequest, ledger_id: int) -> HttpResponse:
    """A day of one accountant."""
    account, day, seen = _account(ledger_id), _day(request), _seen(request)
    totals = queries.totals_of(account, day, seen)
    context = {
        "account": account,
        "day": day,
        "totals": totals,
        "ways": queries.by_way(account, day, seen),
        "lines": list(queries.lines_of(account, day, ON_THE_PAGE, seen)),
        "more": totals.lines > ON_THE_PAGE,
        "fees": _fees(day),
        "notice": _notice(day),
        **marked(),
    }
    return render(request, "payments/statement.html", context)


@require_GET
@reader
def statement_csv(request: HttpRequest, ledger_id: int) -> StreamingHttpResponse:
    """All of the day's lines (RFC 4180, UTF-8), written as they are read."""
    account, day = _account(ledger_id), _day(request)
    response = StreamingHttpResponse(
        _csv(account, day, _seen(request)), content_type="text/csv; charset=utf-8; header=present"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(account, day)}.csv"'
    return response


@require_GET
@reader
def statement_pdf(request: HttpRequest, ledger_id: int) -> HttpResponse:
    """The day on paper: totals, and the first lines of a day that has very many."""
    account, day = _account(ledger_id), _day(request)
    title = f"État du {format_date(day)} – {account.label}"
    pdf = printed(TEMPLATE, _paper(account, day, _seen(request)), title)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(account, day)}.pdf"'
    return response


def _account(ledger_id: int) -> LedgerAccount:
    return get_object_or_404(queries.accountants(), pk=ledger_id)


def _name(account: LedgerAccount, day: date) -> str:
    return f"etat-{account.code.replace(':', '-')}-{day.isoformat()}"


def _fees(day: date) -> list[str]:
    """What is known of each operator's fees that day, as sentences."""
    told = [
        f"{label_of(name)} : {FEES_UNKNOWN if fee is None else f'{format_fcfa(fee)} de commissions'}"
        for name, fee in sorted(queries.known_fees(day).items())
    ]
    return [typography(sentence) for sentence in told or [f"Opérateurs : {FEES_UNKNOWN}"]]


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv(account: LedgerAccount, day: date, seen: Q) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["date", "heure", "reference", "objet", "moyen", "encaisse", "rembourse"])
    for line in queries.lines_of(account, day, seen=seen):
        at = timezone.localtime(line.at)
        words = [_cell(line.reference), _cell(line.title), _cell(line.way)]
        yield writer.writerow([f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", *words, line.received, line.given_back])


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _paper(account: LedgerAccount, day: date, seen: Q) -> dict[str, Any]:
    totals = queries.totals_of(account, day, seen)
    lines = [
        [
            f"{timezone.localtime(line.at):%H:%M}",
            line.reference,
            line.title,
            line.way,
            format_fcfa(line.received) if line.received else "",
            format_fcfa(line.given_back) if line.given_back else "",
        ]
        for line in queries.lines_of(account, day, IN_THE_PDF, seen)
    ]
    return {
        "account": account.label,
        "code": account.code,
        "day": format_date(day),
        "totals": [
            ["Dû au comptable avant ce jour", format_fcfa(totals.opening)],
            ["Encaissé", format_fcfa(totals.received)],
            ["Remboursé", format_fcfa(totals.given_back)],
            ["Dû au comptable après ce jour", format_fcfa(totals.closing)],
        ],
        "ways": [
            [label, format_fcfa(received), format_fcfa(given_back)]
            for label, received, given_back in queries.by_way(account, day, seen)
        ],
        "fees": _fees(day),
        "lines": lines,
        "notice": _notice(day),
        "left_out": max(totals.lines - len(lines), 0),
        "specimen": settings.DEMO,
    }
