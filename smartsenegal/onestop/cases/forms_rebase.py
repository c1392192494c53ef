"""The form by which who is in charge of a procedure moves its open cases."""

from typing import Any

from django import forms

from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.lib.text import typography as _


class RebaseForm(forms.Form):
    """Which older revisions to move from, and the text that applies the new one to pending requests: asked
    when the revision itself names none (`carried`)."""

    revisions = forms.TypedMultipleChoiceField(
        label="Révisions à quitter",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une révision."},
    )
    legal_text = forms.CharField(
        label="Texte qui s’applique aux demandes en cours",
        required=False,
        max_length=300,
        help_text=_(
            "Sa référence, par exemple : décret n° …, article … Sans ce texte, un dossier dont la situation "
            "deviendrait moins favorable reste à sa révision."
        ),
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], carried: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        if carried:
            del self.fields["legal_text"]
        revisions = self.fields["revisions"]
        assert isinstance(revisions, forms.TypedMultipleChoiceField)
        revisions.choices = choices

    def clean_legal_text(self) -> str:
        try:
            return clean(self.cleaned_data["legal_text"], 300)
        except TextRefused as error:
            raise forms.ValidationError(str(error)) from error
