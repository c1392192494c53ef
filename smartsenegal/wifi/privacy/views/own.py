"""What the Wi-Fi keeps of me: a phone, a code, what is kept, and its erasure. Without an account."""

import time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import client_ip
from smartsenegal.kernel.pages import data_of, refuse
from smartsenegal.kernel.rates import calls_this_minute, network_of
from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.lib.phones import format_phone
from smartsenegal.lib.text import plural
from smartsenegal.wifi.network.api import French
from smartsenegal.wifi.privacy import own, queries
from smartsenegal.wifi.privacy.actions import own as actions
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.registry import holders_of

SEEN = "wifi_own"
SEEN_SECONDS = 900
TRIES_A_MINUTE = 10
_PLACE = b"wifi_privacy.own.phone"


class PhoneForm(French):
    phone = forms.CharField(
        label="Votre numéro de téléphone",
        max_length=30,
        help_text="Celui avec lequel vous êtes entré sur le Wi-Fi, comme 77 123 45 67.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": "Indiquez votre numéro."},
    )


class CodeForm(French):
    code = forms.CharField(
        label="Code reçu",
        max_length=40,
        help_text="Six chiffres, par SMS.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Tapez le code."},
    )
    who = forms.CharField(widget=forms.HiddenInput)


@never_cache
@sensitive_post_parameters()
def phone(request: HttpRequest) -> HttpResponse:
    """First step: to which phone a code is sent; second step: that code."""
    if request.method == "POST" and "code" in request.POST:
        return _code(request)
    form = PhoneForm(data_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            _limit(request)
            number = actions.phone_number(form.cleaned_data["phone"])
            actions.send_code(number)
        except DataRefused as refused:
            refuse(form, refused)
        else:
            return _ask_code(request, CodeForm(initial={"who": _sealed(number)}), number)
    return render(request, "wifi_privacy/own_phone.html", {"form": form})


def _code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    number = _opened(request.POST.get("who", ""))
    if number is None:
        return redirect("wifi_privacy:own")
    if form.is_valid():
        try:
            _limit(request)
            actions.check_code(number, form.cleaned_data["code"])
        except DataRefused as refused:
            refuse(form, refused)
        else:
            holders = holders_of(number)
            actions.read(holders)
            request.session[SEEN] = {"holders": holders, "until": time.time() + SEEN_SECONDS}
            return redirect("wifi_privacy:own_data")
    return _ask_code(request, form, number)


def _ask_code(request: HttpRequest, form: CodeForm, number: str) -> HttpResponse:
    return render(request, "wifi_privacy/own_code.html", {"form": form, "phone": format_phone(number)})


def _limit(request: HttpRequest) -> None:
    if calls_this_minute(f"wifi-own:{network_of(client_ip(request))}") > TRIES_A_MINUTE:
        raise DataRefused("Trop d’essais depuis ce réseau : attendez une minute.")


def _sealed(number: str) -> str:
    return vault.keyring().seal_field(number.encode(), _PLACE).hex()


def _opened(sealed: str) -> str | None:
    try:
        return vault.keyring().open_field(bytes.fromhex(sealed[:1000]), _PLACE).decode()
    except (ValueError, DecryptionFailed):
        return None


def _holders(request: HttpRequest) -> list[int] | None:
    seen: dict[str, Any] = request.session.get(SEEN) or {}
    return seen["holders"] if seen.get("until", 0) > time.time() else None


@never_cache
def data(request: HttpRequest) -> HttpResponse:
    """What is kept of whoever has just proved to have the phone."""
    holders = _holders(request)
    if holders is None:
        return redirect("wifi_privacy:own")
    kept = queries.kept_on(timezone.localdate())
    context = {
        "kept": own.kept(holders),
        "sessions_days": plural(kept["sessions"].days, "jour", "jours"),
        "legal_days": plural(kept["legal"].days, "jour", "jours"),
        "has_log": queries.log().key is not None,
    }
    return render(request, "wifi_privacy/own_data.html", context)


@never_cache
def erase(request: HttpRequest) -> HttpResponse:
    """Ask once more, then erase."""
    holders = _holders(request)
    if holders is None:
        return redirect("wifi_privacy:own")
    if request.method == "POST":
        done = actions.erase(holders)
        del request.session[SEEN]
        return render(request, "wifi_privacy/own_erased.html", {"done": done})
    context = {
        "title": "Effacer ce que le Wi-Fi garde de vous\u00a0?",
        "consequences": [
            "Vos accès sont fermés\u00a0: il faudra entrer de nouveau.",
            "Vos appareils ne sont plus reconnus.",
            "Vos connexions passées ne portent plus aucun numéro.",
            "L’usage d’aujourd’hui est effacé cette nuit\u00a0: il ne donne pas un second forfait.",
        ],
        "confirm_label": "Effacer",
        "cancel_url": reverse("wifi_privacy:own_data"),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)
