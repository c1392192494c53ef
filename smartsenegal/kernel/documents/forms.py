"""What a checker, a signatory and an administrator give."""

from datetime import date
from typing import Any

from django import forms

from smartsenegal.kernel.documents import checking, rules
from smartsenegal.lib import dates, text
from smartsenegal.lib.text import NBSP


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code de vérification",
        help_text="Douze lettres et chiffres imprimés près du sceau, par exemple 7KQ2\u2011M4XW\u20119RTB.",
        max_length=40,
        error_messages={"required": "Tapez le code imprimé à côté du sceau."},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": 16}
        ),
    )

    def clean_code(self) -> str:
        """The code as it is kept."""
        code = rules.read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                f"Ce code est incomplet ou contient une erreur{NBSP}: recopiez les douze signes imprimés à "
                "côté du sceau."
            )
        return code


class FileForm(forms.Form):
    file = forms.FileField(
        label="PDF de l’acte ou photo du sceau",
        help_text="Le fichier est examiné puis oublié.",
        max_length=200,
        error_messages={
            "required": "Choisissez le PDF reçu, ou photographiez le sceau.",
            "empty": f"Ce fichier est vide{NBSP}: choisissez-le à nouveau.",
            "max_length": "Le nom de ce fichier est trop long\u00a0: renommez-le d’abord.",
        },
        widget=forms.FileInput(
            attrs={
                "accept": "application/pdf,image/jpeg,image/png,image/webp",
                "camera": True,
                "max_size": checking.LARGEST_FILE,
            }
        ),
    )

    def clean_file(self) -> Any:
        """The file, not too large to be an act."""
        file = self.cleaned_data["file"]
        if file.size > checking.LARGEST_FILE:
            raise forms.ValidationError(
                f"Ce fichier dépasse 20{NBSP}Mo{NBSP}: choisissez le PDF reçu, ou une photo plus petite."
            )
        return file


class SealForm(forms.Form):
    """What the phone's camera read."""

    seal = forms.CharField(max_length=2000, strip=False)


class CleanText(forms.CharField):
    """A text that can be kept and does not deceive its reader."""

    def clean(self, value: Any) -> str:
        try:
            return text.clean(super().clean(value), self.max_length or 500)
        except text.TextRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class RevokeForm(forms.Form):
    reason = forms.ChoiceField(
        label="Motif, montré à qui vérifie l’acte",
        # "replaced" comes by itself, when the act that replaces this one is issued.
        choices=[item for item in rules.REVOCATION_REASONS.items() if item[0] != "replaced"],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif."},
    )
    note = CleanText(
        label="Explication, gardée dans le journal",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Expliquez pourquoi cet acte est révoqué."},
    )


class RetentionForm(forms.Form):
    purpose = forms.ChoiceField(label="Documents", choices=list(rules.PURPOSES.items()))
    starts_on = forms.CharField(
        label="À partir du",
        max_length=30,
        help_text="Un jour à venir, par exemple 1er janvier 2027.",
        error_messages={"required": "Indiquez le jour où la durée commence."},
        widget=forms.TextInput(attrs={"size": 18, "autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label="Jours après la décision, ou sans changement pour un brouillon",
        required=False,
        min_value=0,
        max_value=36_500,
        help_text="Vide pour garder sans limite.",
        error_messages={"invalid": "Écrivez un nombre de jours, en chiffres."},
        widget=forms.TextInput(attrs={"size": 6, "inputmode": "numeric", "suffix": "jours"}),
    )
    basis = CleanText(
        label="Fondement",
        max_length=300,
        help_text="Le texte ou la décision qui fixe cette durée.",
        error_messages={"required": "Citez le texte ou la décision qui fixe cette durée."},
    )

    def clean_starts_on(self) -> date:
        """The day typed."""
        try:
            return dates.parse_date(self.cleaned_data["starts_on"])
        except dates.DateRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
