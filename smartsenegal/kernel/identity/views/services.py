"""Administration of the services of others: register, rotate the secret, suspend. A secret is shown once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.forms_asking import ReasonForm
from smartsenegal.kernel.identity.forms_services import ApiServiceForm, LoginServiceForm
from smartsenegal.kernel.identity.models import ServiceClient
from smartsenegal.kernel.identity.rules import API_SCOPES, LOGIN_SCOPES
from smartsenegal.kernel.identity.views.agents import administrator
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import NBSP

COLUMNS = [{"label": "Service"}, {"label": "Organisme"}, {"label": "Usage"}, {"label": "État"}]
FORMS: dict[str, type[LoginServiceForm] | type[ApiServiceForm]] = {
    "connexion": LoginServiceForm,
    "api": ApiServiceForm,
}
_WORDS = {**LOGIN_SCOPES, **API_SCOPES}


def rail() -> dict[str, Any]:
    """Marks the services' door in the rail, also on the pages behind it."""
    return {"rail": [{"label": "Services", "url": reverse("services"), "icon": "key-round", "current": True}]}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Services of the organisations one administers."""
    by = administrator(request)
    rows = [_row(s) for s in queries.services(by)]
    return render(request, "identity/services.html", {"rows": rows, "columns": COLUMNS, **rail()})


def _row(service: ServiceClient) -> dict[str, Any]:
    state = ("Suspendu", "red") if service.suspended_at else ("Actif", "green")
    return {
        "url": reverse("service", args=[service.pk]),
        "cells": [
            {"text": service.name},
            {"text": service.organisation.name},
            {"text": service.get_kind_display()},
            {"chip": state[0], "tone": state[1]},
        ],
    }


@login_required
@never_cache
def register(request: HttpRequest, use: str) -> HttpResponse:
    """Register a service; its secret is on the page that answers, and nowhere after."""
    by = administrator(request)
    if use not in FORMS:
        raise Http404
    form = FORMS[use](
        request.POST if request.method == "POST" else None,
        principal=by,
        own_url=reverse("agent_organisations"),
    )
    if form.is_valid():
        try:
            service, secret = actions.register_service(by, form.cleaned_data["organisation"], **form.asked())
            return _with_secret(request, service, secret)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    context = {"form": form, "title": "Nouveau service", "back_url": reverse("services"), **rail()}
    return render(request, "identity/service_form.html", context)


def _with_secret(request: HttpRequest, service: ServiceClient, secret: str) -> HttpResponse:
    return render(request, "identity/service_secret.html", {"service": service, "secret": secret, **rail()})


def _service(request: HttpRequest, client_id: str) -> ServiceClient:
    """A service that the administrator keeps; to others it does not exist."""
    found = queries.services(administrator(request)).filter(pk=client_id).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def show(request: HttpRequest, client_id: str) -> HttpResponse:
    """One service."""
    service = _service(request, client_id)
    rows = [
        {"label": "Identifiant (client_id)", "value": service.pk},
        {"label": "Usage", "value": service.get_kind_display()},
        {"label": "Droits", "lines": True, "values": [_WORDS[s] for s in service.scopes]},
        {"label": "Secret", "value": _secret_words(service)},
    ]
    if service.kind == "login":
        rows += [
            {"label": "Pour quoi faire", "value": service.purpose},
            {"label": "Adresses de retour", "lines": True, "values": service.redirect_uris},
            {"label": "Après déconnexion", "lines": True, "values": service.logout_uris or ["Aucune"]},
        ]
    return render(request, "identity/service.html", {"service": service, "rows": rows, **rail()})


def _secret_words(service: ServiceClient) -> str:
    if service.is_public or service.secret_at is None:
        return f"Aucun{NBSP}: application installée chez les gens"
    return f"Créé le {format_date(service.secret_at.date())}, gardé en empreinte"


@login_required
def change(request: HttpRequest, client_id: str) -> HttpResponse:
    """Change a service."""
    service = _service(request, client_id)
    by = administrator(request)
    made = FORMS["api" if service.kind == "api" else "connexion"]
    form = made(
        request.POST if request.method == "POST" else None, principal=by, own_url="", initial=made.of(service)
    )
    form.keep_organisation()
    if form.is_valid():
        try:
            actions.change_service(by, service, **form.changed())
            return redirect("service", service.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    back = reverse("service", args=[service.pk])
    context = {"form": form, "title": f"Modifier {service.name}", "back_url": back, **rail()}
    return render(request, "identity/service_form.html", context)


@login_required
@never_cache
def rotate(request: HttpRequest, client_id: str) -> HttpResponse:
    """Ask once more, then give another secret."""
    service = _service(request, client_id)
    if service.is_public:
        raise Http404
    if request.method == "POST":
        return _with_secret(request, service, actions.rotate_secret(administrator(request), service))
    context = {
        "shell": "shell/operations.html",
        "title": f"Donner un autre secret à {service.name}{NBSP}?",
        "consequences": [
            "L’ancien secret ne vaudra plus rien, tout de suite.",
            "Les personnes déjà entrées dans ce service devront y entrer de nouveau.",
        ],
        "confirm_label": "Créer un autre secret",
        "cancel_url": reverse("service", args=[service.pk]),
        "danger": True,
        **rail(),
    }
    return render(request, "web/confirm.html", context)


@login_required
def suspend(request: HttpRequest, client_id: str) -> HttpResponse:
    """Ask for the reason, then shut the service out."""
    service = _service(request, client_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.suspend_service(administrator(request), service, form.cleaned_data["reason"])
            messages.success(request, f"{service.name} est suspendu.")
            return redirect("service", service.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    context = {
        "shell": "shell/operations.html",
        "title": f"Suspendre {service.name}{NBSP}?",
        "text": "Plus personne n’y entrera, et ses appels seront refusés, tout de suite.",
        "confirm_label": "Suspendre",
        "cancel_url": reverse("service", args=[service.pk]),
        "danger": True,
        "form": form,
        **rail(),
    }
    return render(request, "web/confirm.html", context)


@login_required
@require_POST
def resume(request: HttpRequest, client_id: str) -> HttpResponse:
    """Let a suspended service in again."""
    service = _service(request, client_id)
    actions.resume_service(administrator(request), service)
    messages.success(request, f"{service.name} est rouvert.")
    return redirect("service", service.pk)
