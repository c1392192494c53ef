"""What the applicant may do when the administration says nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.documents import api as documents
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.rules import Kind
from smartsenegal.onestop.cases.views.common import Stamp, attempt, principal_of
from smartsenegal.onestop.procedures.api import rules as asking


@login_required
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks once more, then puts the authority on notice to decide."""
    opened = queries.own_case(case_id, principal_of(request))
    silence = opened.definition.silence
    words = asking.delay_words(silence.notice) if silence else ""
    return _confirm(
        request,
        opened,
        "put_on_notice",
        lambda stamp: actions.put_on_notice(case_id, principal_of(request), **stamp.arguments),
        {
            "title": _("Mettre l’administration en demeure ?"),
            "consequences": [
                _(f"Elle aura {words} pour vous répondre."),
                _(silence.sentence) if silence and silence.sentence else "La date est inscrite au dossier.",
            ],
            "confirm_label": "Mettre en demeure",
        },
        "Mise en demeure enregistrée.",
    )


@login_required
@require_http_methods(["GET", "POST"])
def request_act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks once more, then asks the State's representative for the act."""
    opened = queries.own_case(case_id, principal_of(request))
    silence = opened.definition.silence
    words = asking.delay_words(silence.substitute) if silence else ""
    return _confirm(
        request,
        opened,
        "act_requested",
        lambda stamp: actions.request_act(case_id, principal_of(request), **stamp.arguments),
        {
            "title": _("Demander l’acte au représentant de l’État ?"),
            "consequences": [_(f"Le préfet ou le sous-préfet a {words} pour le délivrer.")],
            "confirm_label": "Demander l’acte",
        },
        "Demande transmise au représentant de l’État.",
    )


def _confirm(
    request: HttpRequest,
    opened: queries.Opened,
    kind: Kind,
    act: Callable[[Stamp], Any],
    words: dict[str, Any],
    done: str,
) -> HttpResponse:
    case_id, form = opened.case.pk, Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if attempt(form, lambda: act(Stamp.sent(request))):
            messages.success(request, done)
            return redirect("cases:follow", case_id)
    elif refused := rules.allowed(opened.view, kind, opened.facts):
        messages.error(request, refused)
        return redirect("cases:follow", case_id)
    stamp = Stamp.fresh(opened.view.version)
    context = {
        **words,
        "cancel_url": reverse("cases:follow", args=[case_id]),
        "form": form,
        "fields": [
            {"name": "version", "value": stamp.version},
            {"name": "request_key", "value": stamp.key},
        ],
    }
    return render(request, "web/confirm.html", context, status=409 if form.errors else 200)


@login_required
@require_GET
def attestation(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leads to the attestation of a tacit grant."""
    opened = queries.own_case(case_id, principal_of(request))
    made = opened.view.record.attestation
    act = documents.acts_of(opened.case.subject).filter(pk=made.id).first() if made else None
    return redirect("documents:piece", act.pdf_id) if act else redirect("cases:follow", case_id)
