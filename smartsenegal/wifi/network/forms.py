"""Forms of `wifi.network`."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.kernel.fields import French, HourField, LineField
from smartsenegal.kernel.sites.api import STATES
from smartsenegal.kernel.territory.api import Territory, resolve, search
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import typography
from smartsenegal.wifi.network import rules
from smartsenegal.wifi.network.models import Hotspot, Nas, Zone

FILE_AT_MOST = 1_000_000
# A place of Dakar, as an example of how degrees are written.
NORTH, WEST = "14,69370", "-17,44406"


def degrees(label: str, limit: int, example: str, help_text: str = "") -> forms.DecimalField:
    """A latitude or a longitude, not always known."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=-limit,
        max_value=limit,
        max_digits=8,
        decimal_places=5,
        help_text=help_text,
        localize=True,
        error_messages={
            "invalid": f"Écrivez la {label.lower()} en degrés, comme {example}.",
            "max_decimal_places": "Cinq chiffres suffisent après la virgule.",
        },
    )


class _Positioned(French):
    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        given = [n for n in ("latitude", "longitude") if data.get(n) is not None]
        if len(given) == 1 and not {"latitude", "longitude"} & set(self.errors):
            self.add_error("longitude", "Donnez la latitude et la longitude, ou aucune des deux.")
        return data


