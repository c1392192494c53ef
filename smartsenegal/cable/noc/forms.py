"""Forms of `cable.noc`."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.cable.noc import queries
from smartsenegal.cable.noc.rules import ENDINGS
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.lib.text import TextRefused, clean


class _Paragraph(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> str:
        try:
            return clean(super().clean(value) or "", 900, multiline=True)
        except TextRefused as refused:
            raise ValidationError(str(refused)) from None


class NoteForm(French):
    """Something to say about an alarm."""

    text = _Paragraph(label="Commentaire", error_messages={"required": "Écrivez un commentaire."})


class CloseForm(French):
    """What was found."""

    ending = forms.ChoiceField(
        label="Cause trouvée", choices=[("", "Choisissez"), *ENDINGS],
        error_messages={"required": "Choisissez la cause trouvée."},
    )  # fmt: skip
    text = _Paragraph(label="Ce qui a été fait", required=False)


class ContactForm(French):
    """Whom to tell for a customer."""

    customer = forms.ChoiceField(
        label="Client", help_text="Ceux que nomment un circuit, un contrat ou un service.",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez le client."),
    )  # fmt: skip
    name = LineField(label="Nom", max_length=120, error_messages={"required": "Indiquez le nom."})
    email = forms.EmailField(
        label="Courriel",
        required=False,
        error_messages={"invalid": "Écrivez une adresse, comme noc@exemple.sn."},
    )
    phone = LineField(label="Téléphone", max_length=20, required=False, help_text="Comme 77 123 45 67.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = queries.customers()
        self.fields["customer"].choices = [("", "Choisissez"), *((n, n) for n in names)]  # type: ignore[attr-defined]
