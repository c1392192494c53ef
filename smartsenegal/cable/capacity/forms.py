"""Forms of `cable.capacity`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.cable.capacity.models import Product
from smartsenegal.cable.capacity.rules import (
    GBPS_AT_MOST,
    HOLD_DAYS_AT_MOST,
    KINDS,
    TERM_AT_MOST,
)
from smartsenegal.cable.network.api import Circuit, Node
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.money import MoneyRefused, parse_fcfa
from smartsenegal.lib.text import slug


def _count(label: str, least: int, most: int, initial: int | None = None, help_text: str = "") -> Any:
    told = "Écrivez un nombre entier."
    return forms.IntegerField(
        label=label, initial=initial, min_value=least, max_value=most, help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid"), told),
    )  # fmt: skip


class _MoneyField(forms.CharField):
    """Francs, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, error_messages={"required": "Indiquez un montant."}, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_fcfa(typed)
        except MoneyRefused as refused:
            raise ValidationError(str(refused)) from None


class _DateField(forms.CharField):
    """A day, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, error_messages={"required": "Indiquez le jour."}, **kwargs)
        self.widget.template_name = "forms/widgets/date.html"

    def clean(self, value: Any) -> date | None:
        typed = super().clean(value)
        try:
            return parse_date(typed) if typed else None
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None


class _ChosenField(forms.ChoiceField):
    """One row among those given, by its key."""

    def offer(self, rows: Sequence[Any], empty: str = "") -> None:
        """Let these be chosen; `empty` is the choice of none, if any."""
        self.rows = {str(row.pk): row for row in rows}
        self.choices = [
            *([("", empty)] if empty else []),
            *((key, str(row)) for key, row in self.rows.items()),
        ]

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(value))


class RouteForm(French):
    """A route to open."""

    name = LineField(label="Nom", max_length=200, error_messages={"required": "Indiquez le nom."})
    a = _ChosenField(label="De")
    b = _ChosenField(label="À")
    reserve_gbps = _count("Réserve de l’Administration (Gbit/s)", 0, GBPS_AT_MOST, 0, "Jamais vendue.")
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, data: Any, nodes: Sequence[Node]) -> None:
        super().__init__(data)
        for name in ("a", "b"):
            self.fields[name].offer(nodes)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What `add_route` takes."""
        return {**self.cleaned_data, "code": slug(self.cleaned_data["name"])[:60] or "route"}


class ReserveForm(French):
    """What the Administration keeps."""

    reserve_gbps = _count("Réserve de l’Administration (Gbit/s)", 0, GBPS_AT_MOST)


class ProductForm(French):
    """Something to offer on a route."""

    name = LineField(label="Nom", max_length=200, error_messages={"required": "Indiquez le nom."})
    kind = forms.ChoiceField(label="Nature", choices=KINDS)
    protected = forms.BooleanField(label="Protégé : survit à n’importe quelle panne seule", required=False)
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)


class TariffForm(French):
    """A price to publish."""

    product = _ChosenField(label="Produit")
    term_months = _count("À partir de (mois)", 1, TERM_AT_MOST, 12)
    from_gbps = _count("À partir de (Gbit/s)", 1, GBPS_AT_MOST, 1)
    monthly_fcfa = _MoneyField(label="Par mois et par Gbit/s (F CFA)")
    setup_fcfa = _MoneyField(label="Mise en service (F CFA)")
    valid_from = _DateField(label="À partir du")
    valid_until = _DateField(label="Jusqu’au (exclu)", required=False)
    source = LineField(
        label="Décision", max_length=300, required=False, help_text="L’acte qui fixe ce tarif."
    )
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, data: Any, products: Sequence[Product]) -> None:
        super().__init__(data)
        self.fields["product"].offer(products)  # type: ignore[attr-defined]


class EndTariffForm(French):
    """When a tariff ends."""

    valid_until = _DateField(label="Plus vendu à ce prix à partir du")


class QuoteForm(French):
    """What an operator asks for."""

    product = _ChosenField(label="Produit")
    buyer = LineField(
        label="Client", max_length=200, help_text="L’opérateur ou le fournisseur d’accès.",
        error_messages={"required": "Indiquez le client."},
    )  # fmt: skip
    gbps = _count("Débit (Gbit/s)", 1, GBPS_AT_MOST, 10)
    term_months = _count("Durée (mois)", 1, TERM_AT_MOST, 12)
    hold_days = _count(
        "Capacité retenue pendant (jours)", 1, HOLD_DAYS_AT_MOST, 15, "Au-delà, le devis expire."
    )
    monthly_fcfa = _MoneyField(
        label="Prix par mois (F CFA)", required=False, help_text="Vide : celui du tarif en vigueur."
    )

    def __init__(self, data: Any, products: Sequence[Product], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["product"].offer(products)  # type: ignore[attr-defined]


class DeliverForm(French):
    """Which circuit of the inventory carries what was delivered."""

    circuit = _ChosenField(
        label="Circuit de l’inventaire", required=False,
        help_text="Celui qui porte ce service : il n’est alors pas compté une seconde fois.",
    )  # fmt: skip

    def __init__(self, data: Any, circuits: Sequence[Circuit]) -> None:
        super().__init__(data)
        self.fields["circuit"].offer(circuits, empty="Aucun pour l’instant")  # type: ignore[attr-defined]
