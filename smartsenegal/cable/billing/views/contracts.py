"""Write contracts, what they say, the counters of their ports, and downtime."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from smartsenegal.cable.billing import actions, files, queries
from smartsenegal.cable.billing.errors import BillingRefused, ReadingsRefused
from smartsenegal.cable.billing.forms import (
    ContractForm,
    ConventionsForm,
    DowntimeForm,
    EndForm,
    PortForm,
    ReadingsForm,
)
from smartsenegal.cable.billing.models import Contract
from smartsenegal.cable.billing.views.base import ask, managed, manager, show, to_contract
from smartsenegal.kernel.pages import data_of, found_or_404
from smartsenegal.lib.text import plural


def _page(contract: Contract) -> str:
    return reverse("cable_billing:contract", args=[contract.code])


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new contract."""
    by, form = manager(request), ContractForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_contract(by, **form.values()), _page, title="Ajouter un contrat",
        back_url=reverse("cable_billing:index"), back_label="Facturation",
        said="Le contrat est ajouté : ajoutez ses ports et ses conditions.",
    )  # fmt: skip


@login_required
def add_port(request: HttpRequest, code: str) -> HttpResponse:
    """A port of a contract."""
    by, contract, form = manager(request), managed(request, code), PortForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_port(by, contract, **form.values()), lambda made: _page(contract),
        title="Ajouter un port", **to_contract(contract),
    )  # fmt: skip


@login_required
def conventions(request: HttpRequest, code: str) -> HttpResponse:
    """What a contract says from a month on."""
    by, contract = manager(request), managed(request, code)
    before = queries.conventions_on(contract, timezone.localdate()) or contract.conventions.first()
    form = ConventionsForm.after(before, data_of(request))
    return ask(
        request, form, lambda: actions.write_conventions(by, contract, **form.values()),
        lambda made: _page(contract), title="Écrire les conditions", **to_contract(contract),
        warn="Ce qui est écrit ici ne s’efface pas : une erreur se répare en écrivant de nouveau.",
    )  # fmt: skip


@login_required
def end(request: HttpRequest, code: str) -> HttpResponse:
    """The day from which a contract gives no service."""
    by, contract, form = manager(request), managed(request, code), EndForm(data_of(request))
    return ask(
        request, form, lambda: actions.end_contract(by, contract, **form.cleaned_data),
        lambda made: _page(contract), title="Finir le contrat", **to_contract(contract),
    )  # fmt: skip


@login_required
def downtime(request: HttpRequest, code: str) -> HttpResponse:
    """Declare that the service was not given."""
    by, contract, form = manager(request), managed(request, code), DowntimeForm(data_of(request))
    return ask(
        request, form, lambda: actions.declare_downtime(by, contract, **form.values()),
        lambda made: _page(contract), title="Déclarer une interruption", button="Déclarer",
        **to_contract(contract),
    )  # fmt: skip


@login_required
@require_POST
def withdraw(request: HttpRequest, downtime_id: int) -> HttpResponse:
    """Withdraw a downtime declared by mistake; withdrawn already, nothing changes."""
    by = manager(request)
    found = found_or_404(queries.one_downtime(downtime_id))
    with suppress(BillingRefused):
        actions.withdraw_downtime(by, found)
    return redirect(_page(found.contract))


@login_required
def readings(request: HttpRequest) -> HttpResponse:
    """Bring a file of counters in: all of it, or nothing and its faults by line."""
    by = manager(request)
    form = ReadingsForm(data_of(request), request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": files.COLUMNS}
    if request.method != "POST" or not form.is_valid():
        return show(request, "readings", context)
    try:
        taken = actions.take_readings(by, form.cleaned_data["file"])
    except ReadingsRefused as refused:
        return show(request, "readings", {**context, "faults": refused.faults}, status=422)
    told = (plural(taken.readings, "relevé lu", "relevés lus"), plural(taken.new, "nouveau", "nouveaux"))
    messages.success(request, f"{told[0]}, dont {told[1]}.")
    return redirect("cable_billing:index")
