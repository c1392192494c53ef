"""The account page and its questions: name, phone, e-mail, language, password, numbers, devices."""

import time
from typing import Any

from allauth.account import views as account
from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.forms import IdentifierForm, LanguageForm
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import LANGUAGES
from smartsenegal.lib.phones import format_phone, mask_phone
from smartsenegal.lib.text import NBSP


def owner(request: HttpRequest) -> Account:
    """The account that is signed in."""
    assert isinstance(request.user, Account)
    return request.user


@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The account page."""
    mine = owner(request)
    context = {
        "account": mine,
        "rows": _rows(request, mine),
        "identifiers": queries.identifiers_of(mine),
        "roles": [r for r in mine.roles.select_related("organisation", "territory") if queries.is_held(r)],
    }
    return render(request, "identity/account.html", context)


def _rows(request: HttpRequest, mine: Account) -> list[dict[str, Any]]:
    proved = queries.contact_of(mine.pk)
    email = proved.email if proved else ""
    return [
        _row("Nom", mine.name, "account_name", "le nom"),
        _row("Téléphone", format_phone(mine.phone or ""), "account_change_phone", "le numéro de téléphone"),
        _row("Adresse électronique", email or "Aucune", "account_email", "l’adresse électronique"),
        _row("Langue des messages", dict(LANGUAGES).get(mine.language, ""), "account_language", "la langue"),
        _row(
            "Mot de passe",
            "Enregistré"
            if mine.has_usable_password()
            else "Aucun : vous entrez avec un code".replace(" :", f"{NBSP}:"),
            "account_change_password" if mine.has_usable_password() else "account_set_password",
            "le mot de passe",
        ),
        _row(
            "Double vérification",
            "Activée" if queries.has_second_factor(mine) else "Désactivée",
            "mfa_index",
            "la double vérification",
        ),
        _row("Appareils connectés", "Voir et fermer", "usersessions_list", "les appareils connectés"),
        _row("Au nom de qui vous agissez", queries.current_party(request).label, "parties", "au nom de qui"),
        _row("Agir pour quelqu’un", "Mandats que vous avez", "mandates_held", "les mandats que vous avez"),
        _row("Qui agit pour moi", "Voir et arrêter", "mandates_given", "qui agit pour vous"),
        _row("Services connectés", "Voir et arrêter", "agreed_services", "les services connectés"),
    ]


def _row(label: str, value: str, url_name: str, what: str) -> dict[str, Any]:
    return {"label": label, "value": value, "change_url": reverse(url_name), "change_label": what}


@login_required
def language(request: HttpRequest) -> HttpResponse:
    """Language of the messages."""
    mine = owner(request)
    form = LanguageForm(
        request.POST if request.method == "POST" else None, initial={"language": mine.language}
    )
    if form.is_valid():
        actions.set_language(mine, form.cleaned_data["language"])
        return redirect("account")
    return render(request, "identity/question.html", {"form": form, "title": "Langue", "back": "account"})


# --- phone and e-mail -------------------------------------------------------------------


class PhoneView(account.ChangePhoneView):  # type: ignore[misc]
    """A new number, proved by a code before the old one is replaced."""

    template_name = "account/phone_change.html"


@method_decorator(login_required, name="dispatch")
class PhoneCodeView(account._VerifyPhoneChangeView):  # type: ignore[misc]
    template_name = "account/confirm_phone_verification_code.html"

    def respond_process_succeeded(self, form: Any) -> HttpResponse:
        return HttpResponseRedirect(_way_back(self.request) or reverse("account"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "sent_to": mask_phone(context["phone"])}


_WAY_BACK, _WAY_BACK_LIVES = "after_phone", 900


def remember_way_back(request: HttpRequest) -> None:
    """Come back to this address once a number is confirmed, within a quarter of an hour."""
    request.session[_WAY_BACK] = [request.get_full_path(), time.time()]


def _way_back(request: HttpRequest) -> str:
    path, since = request.session.pop(_WAY_BACK, ["", 0.0])
    return str(path) if time.time() - since < _WAY_BACK_LIVES else ""


class EmailView(account.EmailView):  # type: ignore[misc]
    """The account's e-mail address: a code proves the new one, then it replaces the old one."""

    template_name = "account/email_change.html"

    def get_success_url(self) -> str:
        sent = reverse("account_email_verification_sent")
        return sent if self._did_send_verification_email else reverse("account_email")


class EmailCodeView(account.ConfirmEmailVerificationCodeView):  # type: ignore[misc]
    template_name = "account/confirm_email_verification_code.html"

    def get_next_url(self) -> str:
        return reverse("account")


# --- password -----------------------------------------------------------------------------


class FirstPasswordView(account.PasswordSetView):  # type: ignore[misc]
    template_name = "account/password_set.html"

    def get_default_success_url(self) -> str:
        return reverse("account")


@method_decorator(login_required, name="dispatch")
class NewPasswordView(account.PasswordChangeView):  # type: ignore[misc]
    template_name = "account/password_change.html"

    def get_default_success_url(self) -> str:
        return reverse("account")


# --- numbers --------------------------------------------------------------------------------


@login_required
@never_cache
def add_identifier(request: HttpRequest) -> HttpResponse:
    """Give a number by which an administration knows you."""
    form = IdentifierForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _, doubts = actions.add_identifier(
                owner(request),
                form.cleaned_data["kind"],
                form.cleaned_data["value"],
                request.principal,  # type: ignore[attr-defined]
            )
        except IdentityRefused as refused:
            form.add_error("value", refused.sentence)
        else:
            for doubt in doubts:
                messages.warning(request, doubt)
            return redirect("account")
    return render(request, "identity/identifier.html", {"form": form})


@login_required
def remove_identifier(request: HttpRequest, identifier_id: int) -> HttpResponse:
    """Ask once more, then forget the number."""
    shown = {i.id: i for i in queries.identifiers_of(owner(request))}.get(identifier_id)
    if shown is None:
        raise Http404
    if request.method == "POST":
        found = owner(request).identifiers.get(pk=identifier_id)
        actions.remove_identifier(found, request.principal)  # type: ignore[attr-defined]
        return redirect("account")
    context = {
        "title": f"Retirer ce numéro{NBSP}?",
        "text": f"{shown.label}{NBSP}: {shown.masked}",
        "confirm_label": "Retirer le numéro",
        "cancel_url": reverse("account"),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


# --- devices ----------------------------------------------------------------------------------


@login_required
@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    """Devices signed in to the account."""
    rows = queries.sessions_of(owner(request), request.session.session_key or "")
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


@login_required
@require_POST
def close_devices(request: HttpRequest) -> HttpResponse:
    """Close one other device (`device`), or all the others."""
    others = UserSession.objects.filter(user=owner(request)).exclude(session_key=request.session.session_key)
    if (chosen := request.POST.get("device", "")).isdigit():
        others = others.filter(pk=int(chosen))
    closing = list(others)
    sessions_adapter().end_sessions(closing)
    actions.end_tokens_of(owner(request), [session.session_key for session in closing])
    if closing:
        detail = {"count": len(closing)}
        ip = queries.client_ip(request)
        actions.record("sessions_closed", owner(request), detail=detail, ip=ip)
        messages.success(request, "Les autres appareils choisis sont déconnectés.")
    return redirect("usersessions_list")


phone = PhoneView.as_view()
phone_code = PhoneCodeView.as_view()
email = EmailView.as_view()
email_code = method_decorator(login_required, name="dispatch")(EmailCodeView).as_view()
first_password = FirstPasswordView.as_view()
new_password = NewPasswordView.as_view()
