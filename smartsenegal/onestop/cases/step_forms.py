"""Forms of what consulted services, visa authorities and assessors answer."""

from collections.abc import Sequence
from typing import Any

from django import forms

from smartsenegal.lib.money import MoneyRefused, format_fcfa, parse_fcfa
from smartsenegal.onestop.cases.forms import Note
from smartsenegal.onestop.cases.rules import VERDICTS, fault_of_amount, fault_of_opinion
from smartsenegal.onestop.procedures.api import Fee

DAYS = [("7", "7\u00a0jours"), ("14", "14\u00a0jours"), ("30", "30\u00a0jours")]
SENSES = [(str(key), words) for key, (words, _tone) in VERDICTS.items()]


def _choice(label: str, choices: list[tuple[str, str]], required: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": required, "invalid_choice": "Choisissez une réponse de la liste."},
    )


class OpinionForm(forms.Form):
    """The sense of an opinion and its text; reserves and objections are written."""

    verdict = _choice("Votre avis", SENSES, "Choisissez le sens de l’avis.")
    text = Note(
        label="Observations",
        help_text="Nécessaires pour des réserves ou un avis défavorable. Le service qui décide les lit.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if "verdict" in found and "text" in found:
            fault = fault_of_opinion(found["verdict"], found["text"])
            if fault:
                self.add_error("text", fault)
        return found


class VisaForm(forms.Form):
    """A visa given, or refused with its reason."""

    answer = _choice(
        "Votre réponse",
        [("give", "Donner le visa"), ("refuse", "Refuser et renvoyer le dossier au service")],
        "Choisissez une réponse.",
    )
    text = Note(
        label="Observations",
        help_text="Nécessaires pour un refus, avec ce que le service doit revoir.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("answer") == "refuse" and not found.get("text", "x"):
            self.add_error("text", "Dites au service pourquoi le visa est refusé.")
        return found


class AmountField(forms.CharField):
    """An amount in F CFA, typed as people write it, inside the range of its fee."""

    def __init__(self, fee: Fee) -> None:
        self.fee = fee
        bounds = ""
        if fee.minimum is not None and fee.maximum is not None:
            least, most = format_fcfa(fee.minimum), format_fcfa(fee.maximum)
            bounds = f"{most}. " if least == most else f"De {least} à {most}. "
        super().__init__(
            label=fee.label,
            help_text=f"{bounds}{fee.note}".strip(),
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"required": "Indiquez un montant en francs."},
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            amount = parse_fcfa(text)
        except MoneyRefused as error:
            raise forms.ValidationError(str(error)) from error
        if fault := fault_of_amount(self.fee, amount):
            raise forms.ValidationError(fault)
        return amount


class AmountsForm(forms.Form):
    """One amount a fee that this step assesses."""

    def __init__(self, *args: Any, fees: Sequence[Fee], **options: Any) -> None:
        super().__init__(*args, **options)
        for fee in fees:
            self.fields[f"fee-{fee.key}"] = AmountField(fee)

    @property
    def amounts(self) -> dict[str, int]:
        """The amounts by key of their fee; once valid."""
        return {name.removeprefix("fee-"): amount for name, amount in self.cleaned_data.items()}


class LinkForm(forms.Form):
    """For whom a link is, and how long it opens."""

    label = forms.CharField(
        label="Destinataire",
        help_text="Le service et la personne, par exemple Brigade des sapeurs-pompiers, capitaine Ndiaye.",
        max_length=120,
        error_messages={
            "required": "Indiquez à qui le lien est destiné.",
            "max_length": "Raccourcissez ce nom à 120 caractères.",
        },
    )
    days = _choice("Durée du lien", DAYS, "Choisissez une durée.")
