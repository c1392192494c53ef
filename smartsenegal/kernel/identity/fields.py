"""Form fields of accounts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.lib.phones import PhoneRefused, is_mobile, parse_phone
from smartsenegal.lib.text import NBSP


class PhoneField(forms.CharField):
    """A mobile number of Senegal, or of another country with its prefix; gives E.164."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput()
        widget.template_name = "forms/widgets/phone.html"
        defaults = {
            "label": "Numéro de téléphone",
            "help_text": f"Par exemple 77{NBSP}123{NBSP}45{NBSP}67. "
            "Hors du Sénégal, commencez par + et l’indicatif.",
            "error_messages": {"required": "Indiquez votre numéro de téléphone."},
            "widget": widget,
        }
        super().__init__(**{**defaults, **options})

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            number = parse_phone(typed)
        except PhoneRefused as refused:
            raise ValidationError(str(refused), code="phone") from None
        if not is_mobile(number):
            raise ValidationError(
                f"Ce numéro est fixe et ne reçoit pas de SMS{NBSP}: indiquez un mobile.", code="fixed"
            )
        return number


class EmailField(forms.EmailField):
    """An e-mail address, in lower case."""

    def __init__(self, **options: Any) -> None:
        defaults = {
            "label": "Adresse électronique",
            "error_messages": {
                "required": "Indiquez votre adresse électronique.",
                "invalid": "Écrivez l’adresse en entier, par exemple awa@exemple.sn.",
            },
            "max_length": 254,
            "widget": forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        }
        super().__init__(**{**defaults, **options})

    def clean(self, value: Any) -> str:
        return str(super().clean(value) or "").lower()


class CodeField(forms.CharField):
    """The six digits of a message; blanks and dashes typed between them are forgiven."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput()
        widget.template_name = "forms/widgets/code.html"
        defaults = {
            "label": "Code reçu",
            "max_length": 20,
            "widget": widget,
            "error_messages": {"required": "Recopiez le code du message."},
        }
        super().__init__(**{**defaults, **options})


def password_field(label: str, *, new: bool, help_text: str = "") -> forms.CharField:
    """A password, never stripped nor shown again."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=256,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"}),
        error_messages={"required": "Tapez le mot de passe."},
    )
