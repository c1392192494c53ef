"""Forms of the door and of the account page. allauth's own where it decides, with our fields and words."""

import struct
from datetime import date
from typing import Any

from allauth.account import forms as account
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.kernel.identity import actions
from smartsenegal.kernel.identity.fields import CodeField, EmailField, PhoneField, password_field
from smartsenegal.kernel.identity.forms_asking import OrganisationAskedForm
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import DOCUMENTS, IDENTIFIERS, LANGUAGES, ROLES, Principal
from smartsenegal.kernel.territory.api import Territory, resolve, search
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import NBSP

_PASSWORD_HELP = (
    f"Au moins 10 caractères. Une phrase de quatre mots va très bien{NBSP}; "
    "évitez votre nom et les suites de chiffres."
)


# --- the door -------------------------------------------------------------------------


class _DoorForm(forms.Form):
    """Asks where to send a code. Whether an account exists changes nothing that can be seen."""

    def _limit(self, address: str) -> None:
        if not ratelimit.consume(context.request, action="request_login_code", key=address):
            raise ValidationError(
                f"Plusieurs codes ont déjà été demandés{NBSP}: attendez un quart d’heure.", code="limited"
            )


class PhoneDoorForm(_DoorForm):
    phone = PhoneField(label=f"Quel est votre numéro de téléphone{NBSP}?")

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        self._limit(phone)
        return phone

    def account(self) -> Account:
        return actions.account_for_phone(self.cleaned_data["phone"])


class EmailDoorForm(_DoorForm):
    email = EmailField(label=f"Quelle est votre adresse électronique{NBSP}?")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        self._limit(email)
        return email

    def account(self) -> Account:
        return actions.account_for_email(self.cleaned_data["email"])


class CodeForm(account.ConfirmLoginCodeForm):  # type: ignore[misc]
    code = CodeField()


class PasswordLoginForm(account.LoginForm):  # type: ignore[misc]
    password = password_field("Mot de passe", new=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label="Téléphone ou adresse électronique",
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
            error_messages={"required": "Indiquez votre numéro de téléphone ou votre adresse."},
        )
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, Any]:
        credentials = dict(super().user_credentials())
        if phone := credentials.get("phone"):
            credentials["phone"] = PhoneField().clean(phone)
        return credentials


class SecondFactorForm(mfa.AuthenticateForm):  # type: ignore[misc]
    code = CodeField(label="Code de l’application, ou code de secours")


class NameForm(forms.Form):
    name = forms.CharField(
        label=f"Comment vous appelez-vous{NBSP}?",
        help_text="Vos prénoms puis votre nom, comme sur votre carte d’identité.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez vos prénoms et votre nom."},
    )


# --- the account ----------------------------------------------------------------------


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=f"Dans quelle langue voulez-vous recevoir nos messages{NBSP}?",
        help_text="Un message qui n’est pas encore traduit arrive en français.",
        choices=LANGUAGES,
        widget=forms.RadioSelect,
    )


class NewPhoneForm(account.ChangePhoneForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(label=f"Quel est votre nouveau numéro{NBSP}?")


class PhoneCodeForm(account.VerifyPhoneForm):  # type: ignore[misc]
    code = CodeField()


class NewEmailForm(account.AddEmailForm):  # type: ignore[misc]
    email = EmailField(label=f"Quelle est votre adresse électronique{NBSP}?")


class EmailCodeForm(account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    code = CodeField()

    def clean_code(self) -> str:
        code = str(account.BaseConfirmCodeForm.clean_code(self))
        # Whoever reads the mailbox is its owner: requests that nobody answered give way.
        actions.release_email(self.email, keep=self.user)
        email_already_exists(user=self.user, email=self.email, always_raise=True)
        return code


class _TwicePasswordForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", f"Les deux mots de passe diffèrent{NBSP}: retapez le second.")
        return data

    def clean_password1(self) -> str:
        return str(
            account.get_adapter().clean_password(self.cleaned_data["password1"], user=self.user)  # type: ignore[attr-defined]
        )


class FirstPasswordForm(_TwicePasswordForm, account.SetPasswordForm):  # type: ignore[misc]
    password1 = password_field("Mot de passe", new=True, help_text=_PASSWORD_HELP)
    password2 = password_field("Le même, pour éviter une faute de frappe", new=True)


class NewPasswordForm(_TwicePasswordForm, account.ChangePasswordForm):  # type: ignore[misc]
    oldpassword = password_field("Mot de passe actuel", new=False)
    password1 = password_field("Nouveau mot de passe", new=True, help_text=_PASSWORD_HELP)
    password2 = password_field("Le même, pour éviter une faute de frappe", new=True)


class AgainPasswordForm(account.ReauthenticateForm):  # type: ignore[misc]
    password = password_field("Mot de passe", new=False)


class AgainSecondFactorForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    code = CodeField(label="Code de l’application, ou code de secours")


# What reading a forged answer of a key may raise, in the libraries that take it apart.
_FORGED = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)
_NO_KEY = f"La clé n’a pas été reconnue{NBSP}: réessayez, ou choisissez un autre moyen."


class _KeyAnswerForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except _FORGED:
            raise ValidationError(_NO_KEY, code="forged") from None
        except ValidationError:
            raise ValidationError(_NO_KEY, code="wrong") from None


class KeyLoginForm(_KeyAnswerForm, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey, alone."""


class KeyFactorForm(_KeyAnswerForm):
    """A key, after a code or a password."""


class KeyAgainForm(_KeyAnswerForm, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key, before something grave."""


class KeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label="Nom de la clé", required=False, max_length=60, help_text="Pour la reconnaître plus tard."
    )
    passwordless = forms.BooleanField(
        label="Entrer avec cette clé seule, sans code",
        required=False,
        initial=True,
        help_text="Elle vérifie alors votre empreinte, votre visage ou son code.",
    )

    def clean(self) -> dict[str, Any]:
        try:
            super().clean()
        except (*_FORGED, ValidationError):
            self.add_error("credential", _NO_KEY)
        return dict(self.cleaned_data)


class KeyNameForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label="Nom de la clé", max_length=60, error_messages={"required": "Donnez un nom à la clé."}
    )


class EnrolForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    code = CodeField(label="Code à six chiffres affiché par l’application")


class IdentifierForm(forms.Form):
    kind = forms.ChoiceField(
        label=f"Quel numéro voulez-vous ajouter{NBSP}?",
        choices=IDENTIFIERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la nature du numéro."},
    )
    value = forms.CharField(
        label="Numéro",
        max_length=60,
        help_text="Les espaces et les tirets ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Recopiez le numéro."},
    )


# --- agents ---------------------------------------------------------------------------


class DateField(forms.CharField):
    """A date in one box, as French writes it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput()
        widget.template_name = "forms/widgets/date.html"
        super().__init__(**{"widget": widget, "max_length": 30, **options})

    def clean(self, value: Any) -> date | None:  # type: ignore[override]
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_date(typed)
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None


class AgentForm(forms.Form):
    name = forms.CharField(
        label="Prénoms et nom", max_length=200, error_messages={"required": "Indiquez les prénoms et le nom."}
    )
    phone = PhoneField(required=False)
    email = EmailField(required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and not data.get("phone") and not data.get("email"):
            self.add_error("phone", "Indiquez un numéro de téléphone ou une adresse électronique.")
        return data


class RoleForm(OrganisationAskedForm):
    """A role; the organisation and the territory are found by typing, and chosen when several answer."""

    role = forms.ChoiceField(label="Rôle", choices=[("", "Choisir"), *ROLES])
    organisation = forms.CharField(
        label="Organisme",
        max_length=200,
        help_text="Commencez à taper son nom.",
        error_messages={"required": "Indiquez l’organisme."},
    )
    territory = forms.CharField(
        label="Territoire",
        required=False,
        max_length=200,
        help_text="Vide pour tout le territoire de l’organisme.",
    )
    starts_on = DateField(label="Premier jour", required=False, help_text="Vide pour aujourd’hui.")
    ends_on = DateField(label="Dernier jour", required=False, help_text="Vide tant qu’il n’est pas connu.")

    def __init__(
        self, *args: Any, principal: Principal, places_url: str, own_url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        self.ask_among("organisation", own_url)
        self.ask_among("territory", places_url)

    def clean_territory(self) -> Territory | None:
        typed = self.data.get("territory_code", "") or self.cleaned_data["territory"]
        if not typed:
            return None
        kinds = ("country", "region", "departement", "commune", "post")
        if found := resolve(typed, kinds):
            return found
        matches = search(typed, kinds)
        self.fields["territory"].widget.attrs["matches"] = [
            (t.code, f"{t.label} ({t.get_kind_display().lower()})") for t in matches
        ]
        raise ValidationError(
            "Choisissez le territoire dans la liste." if matches else "Ce territoire est inconnu."
        )


class FindForm(forms.Form):
    """What the person at the desk signs in with: advisers do not browse accounts."""

    login = forms.CharField(
        label="Téléphone ou adresse électronique du compte",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Demandez à la personne son numéro ou son adresse."},
    )


class AssureForm(forms.Form):
    document = forms.ChoiceField(
        label="Pièce présentée",
        choices=DOCUMENTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez la pièce que vous avez vue."},
    )