class HotspotForm(_Positioned):
    """The first step: where the hotspot is, its network, and how people enter."""

    name = LineField(
        label="Nom du point",
        max_length=200,
        help_text="Comme les gens l’appellent : « Place de l’Indépendance ».",
        error_messages={"required": "Indiquez le nom du point."},
    )
    commune = LineField(
        label="Commune",
        max_length=120,
        help_text="Les premières lettres suffisent.",
        error_messages={"required": "Indiquez la commune."},
    )
    address = LineField(label="Adresse", max_length=300, required=False)
    latitude = degrees("Latitude", 90, NORTH, f"Comme {NORTH}. Sans elle, la carte montre la commune.")
    longitude = degrees("Longitude", 180, WEST, f"Comme {WEST}.")
    ssid = LineField(
        label="Nom du réseau (SSID)",
        max_length=64,
        help_text="Celui que les téléphones montrent : 32 octets au plus.",
        error_messages={"required": "Indiquez le nom du réseau."},
    )
    kinds_of_access = forms.MultipleChoiceField(
        label="Façons d’entrer",
        choices=rules.WAYS_IN,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une façon d’entrer."},
    )
    mobile = forms.BooleanField(label="C’est un kit mobile, pour des événements", required=False)

    def __init__(self, *args: Any, places_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["commune"].widget
        widget.template_name = "forms/widgets/place.html"
        widget.attrs["data-places"] = places_url

    def clean_commune(self) -> Territory:
        typed = self.data.get("commune_code", "") or self.cleaned_data["commune"]
        if found := resolve(typed):
            return found
        matches = search(typed, ["commune"], 8)
        if len(matches) == 1:
            return matches[0]
        self.fields["commune"].widget.attrs["matches"] = [(t.code, t.label) for t in matches]
        raise ValidationError(
            "Plusieurs communes répondent à ce nom. Choisissez la vôtre."
            if matches
            else typography("Cette commune est inconnue : vérifiez l’orthographe.")
        )

    def values(self) -> dict[str, Any]:
        """What `add_hotspot` takes."""
        data = dict(self.cleaned_data)
        place = data.pop("commune")
        return {**data, "place": place}


class SettingsForm(_Positioned):
    """Everything else of a hotspot, and what the public reads of its place."""

    name = LineField(label="Nom du point", max_length=200)
    address = LineField(label="Adresse", max_length=300, required=False)
    latitude = degrees("Latitude", 90, NORTH, f"Comme {NORTH}.")
    longitude = degrees("Longitude", 180, WEST, f"Comme {WEST}.")
    ssid = LineField(label="Nom du réseau (SSID)", max_length=64)
    secure_ssid = LineField(
        label="Réseau sécurisé (802.1X)",
        max_length=64,
        required=False,
        help_text="Vide quand le site n’en a pas.",
    )
    kinds_of_access = forms.MultipleChoiceField(
        label="Façons d’entrer",
        choices=rules.WAYS_IN,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une façon d’entrer."},
    )
    languages = forms.MultipleChoiceField(
        label="Langues du portail",
        choices=rules.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une langue."},
    )
    welcome = LineField(label="Mot d’accueil", max_length=300, required=False)
    uplink_down_kbps = forms.IntegerField(label="Débit descendant (kbit/s)", required=False, min_value=64)
    uplink_up_kbps = forms.IntegerField(label="Débit montant (kbit/s)", required=False, min_value=64)
    clients_at_most = forms.IntegerField(
        label="Appareils ensemble, au plus",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Vide : sans limite. Au-delà, on attend son tour ; personnel et secours entrent.",
    )
    pool = LineField(
        label="Plage d’adresses (DHCP)",
        max_length=43,
        required=False,
        help_text="Comme 10.20.0.0/20 : prévoyez plus d’adresses que d’appareils ensemble.",
    )
    lease_seconds = forms.IntegerField(label="Durée d’un bail (secondes)", min_value=300, max_value=604_800)
    mobile = forms.BooleanField(label="C’est un kit mobile, pour des événements", required=False)
    source = LineField(label="Source", max_length=300, required=False)

    OF_SITE: ClassVar = ("name", "address", "latitude", "longitude", "source")

    @classmethod
    def of(cls, hotspot: Hotspot, data: Any = None) -> "SettingsForm":
        initial = {
            name: getattr(hotspot.site if name in cls.OF_SITE else hotspot, name) for name in cls.base_fields
        }
        return cls(data, initial=initial)


class ZoneForm(_Positioned):
    """A part of a hotspot that people would name."""

    name = LineField(
        label="Nom de la zone",
        max_length=120,
        help_text="Une place, un hall, un pavillon.",
        error_messages={"required": "Indiquez le nom de la zone."},
    )
    latitude = degrees("Latitude", 90, NORTH, f"Comme {NORTH}.")
    longitude = degrees("Longitude", 180, WEST, f"Comme {WEST}.")


class AccessPointForm(French):
    """An access point, and a channel for each of its radios."""

    zone = forms.ChoiceField(label="Zone")
    name = LineField(
        label="Nom de la borne", max_length=80, error_messages={"required": "Indiquez le nom de la borne."}
    )
    mac = LineField(
        label="Adresse MAC",
        max_length=20,
        help_text="Sur l’étiquette : 00:11:22:AA:BB:CC.",
        error_messages={"required": "Indiquez l’adresse MAC."},
    )
    make = LineField(label="Marque", max_length=40, required=False)
    model = LineField(label="Modèle", max_length=60, required=False)
    serial = LineField(label="Numéro de série", max_length=80, required=False)
    address = forms.GenericIPAddressField(
        label="Adresse IP de gestion",
        required=False,
        error_messages={"invalid": "Écrivez une adresse comme 10.0.0.12."},
    )
    installed_on = forms.CharField(label="Installée le", required=False, max_length=30)

    def __init__(self, *args: Any, zones: list[Zone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zones = {str(z.pk): z for z in zones}
        self.fields["zone"].choices = [(key, z.name) for key, z in self.zones.items()]  # type: ignore[attr-defined]
        self.fields["installed_on"].widget.template_name = "forms/widgets/date.html"
        for band, label in rules.BANDS:
            self.fields[f"channel_{band}"] = forms.IntegerField(
                label=f"Canal en {label}", required=False, min_value=1, max_value=233,
                help_text="Vide quand la borne n’a pas cette radio.",
            )  # fmt: skip

    def clean_mac(self) -> str:
        found = rules.mac(self.cleaned_data["mac"])
        if found is None:
            raise ValidationError("Une adresse MAC a 12 chiffres hexadécimaux, comme 00:11:22:AA:BB:CC.")
        return found

    def clean_installed_on(self) -> date | None:
        return _day(self.cleaned_data["installed_on"])

    def values(self) -> dict[str, Any]:
        """What `add_access_point` and `change_access_point` take."""
        data = dict(self.cleaned_data)
        channels = {band: data.pop(f"channel_{band}") for band, _ in rules.BANDS}
        radios = {band: {"channel": channel} for band, channel in channels.items() if channel}
        return {
            **data,
            "zone": self.zones[data["zone"]],
            "radios": radios,
            "address": data["address"] or None,
        }


class GatewayForm(French):
    """The second step: what stands between the access points and the network."""

    gateway = forms.ChoiceField(
        label="Modèle",
        choices=rules.GATEWAYS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le modèle de la passerelle."},
    )
    transport = forms.ChoiceField(
        label="RADIUS passe par", choices=rules.TRANSPORTS, widget=forms.RadioSelect, initial="udp"
    )
    network = LineField(
        label="Adresse d’où viennent ses paquets",
        max_length=43,
        required=False,
        help_text="Son adresse publique, comme 102.164.10.20, ou un réseau. Nécessaire en UDP.",
    )
    certificate_name = LineField(
        label="Nom dans son certificat",
        max_length=200,
        required=False,
        help_text="RadSec seulement : comme gw1.ucad.sn ; la plateforme le met dans son certificat.",
    )
    coa_address = forms.GenericIPAddressField(
        label="Adresse où couper une connexion (CoA)",
        required=False,
        help_text="Vide : on ne peut pas couper une connexion avant son terme.",
        error_messages={"invalid": "Écrivez une adresse comme 102.164.10.20."},
    )
    interim_seconds = forms.IntegerField(
        label="Un rapport toutes les (secondes)",
        min_value=60,
        max_value=3600,
        initial=300,
        help_text="300 convient. Après trois rapports manqués, un site est tenu pour muet.",
    )

    controller_url = LineField(
        label="Adresse de son contrôleur",
        max_length=200,
        required=False,
        help_text="UniFi seulement : comme https://unifi.exemple.sn, avec un certificat valable.",
    )
    controller_key = LineField(
        label="Clé d’API du contrôleur",
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="UniFi seulement. Elle est scellée et n’est plus montrée. Vide : la clé reste.",
    )

    @classmethod
    def of(cls, nas: Nas, data: Any = None) -> "GatewayForm":
        initial = {name: getattr(nas, name) for name in cls.base_fields}
        hidden = {"controller_key": ""}
        return cls(data, initial={**initial, **hidden, "network": rules.spelt_network(nas.network)})

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if data.get("transport") == "udp" and not data.get("network") and "network" not in self.errors:
            self.add_error("network", "Indiquez l’adresse d’où viennent ses paquets.")
        return data

    def clean_controller_url(self) -> str:
        typed = str(self.cleaned_data["controller_url"]).rstrip("/")
        if typed and not typed.startswith("https://"):
            raise ValidationError("L’adresse commence par https:// : la clé y passe.")
        return typed

    def clean_coa_address(self) -> str | None:
        return self.cleaned_data["coa_address"] or None


class StateForm(French):
    """A new state, and why."""

    state = forms.ChoiceField(label="État", choices=STATES, widget=forms.RadioSelect)
    reason = LineField(
        label="Motif",
        required=False,
        max_length=300,
        help_text="Le public le lit. Vide quand le point rouvre.",
    )


class MaintenanceForm(French):
    """Works: from when, until when, and why."""

    starts_on = forms.CharField(
        label="Jour du début",
        max_length=30,
        help_text="Comme 27 3 2027.",
        error_messages={"required": "Indiquez le jour du début."},
    )
    starts_time = HourField(label="Heure du début")
    ends_on = forms.CharField(
        label="Jour de la fin", max_length=30, error_messages={"required": "Indiquez le jour de la fin."}
    )
    ends_time = HourField(label="Heure de fin")
    reason = LineField(label="Motif", max_length=300, error_messages={"required": "Indiquez le motif."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.template_name = "forms/widgets/date.html"

    def clean_starts_on(self) -> date | None:
        return _day(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date | None:
        return _day(self.cleaned_data["ends_on"])

    def values(self) -> dict[str, Any]:
        """What `plan_maintenance` takes."""
        data = self.cleaned_data
        return {
            "starts_at": timezone.make_aware(datetime.combine(data["starts_on"], data["starts_time"])),
            "ends_at": timezone.make_aware(datetime.combine(data["ends_on"], data["ends_time"])),
            "reason": data["reason"],
        }


class ImportForm(French):
    """A file to look at before anything is written; then its text, kept in the page."""

    file = forms.FileField(
        label="Fichier CSV",
        help_text="Un mégaoctet au plus, en UTF-8.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput, max_length=FILE_AT_MOST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")
        self.fields["file"].widget.attrs["accept"] = ".csv,text/csv"

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        file = data.get("file")
        if file is None:
            return data
        if file.size > FILE_AT_MOST:
            self.add_error("file", "Ce fichier dépasse un mégaoctet.")
            return data
        try:
            return {**data, "text": file.read().decode("utf-8")}
        except UnicodeDecodeError:
            self.add_error(
                "file", typography("Ce fichier n’est pas en UTF-8 : enregistrez-le en « CSV UTF-8 ».")
            )
            return data


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed) if typed else None
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None
