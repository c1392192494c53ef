"""Forms of the payer, of the till and of the accountants."""

from collections.abc import Sequence
from typing import Any

from django import forms

from smartsenegal.kernel.payments.queries import Source
from smartsenegal.kernel.payments.rules.refunds import too_much
from smartsenegal.lib.money import MoneyRefused, format_fcfa, parse_fcfa
from smartsenegal.lib.phones import PhoneRefused, parse_phone


class MoneyInput(forms.TextInput):
    template_name = "forms/widgets/money.html"


class MoneyField(forms.CharField):
    """Whole francs, as people type them."""

    widget = MoneyInput

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_fcfa(text)
        except MoneyRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class CountForm(forms.Form):
    """A count of the drawer."""

    count = MoneyField(
        label="Espèces comptées dans la caisse",
        error_messages={"required": "Comptez les espèces et indiquez leur somme, 0 si la caisse est vide."},
    )


class ReferenceForm(forms.Form):
    """A payable's reference, as the payer shows or says it."""

    reference = forms.CharField(
        label="Référence de paiement",
        max_length=40,
        help_text="Les huit signes que la personne présente, par exemple K7M2-9QXD.",
        error_messages={"required": "Indiquez la référence que la personne présente."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "size": 12}),
    )


class CashForm(forms.Form):
    """Cash handed over."""

    tendered = MoneyField(
        label="Espèces remises",
        error_messages={"required": "Indiquez la somme que la personne remet."},
    )


class NumberForm(forms.Form):
    """The telephone that is asked to pay."""

    numero = forms.CharField(
        label="Numéro du compte de mobile money",
        max_length=30,
        help_text="La demande de paiement arrive sur ce téléphone. Vous la validez avec votre code secret, "
        "que nous ne demandons jamais.",
        error_messages={"required": "Indiquez le numéro qui paie, par exemple 77\u00a0123\u00a045\u00a067."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "size": 20}),
    )

    def clean_numero(self) -> str:
        try:
            return parse_phone(self.cleaned_data["numero"])
        except PhoneRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class RefundForm(forms.Form):
    """Francs to give back, on whose account and why."""

    source = forms.ChoiceField(
        label="Compte qui rend", error_messages={"required": "Choisissez le compte qui rend cette somme."}
    )
    amount = MoneyField(label="Somme à rendre", error_messages={"required": "Indiquez la somme à rendre."})
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Il est gardé au journal, et la seconde personne le lit.",
        error_messages={"required": "Dites pourquoi cette somme est rendue."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, sources: Sequence[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        self.left = {s.code: s.left for s in sources}
        field.choices = [(s.code, f"{s.label}, jusqu’à {format_fcfa(s.left)}") for s in sources]

    def clean(self) -> dict[str, Any]:
        """Too much is told with the other faults, not once they are mended."""
        given = super().clean() or {}
        left, amount = self.left.get(given.get("source", "")), given.get("amount")
        if left is not None and amount is not None and not 0 < amount <= left:
            self.add_error("amount", too_much(left))
        return given


class DecisionForm(forms.Form):
    """A second person's decision on a refund."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=[("accorder", "Accorder"), ("ecarter", "Écarter")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez d’accorder ou d’écarter."},
    )
    reason = forms.CharField(
        label="Motif", max_length=300, required=False, help_text="Obligatoire pour écarter."
    )


class TreatmentForm(forms.Form):
    """What was done about a disagreement."""

    reason = forms.CharField(
        label="Ce qui a été vérifié et fait",
        max_length=500,
        error_messages={"required": "Dites ce qui a été vérifié et fait."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
