"""Forms of `wifi.media`."""

from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.kernel.fields import HourField
from smartsenegal.kernel.territory.api import Territory, resolve
from smartsenegal.wifi.media.models import Cache
from smartsenegal.wifi.media.rules import KINDS, ROLES
from smartsenegal.wifi.network.api import LANGUAGES, French, Hotspot, LineField

_GIGA = 10**9


class PackageForm(French):
    """What a package is called, and who may use it."""

    title = LineField(label="Titre", max_length=160, error_messages={"required": "Indiquez le titre."})
    summary = LineField(
        label="Résumé",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qu’on y apprend ou y voit, en une ou deux phrases.",
    )
    kind = forms.ChoiceField(
        label="Genre", choices=KINDS, error_messages={"required": "Choisissez le genre."}
    )
    language = forms.ChoiceField(
        label="Langue", choices=LANGUAGES, error_messages={"required": "Choisissez la langue."}
    )
    licence = LineField(
        label="Licence",
        max_length=200,
        help_text="Comme « CC BY-SA 4.0 » ou « avec l’accord de l’auteur, du 3 mai 2026 ».",
        error_messages={"required": "Indiquez la licence : sans elle, rien ne se publie."},
    )
    minutes = forms.IntegerField(
        label="Durée (minutes)",
        required=False,
        min_value=1,
        max_value=1440,
        help_text="Vide pour une vidéo MP4, qui la dit elle-même.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        error_messages={
            "invalid": "Écrivez un nombre entier de minutes.",
            "min_value": "Au moins une minute.",
            "max_value": "Vingt-quatre heures au plus.",
        },
    )

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = dict(self.cleaned_data)
        minutes = data.pop("minutes") or 0
        return {**data, "duration_seconds": 60 * minutes}


class FileForm(French):
    """A file of a package, sent at once; by pieces when the browser has JavaScript."""

    role = forms.ChoiceField(
        label="Ce fichier est",
        choices=ROLES,
        widget=forms.RadioSelect,
        initial="main",
        error_messages={"required": "Dites ce qu’est ce fichier."},
    )
    language = forms.ChoiceField(
        label="Langue des sous-titres",
        choices=[("", "—"), *LANGUAGES],
        required=False,
        help_text="Seulement pour des sous-titres.",
    )
    file = forms.FileField(
        label="Fichier",
        help_text="Vidéo MP4, son MP3, PDF ou page HTML ; sous-titres WebVTT ; image JPEG ou PNG. Sans "
        "JavaScript, 10 Mo au plus.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )


class AssignForm(French):
    """Where a package is to be held."""

    where = forms.ChoiceField(label="Où", error_messages={"required": "Choisissez un lieu."})
    pinned = forms.BooleanField(label="Épingler : toujours gardé, même quand la place manque", required=False)
    position = forms.IntegerField(
        label="Ordre sur la page",
        min_value=1,
        max_value=999,
        initial=100,
        help_text="Les plus petits nombres d’abord.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        error_messages={
            "required": "Écrivez un nombre.",
            "invalid": "Écrivez un nombre entier.",
            "min_value": "Au moins 1.",
            "max_value": "999 au plus.",
        },
    )

    def __init__(self, *args: Any, regions: list[Territory], hotspots: list[Hotspot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hotspots = {h.site.code: h for h in hotspots}
        field = self.fields["where"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "Tous les points Wi-Fi"),
            ("Régions", [(f"t:{region.code}", region.name) for region in regions]),
            ("Points", [(f"h:{code}", h.site.name) for code, h in self._hotspots.items()]),
        ]
        field.required = False

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        kind, _, code = self.cleaned_data["where"].partition(":")
        return {
            "territory": resolve(code, ("region",)) if kind == "t" else None,
            "hotspot": self._hotspots[code] if kind == "h" else None,
            "pinned": self.cleaned_data["pinned"],
            "position": self.cleaned_data["position"],
        }


class CacheForm(French):
    """How the cache of a hotspot works."""

    address = forms.CharField(
        label="Adresse sur place",
        max_length=200,
        required=False,
        help_text="Celle que les appareils du point atteignent, comme http://contenus.lan. Vide, le centre "
        "sert les contenus.",
    )
    quota = forms.IntegerField(
        label="Place réservée (Go)",
        min_value=1,
        max_value=100_000,
        initial=50,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
        error_messages={
            "required": "Écrivez un nombre de Go.",
            "invalid": "Écrivez un nombre entier de Go.",
            "min_value": "Au moins 1 Go.",
            "max_value": "100 000 Go au plus.",
        },
    )
    window_start = HourField(
        label="Télécharge à partir de", initial=time(1), help_text="Comme 1 h. La nuit, la ligne est libre."
    )
    window_end = HourField(
        label="Jusqu’à", initial=time(5), help_text="Deux heures égales : toute la journée."
    )
    rate_kbps = forms.IntegerField(
        label="Débit au plus (kbit/s)",
        min_value=0,
        max_value=10_000_000,
        initial=4000,
        help_text="0 : sans limite.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
        error_messages={
            "required": "Écrivez un débit en kbit/s.",
            "invalid": "Écrivez un nombre entier.",
            "min_value": "0 au moins.",
            "max_value": "10 000 000 au plus.",
        },
    )

    @classmethod
    def of(cls, cache: Cache | None, data: Any) -> "CacheForm":
        """The form of a cache as it is set."""
        if cache is None:
            return cls(data)
        names = ("address", "window_start", "window_end", "rate_kbps")
        initial = {name: getattr(cache, name) for name in names} | {"quota": cache.quota // _GIGA}
        return cls(data, initial=initial)

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).rstrip("/")
        parts = urlsplit(typed)
        if typed and (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query
        ):
            raise ValidationError("Écrivez une adresse comme http://contenus.lan, sans chemin.")
        return typed

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "quota": self.cleaned_data["quota"] * _GIGA}
