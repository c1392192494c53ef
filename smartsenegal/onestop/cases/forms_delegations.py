"""The form by which a signatory lets somebody sign for them."""

from collections.abc import Sequence
from typing import Any

from django import forms

from smartsenegal.kernel.documents.api import DEFAULT_LIMITS
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.forms import ACCEPTED, Day

KINDS = [
    ("delegation", _("Délégation : je continue de signer aussi")),
    ("deputy", _("Intérim : pendant mon absence")),
]


class DelegationForm(forms.Form):
    """To whom, for what, from when to when, by which act; the scan of the act."""

    kind = forms.ChoiceField(
        label="Nature",
        choices=KINDS,
        widget=forms.RadioSelect,
        initial="delegation",
        error_messages={"required": "Choisissez la délégation ou l’intérim."},
    )
    deputy = forms.ChoiceField(
        label="À qui",
        help_text="Un agent de votre organisme qui n’y signe pas déjà.",
        error_messages={"required": "Choisissez la personne qui signera."},
    )
    quality = forms.CharField(
        label="Sa qualité",
        max_length=120,
        help_text=_("Telle qu’elle sera imprimée sous « Pour … », par exemple : Le premier adjoint."),
        error_messages={"required": "Indiquez sa qualité, comme sur l’acte."},
    )
    procedures = forms.MultipleChoiceField(
        label="Pour quelles signatures",
        help_text=_("Ne cochez rien pour tout ce que vous signez."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = Day(label="Premier jour", error_messages={"required": "Indiquez le premier jour."})
    ends_on = Day(
        label="Dernier jour",
        help_text="Vous pouvez y mettre fin plus tôt, à tout moment.",
        error_messages={"required": "Indiquez le dernier jour."},
    )
    number = forms.CharField(
        label="Numéro de l’acte",
        max_length=60,
        help_text="Celui de l’arrêté qui délègue la signature.",
        error_messages={"required": "Indiquez le numéro de l’acte."},
    )
    act_on = Day(label="Date de l’acte", error_messages={"required": "Indiquez la date de l’acte."})
    scan = forms.FileField(
        label="Acte signé, numérisé",
        help_text=_("PDF, JPEG ou PNG. S’il y a une erreur plus haut, il faudra le choisir de nouveau."),
        widget=forms.FileInput(
            attrs={"accept": ACCEPTED, "camera": True, "max_size": DEFAULT_LIMITS.max_bytes}
        ),
        error_messages={
            "required": _("Joignez l’acte signé : sans lui, la délégation n’a pas de preuve."),
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
        },
    )

    def __init__(
        self,
        *args: Any,
        colleagues: Sequence[tuple[str, str]],
        signatures: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        deputy, procedures = self.fields["deputy"], self.fields["procedures"]
        assert isinstance(deputy, forms.ChoiceField)
        assert isinstance(procedures, forms.MultipleChoiceField)
        deputy.choices = [("", "Choisir"), *colleagues]
        procedures.choices = list(signatures)
        if not signatures:
            del self.fields["procedures"]
