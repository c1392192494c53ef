"""Second factor and recovery codes; asking again who is there before something grave."""

from typing import Any

from allauth.account import views as account
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class PasswordAgainView(account.ReauthenticateView):  # type: ignore[misc]
    template_name = "account/reauthenticate.html"


class FactorAgainView(base.ReauthenticateView):  # type: ignore[misc]
    template_name = "mfa/reauthenticate.html"


class SecurityView(base.IndexView):  # type: ignore[misc]
    template_name = "mfa/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "compulsory": is_compulsory(self.request)}


class EnrolView(totp.ActivateTOTPView):  # type: ignore[misc]
    template_name = "mfa/totp/activate_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return {**context, "secret_groups": groups, "compulsory": is_compulsory(self.request)}


class WithdrawView(totp.DeactivateTOTPView):  # type: ignore[misc]
    template_name = "mfa/totp/deactivate_form.html"


@method_decorator(never_cache, name="dispatch")
class RecoveryView(recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/recovery_codes/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "next": get_next_redirect_url(self.request)}


class NewRecoveryView(recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "mfa/recovery_codes/generate.html"


def is_compulsory(request: HttpRequest) -> bool:
    """Whether this account's roles forbid working without a second factor."""
    return bool(settings.AGENT_TOTP_REQUIRED and request.principal.is_agent)  # type: ignore[attr-defined]


password_again = PasswordAgainView.as_view()
factor_again = FactorAgainView.as_view()
index = SecurityView.as_view()
enrol = EnrolView.as_view()
withdraw = WithdrawView.as_view()
recovery_codes = RecoveryView.as_view()
new_recovery_codes = NewRecoveryView.as_view()
download_recovery_codes = recovery.DownloadRecoveryCodesView.as_view()
