"""What an inspector looks for in the journal."""

from datetime import date
from typing import Any

from django import forms

from smartsenegal.kernel.audit import registry
from smartsenegal.kernel.audit.queries import Filters
from smartsenegal.lib import dates
from smartsenegal.lib.text import NBSP


class DayField(forms.CharField):
    """A day typed in French."""

    widget = forms.TextInput(attrs={"size": 10, "autocomplete": "off", "inputmode": "numeric"})

    def clean(self, value: Any) -> date | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return dates.parse_date(typed)
        except ValueError as refused:
            raise forms.ValidationError(str(refused)) from refused


class JournalForm(forms.Form):
    subject = forms.CharField(label="Objet ou numéro", required=False, max_length=120)
    actor = forms.CharField(label="Auteur (nom exact)", required=False, max_length=200)
    verb = forms.ChoiceField(label="Acte", required=False)
    since = DayField(label="Du", required=False, max_length=30)
    until = DayField(label="Au", required=False, max_length=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.data.get("verb", "")
        known = registry.verbs()
        own = [(asked, asked)] if asked and asked not in dict(known) else []
        field = self.fields["verb"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Tous les actes"), *own, *known]

    def clean_subject(self) -> str:
        """The subject meant by a number, or given as the journal writes it."""
        words: str = self.cleaned_data["subject"]
        found = registry.find_subject(words) if words else ""
        if found is None:
            raise forms.ValidationError(
                f"Rien ne porte ce numéro{NBSP}: vérifiez-le, ou copiez l’objet d’une écriture."
            )
        return found

    def clean(self) -> dict[str, Any]:
        given = {**(super().clean() or {})}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", f"La fin précède le début{NBSP}: échangez les deux dates.")
        return given

    def filters(self) -> Filters:
        """The filters of a valid form."""
        return Filters(**self.cleaned_data)
