"""« Agir pour quelqu'un » for helpers, « Qui agit pour moi » for persons, with or without an account."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.identity import actions, queries, registry
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.forms_mandates import AskMandateForm, GiveMandateForm, GivenCodeForm
from smartsenegal.kernel.identity.models import Mandate
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.phones import mask_phone
from smartsenegal.lib.text import NBSP, plural

TONES = {"asked": "amber", "active": "green", "refused": "red"}
_TOO_MANY = f"Trop d’essais{NBSP}: attendez un quart d’heure avant de recommencer."


def _by(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def shown(mandate: Mandate, titles: dict[str, str]) -> dict[str, Any]:
    """A mandate as the pages show it."""
    named = [titles.get(code, code) for code in mandate.procedures]
    limit = plural(mandate.max_requests, "demande", "demandes") if mandate.max_requests else ""
    return {
        "mandate": mandate,
        "id": mandate.pk,
        "helper": str(mandate.helper),
        "name": str(mandate.organisation or mandate.person or mandate.name),
        "scope": "Toutes les démarches" if not named else ", ".join(named),
        "until": f"Jusqu’au {format_date(mandate.ends_on)}",
        "limit": f"{limit} au plus, {mandate.uses} déjà" if limit else "",
        "state": mandate.get_state_display(),
        "tone": TONES.get(mandate.state, "neutral"),
        "proof": mandate.get_proof_display() if mandate.proof else "",
        "is_open": mandate.state in ("asked", "active"),
    }


def _titles() -> dict[str, str]:
    return dict(registry.procedures())


# --- the helper -------------------------------------------------------------------------------


@login_required
@never_cache
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Agir pour quelqu'un: the mandates one holds or asked for."""
    titles = _titles()
    rows = [shown(m, titles) for m in queries.mandates_held(_by(request))]
    return render(request, "identity/mandates_held.html", {"rows": rows})


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask someone for a mandate."""
    form = AskMandateForm(
        request.POST if request.method == "POST" else None, procedures=registry.procedures()
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            mandate = actions.ask_mandate(
                _by(request), name=data["name"], phone=data["phone"], **form.allowed()
            )
            return redirect("mandate_code", mandate.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "identity/mandate_ask.html", {"form": form})


def _held(request: HttpRequest, mandate_id: UUID) -> Mandate:
    found = next((m for m in queries.mandates_held(_by(request)) if m.pk == mandate_id), None)
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
def code(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """The helper types the code that the person reads to them, or has another one sent."""
    mandate = _held(request, mandate_id)
    if mandate.state != "asked":
        return redirect("mandates_held")
    resend = request.method == "POST" and request.POST.get("action") == "resend"
    form = GivenCodeForm(request.POST if request.method == "POST" and not resend else None)
    if resend:
        _resend(request, mandate)
        return redirect("mandate_code", mandate.pk)
    if form.is_valid() and _given(request, mandate, form):
        mandate.refresh_from_db()  # the account says who the person is, not what the helper typed
        messages.success(request, f"{mandate.person} vous a donné son accord.")
        return redirect("mandates_held")
    context = {"form": form, "row": shown(mandate, _titles()), "sent_to": mask_phone(mandate.phone)}
    return render(request, "identity/mandate_code.html", context)


def _resend(request: HttpRequest, mandate: Mandate) -> None:
    if ratelimit.consume(request, action="mandate_code", key=mandate.phone, user=request.user):
        actions.send_another_code(_by(request), mandate)
        messages.success(request, "Un autre code est envoyé. Le premier ne vaut plus.")
    else:
        messages.warning(request, _TOO_MANY)


def _given(request: HttpRequest, mandate: Mandate, form: GivenCodeForm) -> bool:
    """Whether the code was the right one; else the form says why not."""
    if not ratelimit.consume(request, action="mandate_try", key=str(mandate.pk)):
        form.add_error("code", _TOO_MANY)
        return False
    try:
        actions.consent(mandate, form.cleaned_data["code"], queries.client_ip(request))
    except IdentityRefused as refused:
        form.add_error("code", refused.sentence)
        return False
    return True


# --- the person ---------------------------------------------------------------------------------


@login_required
@never_cache
@require_GET
def given(request: HttpRequest) -> HttpResponse:
    """Qui agit pour moi: who may act for oneself and for the organisations one is responsible for."""
    titles = _titles()
    rows = [shown(m, titles) for m in queries.mandates_given(_by(request))]
    return render(request, "identity/mandates_given.html", {"rows": rows})


@login_required
def give(request: HttpRequest) -> HttpResponse:
    """Let someone act, from one's own account."""
    by = _by(request)
    owned = [p for p in queries.memberships_of(by) if p.may("manage")]
    choices = [("", "Moi-même"), *((p.key, p.label) for p in owned)]
    form = GiveMandateForm(
        request.POST if request.method == "POST" else None,
        procedures=registry.procedures(),
        parties=[("self", "Moi-même"), *choices[1:]],
        initial={"as_party": "self"},
    )
    if form.is_valid():
        chosen = next((p for p in owned if p.key == form.cleaned_data.get("as_party")), None)
        member = queries.membership(by, chosen.organisation_id or 0) if chosen else None
        try:
            actions.give_mandate(
                by,
                form.cleaned_data["login"],
                organisation=member.organisation if member else None,
                **form.allowed(),
            )
            return redirect("mandates_given")
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "identity/mandate_give.html", {"form": form})


@login_required
def end(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Ask once more, then end a mandate: by the person, a responsible, or the helper who gives up."""
    by = _by(request)
    mandate = queries.mandate_of(by, mandate_id)
    if mandate is None:
        raise Http404
    is_helper = by.account_id == str(mandate.helper_id)
    back = reverse("mandates_held" if is_helper else "mandates_given")
    if request.method == "POST":
        if mandate.state == "asked" and not is_helper:
            actions.refuse_mandate(mandate, by.actor)
        else:
            actions.withdraw_mandate(mandate, by)
        messages.success(request, "Le mandat est terminé.")
        return redirect(back)
    who = mandate.name if is_helper else str(mandate.helper)
    context = {
        "title": f"Ne plus agir pour {who}{NBSP}?" if is_helper else f"Retirer le mandat de {who}{NBSP}?",
        "text": "C’est tout de suite. Les demandes déjà déposées continuent leur chemin.",
        "confirm_label": "Terminer le mandat",
        "cancel_url": back,
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


# --- the person, by the link of the message ---------------------------------------------------


def _linked(link: str) -> Mandate:
    mandate = queries.mandate_with(link)
    if mandate is None:
        raise Http404
    return mandate


@never_cache
def by_link(request: HttpRequest, link: str) -> HttpResponse:
    """What the person sees from their message: who asks for what; they accept with the code, or stop it."""
    mandate = _linked(link)
    form = GivenCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _given(request, mandate, form):
        return redirect("mandate_by_link", link)
    context = {"form": form, "row": shown(mandate, _titles()), "mandate": mandate, "link": link}
    response = render(request, "identity/mandate_by_link.html", context)
    # The link is a secret to other sites; without any referrer a browser would send its form as a stranger's.
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_POST
def stop_by_link(request: HttpRequest, link: str) -> HttpResponse:
    """Refuse what was asked, or withdraw what was given: the link is enough, it can only protect."""
    mandate = _linked(link)
    actions.withdraw_mandate(mandate)
    return redirect("mandate_by_link", link)
