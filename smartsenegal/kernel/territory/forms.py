"""Forms of `territory`."""

from django import forms

from smartsenegal.kernel.territory.rules import FIGURE_NAMES


class AliasForm(forms.Form):
    alias = forms.CharField(
        label="Autre nom",
        max_length=120,
        help_text="Une autre orthographe, ou le nom que les gens emploient.",
        error_messages={"required": "Indiquez l’autre nom de ce lieu."},
    )


class FigureForm(forms.Form):
    name = forms.ChoiceField(label="Grandeur", choices=list(FIGURE_NAMES.items()))
    value = forms.DecimalField(
        label="Valeur",
        min_value=0,
        max_digits=15,
        decimal_places=3,
        localize=True,
        error_messages={"required": "Indiquez la valeur.", "invalid": "Écrivez la valeur en chiffres."},
    )
    year = forms.IntegerField(
        label="Année",
        min_value=1960,
        max_value=2100,
        error_messages={"required": "Indiquez l’année.", "invalid": "Écrivez l’année en quatre chiffres."},
    )
    source = forms.CharField(
        label="Source",
        max_length=300,
        help_text="Le document et sa date, tels que le public les retrouvera.",
        error_messages={"required": "Indiquez où ce chiffre est publié."},
    )
