"""The journal, for inspectors."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.audit import actions, queries, registry
from smartsenegal.kernel.audit.forms import JournalForm
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.lib import dates

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse | StreamingHttpResponse]
# Above this many entries the verification runs in the background.
SMALL = 20_000
SHOWN_FAULTS = 20
COLUMNS = [{"label": label} for label in ("Date", "Auteur", "Acte", "Objet", "Motif")]


class JournalRefused(PermissionDenied):
    sentence = "Le journal est lu par les inspecteurs."


def inspector(view: View[P]) -> View[P]:
    """The view, for inspectors: others are refused with a sentence, strangers led to the door."""

    @never_cache
    @wraps(view)
    def checked(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse | StreamingHttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not principal_of(request).may("audit.read"):
            raise JournalRefused(JournalRefused.sentence)
        return view(request, *args, **kwargs)

    return checked


def principal_of(request: HttpRequest) -> Any:
    """Who asks."""
    # `identity` stands above this module: the principal is used by its shape.
    return request.principal  # type: ignore[attr-defined]


@require_safe
@inspector
def journal(request: HttpRequest) -> HttpResponse:
    """Entries that match, newest first; this reading is in the journal too."""
    form = JournalForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "rows": [], "check": queries.last_check()}
        return render(request, "audit/journal.html", context, status=422)
    filters = form.filters()
    actions.record(principal_of(request).actor, "audit.read", "journal:pages", filters.told())
    page = queries.page(filters, before_of(request))
    context = {
        "form": form,
        "columns": COLUMNS,
        "rows": rows_of(page.entries),
        "next_url": _next(request, page.older),
        "check": queries.last_check(),
        "shown_faults": SHOWN_FAULTS,
    }
    return render(request, "audit/journal.html", context)


def before_of(request: HttpRequest) -> int | None:
    """Identifier of the entry that the page before ended with; None on the first."""
    asked = request.GET.get("avant", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


def _next(request: HttpRequest, older: int | None) -> str:
    if older is None:
        return ""
    kept = {name: value for name, value in request.GET.items() if value and name != "avant"}
    return f"?{urlencode({**kept, 'avant': older})}"


def rows_of(entries: list[Entry]) -> list[dict[str, Any]]:
    """Entries for `components/table.html`; their subjects are named in a constant number of queries."""
    names = registry.named(entry.subject for entry in entries)
    return [_row(entry, names.get(entry.subject)) for entry in entries]


def _row(entry: Entry, name: registry.Named | None) -> dict[str, Any]:
    who = {"text": entry.actor_label, "sub": entry.organisation}
    verb = {"text": registry.verb_label(entry.verb)}
    subject = {"text": name.label if name else entry.subject}
    cells = [
        {"text": dates.format_datetime(entry.at)},
        who,
        verb,
        subject,
        {"text": entry.reason},
    ]
    return {"url": reverse("audit:entry", args=[entry.pk]), "cells": cells}


@require_safe
@inspector
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything one entry says, and its place in its chain."""
    found = get_object_or_404(Entry, pk=pk)
    actions.record(principal_of(request).actor, "audit.read", "journal:pages", {"entry": pk})
    return render(
        request,
        "audit/entry.html",
        {
            "entry": found,
            "rows": _details(found),
            "chain": _links(found),
            "name": registry.named([found.subject]).get(found.subject),
        },
    )


def _details(found: Entry) -> list[dict[str, str]]:
    pairs = [
        ("Date", dates.format_datetime(found.at)),
        ("Auteur", found.actor_label),
        ("Identifiant de l’auteur", found.actor_id),
        ("Organisme", found.organisation),
        ("Adresse", found.ip),
        ("Acte", f"{registry.verb_label(found.verb)} ({found.verb})"),
        ("Objet", found.subject),
        ("Motif", found.reason),
        *((str(key), str(value)) for key, value in found.detail.items()),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value]


def _links(found: Entry) -> list[dict[str, str]]:
    return [
        {"label": "Chaîne et rang", "value": f"{found.chain}, {found.sequence}"},
        {"label": "Empreinte", "value": bytes(found.hash).hex()},
        {"label": "Empreinte précédente", "value": bytes(found.previous_hash).hex() or "aucune"},
    ]


@require_POST
@inspector
def verify(request: HttpRequest) -> HttpResponse:
    """Check the whole journal: at once when it is small, in the background otherwise."""
    by = principal_of(request).actor
    if queries.entry_count() > SMALL:
        actions.ask_check(by)
        messages.info(request, "La vérification est lancée. Vous pouvez quitter cette page et y revenir.")
    else:
        actions.check_at_once(by)
    return redirect("audit:journal")
