"""For agents: revoke an act, set how long documents are kept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smartsenegal.kernel.documents import actions, queries, rules
from smartsenegal.kernel.documents.errors import ActRefused, RetentionRefused
from smartsenegal.kernel.documents.forms import RetentionForm, RevokeForm
from smartsenegal.kernel.documents.models import IssuedAct, RetentionRule
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib import dates
from smartsenegal.lib.text import NBSP, plural

COLUMNS = [{"label": label} for label in ("Documents", "Conservation", "À partir du", "Fondement")]


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw an act for good, after one more question."""
    act = get_object_or_404(IssuedAct, pk=pk)
    by = _principal(request)
    if not by.may("documents.revoke", organisation_id=act.organisation_id):
        raise PermissionRefused("Seul un signataire de l’autorité qui a délivré cet acte peut le révoquer.")
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(act.pk, by, form.cleaned_data["reason"], form.cleaned_data["note"])
            return redirect("documents:act", code=rules.show_code(act.code))
        except ActRefused as refused:
            form.add_error(None, refused.sentence)
    return render(request, "web/confirm.html", _question(act, form), status=422 if form.errors else 200)


def _question(act: IssuedAct, form: RevokeForm) -> dict[str, Any]:
    return {
        "shell": "shell/operations.html",
        "title": f"Révoquer l’acte {act.number}{NBSP}?",
        "text": f"{act.title}, délivré le {dates.format_date(act.issued_at)} par {act.authority}.",
        "consequences": [
            "L’acte ne vaudra plus rien, pour toujours.",
            "Qui le vérifie verra qu’il est révoqué, depuis quand et pour quel motif.",
            "Son titulaire en sera averti.",
        ],
        "confirm_label": "Révoquer cet acte",
        "cancel_url": reverse("documents:act", args=[rules.show_code(act.code)]),
        "danger": True,
        "form": form,
    }


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """How long each kind of document is kept, and a form to change it from a day on."""
    by = _principal(request)
    if not by.may("documents.manage"):
        raise PermissionRefused("Seul un administrateur fixe les durées de conservation.")
    form = RetentionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_retention(by, **form.cleaned_data)
            messages.success(request, "La durée est enregistrée.")
            return redirect("documents:retention")
        except RetentionRefused as refused:
            form.add_error("starts_on", refused.sentence)
    context = {"form": form, "columns": COLUMNS, "rows": _rows(queries.retention_by_purpose())}
    return render(request, "documents/retention.html", context, status=422 if form.errors else 200)


def _rows(found: dict[str, list[RetentionRule]]) -> list[dict[str, Any]]:
    return [
        {"cells": [
            {"text": rules.PURPOSES.get(purpose, purpose)},
            {"text": kept_for(rule.days, purpose)},
            {"text": dates.format_date(rule.starts_on)},
            {"text": rule.basis},
        ]}
        for purpose, known in found.items()
        for rule in known
    ]  # fmt: skip


def kept_for(days: int | None, purpose: str = "") -> str:
    """A length of keeping in French words, with what it is counted from."""
    counted = rules.COUNTED_FROM.get(purpose, "après la décision")
    return "Sans limite" if days is None else f"{plural(days, 'jour', 'jours')} {counted}"
