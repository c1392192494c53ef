"""Forms of `cable.optics`."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.cable.network.api import Link
from smartsenegal.cable.optics.models import STAGES, Assumptions, Format
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.lib.dates import DateRefused, format_date, parse_date

SOURCE_HELP = "Où ces valeurs ont été lues. Vide : ce sont des hypothèses, et la page le dit."
# A span of a line that nobody described: what a repeatered cable of some hundreds of kilometres has.
USUAL_SPAN_KM = 80


def _number(label: str, initial: float | None = None, help_text: str = "", **more: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        initial=initial,
        help_text=help_text,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 10}),
        error_messages={"required": "Écrivez un nombre.", "invalid": "Écrivez un nombre, comme 0,165."},
        **more,
    )


def _count(label: str, initial: int, help_text: str = "") -> forms.IntegerField:
    told = "Écrivez un nombre entier."
    return forms.IntegerField(
        label=label,
        initial=initial,
        min_value=0,
        max_value=30_000,
        help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid"), told),
    )


class AssumptionsForm(French):
    """What is supposed of a link. What it starts with are orders of magnitude of a recent cable."""

    spans = _count("Tronçons entre amplificateurs", 1)
    loss_db_per_km = _number("Atténuation de la fibre (dB/km)", 0.165)
    area_um2 = _number("Aire effective (µm²)", 110)
    dispersion = _number("Dispersion (ps/(nm·km))", 21)
    index = _number("Indice non linéaire (10⁻²⁰ m²/W)", 2.6)
    extra_db = _number("Pertes en plus de la fibre, par tronçon (dB)", 0.5, "Épissures et connecteurs.")
    noise_figure_db = _number("Facteur de bruit des amplificateurs (dB)", 5)
    line_source = LineField(label="Source de la ligne", max_length=300, required=False, help_text=SOURCE_HELP)
    channels = _count("Canaux par paire de fibres", 96)
    spacing_ghz = _number("Espacement des canaux (GHz)", 50)
    gbaud = _number("Vitesse de modulation (GBd)", 32)
    launch_dbm = _number(
        "Puissance par canal (dBm)", help_text="Vide : celle que le calcul trouve la meilleure.",
        required=False,
    )  # fmt: skip
    comb_source = LineField(label="Source des canaux", max_length=300, required=False, help_text=SOURCE_HELP)
    aged_fibre_db_per_km = _number("Atténuation gagnée en vieillissant (dB/km)", 0.003)
    aged_noise_figure_db = _number("Facteur de bruit gagné en vieillissant (dB)", 0.5)
    repairs = _count("Réparations pendant la vie du câble", 12)
    splices = _count("Épissures par réparation", 2)
    splice_db = _number("Perte d’une épissure (dB)", 0.15)
    cable_km = _number("Câble ajouté par réparation (km)", 2)
    margin_db = _number("Marge gardée (dB)", 1, "Ce qui doit rester en fin de vie au-dessus du GSNR exigé.")
    ageing_source = LineField(
        label="Source du vieillissement", max_length=300, required=False, help_text=SOURCE_HELP
    )
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, data: Any, link: Link, given: Assumptions | None) -> None:
        spans = link.spans.count()
        initial = {name: getattr(given, name) for name in self.base_fields} if given else {}
        if spans or not given:
            initial["spans"] = spans or max(1, round(float(link.length_km or 0) / USUAL_SPAN_KM))
        super().__init__(data, initial=initial)
        if spans:
            self.fields["spans"].disabled = True
            self.fields["spans"].help_text = "L’inventaire les décrit un par un."


class DeductionForm(French):
    """Something that takes so many dB."""

    name = LineField(label="Nom", max_length=120, error_messages={"required": "Indiquez le nom."})
    decibels = _number("Retrait (dB)")
    stage = forms.ChoiceField(label="À partir de", choices=STAGES)
    source = LineField(label="Source", max_length=300, required=False, help_text=SOURCE_HELP)


class FormatForm(French):
    """A modulation and what it asks for."""

    name = LineField(label="Nom", max_length=120, error_messages={"required": "Indiquez le nom."})
    gbaud = _number("Vitesse de modulation (GBd)", 32)
    gbps = _count("Débit utile d’un canal (Gbit/s)", 100)
    required_db = _number("GSNR exigé (dB dans 0,1 nm)", help_text="Celui de la fiche du terminal.")
    valid_from = forms.CharField(
        label="À partir du", max_length=30, error_messages={"required": "Indiquez le premier jour."}
    )
    valid_until = forms.CharField(label="Jusqu’au (exclu)", required=False, max_length=30)
    source = LineField(label="Source", max_length=300, required=False, help_text=SOURCE_HELP)
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, data: Any, given: Format | None = None) -> None:
        initial = {name: getattr(given, name) for name in self.base_fields} if given else {}
        for name in ("valid_from", "valid_until"):
            initial[name] = format_date(initial[name]) if initial.get(name) else ""
        super().__init__(data, initial=initial)
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget.template_name = "forms/widgets/date.html"

    def clean_valid_from(self) -> date:
        return _day(self.cleaned_data["valid_from"])

    def clean_valid_until(self) -> date | None:
        typed = self.cleaned_data["valid_until"]
        return _day(typed) if typed else None


def _day(typed: str) -> date:
    try:
        return parse_date(typed)
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None
