"""The one door: a phone or an e-mail, a code, and for newcomers a name."""

from typing import Any

from allauth.account import views as account
from allauth.account.internal import flows
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from allauth.account.utils import get_next_redirect_url
from allauth.decorators import rate_limit
from allauth.mfa.base import views as mfa
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.forms import EmailDoorForm, NameForm, PhoneDoorForm
from smartsenegal.kernel.identity.rules import mask_email
from smartsenegal.kernel.identity.views.keys import options_of
from smartsenegal.lib.phones import mask_phone

FORMS = {"telephone": PhoneDoorForm, "courriel": EmailDoorForm}


class DoorView(account.RequestLoginCodeView):  # type: ignore[misc]
    """Sign in, or open an account: the same two pages, so that nobody learns which accounts exist."""

    newcomer = False

    @property
    def way(self) -> str:
        asked = self.request.GET.get("par", "")
        return asked if asked in FORMS else "telephone"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        # Back to the first question: the person wants another number.
        clear_login(request)

    def get_form_class(self) -> Any:
        return FORMS[self.way]

    def form_valid(self, form: PhoneDoorForm | EmailDoorForm) -> HttpResponse:
        flows.login_by_code.LoginCodeVerificationProcess.initiate(
            request=self.request,
            user=form.account(),
            email=form.cleaned_data.get("email"),
            phone=form.cleaned_data.get("phone"),
        )
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "newcomer": self.newcomer,
            "by_email": self.way == "courriel",
            "phone_url": with_next(self.request, self.request.path),
            "email_url": with_next(self.request, self.request.path, par="courriel"),
            "password_url": with_next(self.request, reverse("account_login_password")),
            "key_url": with_next(self.request, reverse("mfa_login_webauthn")),
        }


def with_next(request: HttpRequest, path: str, **query: str) -> str:
    """An address of the door that keeps where the person was going."""
    url = get_next_redirect_url(request)
    pairs = {**query, **({"next": url} if url else {})}
    return f"{path}?{urlencode(pairs)}" if pairs else path


class CodeView(account.ConfirmLoginCodeView):  # type: ignore[misc]
    """The code that was just sent."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        way = "courriel" if context["email"] else "telephone"
        return {
            **context,
            "sent_to": mask_email(context["email"]) if context["email"] else mask_phone(context["phone"]),
            "other_url": with_next(self.request, reverse("account_login"), par=way),
        }


class PasswordView(account.LoginView):  # type: ignore[misc]
    """For those who added a password to their account."""

    template_name = "account/login.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        clear_login(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "door_url": with_next(self.request, reverse("account_login"))}


class SecondFactorView(mfa.AuthenticateView):  # type: ignore[misc]
    """The code of the authenticator application, or a key, for accounts that have one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        types = queries.factor_types(self.stage.login.user)
        return {
            **context,
            "has_application": "totp" in types,
            "has_key": "webauthn" in types,
            "options": options_of(context.get("js_data", {})),
        }


@login_required
def name(request: HttpRequest) -> HttpResponse:
    """Last question of a new account; changes the name later on."""
    assert request.user.is_authenticated
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": request.user.name})
    if form.is_valid():
        try:
            actions.rename(request.user, form.cleaned_data["name"], request.principal)  # type: ignore[attr-defined]
            return HttpResponseRedirect(get_next_redirect_url(request) or reverse("account"))
        except IdentityRefused as refused:
            form.add_error("name", refused.sentence)
    context = {"form": form, "newcomer": not request.user.name, "next": get_next_redirect_url(request)}
    return render(request, "identity/name.html", context)


door = method_decorator(rate_limit(action="login"), name="dispatch")(DoorView).as_view()
newcomer_door = DoorView.as_view(newcomer=True)
code = CodeView.as_view()
password = PasswordView.as_view()
second_factor = SecondFactorView.as_view()
