"""How allauth reaches our accounts: phones, codes, second factors, and where the messages go."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.actions.keys import FACTOR_PLACE
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.fields import PhoneField
from smartsenegal.kernel.identity.messages import CODE_MINUTES, NOTICES
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.lib.ids import uuid7
from smartsenegal.lib.text import NBSP

# A working day: an agent's session is not left open on a shared desk for a fortnight.
AGENT_SESSION = timedelta(hours=12)
_TOO_MANY = f"Trop d’essais{NBSP}: attendez un quart d’heure avant de recommencer."
_WRONG_CODE = f"Ce code n’est pas le bon{NBSP}: recopiez les six chiffres du dernier message reçu."
_WRONG_PASSWORD = f"Le compte et le mot de passe ne vont pas ensemble{NBSP}: vérifiez l’un et l’autre."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts with a phone, an e-mail, or both; every code goes through `notifications`."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "duplicate_email": "Cette adresse est déjà la vôtre.",
        "email_taken": "Cette adresse est déjà celle d’un autre compte.",
        "phone_taken": "Ce numéro est déjà celui d’un autre compte.",
        "same_as_current": "C’est déjà votre numéro.",
        "enter_current_password": f"Ce n’est pas votre mot de passe actuel{NBSP}: retapez-le.",
        "incorrect_password": f"Ce n’est pas votre mot de passe{NBSP}: retapez-le.",
        "incorrect_code": _WRONG_CODE,
        "email_password_mismatch": _WRONG_PASSWORD,
        "phone_password_mismatch": _WRONG_PASSWORD,
        "username_password_mismatch": _WRONG_PASSWORD,
        "invalid_login": "Indiquez un numéro de téléphone ou une adresse électronique.",
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
    }

    # --- phones ---------------------------------------------------------------

    def phone_form_field(self, **options: Any) -> PhoneField:
        return PhoneField(**options)

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        if verified:
            self.set_phone_verified(user, phone)

    def set_phone_verified(self, user: Account, phone: str) -> None:
        changed = bool(user.phone_verified and user.phone != phone)
        try:
            actions.confirm_phone(user, phone, self.get_client_ip(self.request))
        except IdentityRefused as refused:
            raise ValidationError(refused.sentence) from None
        if changed:
            self.send_notification_mail("identity/phone_changed", user)

    def get_user_by_phone(self, phone: str) -> Account | None:
        """Owner of a phone, proved or given by an administrator; never an account merely asked for."""
        return Account.objects.filter(phone=phone).exclude(pk__in=Account.objects.pending()).first()

    # --- messages ---------------------------------------------------------------

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **kwargs: Any) -> None:
        self._send_code(user, "sms", phone, code)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if "code" in context:
            user = context.get("user") or Account.objects.filter(email=email).first()
            self._send_code(user, "email", email, context["code"])
        elif occasion := NOTICES.get(template_prefix.rsplit("/", 1)[-1]):
            self._notice("email", email, occasion)

    @transaction.atomic
    def _send_code(self, user: Account | None, channel: str, value: str, code: str) -> None:
        notifications.send(
            f"identity.code:{uuid7()}",
            "identity.code",
            notifications.Address(channel, value, user.language if user else "fr"),
            {"code": code, "minutes": CODE_MINUTES},
            secret=True,
            expires_at=timezone.now() + timedelta(minutes=CODE_MINUTES),
        )
        if user:
            ip = self.get_client_ip(self.request)
            actions.record("code_sent", user, detail={"channel": channel}, ip=ip)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Account,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        occasion = NOTICES.get(template_prefix.rsplit("/", 1)[-1])
        contact = queries.contact_of(user.pk)
        if occasion is None or contact is None:
            return
        if address := email or contact.email:
            self._notice("email", address, occasion)
        elif contact.phone:
            self._notice("sms", contact.phone, occasion)

    def _notice(self, channel: str, value: str, occasion: str) -> None:
        notifications.send(
            f"identity.notice:{uuid7()}",
            "identity.notice",
            notifications.Address(channel, value),
            {"what": occasion, "url": settings.PUBLIC_URL + reverse("usersessions_list")},
        )

    # --- signing in ---------------------------------------------------------------

    def get_client_ip(self, request: HttpRequest) -> str:
        return queries.client_ip(request) or "0.0.0.0"  # noqa: S104 - a test client may have no address

    def get_login_stages(self) -> list[str]:
        # The code itself proves the phone or the e-mail: no stage asks for it a second time.
        return ["allauth.account.stages.LoginByCodeStage", "allauth.mfa.stages.AuthenticateStage"]

    def is_ajax(self, request: HttpRequest) -> bool:
        # The pages answer pages; allauth's second, JSON form of them is not wanted.
        return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        actions.release_email(email_address.email, keep=email_address.user)
        return bool(super().confirm_email(request, email_address))

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.roles.exists():
            request.session.set_expiry(AGENT_SESSION)
        if not user.name:
            address = f"{reverse('account_name')}?{urlencode({'next': response['Location']})}"
            response["Location"] = address
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = queries.find_account(credentials.get("email") or credentials.get("phone") or "")
        if account:
            ip = self.get_client_ip(request)
            actions.record("sign_in_failed", account, detail={"method": "password"}, ip=ip)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's own key knows no phones: all of them would share one count.
        login = credentials.get("email") or credentials.get("phone") or ""
        return f"login:{login.lower()}"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, their secrets sealed under the key ring."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": f"Ce code n’est pas le bon{NBSP}: attendez le suivant et recopiez-le.",
        "cannot_delete_authenticator": "Votre rôle d’agent exige la double vérification.",
        "cannot_generate_recovery_codes": "Activez d’abord la double vérification.",
    }

    def encrypt(self, text: str) -> str:
        return vault.keyring().seal_field(text.encode(), FACTOR_PLACE).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return vault.keyring().open_field(bytes.fromhex(encrypted_text), FACTOR_PLACE).decode()

    def get_totp_label(self, user: Account) -> str:
        return str(user)

    def generate_authenticator_name(self, user: Account, type: Any) -> str:  # noqa: A002 - allauth's word
        count = Authenticator.objects.filter(user=user, type=type).count()
        return "Ma clé" if count == 0 else f"Ma clé n° {count + 1}"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """An agent keeps one second factor at least."""
        if not (settings.AGENT_TOTP_REQUIRED and authenticator.user.roles.exists()):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=("totp", "webauthn"))
        return bool(others.exclude(pk=authenticator.pk).exists())
