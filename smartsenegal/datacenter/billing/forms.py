"""Forms of `datacenter.billing`. No term has a value beforehand: each is written by who decided it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.datacenter.billing import rules
from smartsenegal.kernel.fields import DayField, French, LineField
from smartsenegal.kernel.identity.api import Organisation, organisation
from smartsenegal.kernel.payments.api import carriers
from smartsenegal.lib.text import typography

CHOOSE = [("", "Choisissez")]


class TermsForm(French):
    """Who invoices, and how."""

    valid_from = DayField(label="À partir du", help_text="Le premier jour d’un mois.")
    biller = forms.ChoiceField(label="Qui facture")
    part_month = forms.ChoiceField(
        label="Mois incomplet", choices=rules.PART_MONTHS, widget=forms.RadioSelect,
        help_text="Celui où un bail ou un raccordement commence ou finit.",
    )  # fmt: skip
    money_rounding = forms.ChoiceField(
        label="Arrondi des montants", choices=rules.ROUNDINGS, widget=forms.RadioSelect
    )
    payment_days = forms.IntegerField(label="Délai de paiement (jours)", min_value=0, max_value=365)
    source = LineField(label="Décidé par", max_length=300, help_text="L’arrêté, la décision, sa date.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = carriers()
        self.fields["biller"].choices = [*CHOOSE, *known.items()]  # type: ignore[attr-defined]
        told = (
            "Un administrateur de l’État ouvre son compte d’encaissement par"
            " « smartsenegal payments exploitant CODE »."
        )
        self.fields["biller"].help_text = typography(told if known else f"Aucun n’a encore de compte. {told}")

    def clean_biller(self) -> Organisation:
        found = organisation(self.cleaned_data["biller"])
        if found is None:
            raise ValidationError(typography("Cet organisme n’existe plus : choisissez-en un autre."))
        return found

    def terms(self) -> rules.Terms:
        """How it is reckoned."""
        data = self.cleaned_data
        return rules.Terms(data["part_month"], data["money_rounding"], data["payment_days"])

    def values(self) -> dict[str, Any]:
        """The rest of what `actions.write_terms` takes."""
        return {name: self.cleaned_data[name] for name in ("valid_from", "biller", "source")}


class CorrectForm(French):
    """Why an invoice is replaced."""

    reason = LineField(label="Ce qui était faux", max_length=300, help_text="Le client le lit.")
