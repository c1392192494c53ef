"""Forms of `sites`."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.kernel.sites import queries, rules
from smartsenegal.kernel.sites.models import Site
from smartsenegal.kernel.territory.api import Territory, resolve, search
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.phones import PhoneRefused, format_phone, parse_phone
from smartsenegal.lib.text import NBSP

PLACES = ("commune", "departement", "post")


class PlaceForm(forms.Form):
    """Where one lives: a commune found by typing, chosen in a list when several answer."""

    q = forms.CharField(
        label="Votre commune",
        max_length=120,
        help_text="Ou votre département.",
        error_messages={"required": "Indiquez votre commune."},
    )

    def __init__(self, *args: Any, places_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["q"].widget
        widget.template_name = "forms/widgets/place.html"
        widget.attrs["data-places"] = places_url

    def clean_q(self) -> Territory:
        typed = self.data.get("q_code", "") or self.cleaned_data["q"]
        for kind in PLACES:
            if found := resolve(typed, (kind,)):
                return found
        matches = search(typed, PLACES, 8)
        if len(matches) == 1:
            return matches[0]
        self.fields["q"].widget.attrs["matches"] = [(t.code, _described(t)) for t in matches]
        raise ValidationError(
            "Plusieurs lieux répondent à ce nom. Choisissez le vôtre."
            if matches
            else f"Ce lieu est inconnu{NBSP}: vérifiez l’orthographe, ou cherchez le département."
        )


def _described(place: Territory) -> str:
    return place.label if place.kind == "commune" else f"{place.label} ({place.get_kind_display().lower()})"


class StateForm(forms.Form):
    """A new state, why, until when, and who replaces the site."""

    state = forms.ChoiceField(label="État", choices=rules.STATES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=300,
        help_text="Le public le lit. Vide quand le lieu rouvre.",
    )
    expected_reopening = forms.CharField(
        label="Réouverture prévue",
        required=False,
        max_length=30,
        help_text="Vide quand elle n’est pas connue.",
    )
    replacement = forms.CharField(
        label="Remplacé par",
        required=False,
        max_length=200,
        help_text="Nom d’un service de même nature, qui reçoit le public et les dossiers en attendant.",
    )

    def __init__(self, *args: Any, site: Site, sites_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["expected_reopening"].widget.template_name = "forms/widgets/date.html"
        widget = self.fields["replacement"].widget
        widget.template_name = "forms/widgets/place.html"
        widget.attrs["data-places"] = sites_url

    def clean_expected_reopening(self) -> date | None:
        typed = self.cleaned_data["expected_reopening"]
        try:
            return parse_date(typed) if typed else None
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None

    def clean_replacement(self) -> Site | None:
        typed = self.data.get("replacement_code", "") or self.cleaned_data["replacement"]
        if not typed:
            return None
        found = queries.named(typed, self.site.kind)
        if len(found) == 1:
            return found[0]
        self.fields["replacement"].widget.attrs["matches"] = [(s.code, s.name) for s in found]
        raise ValidationError(
            "Plusieurs services portent ce nom. Choisissez dans la liste."
            if found
            else "Aucun service de même nature ne porte ce nom."
        )


class NeedForm(forms.Form):
    """Something that a site needs of another, and what happens without it."""

    depends_on = forms.CharField(
        label="De quel lieu",
        max_length=200,
        help_text="Le nom d’un nœud du réseau, d’un centre de données, d’un autre lieu.",
        error_messages={"required": "Indiquez le lieu dont celui-ci a besoin."},
    )
    kind = forms.CharField(
        label="Pour quoi",
        max_length=60,
        help_text="Réseau, énergie, hébergement…",
        error_messages={"required": "Dites ce que ce lieu lui apporte."},
    )
    criticality = forms.TypedChoiceField(
        label="Sans lui",
        choices=rules.CRITICALITIES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce qui se passe sans lui."},
    )
    note = forms.CharField(label="Note", required=False, max_length=300)

    def __init__(self, *args: Any, sites_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["depends_on"].widget
        widget.template_name = "forms/widgets/place.html"
        widget.attrs["data-places"] = sites_url

    def clean_depends_on(self) -> Site:
        found = queries.named(self.data.get("depends_on_code", "") or self.cleaned_data["depends_on"])
        if len(found) == 1:
            return found[0]
        self.fields["depends_on"].widget.attrs["matches"] = [(s.code, s.name) for s in found]
        raise ValidationError(
            "Plusieurs lieux portent ce nom. Choisissez dans la liste."
            if found
            else f"Aucun lieu ne porte ce nom{NBSP}: cherchez-le dans la liste des lieux."
        )


class OutageForm(forms.Form):
    """What a site lacks now, why, and until when."""

    lacks = forms.ChoiceField(
        label="Ce qui manque",
        choices=rules.LACKS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui manque."},
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Le public le lit.",
        error_messages={"required": "Dites ce qui se passe."},
    )
    expected = forms.CharField(
        label="Rétablissement prévu",
        required=False,
        max_length=30,
        help_text="Vide quand il n’est pas connu.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expected"].widget.template_name = "forms/widgets/date.html"

    def clean_expected(self) -> date | None:
        typed = self.cleaned_data["expected"]
        try:
            return parse_date(typed) if typed else None
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None


class DetailsForm(forms.Form):
    """What the public reads about a site."""

    name = forms.CharField(label="Nom", max_length=200, error_messages={"required": "Indiquez le nom."})
    address = forms.CharField(label="Adresse", required=False, max_length=300)
    phone = forms.CharField(label="Téléphone", required=False, max_length=40)
    latitude = forms.DecimalField(
        label="Latitude", required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=5
    )
    longitude = forms.DecimalField(
        label="Longitude", required=False, min_value=-180, max_value=180, max_digits=8, decimal_places=5
    )
    source = forms.CharField(label="Source", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in rules.DAYS:
            self.fields[day] = forms.CharField(
                label=label, required=False, max_length=60, help_text="08:00-12:30 13:30-17:00"
            )

    @classmethod
    def of(cls, site: Site, data: Any = None) -> "DetailsForm":
        initial = {f: getattr(site, f) for f in ("name", "address", "latitude", "longitude", "source")}
        initial["phone"] = format_phone(site.phone) if site.phone else ""
        initial.update({d: " ".join("-".join(r) for r in ranges) for d, ranges in site.hours.items()})
        return cls(data, initial=initial)

    def clean_phone(self) -> str:
        try:
            return parse_phone(self.cleaned_data["phone"]) if self.cleaned_data["phone"] else ""
        except PhoneRefused as refused:
            raise ValidationError(str(refused)) from None

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        typed = {day: data.pop(day, "") for day, _ in rules.DAYS}
        hours = {day: [r.split("-") for r in text.split()] for day, text in typed.items() if text}
        if fault := rules.hours_fault(hours):
            day = next((d for d, label in rules.DAYS if fault.startswith(label)), None)
            self.add_error(day, fault)
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("longitude", "Donnez la latitude et la longitude, ou aucune des deux.")
        return {**data, "hours": hours}
