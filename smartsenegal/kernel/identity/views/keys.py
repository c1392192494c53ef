"""Keys and passkeys (WebAuthn): added, used as second factor or alone, withdrawn. allauth checks them."""

import json
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth, flows
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from smartsenegal.kernel.identity.views.security import is_compulsory


def options_of(data: dict[str, Any]) -> str:
    """What the script of the page asks the key, as JSON."""
    return json.dumps(data, default=dict)


@method_decorator(never_cache, name="dispatch")
class AddKeyView(webauthn.AddWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/add_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # allauth drops the form that was refused, and with it what was typed.
        form = kwargs.get("form") or context["form"]
        return {
            **context,
            "form": form,
            "options": options_of(context["js_data"]),
            "compulsory": is_compulsory(self.request),
        }


class KeyAgainView(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/reauthenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, **kwargs, "options": options_of(context["js_data"])}


@method_decorator(never_cache, name="dispatch")
class KeyDoorView(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone: it knows its owner, and has verified them."""

    template_name = "mfa/webauthn/login.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())  # type: ignore[no-any-return]

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        key = form.cleaned_data["credential"]
        login = webauthn.Login(user=key.user, redirect_url=get_next_redirect_url(self.request))
        return flows.perform_passwordless_login(self.request, key, login)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        from smartsenegal.kernel.identity.views.door import with_next

        return {
            **super().get_context_data(**kwargs),
            "options": options_of({"request_options": auth.begin_authentication(user=None)}),
            "next": get_next_redirect_url(self.request) or "",
            "door_url": with_next(self.request, reverse("account_login")),
        }


class RenameKeyView(webauthn.EditWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/edit_form.html"


class RemoveKeyView(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/authenticator_confirm_delete.html"

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.object):
            return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]
        return super().form_valid(form)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = Authenticator.objects.filter(user=self.request.user, type__in=("totp", "webauthn"))
        return {
            **super().get_context_data(**kwargs),
            "last": not others.exclude(pk=self.object.pk).exists(),
            "removable": get_adapter().can_delete_authenticator(self.object),
        }


add = AddKeyView.as_view()
again = KeyAgainView.as_view()
door = KeyDoorView.as_view()
rename = RenameKeyView.as_view()
remove = RemoveKeyView.as_view()
