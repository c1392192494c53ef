"""Forms of `datacenter.tier`: questions, asked by GET."""

from collections.abc import Iterable
from typing import Any

from django import forms

from smartsenegal.kernel.fields import French


class StopForm(French):
    """A part to stop for work, and what is broken already."""

    piece = forms.ChoiceField(label="Pièce à arrêter")
    panne = forms.ChoiceField(label="Déjà en panne", required=False)

    def __init__(self, *args: Any, parts: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, f"{code}, {name}") for code, name in parts]
        self.fields["piece"].choices = names  # type: ignore[attr-defined]
        self.fields["panne"].choices = [("", "Rien"), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if data.get("panne") and data.get("panne") == data.get("piece"):
            self.add_error("panne", "C’est la pièce à arrêter : choisissez-en une autre, ou rien.")
        return data


class AvailabilityForm(French):
    """What the simulation assumes beside the times of each part."""

    equipes = forms.IntegerField(
        label="Équipes de réparation", min_value=1, max_value=99, required=False,
        help_text="Vide : une par panne.",
    )  # fmt: skip
    autonomie = forms.FloatField(
        label="Autonomie en carburant (h)", min_value=0.5, max_value=10_000, required=False, localize=True,
        help_text="Vide : sans fin.",
    )  # fmt: skip
    livraison = forms.FloatField(
        label="Une livraison arrive en (h)", min_value=0.5, max_value=10_000, required=False, localize=True,
        help_text="Vide : aucune.",
    )  # fmt: skip
