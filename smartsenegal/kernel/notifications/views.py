"""Pages of notifications: an account's inbox, the operators' outbox, the demonstration's phone."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.notifications import actions, queries
from smartsenegal.kernel.notifications.forms import SearchForm, TariffForm

PAGE = 50


def _account(request: HttpRequest) -> str:
    return str(request.principal.account_id)  # type: ignore[attr-defined]


def _require_manager(request: HttpRequest) -> None:
    if not request.principal.may("notifications.manage"):  # type: ignore[attr-defined]
        raise PermissionDenied


@login_required
@never_cache
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages of the signed-in account, newest first."""
    found = queries.page(queries.inbox(_account(request)), request.GET.get("avant", ""), PAGE)
    context = {"found": found, "unread": queries.unread_count(_account(request))}
    return render(request, "notifications/inbox.html", context)


@login_required
@never_cache
@require_GET
def read(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message of the inbox; reading it marks it as read."""
    message = queries.inbox(_account(request)).filter(pk=message_id).first()
    if message is None:
        raise Http404
    actions.mark_read(_account(request), message.pk)
    return render(request, "notifications/message.html", {"message": message})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.mark_read(_account(request))
    return redirect("notifications:inbox")


@never_cache
@require_GET
def phone(request: HttpRequest) -> HttpResponse:
    """The demonstration's phone: what every number and mailbox received. Nowhere but in a demonstration."""
    if not settings.DEMO:
        raise Http404
    form = SearchForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    received = list(queries.demo_deliveries(wanted)[:PAGE])
    return render(request, "notifications/phone.html", {"form": form, "received": received, "wanted": wanted})


@login_required
@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What could not be sent, what waits, and what it costs."""
    _require_manager(request)
    return render(request, "notifications/outbox.html", _outbox(request, TariffForm()))


def _outbox(request: HttpRequest, form: TariffForm) -> dict[str, Any]:
    return {
        "found": queries.page(queries.stuck(), request.GET.get("avant", ""), PAGE),
        "figures": queries.outbox_figures(),
        "tariffs": queries.tariffs(),
        "form": form,
    }


@login_required
@require_POST
def resend(request: HttpRequest, message_id: UUID) -> HttpResponse:
    _require_manager(request)
    if actions.resend(message_id, request.principal.actor):  # type: ignore[attr-defined]
        messages.success(request, "Le message repart.")
    else:
        messages.warning(request, "Ce message est déjà parti, ou son contenu est effacé.")
    return redirect("notifications:outbox")


@login_required
@require_POST
def add_tariff(request: HttpRequest) -> HttpResponse:
    _require_manager(request)
    form = TariffForm(request.POST)
    if not form.is_valid():
        return render(request, "notifications/outbox.html", _outbox(request, form), status=422)
    actions.set_tariff(request.principal.actor, form.tariff)  # type: ignore[attr-defined]
    messages.success(request, "Tarif enregistré.")
    return redirect("notifications:outbox")
