"""The payer's pages: what is owed, how to pay it, where it stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.identity.api import PermissionRefused, Principal, contact_of
from smartsenegal.kernel.payments import actions, jobs, queries, rules
from smartsenegal.kernel.payments.actions.attempts import NotPayable, may_pay
from smartsenegal.kernel.payments.forms import NumberForm
from smartsenegal.kernel.payments.models import Attempt, Payable
from smartsenegal.kernel.payments.registry import TILL, UnknownProvider, label_of, needs_number, offered
from smartsenegal.lib.phones import format_phone

POLL_SECONDS = 3
LEFT = (
    "Ne validez plus la demande reçue sur votre téléphone. "
    "Si elle est payée malgré tout, la somme versée en trop vous est rendue."
)


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined,no-any-return]


def payable_shown(request: HttpRequest, payable_id: UUID) -> Payable:
    """The payable, for those who may see it; 404 when there is none. Raises PermissionRefused to others."""
    found = get_object_or_404(Payable, pk=payable_id)
    if not may_pay(found, _principal(request)):
        raise PermissionRefused("Cette somme est à payer par une autre personne.")
    return found


def _context(request: HttpRequest, payable: Payable) -> dict[str, Any]:
    attempt = queries.current_attempt(payable)
    return {
        "payable": payable,
        "owed_by": queries.party_told(payable, _principal(request)),
        "lines": payable.lines.select_related("beneficiary"),
        "shares": list(queries.shares(payable)),
        "attempt": attempt,
        "provider_label": label_of(attempt.provider) if attempt else "",
        "on_the_phone": attempt is not None and needs_number(attempt.provider),
        "ways": [(name, label) for name, label in offered() if name != TILL and not needs_number(name)],
        "by_number": [(name, label) for name, label in offered() if needs_number(name)],
        "number_form": NumberForm(initial={"numero": _own_number(request, payable)}),
        "has_till": TILL in dict(offered()),
        "next": _local(request, request.GET.get("retour", "")),
        "poll_seconds": POLL_SECONDS,
    }


def _own_number(request: HttpRequest, payable: Payable) -> str:
    """The payer's own number, to whom it belongs: nothing for who assists."""
    by = _principal(request)
    contact = contact_of(payable.payer) if by.account_id == payable.payer else None
    return format_phone(contact.phone) if contact and contact.phone else ""


def _local(request: HttpRequest, url: str) -> str:
    """A path of this site, or nothing: nobody is sent elsewhere after paying."""
    safe = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if safe else ""


@login_required
@never_cache
@require_GET
def payable(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """What is owed and how to pay it; a payment under way shows where it stands."""
    found = payable_shown(request, payable_id)
    if found.state == rules.SETTLED:
        return redirect("payments:receipt", found.pk)
    context = _context(request, found)
    _ask(context["attempt"])  # without JavaScript this page itself is what the payer reloads
    return render(request, "payments/payable.html", context)


@login_required
@require_POST
def begin(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """Begin to pay with the provider chosen, then show the way there."""
    found = payable_shown(request, payable_id)
    after, way = _local(request, request.POST.get("retour", "")), request.POST.get("moyen", "")
    form = NumberForm(request.POST)
    if needs_number(way) and not _resumes(found, way) and not form.is_valid():
        context = {**_context(request, found), "number_form": form, "next": after}
        return render(request, "payments/payable.html", context, status=422)
    try:
        number = form.cleaned_data.get("numero", "") if form.is_bound and form.is_valid() else ""
        attempt = actions.start(found, way, _principal(request), after, number)
    except UnknownProvider:
        messages.error(request, "Choisissez un moyen de paiement.")
        return redirect("payments:payable", found.pk)
    except NotPayable as refusal:
        messages.warning(request, str(refusal))
        return redirect("payments:payable", found.pk)
    if attempt.state == rules.FAILED:
        messages.error(request, attempt.error)
    return redirect("payments:payable", found.pk)


def _resumes(payable: Payable, way: str) -> bool:
    """Whether the payer takes up again what already waits for them, rather than beginning."""
    attempt = queries.current_attempt(payable)
    return attempt is not None and attempt.provider == way and attempt.is_waited_for


@login_required
@never_cache
@require_GET
def returned(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """Where a provider sends the payer back: nothing is believed but what is read there afterwards."""
    found = payable_shown(request, payable_id)
    _ask(queries.current_attempt(found))
    return redirect("payments:payable", found.pk)


@login_required
@never_cache
@require_GET
def state(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """Where the payment stands, for the page that waits; once it is over, the page goes on."""
    found = payable_shown(request, payable_id)
    context = _context(request, found)
    attempt = context["attempt"]
    _ask(attempt)
    response = render(request, "payments/waiting.html", context)
    if not found.is_open or attempt is None or not attempt.is_waited_for:
        response.headers["HX-Redirect"] = reverse("payments:payable", args=[found.pk])
    return response


def _ask(attempt: Attempt | None) -> None:
    if attempt is None or not attempt.is_live:
        return
    since = timezone.now() - attempt.last_checked if attempt.last_checked else None
    if rules.may_ask(attempt.checks, since):
        jobs.ask_for_check(str(attempt.pk))


@login_required
@require_POST
def abandon(request: HttpRequest, payable_id: UUID) -> HttpResponse:
    """Give the payment under way up, to choose another way."""
    found = payable_shown(request, payable_id)
    attempt = queries.current_attempt(found)
    if attempt is not None and attempt.is_waited_for:
        try:
            left = actions.abandon(attempt, _principal(request))
        except NotPayable as refusal:
            messages.warning(request, str(refusal))
        else:
            if left.is_live:
                messages.info(request, LEFT)
    return redirect("payments:payable", found.pk)
