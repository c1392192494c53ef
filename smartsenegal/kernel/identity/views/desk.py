"""At the desk of an Espace: a conseiller compares a person with a document."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.forms import AssureForm, FindForm
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import Principal


def adviser(request: HttpRequest) -> Principal:
    """The principal, who works at a desk. Raises PermissionRefused otherwise."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.may("identity.assure"):
        raise PermissionRefused("Cette page est celle des conseillers d’un Espace.")
    return principal


@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Find the account of the person who stands there, by what they sign in with."""
    by = adviser(request)
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = queries.find_account(form.cleaned_data["login"])
        if account and account.name:
            actions.record("found_at_desk", account, by.actor)
            return redirect("identity_desk_person", account.pk)
        form.add_error(
            "login", "Aucun compte à ce nom d’accès. La personne peut en créer un avec son téléphone."
        )
    return render(request, "identity/desk.html", {"form": form})


@login_required
def person(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Note which document was seen."""
    by = adviser(request)
    account = Account.objects.filter(pk=account_id, is_active=True).exclude(name="").first()
    if account is None:
        raise Http404
    form = AssureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.assure_identity(account, by, form.cleaned_data["document"])
            messages.success(request, f"L’identité de {account} est confirmée.")
            return redirect("identity_desk")
        except IdentityRefused as refused:
            form.add_error(None, refused.sentence)
    context = {"form": form, "person": account, "back_url": reverse("identity_desk")}
    return render(request, "identity/desk_person.html", context)
