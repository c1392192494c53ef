"""What is supposed of a link, what is taken off, and the modulations: typed, changed, removed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from smartsenegal.cable.optics import actions, queries
from smartsenegal.cable.optics.forms import AssumptionsForm, DeductionForm, FormatForm
from smartsenegal.cable.optics.views.base import ask, known
from smartsenegal.cable.pages import manager
from smartsenegal.kernel.pages import data_of, found_or_404


def _page(code: str) -> str:
    return reverse("cable_optics:line", args=[code])


@login_required
def suppose(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is supposed of a link."""
    by = manager(request)
    link = known(code)
    given = queries.assumptions_of(link)
    form = AssumptionsForm(data_of(request), link, given)
    return ask(
        request, form, lambda: actions.suppose(by, link, **form.cleaned_data), _page(code),
        title="Hypothèses optiques", subtitle=link.name, back_label=link.name, fresh=given is None,
    )  # fmt: skip


@login_required
def deduct(request: HttpRequest, code: str) -> HttpResponse:
    """Take something off a link's ratio."""
    by = manager(request)
    link = known(code)
    form = DeductionForm(data_of(request))
    return ask(
        request, form, lambda: actions.deduct(by, link, **form.cleaned_data), _page(code),
        title="Ajouter un retrait", subtitle=link.name, back_label=link.name,
    )  # fmt: skip


@login_required
@require_POST
def remove_deduction(request: HttpRequest, deduction_id: int) -> HttpResponse:
    """Take a deduction out of the ledger."""
    by = manager(request)
    found = found_or_404(queries.deduction(deduction_id))
    actions.remove_deduction(by, found)
    return redirect(_page(found.link.code))


@login_required
def add_format(request: HttpRequest) -> HttpResponse:
    """Enter a modulation."""
    by = manager(request)
    form = FormatForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_format(by, **form.cleaned_data), reverse("cable_optics:index"),
        title="Ajouter un format", back_label="Optique",
    )  # fmt: skip


@login_required
def change_format(request: HttpRequest, format_id: int) -> HttpResponse:
    """Correct a modulation, or end it."""
    by = manager(request)
    found = queries.format_of(format_id)
    if found is None:
        raise Http404
    form = FormatForm(data_of(request), found)
    return ask(
        request, form, lambda: actions.change_format(by, found, **form.cleaned_data),
        reverse("cable_optics:index"), title="Modifier un format", subtitle=str(found), back_label="Optique",
    )  # fmt: skip
