"""Administration of agents: who works where, in which role."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.forms import AgentForm, RoleForm
from smartsenegal.kernel.identity.forms_asking import ReasonForm
from smartsenegal.kernel.identity.models import Account, RoleAssignment
from smartsenegal.kernel.identity.rules import ROLES, Principal
from smartsenegal.kernel.territory.api import of_name
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.phones import format_phone
from smartsenegal.lib.text import NBSP, plural

PAGE = 50
COLUMNS = [{"label": "Agent"}, {"label": "Rôles"}, {"label": "Contact"}, {"label": "État"}]


def administrator(request: HttpRequest) -> Principal:
    """The principal, who administers agents somewhere. Raises PermissionRefused otherwise."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.may("identity.manage"):
        raise PermissionRefused("Cette page est celle des administrateurs.")
    return principal


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Agents of the organisations one administers."""
    by = administrator(request)
    text, role, after = (request.GET.get(k, "")[:200].replace("\x00", "") for k in ("q", "role", "apres"))
    found = queries.agents(by, text, role, after, PAGE)
    context = {
        "rows": [_row(r) for r in found],
        "columns": COLUMNS,
        "q": text,
        "role": role,
        "roles": ROLES,
        "next_url": _next_page(found, text, role),
        **rail(),
    }
    return render(request, "identity/agents.html", context)


def _next_page(found: list[queries.AgentRow], text: str, role: str) -> str:
    if len(found) < PAGE:
        return ""
    return "?" + urlencode({"q": text, "role": role, "apres": found[-1].account.name_key})  # type: ignore[attr-defined]


def _row(agent: queries.AgentRow) -> dict[str, Any]:
    account = agent.account
    roles = [f"{r.get_role_display()}, {r.organisation.name}" for r in agent.roles]
    state = ("Fermé", "red") if not account.is_active else ("Actif", "green")
    weak = "" if agent.has_second_factor else "Sans double vérification"
    return {
        "url": reverse("agent", args=[account.pk]),
        "cells": [
            {"text": str(account)},
            {"text": roles[0] if roles else "", "sub": _and_more(len(roles) - 1)},
            {"text": format_phone(account.phone) if account.phone else account.email or ""},
            {"chip": state[0], "tone": state[1], "sub": weak},
        ],
    }


def _and_more(count: int) -> str:
    return f"et {plural(count, 'autre rôle', 'autres rôles')}" if count > 0 else ""


def rail() -> dict[str, Any]:
    """Marks the agents' door in the rail, also on the pages behind it."""
    door = {"label": "Agents", "url": reverse("agents"), "icon": "users-round", "current": True}
    return {"rail": [door]}


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Open an agent's account, then give it a role."""
    by = administrator(request)
    form = AgentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            account = actions.create_agent(by, **form.cleaned_data)
            return redirect("agent_assign", account.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "identity/agent_form.html", {"form": form, "title": "Nouvel agent", **rail()})


@login_required
@require_GET
def show(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One agent: roles and state."""
    by = administrator(request)
    account = _agent(by, account_id)
    context = {
        "agent": account,
        "roles": [_role(account, r) for r in queries.roles_of(account, by)],
        "has_second_factor": queries.has_second_factor(account),
        **rail(),
    }
    return render(request, "identity/agent.html", context)


def _agent(by: Principal, account_id: UUID) -> Account:
    """An account that `by` may look at: an agent of their organisations, or one without any role yet."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None or (account.roles.exists() and not queries.roles_of(account, by)):
        raise Http404
    if not account.roles.exists() and account.last_login is not None:
        # A citizen's account shows itself to its owner alone.
        raise Http404
    return account


def _role(account: Account, role: RoleAssignment) -> dict[str, Any]:
    until = f" au {format_date(role.ends_on)}" if role.ends_on else ""
    return {
        "name": role.get_role_display(),
        "organisation": role.organisation.name,
        "territory": role.territory.label if role.territory else "Tout le territoire de l’organisme",
        "dates": f"{'Du' if until else 'Depuis le'} {format_date(role.starts_on)}{until}",
        "held": queries.is_held(role),
        "end_url": reverse("agent_end_role", args=[account.pk, role.pk]),
    }


@login_required
def assign(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a role in an organisation and a territory."""
    by = administrator(request)
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise Http404
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        principal=by,
        places_url=reverse("territory_search_json"),
        own_url=reverse("agent_organisations"),
    )
    if form.is_valid():
        try:
            actions.assign_role(by, account, **form.cleaned_data)
            return redirect("agent", account.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    context = {
        "form": form,
        "title": f"Donner un rôle à {account}",
        "back": reverse("agents"),
        **rail(),
    }
    return render(request, "identity/agent_form.html", context)


@login_required
def end(request: HttpRequest, account_id: UUID, assignment_id: int) -> HttpResponse:
    """Ask once more, then end a role at once."""
    by = administrator(request)
    account = _agent(by, account_id)
    role = queries.assignment_for(assignment_id, account)
    if role is None:
        raise Http404
    if request.method == "POST":
        actions.end_role(by, role)
        messages.success(request, "Le rôle est retiré.")
        return redirect("agent", account.pk) if account.roles.exists() else redirect("agents")
    context = {
        "title": f"Retirer ce rôle à {account}{NBSP}?",
        "text": f"{role.get_role_display()}, {role.organisation.name}",
        "consequences": ["Ses dossiers restent dans la file du service.", "Le retrait prend effet aussitôt."],
        "confirm_label": "Retirer le rôle",
        "cancel_url": reverse("agent", args=[account.pk]),
        "danger": True,
        "shell": "shell/operations.html",
        **rail(),
    }
    return render(request, "web/confirm.html", context)


@login_required
def close(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask for the reason, then forbid the account to sign in."""
    by = administrator(request)
    account = _agent(by, account_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.close_account(by, account, form.cleaned_data["reason"])
        messages.success(request, "Le compte est fermé.")
        return redirect("agent", account.pk)
    context = {
        "title": f"Fermer le compte {of_name(str(account))}{NBSP}?",
        "text": "L’agent ne pourra plus entrer ; ses appareils sont déconnectés aussitôt.".replace(
            " ;", f"{NBSP};"
        ),
        "form": form,
        "confirm_label": "Fermer le compte",
        "cancel_url": reverse("agent", args=[account.pk]),
        "danger": True,
        "shell": "shell/operations.html",
        **rail(),
    }
    return render(request, "web/confirm.html", context)


@login_required
@require_POST
def reopen(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let a closed account sign in again."""
    by = administrator(request)
    account = _agent(by, account_id)
    actions.reopen_account(by, account)
    messages.success(request, "Le compte est rouvert.")
    return redirect("agent", account.pk)


@login_required
@require_GET
def organisations(request: HttpRequest) -> JsonResponse:
    """Names of organisations like `q`, for the suggestions of the form."""
    found = queries.organisations_named(administrator(request), request.GET.get("q", "")[:80])
    return JsonResponse([{"code": o.code, "label": o.name} for o in found], safe=False)
