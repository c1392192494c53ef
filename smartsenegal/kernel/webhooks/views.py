"""Pages of webhooks, for an organisation's administrator. A secret is shown once."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartsenegal.kernel.identity.api import PermissionRefused, Principal, ReasonForm
from smartsenegal.kernel.webhooks import actions, queries, registry, rules
from smartsenegal.kernel.webhooks.errors import WebhookRefused
from smartsenegal.kernel.webhooks.forms import ChangeForm, SubscribeForm
from smartsenegal.kernel.webhooks.models import Endpoint, Outgoing
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.text import NBSP, plural

View = Callable[..., HttpResponse]
COLUMNS = [{"label": "Adresse"}, {"label": "Organisme"}, {"label": "Événements"}, {"label": "État"}]
TONES = {rules.WAITING: "amber", rules.DELIVERED: "green", rules.GIVEN_UP: "red", rules.HELD: "blue"}


def _manager(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _by(request).may("webhooks.manage"):
            raise PermissionRefused("Les webhooks sont gérés par l’administrateur de l’organisme.")
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


def _by(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined,no-any-return]


def _rail() -> dict[str, Any]:
    """Marks the webhooks' door in the rail, also on the pages behind it."""
    door = {
        "label": "Envois automatiques",
        "url": reverse("webhooks:index"),
        "icon": "refresh-cw",
        "current": True,
    }
    return {"rail": [door]}


def _endpoint(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    """An endpoint that the administrator keeps; to others it does not exist."""
    found = queries.endpoints(_by(request)).filter(pk=endpoint_id).first()
    if found is None:
        raise Http404("Ce webhook n’existe pas.")
    return found


@_manager
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Webhooks of the organisations one administers."""
    rows = [_row(e) for e in queries.endpoints(_by(request))]
    return render(request, "webhooks/index.html", {"rows": rows, "columns": COLUMNS, **_rail()})


def _row(endpoint: Endpoint) -> dict[str, Any]:
    words, tone = _state(endpoint)
    told = plural(len(endpoint.kinds), "événement", "événements") if endpoint.kinds else "Tous"
    return {
        "url": reverse("webhooks:show", args=[endpoint.pk]),
        "cells": [
            {"text": endpoint.url},
            {"text": endpoint.organisation.name},
            {"text": told},
            {"chip": words, "tone": tone},
        ],
    }


def _state(endpoint: Endpoint) -> tuple[str, str]:
    if endpoint.disabled_at:
        return "Arrêté", "red"
    if endpoint.failing_since:
        return f"En échec depuis le {format_date(endpoint.failing_since)}", "amber"
    return "En marche", "green"


@_manager
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Subscribe an address; its secret is on the page that answers, and nowhere after."""
    by = _by(request)
    form = SubscribeForm(request.POST if request.method == "POST" else None, principal=by)
    if form.is_valid():
        try:
            endpoint, secret = actions.subscribe(by, **form.cleaned_data)
            return _with_secret(request, endpoint, secret)
        except WebhookRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "webhooks/form.html", {"form": form, **_rail()})


def _with_secret(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret, **_rail()})


