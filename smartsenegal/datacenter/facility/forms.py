"""Forms of `datacenter.facility`. Power is typed in kW, kept in W."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.datacenter.facility import queries
from smartsenegal.datacenter.facility.models import Component, DataCenter, Rack, Reservation
from smartsenegal.datacenter.facility.rules import words
from smartsenegal.datacenter.facility.rules.feeds import write
from smartsenegal.datacenter.facility.rules.graph import COOLING, NETWORK, POWER
from smartsenegal.kernel.fields import French, LineField, Thousands
from smartsenegal.kernel.territory.api import Territory, resolve
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import typography

FILE_AT_MOST = 1_000_000


def _whole(label: str, most: int, help_text: str = "", **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, help_text=help_text, **{"required": False, **kwargs}
    )


def _hours(label: str, help_text: str = "") -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, help_text=help_text, localize=True)


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed) if typed else None
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


class _Dated(French):
    """Adds the days between which a row holds."""

    valid_from = forms.CharField(label="À partir du", max_length=30, required=False)
    valid_until = forms.CharField(
        label="Jusqu’au",
        max_length=30,
        required=False,
        help_text="Ce jour-là n’en est plus. Vide : sans fin.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget.template_name = "forms/widgets/date.html"
        self.order_fields([name for name in self.fields if not name.startswith("valid_")])

    def clean_valid_from(self) -> date | None:
        return _day(self.cleaned_data["valid_from"])

    def clean_valid_until(self) -> date | None:
        return _day(self.cleaned_data["valid_until"])


class CenterForm(French):
    """A new datacentre."""

    name = LineField(label="Nom du centre", max_length=200)
    code = forms.SlugField(
        label="Code", max_length=100, help_text="Il est dans les adresses : « dc-diamniadio »."
    )
    commune = LineField(label="Commune", max_length=120)
    power_watts = Thousands(label="Puissance annoncée (kW)")
    design_claim = LineField(
        label="Niveau annoncé",
        max_length=200,
        required=False,
        help_text="Ce qui est dit, non ce qui est certifié.",
    )
    source = LineField(label="Source", max_length=300, required=False)

    def clean_commune(self) -> Territory:
        found = resolve(self.cleaned_data["commune"])
        if found is None:
            raise ValidationError("Cette commune est inconnue : vérifiez l’orthographe.")
        return found

    def values(self) -> dict[str, Any]:
        """What `add_center` takes."""
        data = dict(self.cleaned_data)
        return {"place": data.pop("commune"), **data}


class RoomForm(_Dated):
    """A room."""

    code = forms.SlugField(label="Code", max_length=40, help_text="Comme « salle-1 ».")
    name = LineField(label="Nom", max_length=120)
    area_m2 = _whole("Surface (m²)", 1_000_000)
    kg_per_m2 = _whole("Charge au sol (kg/m²)", 100_000)
    source = LineField(label="Source", max_length=300, required=False)

    def __init__(self, *args: Any, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]


class ComponentForm(_Dated):
    """A part, and what feeds it."""

    code = LineField(label="Code", max_length=40, help_text="Majuscules, chiffres et tirets : « OND-A1 ».")
    name = LineField(label="Nom", max_length=120)
    kind = forms.ChoiceField(
        label="Nature",
        choices=[(dict(words.SYSTEMS)[s], kinds) for s, kinds in words.KINDS_BY_SYSTEM.items()],
    )
    path = forms.ChoiceField(label="Voie", choices=words.PATHS, required=False, widget=forms.RadioSelect)
    feeds = forms.CharField(
        label="Alimentée par",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une ligne par besoin. « A + B » : ensemble ; « A > B » : A, et B en secours ;"
        " « 2 de A, B, C » : deux au moins.",
    )
    capacity = Thousands(label="Capacité (kW, kW de chaleur ou Gbit/s)", help_text="Vide : non connue.")
    draw_watts = Thousands(
        label="Consommation électrique (kW)", help_text="D’un groupe froid, d’un commutateur."
    )
    carried = Thousands(
        label="Charge de secours retenue",
        help_text="Si elle peut porter moins que tout ce qui en dépend, quand d’autres sont à l’arrêt.",
    )
    three_phase = forms.BooleanField(label="Elle est triphasée", required=False)
    isolation = forms.ChoiceField(
        label="Pour y travailler, on l’isole", choices=words.ISOLATIONS, widget=forms.RadioSelect
    )
    compartment = LineField(
        label="Compartiment", max_length=60, required=False, help_text="Ce qui brûle ou s’inonde ensemble."
    )
    work_hours = _hours("Durée d’un entretien (h)")
    mtbf_hours = _hours("Heures entre deux pannes (MTBF)", "Vide : non connu, et compté comme sans panne.")
    mttr_hours = _hours("Heures de réparation (MTTR)")
    common_cause = LineField(label="Cause commune", max_length=40, required=False)
    beta = forms.FloatField(label="Part des pannes de cause commune, de 0 à 1", required=False, localize=True)
    assumed_from = LineField(label="D’où viennent ces hypothèses", max_length=300, required=False)

    def __init__(self, *args: Any, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]

    @classmethod
    def of(cls, component: Component, data: Any = None) -> "ComponentForm":
        """The form of a part that exists."""
        initial = {name: getattr(component, name, None) for name in cls.base_fields}
        fed = queries.feeds(component.center).get(component.code, ())
        return cls(data, initial={**initial, "feeds": write(fed)}, new=False)

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def values(self) -> dict[str, Any]:
        """What `add_component` and `change_component` take."""
        data = dict(self.cleaned_data)
        data["beta"] = data["beta"] or 0.0
        data["draw_watts"] = data["draw_watts"] or 0
        changed = {"mtbf_hours", "mttr_hours", "work_hours", "beta", "assumed_from"} & set(self.changed_data)
        return {**data, "assumed_on": timezone.localdate()} if changed else data


def _by_code(found: Any) -> list[tuple[str, str]]:
    return [(c.code, f"{c.code} — {c.name}") for c in found]


class RackForm(_Dated):
    """A rack, and what it hangs from."""

    room = forms.ChoiceField(label="Salle")
    code = LineField(label="Code", max_length=40, help_text="Comme « B01 ».")
    row = LineField(label="Rangée", max_length=20, required=False)
    place = _whole("Place dans la rangée", 999, required=True, initial=1)
    units = _whole("Hauteur (U)", 100, required=True, initial=42)
    max_kg = _whole("Charge utile (kg)", 100_000)
    max_watts = Thousands(label="Puissance (kW)")
    ports = _whole("Ports de réseau", 10_000)
    feed_a = forms.ChoiceField(label="Voie A", required=False)
    phase_a = forms.ChoiceField(label="Phase en A", choices=words.PHASES, required=False)
    feed_b = forms.ChoiceField(label="Voie B", required=False)
    phase_b = forms.ChoiceField(label="Phase en B", choices=words.PHASES, required=False)
    cooling = forms.MultipleChoiceField(
        label="Refroidie par", required=False, widget=forms.CheckboxSelectMultiple
    )
    network = forms.MultipleChoiceField(
        label="Reliée au réseau par", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, center: DataCenter, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = list(queries.components(center))
        self.known = {c.code: c for c in parts}
        self.rooms = {room.code: room for room in queries.rooms(center)}
        self.fields["room"].choices = [(r.code, r.name) for r in self.rooms.values()]  # type: ignore[attr-defined]
        power = [c for c in parts if c.system == POWER]
        for name in ("feed_a", "feed_b"):
            self.fields[name].choices = [("", "Aucune"), *_by_code(power)]  # type: ignore[attr-defined]
        for name, system in (("cooling", COOLING), ("network", NETWORK)):
            self.fields[name].choices = _by_code(c for c in parts if c.system == system)  # type: ignore[attr-defined]
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]
        if not new:
            del self.fields["room"], self.fields["code"]

    @classmethod
    def of(cls, rack: Rack, data: Any = None) -> "RackForm":
        """The form of a rack that exists."""
        initial: dict[str, Any] = {n: getattr(rack, n) for n in cls.base_fields if n not in ("room", "code")}
        for name in ("feed_a", "feed_b"):
            initial[name] = initial[name].code if initial[name] else ""
        for name in ("cooling", "network"):
            initial[name] = [c.code for c in initial[name].all()]
        return cls(data, initial=initial, center=rack.room.center, new=False)

    def values(self) -> dict[str, Any]:
        """What `add_rack` (after `room`) and `change_rack` take."""
        data = dict(self.cleaned_data)
        if "room" in data:
            data["room"] = self.rooms[data["room"]]
        for name in ("feed_a", "feed_b"):
            data[name] = self.known.get(data[name])
        for name in ("cooling", "network"):
            if name in data:
                data[name] = [self.known[code] for code in data[name]]
        return data


class _Claimed(French):
    """A range of units and what comes with it."""

    first = _whole("Premier U, compté du bas", 100, required=True)
    units = _whole("Hauteur (U)", 100, required=True, initial=1)
    watts = Thousands(label="Puissance (kW)")
    kg = _whole("Poids (kg)", 100_000)
    ports = _whole("Ports de réseau", 10_000)
    feeds = forms.ChoiceField(
        label="Alimentations", choices=words.FEEDS, initial="AB", widget=forms.RadioSelect
    )

    def values(self) -> dict[str, Any]:
        """What `install_device` and `hold` take."""
        data = dict(self.cleaned_data)
        return {**data, **{name: data[name] or 0 for name in ("watts", "kg", "ports")}}


class DeviceForm(_Claimed):
    """A device to install."""

    name = LineField(label="Nom de l’équipement", max_length=80)
    model = LineField(label="Modèle", max_length=80, required=False)
    serial = LineField(label="Numéro de série", max_length=80, required=False)
    reservation = forms.ChoiceField(
        label="Dans la place réservée de",
        required=False,
        help_text="Il en prend alors la place et la puissance.",
    )

    def __init__(self, *args: Any, reservations: list[Reservation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(r.pk): r for r in reservations}
        names = [(key, f"{r.holder}, U{r.first} à U{r.first + r.units - 1}") for key, r in self.known.items()]
        self.fields["reservation"].choices = [("", "Aucune"), *names]  # type: ignore[attr-defined]
        self.order_fields(["name", "model", "serial"])
        if not names:
            del self.fields["reservation"]

    def values(self) -> dict[str, Any]:
        data = super().values()
        data["reservation"] = self.known.get(data.get("reservation", ""))
        return {**data, "installed_on": timezone.localdate()}


class HoldForm(_Claimed):
    """A range to hold."""

    holder = LineField(label="Pour qui", max_length=120)
    expires_on = forms.CharField(label="Jusqu’au soir du", max_length=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].widget.template_name = "forms/widgets/date.html"
        self.order_fields(["holder", "expires_on"])

    def clean_expires_on(self) -> date | None:
        return _day(self.cleaned_data["expires_on"])

    def values(self) -> dict[str, Any]:
        data = super().values()
        evening = datetime.combine(data.pop("expires_on"), time(23, 59))
        return {**data, "expires_at": timezone.make_aware(evening)}


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
            told = "Ce fichier n’est pas en UTF-8 : enregistrez-le en « CSV UTF-8 »."
            self.add_error("file", typography(told))
            return data
