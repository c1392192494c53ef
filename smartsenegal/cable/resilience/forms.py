"""Forms of `cable.resilience`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.cable.resilience.queries import Edge, Vertex
from smartsenegal.cable.resilience.rules.repair import Fleet
from smartsenegal.kernel.fields import French, HourField, LineField
from smartsenegal.lib.dates import DateRefused, parse_date


class _AwayForm(French):
    """Why, and which links and nodes are away."""

    reason = LineField(label="Motif", max_length=300, error_messages={"required": "Indiquez le motif."})
    links = forms.MultipleChoiceField(label="Liaisons", required=False, widget=forms.CheckboxSelectMultiple)
    nodes = forms.MultipleChoiceField(label="Nœuds", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, links: Sequence[Edge], nodes: Sequence[Vertex], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, dict[str, Any]] = {
            "links": {x.code: x for x in links},
            "nodes": {n.code: n for n in nodes},
        }
        for name, rows in self.known.items():
            self.fields[name].choices = [(code, row.name) for code, row in rows.items()]  # type: ignore[attr-defined]

    def away(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        chosen = {name: [rows[code] for code in data[name]] for name, rows in self.known.items()}
        return {"reason": data["reason"], **chosen}


class FailureForm(_AwayForm):
    """Something is cut."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Ce qui s’est passé"
        self.fields["reason"].help_text = "Le public le lit sur la page des lieux coupés."


class WorkForm(_AwayForm):
    """Works: what is away, from when, until when."""

    starts_on = forms.CharField(
        label="Début", max_length=30, error_messages={"required": "Indiquez le jour du début."}
    )
    starts_time = HourField(label="Heure du début")
    ends_on = forms.CharField(
        label="Fin", max_length=30, error_messages={"required": "Indiquez le jour de la fin."}
    )
    ends_time = HourField(label="Heure de fin")
    field_order = ("reason", "starts_on", "starts_time", "ends_on", "ends_time", "links", "nodes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.template_name = "forms/widgets/date.html"

    def clean_starts_on(self) -> Any:
        return _day(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> Any:
        return _day(self.cleaned_data["ends_on"])

    def values(self) -> dict[str, Any]:
        """What `plan_work` takes."""
        data = self.cleaned_data
        return {
            **self.away(),
            "starts_at": timezone.make_aware(datetime.combine(data["starts_on"], data["starts_time"])),
            "ends_at": timezone.make_aware(datetime.combine(data["ends_on"], data["ends_time"])),
        }


def _day(typed: str) -> Any:
    try:
        return parse_date(typed)
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


def _number(label: str, initial: float, least: float, most: float, help_text: str = "") -> forms.FloatField:
    return forms.FloatField(
        label=label,
        initial=initial,
        min_value=least,
        max_value=most,
        help_text=help_text,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 10}),
        error_messages={"required": "Écrivez un nombre.", "invalid": "Écrivez un nombre, comme 0,2."},
    )


class FleetForm(French):
    """Cables that fail and wait for a ship."""

    cables = forms.IntegerField(label="Câbles", initial=5, min_value=1, max_value=20)
    needed = forms.IntegerField(label="Combien suffisent", initial=1, min_value=1, max_value=20)
    faults = _number("Pannes par câble et par an", 0.2, 0.001, 50, "À remplacer par ce que vous avez mesuré.")
    crews = forms.IntegerField(label="Navires ou équipes", initial=1, min_value=1, max_value=20)
    least = _number("Réparation, au moins (jours)", 28, 0.1, 1_000, "28 à 56 jours annoncés en mars 2024.")
    most = _number("Réparation, au plus (jours)", 56, 0.1, 1_000)

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if {"least", "most"} <= data.keys() and data["least"] > data["most"]:
            self.add_error("least", "La durée la plus courte dépasse la plus longue.")
        if {"cables", "needed"} <= data.keys() and data["needed"] > data["cables"]:
            self.add_error("needed", "Il en faut plus qu’il n’y en a.")
        return data

    def fleet(self) -> Fleet:
        """The fleet that was described."""
        data = self.cleaned_data
        return Fleet(data["cables"], data["faults"], data["crews"], data["least"], data["most"])
