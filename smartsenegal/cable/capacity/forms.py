"""Forms of `cable.capacity`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.cable.billing.api import (
    DIRECTIONS,
    MISSING_POLICIES,
    PART_MONTHS,
    ROUNDINGS,
    SLOTS,
    TIER_MODES,
)
from smartsenegal.cable.capacity.models import Product
from smartsenegal.cable.capacity.rules import (
    ALL_PARTS,
    GBPS_AT_MOST,
    HOLD_DAYS_AT_MOST,
    KINDS,
    TERM_AT_MOST,
)
from smartsenegal.cable.customers import named
from smartsenegal.cable.network.api import Circuit, Node
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.kernel.identity.api import Organisation, organisation
from smartsenegal.kernel.payments.api import carriers
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.money import MoneyRefused, parse_fcfa
from smartsenegal.lib.text import slug


def _count(label: str, least: int, most: int, initial: int | None = None, help_text: str = "") -> Any:
    told = "Écrivez un nombre entier."
    return forms.IntegerField(
        label=label, initial=initial, min_value=least, max_value=most, help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid"), told),
    )  # fmt: skip


def _optional(label: str, most: int, help_text: str = "") -> Any:
    told = "Écrivez un nombre entier, ou laissez vide."
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=most, help_text=help_text,
        error_messages={"invalid": told},
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
    setup_fcfa = _MoneyField(label="Mise en service (F CFA)")
    monthly_fcfa = _MoneyField(
        label="Par mois et par Gbit/s (F CFA)", required=False, help_text="Location et transit."
    )
    upfront_fcfa = _MoneyField(
        label="Une fois, par Gbit/s (F CFA)", required=False, help_text="Droit d’usage irrévocable."
    )
    yearly_fcfa = _MoneyField(
        label="Entretien, par an et par Gbit/s (F CFA)", required=False,
        help_text="Droit d’usage irrévocable.",
    )  # fmt: skip
    port_fcfa = _MoneyField(
        label="Port, par mois et par Gbit/s (F CFA)", required=False, help_text="Transit."
    )
    excess_fcfa = _MoneyField(
        label="Dépassement, par Mbit/s et par mois (F CFA)", required=False,
        help_text="Transit : au-delà de l’engagement, au 95e centile.",
    )  # fmt: skip
    valid_from = _DateField(label="À partir du")
    valid_until = _DateField(label="Jusqu’au (exclu)", required=False)
    source = LineField(
        label="Décision", max_length=300, required=False, help_text="L’acte qui fixe ce tarif."
    )
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, data: Any, products: Sequence[Product]) -> None:
        super().__init__(data)
        self.fields["product"].offer(products)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What `add_tariff` takes."""
        return {**self.cleaned_data, **{name: self.cleaned_data[name] or 0 for name in ALL_PARTS}}


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
    customer = LineField(
        label="Organisme acheteur", max_length=200, required=False,
        help_text="Son code, son NINEA ou son nom exact : il accepte alors en ligne, suit son service et "
        "reçoit ses factures. Vide : le client n’a pas de compte.",
    )  # fmt: skip
    gbps = _count("Débit (Gbit/s)", 1, GBPS_AT_MOST, 10, "Pour le transit : l’engagement.")
    port_gbps = _optional("Port (Gbit/s)", GBPS_AT_MOST, "Transit seulement : la vitesse du port.")
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

    def clean_customer(self) -> Organisation | None:
        return one_organisation(self.cleaned_data["customer"])

    def values(self) -> dict[str, Any]:
        """What `make_quote` takes."""
        return {**self.cleaned_data, "port_gbps": self.cleaned_data["port_gbps"] or 0}


class ReasonForm(French):
    """Why an order is where it is."""

    reason = LineField(
        label="Motif", max_length=300, help_text="Le client le lit.",
        error_messages={"required": "Dites pourquoi : le client le lit."},
    )  # fmt: skip


