"""One service: how it goes, what it costs, its traffic and invoices; change it, end it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.cable.billing import api as billing
from smartsenegal.cable.capacity import api as capacity
from smartsenegal.cable.capacity.api import CapacityRefused, Order, Service, Wish, customers, presenting
from smartsenegal.cable.customers import owns
from smartsenegal.cable.wholesale.views.base import facts, one, own, page_of, show
from smartsenegal.cable.wholesale.views.customer import chip_of
from smartsenegal.cable.wholesale.views.orders import answered
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography


@login_required
@require_safe
def service(request: HttpRequest, organisation_id: int, cable_service_id: int) -> HttpResponse:
    """How a service goes now, and all that belongs to it."""
    found, now = own(request, organisation_id), timezone.now()
    row: Service = one(customers.services(found.pk), cable_service_id)
    order, watch = customers.running(row), customers.Watch(now)
    changing = customers.change_under_way(row)
    context = {
        "row": row,
        "order": order,
        "chip": chip_of(row, order, watch),
        "facts": facts(_facts(row, order)),
        "condition": _condition(row, order, watch),
        "traffic": _traffic(row, now),
        "invoices": _invoices(row),
        "contract_url": reverse("cable_billing:contract", args=[row.contract.code]),
        "changing_url": page_of(found, "order", changing.pk) if changing else "",
        "may_change": owns(principal(request), found.pk, "file")
        and order is not None and not row.ends_on and not changing,
    }  # fmt: skip
    return show(request, "service", found, context)


def _invoices(row: Service) -> list[dict[str, Any]]:
    found = list(billing.invoices(row.contract)[:12])
    paid = billing.payments_of(found)
    return [{"row": each, "chip": billing.invoice_chip(each, paid.get(each.number))} for each in found]


def _facts(row: Service, order: Order | None) -> list[tuple[str, str]]:
    pairs = [
        ("Produit", row.product.name),
        ("En service depuis le", format_date(row.starts_on)),
        ("Engagement jusqu’au", format_date(row.committed_until)),
    ]
    if order:
        pairs[1:1] = [("Débit", presenting.size(order.quote)), *presenting.prices(order.quote)]
        if order.circuit:
            pairs.append(("Circuit", order.circuit.name))
    if row.ends_on:
        pairs.append(("Premier jour sans service", format_date(row.ends_on)))
    return pairs


def _condition(row: Service, order: Order | None, watch: customers.Watch) -> dict[str, Any]:
    if order is None:
        return {}
    found = watch.condition(row.product, order.circuit)
    return {
        "unknown": found.state == "unknown",
        "failures": [
            {"reason": f.reason, "began": format_datetime(f.began_at)} for f in found.failures
        ],
        "works": [
            {"reason": w.reason, "from": format_datetime(w.starts_at), "until": format_datetime(w.ends_at),
             "effect": presenting.EFFECTS[effect]}
            for w, effect in found.works
        ],
    }  # fmt: skip


def _traffic(row: Service, now: datetime) -> dict[str, Any] | None:
    """The month in progress, when the traffic is measured."""
    month = timezone.localdate(now).replace(day=1)
    seen = billing.traffic(row.contract, month, now)
    if seen is None:
        return None
    return {
        "rate": billing.rate(seen.kbps),
        "commit": billing.rate(seen.terms.commit_kbps),
        "left": billing.slots_left(seen.headroom.left),
        "url": reverse("cable_billing:month", args=[row.contract.code, f"{month:%Y-%m}"]),
        "slots_url": reverse("cable_billing:month_slots", args=[row.contract.code, f"{month:%Y-%m}"]),
    }


def _running(
    request: HttpRequest, organisation_id: int, pk: int
) -> tuple[Organisation, Service, Order | None]:
    found = own(request, organisation_id, "file")
    row: Service = one(customers.services(found.pk), pk)
    return found, row, customers.running(row)


def _back(found: Organisation, row: Service) -> dict[str, str]:
    return {"back_url": page_of(found, "service", row.pk), "back_label": f"Service {row}"}


@login_required
def change(request: HttpRequest, organisation_id: int, cable_service_id: int) -> HttpResponse:
    """More or less of a service: a quote first, as for a new one."""
    found, row, order = _running(request, organisation_id, cable_service_id)
    if order is None:
        return redirect(page_of(found, "service", row.pk))
    transit = row.product.kind == capacity.TRANSIT
    initial = {"gbps": order.quote.gbps, "port_gbps": order.quote.port_gbps}
    form = capacity.ChangeForm(data_of(request), initial, transit)
    context: dict[str, Any] = {
        "form": form, "title": f"Changer le service {row}", "button": "Demander un devis",
        "notice": _change_notice(row), **_back(found, row),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        answer = answered(request, found, form, Wish(row.product, **form.wish(), changes=order))
        if isinstance(answer, HttpResponse):
            return answer
        context |= answer
    return show(request, "ask", found, context)


def _change_notice(row: Service) -> str:
    if row.product.kind == capacity.IRU:
        return "Un droit d’usage s’agrandit : seul ce qui s’ajoute est payé d’avance. Il ne se réduit pas."
    if row.product.kind == capacity.TRANSIT:
        return "Un changement de transit vaut dès le premier jour d’un mois."
    return (
        f"Réduire avant le {format_date(row.committed_until)} coûte la part du reste dû que disent les "
        "conditions de vente."
    )


@login_required
def end(request: HttpRequest, organisation_id: int, cable_service_id: int) -> HttpResponse:
    """End a service: the day first, then what it costs, then the confirmation."""
    found, row, order = _running(request, organisation_id, cable_service_id)
    if order is None or row.ends_on:
        return redirect(page_of(found, "service", row.pk))
    form = capacity.EndServiceForm(data_of(request))
    context: dict[str, Any] = {
        "form": form, "title": f"Finir le service {row}", "button": "Voir ce que cela coûte",
        "notice": f"Demandée aujourd’hui, la fin est possible dès le {format_date(capacity.first_end(row))}.",
        **_back(found, row),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        day, told = form.cleaned_data["ends_on"], form.cleaned_data["early_fcfa"]
        cost = capacity.early_end(row, day)
        if told == cost or day < capacity.first_end(row):
            try:
                capacity.end(principal(request), row, day, told)
            except CapacityRefused as refused:
                form.add_error(refused.field or None, refused.sentence)
                return show(request, "ask", found, context)
            messages.success(request, typography(f"Le service finira le {format_date(day)}."))
            return redirect(page_of(found, "service", row.pk))
        form.data = {**request.POST.dict(), "early_fcfa": str(cost)}
        what = f"Finir ce jour-là coûte {format_fcfa(cost)}." if cost else "Finir ce jour-là ne coûte rien."
        context |= {"notice": what, "button": "Confirmer la fin"}
    return show(request, "ask", found, context)
