"""The cashier's pages: the drawer, the payable somebody presents, the count at closing."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.payments import actions, queries
from smartsenegal.kernel.payments.actions.attempts import NotPayable
from smartsenegal.kernel.payments.actions.till import TillRefused
from smartsenegal.kernel.payments.forms import CashForm, CountForm, ReferenceForm
from smartsenegal.kernel.payments.models import Payable, TillSession
from smartsenegal.kernel.payments.rules import Place

UNKNOWN_REFERENCE = "Aucune somme à payer ne porte cette référence. Vérifiez les huit signes."

View = Callable[..., HttpResponse]


def _cashier(view: View) -> View:
    """Only for those who may hold a till somewhere."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _principal(request).may("payments.till"):
            raise PermissionRefused("Il faut être caissier pour tenir une caisse.")
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined,no-any-return]


def _session(request: HttpRequest) -> TillSession | None:
    return queries.open_session(_principal(request).account_id or "")


@_cashier
@require_GET
def till(request: HttpRequest) -> HttpResponse:
    """The drawer: open it, find what somebody comes to pay, see what was taken."""
    session = _session(request)
    context: dict[str, Any] = {"session": session}
    if session is None:
        return render(request, "payments/till_closed.html", {**context, "form": CountForm()})
    form = ReferenceForm(request.GET or None)
    if form.is_bound and form.is_valid():
        found = queries.by_reference(form.cleaned_data["reference"])
        if found:
            return redirect("payments:till-take", found.pk)
        form.add_error(
            "reference", "Aucune somme à payer ne porte cette référence. Vérifiez les huit signes."
        )
    taken = session.attempts.select_related("payable").order_by("-succeeded_at")
    context |= {"form": form, "taken": taken[:50], "total": queries.cash_taken(session)}
    return render(request, "payments/till.html", context)


@_cashier
@require_POST
def till_open(request: HttpRequest) -> HttpResponse:
    form = CountForm(request.POST)
    if not form.is_valid():
        context = {"form": form}
        return render(request, "payments/till_closed.html", context, status=422)
    try:
        actions.open_till(_principal(request), form.cleaned_data["count"])
    except TillRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("payments:till")


@_cashier
@require_http_methods(["GET", "POST"])
def till_take(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """Take cash for one payable; once taken, the receipt."""
    session, found = _session(request), get_object_or_404(Payable, pk=payable_id)
    if session is None:
        messages.warning(request, "Ouvrez d’abord votre caisse.")
        return redirect("payments:till")
    form = CashForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            attempt = actions.take_cash(session.pk, found, form.cleaned_data["tendered"], _principal(request))
        except TillRefused as refusal:
            form.add_error("tendered", str(refusal))
        except NotPayable as refusal:
            messages.warning(request, str(refusal))
            return redirect("payments:receipt", found.pk)
        else:
            messages.success(request, f"Encaissé. Reçu {attempt.provider_ref}.")
            return redirect("payments:receipt", found.pk)
    context = {
        "payable": found,
        "lines": found.lines.select_related("beneficiary"),
        "form": form,
    }
    return render(request, "payments/till_take.html", context, status=422 if form.errors else 200)


@_cashier
@require_http_methods(["GET", "POST"])
def till_close(request: HttpRequest) -> HttpResponse:
    """Close the drawer on a count made before the expected sum is shown."""
    session = _session(request)
    if session is None:
        return redirect("payments:till")
    form = CountForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            closed = actions.close_till(session.pk, form.cleaned_data["count"], _principal(request))
        except TillRefused as refusal:
            messages.warning(request, str(refusal))
            return redirect("payments:till")
        return redirect("payments:till-session", closed.pk)
    context = {"session": session, "form": form}
    return render(request, "payments/till_close.html", context, status=422 if form.errors else 200)


def _reads(by: Principal, session: TillSession) -> bool:
    return by.may("payments.read") and queries.covers(by, "payments.read", Place(session.organisation_id))


@login_required
@require_GET
def till_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The report of a drawer, for its cashier and for those who read the ledger."""
    session = get_object_or_404(TillSession, pk=session_id)
    by = _principal(request)
    if session.cashier != by.account_id and not _reads(by, session):
        raise PermissionRefused("Cette caisse est tenue par une autre personne.")
    taken = session.attempts.select_related("payable").order_by("succeeded_at")
    context = {
        "session": session,
        "taken": taken,
        "total": queries.cash_taken(session),
    }
    return render(request, "payments/till_session.html", context)
