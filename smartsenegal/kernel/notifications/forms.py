"""Forms of notifications."""

from datetime import date

from django import forms

from smartsenegal.kernel.notifications.models import Tariff
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.money import MoneyRefused, parse_fcfa


class SearchForm(forms.Form):
    """A part of a number or of an address."""

    q = forms.CharField(label="Numéro ou adresse", required=False, max_length=100)


class _MoneyInput(forms.TextInput):
    template_name = "forms/widgets/money.html"


class _DateInput(forms.TextInput):
    template_name = "forms/widgets/date.html"


class TariffForm(forms.Form):
    """What a segment costs from a day on."""

    provider = forms.CharField(label="Passerelle", max_length=40, help_text="Par exemple http.")
    starts_on = forms.CharField(label="À partir du", widget=_DateInput())
    price = forms.CharField(label="Prix d’un segment", widget=_MoneyInput())
    source = forms.CharField(label="Source", max_length=200, help_text="Le contrat ou la lettre qui le dit.")

    def clean_starts_on(self) -> date:
        try:
            return parse_date(self.cleaned_data["starts_on"])
        except DateRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean_price(self) -> int:
        try:
            return parse_fcfa(self.cleaned_data["price"])
        except MoneyRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    @property
    def tariff(self) -> Tariff:
        """The tariff typed, not yet kept."""
        return Tariff(**self.cleaned_data)
