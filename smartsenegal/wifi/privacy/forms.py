"""Forms of the data desk."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.kernel.fields import HourField
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.wifi.network.api import French, Hotspot, LineField
from smartsenegal.wifi.network.api import mac as mac_of
from smartsenegal.wifi.privacy.rules import words_fault


def line(label: str, required: str, help_text: str = "", most: int = 200) -> LineField:
    """A line that must be written; `required` is the sentence when it is missing."""
    return LineField(
        label=label, max_length=most, help_text=help_text, error_messages={"required": required}
    )  # fmt: skip


def day(label: str, required: str) -> forms.CharField:
    """A day typed in French."""
    field = forms.CharField(label=label, max_length=30, error_messages={"required": required})
    field.widget.template_name = "forms/widgets/date.html"  # type: ignore[attr-defined]
    return field


def read_day(typed: str) -> date:
    """The day of those words. Raises ValidationError."""
    try:
        return parse_date(typed)
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


def _words(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Tapez vos mots."},
    )  # fmt: skip


class CeremonyForm(French):
    """Two officers, each with words of their own, typed twice and kept nowhere."""

    officer_1 = line("Premier officier", "Indiquez qui garde la première part.")
    words_1 = _words("Ses mots")
    again_1 = _words("Ses mots, encore")
    officer_2 = line("Second officier", "Indiquez qui garde la seconde part.")
    words_2 = _words("Ses mots")
    again_2 = _words("Ses mots, encore")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, whose in ((1, "du premier officier"), (2, "du second officier")):
            self.fields[f"words_{number}"].label = f"Mots {whose}"
            self.fields[f"words_{number}"].help_text = "Quatre mots au moins, écrits nulle part."
            self.fields[f"again_{number}"].label = f"Mots {whose}, une seconde fois"
            self.fields[f"words_{number}"].error_messages["required"] = f"Tapez les mots {whose}."
            self.fields[f"again_{number}"].error_messages["required"] = f"Tapez encore les mots {whose}."

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        for number in (1, 2):
            words, again = data.get(f"words_{number}"), data.get(f"again_{number}")
            if words and (fault := words_fault(words)):
                self.add_error(f"words_{number}", fault)
            if words and again and words != again:
                self.add_error(f"again_{number}", "Ce ne sont pas les mêmes mots.")
        return data

    def officers(self) -> list[tuple[str, str]]:
        """What `make_key` takes."""
        return [(self.cleaned_data[f"officer_{n}"], self.cleaned_data[f"words_{n}"]) for n in (1, 2)]


class OpenForm(French):
    """The words of both officers, for one opening."""

    words_1 = _words("Mots du premier officier")
    words_2 = _words("Mots du second officier")

    def __init__(self, *args: Any, officers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(officers, 1):
            self.fields[f"words_{number}"].label = f"Mots de {name}"
            self.fields[f"words_{number}"].error_messages["required"] = f"Tapez les mots de {name}."


class RequestForm(French):
    """What a judge or an officer of police asks, and on which ground."""

    reference = line("Numéro de la réquisition", "Indiquez le numéro de la réquisition.", most=120)
    authority = line(
        "Autorité qui requiert", "Indiquez qui requiert.", "Comme « Juge d’instruction, Tribunal de Thiès »."
    )
    ground = line("Fondement", "Indiquez le texte ou l’affaire.", "Le texte, et l’affaire.", 500)
    starts_on = day("Depuis le", "Indiquez le premier jour.")
    starts_time = HourField(label="Heure du début")
    ends_on = day("Jusqu’au", "Indiquez le dernier jour.")
    ends_time = HourField(label="Heure de fin")
    hotspot = forms.ChoiceField(label="Site", required=False)
    address = forms.GenericIPAddressField(
        label="Adresse IP", required=False, help_text="Comme 10.20.3.4.",
        error_messages={"invalid": "Écrivez une adresse comme 10.20.3.4."},
    )  # fmt: skip
    mac = LineField(
        label="Adresse de l’appareil", required=False, max_length=20, help_text="Comme 00:11:22:AA:BB:CC."
    )

    def __init__(self, *args: Any, hotspots: list[Hotspot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(h.pk): h for h in hotspots}
        names = [(key, h.site.name) for key, h in self.known.items()]
        self.fields["hotspot"].choices = [("", "Tous les sites"), *names]  # type: ignore[attr-defined]

    def clean_starts_on(self) -> date:
        return read_day(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date:
        return read_day(self.cleaned_data["ends_on"])

    def clean_mac(self) -> str:
        typed = self.cleaned_data["mac"]
        found = mac_of(typed) if typed else ""
        if found is None:
            raise ValidationError("Une adresse MAC a 12 chiffres hexadécimaux, comme 00:11:22:AA:BB:CC.")
        return found

    def values(self) -> dict[str, Any]:
        """What `ask` takes."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("reference", "authority", "ground", "mac")},
            "address": data["address"] or None,
            "starts_at": _moment(data["starts_on"], data["starts_time"]),
            "ends_at": _moment(data["ends_on"], data["ends_time"]),
            "hotspot": self.known.get(data["hotspot"]),
        }


def _moment(on: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, at))


class DecisionForm(French):
    """Approve or refuse, and why."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=[("approve", "Approuver"), ("refuse", "Refuser")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez d’approuver ou de refuser."},
    )
    reason = line("Motif", "Dites pourquoi.", "Ce que vous avez vérifié.", 500)


class RetentionForm(French):
    """How long, from when, by which text."""

    days = forms.IntegerField(
        label="Jours", min_value=1, max_value=3_660, error_messages={"required": "Indiquez combien de jours."}
    )
    basis = line("Texte ou décision", "Dites quel texte fixe cette durée.", most=300)
    confirmed = forms.BooleanField(label="Confirmé par la CDP ou par un texte", required=False)
    effective_from = day("À partir du", "Indiquez le premier jour.")

    def clean_effective_from(self) -> date:
        return read_day(self.cleaned_data["effective_from"])
