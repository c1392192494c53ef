"""What a person asks, what an officer answers."""

from typing import Any

from django import forms

from smartsenegal.kernel.privacy import rules
from smartsenegal.lib import dates


class AskForm(forms.Form):
    kind = forms.ChoiceField(
        label="Ce que vous demandez",
        choices=rules.KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que vous demandez."},
    )
    words = forms.CharField(
        label="Précision",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefuseForm(forms.Form):
    why = forms.CharField(
        label="Motif, que la personne lira",
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Dites à la personne pourquoi sa demande est refusée.",
            "min_length": "Dites à la personne pourquoi, en une phrase entière.",
        },
    )


class DelaysForm(forms.Form):
    effective_from = forms.CharField(label="À partir du", max_length=30)
    access = forms.IntegerField(label="Jours pour remettre les données", min_value=1, max_value=365)
    erasure = forms.IntegerField(label="Jours pour effacer", min_value=1, max_value=365)
    archive = forms.IntegerField(label="Jours pour télécharger l’archive", min_value=1, max_value=365)
    basis = forms.CharField(
        label="Texte ou décision",
        max_length=300,
        error_messages={"required": "Dites quel texte fixe ces délais."},
    )

    def clean_effective_from(self) -> Any:
        """The day typed in French."""
        try:
            return dates.parse_date(self.cleaned_data["effective_from"])
        except ValueError as refused:
            raise forms.ValidationError(str(refused)) from refused

    def delays(self) -> rules.Delays:
        """The delays of a valid form."""
        given = self.cleaned_data
        return rules.Delays(given["access"], given["erasure"], given["archive"], given["effective_from"])