@_manager
@require_safe
def show(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """One webhook, and what was sent there, the latest first."""
    endpoint = _endpoint(request, endpoint_id)
    sent = queries.sent(endpoint, _cursor(request))
    shown = sent[: queries.PAGE]
    words, tone = _state(endpoint)
    context = {
        "endpoint": endpoint,
        "state": {"words": words, "tone": tone},
        "facts": _facts(endpoint),
        "sent": [_sent(row) for row in shown],
        "older": shown[-1].pk if len(sent) > len(shown) else None,
        "paged": "avant" in request.GET,
        **_rail(),
    }
    return render(request, "webhooks/endpoint.html", context)


def _cursor(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("avant", ""))
    except ValueError:
        return None


def _facts(endpoint: Endpoint) -> list[dict[str, Any]]:
    known = registry.kinds()
    told = [known.get(kind, kind) for kind in endpoint.kinds] or ["Tous"]
    rows: list[dict[str, Any]] = [
        {"label": "Adresse appelée", "value": endpoint.url},
        {"label": "Événements", "lines": True, "values": told},
        {"label": "Créé", "value": f"Le {format_datetime(endpoint.created_at)} par {endpoint.created_by}"},
    ]
    if endpoint.disabled_at:
        stopped = f"Le {format_datetime(endpoint.disabled_at)}. {endpoint.disabled_reason}"
        rows.append({"label": "Arrêté", "value": stopped})
    return rows


def _sent(row: Outgoing) -> dict[str, Any]:
    return {
        "row": row,
        "label": registry.kinds().get(row.kind, row.kind),
        "state": row.get_state_display(),
        "tone": TONES[row.state],
        "when": _when(row),
        "answer": row.error or (f"Réponse {row.status}." if row.status else "Aucune pour l’instant"),
        "attempts": plural(row.attempts, "essai", "essais"),
    }


def _when(row: Outgoing) -> str:
    if row.state == rules.DELIVERED and row.delivered_at:
        return f"Le {format_datetime(row.delivered_at)}"
    if row.next_attempt:
        return f"Prochain essai{NBSP}: {format_datetime(row.next_attempt)}"
    return ""


@_manager
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Another address, or other events; the secret stays."""
    endpoint = _endpoint(request, endpoint_id)
    kept = {"url": endpoint.url, "kinds": endpoint.kinds}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        try:
            actions.change(_by(request), endpoint.pk, **form.cleaned_data)
            messages.success(request, "Le webhook est modifié. Son secret reste le même.")
            return redirect("webhooks:show", endpoint.pk)
        except WebhookRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "webhooks/change.html", {"endpoint": endpoint, "form": form, **_rail()})


@_manager
@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Ask once more, then give another secret."""
    endpoint = _endpoint(request, endpoint_id)
    if request.method == "POST":
        return _with_secret(request, endpoint, actions.rotate(_by(request), endpoint.pk))
    context = {
        "title": f"Donner un autre secret à ce webhook{NBSP}?",
        "text": endpoint.url,
        "consequences": [
            "Pendant 24 heures, chaque envoi est signé avec l’ancien secret et avec le nouveau.",
            "Passé ce délai, l’ancien ne vaut plus rien.",
        ],
        "confirm_label": "Créer un autre secret",
    }
    return _confirm(request, endpoint, context)


@_manager
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Ask for the reason, then call this address no more."""
    endpoint = _endpoint(request, endpoint_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.disable(_by(request), endpoint.pk, form.cleaned_data["reason"])
        messages.success(request, "Le webhook est arrêté.")
        return redirect("webhooks:show", endpoint.pk)
    context = {
        "title": f"Arrêter ce webhook{NBSP}?",
        "text": endpoint.url,
        "consequences": [
            "Plus rien n’est envoyé à cette adresse, tout de suite.",
            "Ce qui arrive ensuite est gardé 30 jours, et part quand vous le remettez en marche.",
        ],
        "confirm_label": "Arrêter",
        "danger": True,
        "form": form,
    }
    return _confirm(request, endpoint, context)


def _confirm(request: HttpRequest, endpoint: Endpoint, context: dict[str, Any]) -> HttpResponse:
    back = {"shell": "shell/operations.html", "cancel_url": reverse("webhooks:show", args=[endpoint.pk])}
    return render(request, "web/confirm.html", {**back, **context, **_rail()})


@_manager
@require_POST
def restart(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Call an address again, first with what was held for it."""
    endpoint = _endpoint(request, endpoint_id)
    held = actions.enable(_by(request), endpoint.pk)
    leaving = f"{plural(held, 'envoi retenu part', 'envois retenus partent')} maintenant."
    messages.success(request, f"Le webhook est en marche. {leaving if held else 'Rien n’était retenu.'}")
    return redirect("webhooks:show", endpoint.pk)


@_manager
@require_POST
def resend(request: HttpRequest, endpoint_id: UUID, outgoing_id: UUID) -> HttpResponse:
    """Send once more, under the same identifier."""
    endpoint = _endpoint(request, endpoint_id)
    try:
        actions.resend(_by(request), endpoint.pk, outgoing_id)
        messages.success(request, "L’envoi repart maintenant.")
    except Outgoing.DoesNotExist:
        raise Http404("Cet envoi n’existe plus.") from None
    except WebhookRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("webhooks:show", endpoint.pk)
