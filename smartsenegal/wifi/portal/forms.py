"""The form of the bounds of the day."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.wifi.network.api import French, LineField


class BoundForm(French):
    """How many, from when, and who says so."""

    at_most = forms.IntegerField(
        label="Codes en 24 heures, au plus", min_value=1, max_value=1_000_000,
        help_text="Au-delà, le portail propose d’entrer autrement.",
        error_messages={
            "required": "Indiquez combien de codes.", "invalid": "Écrivez un nombre entier, comme 200.",
            "min_value": "Un code au moins : pour ne plus en envoyer, retirez le SMS des entrées du point.",
            "max_value": "Un million au plus.",
        },
    )  # fmt: skip
    basis = LineField(
        label="D’après", max_length=300, help_text="La décision, la facture ou le calcul suivi.",
        error_messages={"required": "Dites d’où vient ce nombre."},
    )  # fmt: skip
    confirmed = forms.BooleanField(label="Décidé par l’exploitant", required=False)
    effective_from = forms.CharField(
        label="À partir du", max_length=30, help_text="Aujourd’hui au plus tôt.",
        error_messages={"required": "Indiquez le premier jour."},
    )  # fmt: skip
    effective_from.widget.template_name = "forms/widgets/date.html"

    def clean_effective_from(self) -> date:
        try:
            day = parse_date(self.cleaned_data["effective_from"])
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None
        if day < timezone.localdate():
            raise ValidationError("Ce jour est passé : écrivez aujourd’hui ou un jour à venir.")
        return day