class SaleTermsForm(French):
    """On what terms a product is sold online. Nothing has a value beforehand: each is decided by somebody."""

    source = LineField(
        label="Décision", max_length=300, help_text="L’acte qui fixe ces conditions.",
        error_messages={"required": "Indiquez l’acte."},
    )  # fmt: skip
    carrier = forms.ChoiceField(
        label="Exploitant qui facture", error_messages={"required": "Choisissez l’exploitant."}
    )
    valid_from = _DateField(label="À partir du")
    hold_days = _count("Capacité retenue par un devis (jours)", 1, HOLD_DAYS_AT_MOST)
    notice_days = _count("Préavis de résiliation (jours)", 1, 730)
    early_percent = _count(
        "Fin avant l’engagement : part du reste dû (%)", 0, 100, None, "100 : tout le reste est dû."
    )
    payment_days = _count("Délai de paiement (jours)", 0, 365)
    money_rounding = forms.ChoiceField(label="Arrondi des montants au franc", choices=ROUNDINGS)
    credit_free_seconds = _count("Interruption tolérée dans le mois (secondes)", 0, 2_678_400)
    credit_percent = _count("Part rendue du temps perdu au-delà (%)", 0, 10_000)
    credit_cap_percent = _count("Plafond de l’avoir (% des redevances du mois)", 0, 100)
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["carrier"].choices = [("", "Choisissez"), *carriers().items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What `publish_terms` takes."""
        names = [n for n in self.cleaned_data if n not in TRAFFIC_FIELDS]
        found = {name: self.cleaned_data[name] for name in names}
        traffic = {name: self.cleaned_data[name] for name in TRAFFIC_FIELDS if name in self.cleaned_data}
        return {**found, "carrier": organisation(found["carrier"]), "traffic": traffic}


class TransitTermsForm(SaleTermsForm):
    """The same of transit, with what is said of its traffic."""

    percent = _count("Centile", 1, 100, None, "95 : les 5 % de créneaux les plus hauts sont gratuits.")
    direction = forms.ChoiceField(label="Sens facturé", choices=DIRECTIONS)
    step_kbps = _count("Pas du débit facturé (kbit/s)", 1, 1_000_000)
    rate_rounding = forms.ChoiceField(label="Arrondi du débit au pas", choices=ROUNDINGS)
    missing = forms.ChoiceField(label="Un créneau manquant est", choices=MISSING_POLICIES)
    gap_slots = _count("Plus long trou interpolé (créneaux)", 0, 10_000)
    least_known = _count("Part de créneaux mesurés exigée (%)", 0, 100)
    tier_mode = forms.ChoiceField(label="Comment les tranches s’appliquent", choices=TIER_MODES)
    part_month = forms.ChoiceField(label="Un mois incomplet est dû", choices=PART_MONTHS)
    slot_seconds = forms.TypedChoiceField(label="Durée d’un créneau", choices=SLOTS, coerce=int)
    spread_slots = _count("Créneaux sur lesquels un écart est étalé", 1, 100)


TRAFFIC_FIELDS = [n for n in TransitTermsForm.base_fields if n not in SaleTermsForm.base_fields]


class OrderForm(French):
    """What a customer asks for online."""

    product = _ChosenField(label="Produit", error_messages={"required": "Choisissez un produit."})
    gbps = _count("Débit (Gbit/s)", 1, GBPS_AT_MOST, None, "Pour le transit : l’engagement, dû chaque mois.")
    port_gbps = _optional(
        "Port (Gbit/s)", GBPS_AT_MOST,
        "Pour le transit seulement : la vitesse du port, au moins l’engagement.",
    )  # fmt: skip
    term_months = _count(
        "Durée (mois)", 1, TERM_AT_MOST, 12, "Le prix dépend de la durée : voyez les tarifs."
    )

    def __init__(self, data: Any, products: Sequence[Product], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["product"].offer(products, empty="Choisissez")  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """What a `Wish` takes."""
        return {**self.cleaned_data, "port_gbps": self.cleaned_data["port_gbps"] or 0}


class ChangeForm(French):
    """What a service should become."""

    gbps = _count("Nouveau débit (Gbit/s)", 1, GBPS_AT_MOST)
    port_gbps = _optional("Port (Gbit/s)", GBPS_AT_MOST)
    term_months = _count(
        "Durée, à partir du changement (mois)", 1, TERM_AT_MOST, 12,
        "L’engagement en cours n’en est jamais raccourci.",
    )  # fmt: skip

    def __init__(self, data: Any, initial: dict[str, Any], transit: bool) -> None:
        super().__init__(data, initial=initial)
        if not transit:
            del self.fields["port_gbps"]

    def wish(self) -> dict[str, Any]:
        """What a `Wish` takes."""
        return {**self.cleaned_data, "port_gbps": self.cleaned_data.get("port_gbps") or 0}


class EndServiceForm(French):
    """When a service ends; `early_fcfa` is what the page said that it costs."""

    early_fcfa = forms.IntegerField(required=False, widget=forms.HiddenInput())
    ends_on = _DateField(label="Premier jour sans service")


class WhyForm(French):
    """Why an order is given up."""

    reason = LineField(
        label="Pourquoi", max_length=300, error_messages={"required": "Dites pourquoi, en une phrase."}
    )


def one_organisation(typed: str) -> Organisation | None:
    """The body that a text designates, None for nothing. Raises ValidationError for none or several."""
    found = named(typed)
    if typed and len(found) != 1:
        told = (
            "Aucun organisme ne porte ce code, ce NINEA ou ce nom."
            if not found
            else ("Plusieurs organismes portent ce nom : indiquez le code ou le NINEA.")
        )
        raise ValidationError(told)
    return found[0] if found else None


class DeliverForm(French):
    """Which circuit of the inventory carries what was delivered."""

    circuit = _ChosenField(
        label="Circuit de l’inventaire", required=False,
        help_text="Celui qui porte ce service : il n’est alors pas compté une seconde fois.",
    )  # fmt: skip

    def __init__(self, data: Any, circuits: Sequence[Circuit], empty: str = "Aucun pour l’instant") -> None:
        super().__init__(data)
        self.fields["circuit"].offer(circuits, empty=empty)  # type: ignore[attr-defined]
