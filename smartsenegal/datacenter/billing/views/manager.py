"""What who runs a datacentre sees of its billing: terms, what is to be invoiced, what was."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.datacenter.billing import actions, presenting, queries, rules
from smartsenegal.datacenter.billing.forms import TermsForm
from smartsenegal.datacenter.billing.views.base import ask, managed, month_of, page_of, page_of_invoice, show
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import month_told

SHOWN, BACK = 100, 12


@login_required
@require_safe
def center(request: HttpRequest, code: str) -> HttpResponse:
    """The billing of a datacentre."""
    found, today = managed(request, code), timezone.localdate()
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    made = list(queries.invoices(found)[: SHOWN + 1])
    said = queries.terms_on(found, today)
    context = {
        "center": found,
        "said": presenting.terms_facts(said) if said else None,
        "has_examples": bool(said and said.is_example),
        "last": f"{last:%Y-%m}",
        "last_told": month_told(last),
        "earlier": _earlier(last, queries.first_month(found)),
        "columns": presenting.columns(customer=True),
        "rows": presenting.rows(made[:SHOWN], page_of_invoice, customer=True),
        "more": len(made) > SHOWN,
    }
    return show(request, "center", context)


def _earlier(last: date, first: date | None) -> list[dict[str, str]]:
    """The months before the last one since the first terms, a year back at most."""
    found: list[dict[str, str]] = []
    month = last
    while first and len(found) < BACK and (month := (month - timedelta(days=1)).replace(day=1)) >= first:
        found.append({"month": f"{month:%Y-%m}", "name": month_told(month)})
    return found


@login_required
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """Terms to write."""
    found = managed(request, code)
    form = TermsForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.write_terms(principal(request), found, form.terms(), **form.values()),
        lambda _: page_of(found),
        title="Conditions de facturation",
        warn="Elles valent à partir du premier jour d’un mois. Ce qui était écrit avant reste ; une facture"
        " déjà émise ne change que si elle est corrigée.",
        back_url=page_of(found),
        back_label=f"Facturation, {found.site.name}",
    )


@login_required
def month(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Every customer of a month that is over: what each would be invoiced at, then what was, and what could
    not."""
    found, first = managed(request, code), month_of(month)
    if rules.next_month(first) > timezone.localdate():
        raise Http404
    context: dict[str, Any] = {
        "center": found,
        "month": month,
        "told": month_told(first),
        "has_terms": queries.terms_on(found, first) is not None,
    }
    if request.method == "POST":
        made = actions.invoice_all(principal(request), found, first)
        context["done"] = [{"customer": customer, "invoice": what} for customer, what in made]
        context["issued"] = sum(not isinstance(what, str) for _, what in made)
    else:
        waiting = queries.to_invoice(found, first).items()
        context["waiting"] = [presenting.waiting(customer, lines) for customer, lines in waiting]
    return show(request, "month", context)
