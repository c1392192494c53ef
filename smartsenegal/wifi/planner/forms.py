"""What a planner says of a crowd and of a kit."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.kernel.fields import HourField
from smartsenegal.lib.dates import DateRefused, format_date, parse_date
from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.network.api import Hotspot, LineField
from smartsenegal.wifi.planner import presenting, rules
from smartsenegal.wifi.planner.calibration import Calibration
from smartsenegal.wifi.planner.models import Plan
from smartsenegal.wifi.planner.rules import Crowd, Held, Kit, Need, Range, Service


def _whole(
    label: str, least: int, most: int, initial: int, help_text: str = "", **more: Any
) -> forms.IntegerField:
    said = {
        "required": "Écrivez un nombre entier.",
        "invalid": "Écrivez un nombre entier, sans lettre ni virgule.",
        "min_value": "Écrivez au moins %(limit_value)s.",
        "max_value": "Écrivez %(limit_value)s au plus.",
    }
    return forms.IntegerField(
        label=_(label), min_value=least, max_value=most, initial=initial, help_text=_(help_text),
        error_messages=said, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 12}), **more,
    )  # fmt: skip


class PlanForm(forms.Form):
    """All has a default that was measured somewhere, but the crowd."""

    people = _whole("Personnes présentes au plus fort", 1, 20_000_000, 20_000)
    arrivals = _whole("Arrivées par heure", 0, 5_000_000, 5_000, "Pour les adresses à réserver.")
    at_once_low = _whole("Connectés ensemble, au moins (%)", 0, 100, 38)
    at_once = _whole("Connectés ensemble, le plus probable (%)", 0, 100, 44)
    at_once_high = _whole(
        "Connectés ensemble, au plus (%)", 0, 100, 49,
        "Sur 100 personnes présentes. Mesuré de 38 à 49 dans des stades ; à remplacer par vos mesures.",
    )  # fmt: skip
    kbps = _whole(
        "Débit par appareil au plus fort (kbit/s)", 10, 20_000, 350, "Mesuré de 300 à 430 dans des stades."
    )
    points = _whole("Bornes dont vous disposez", 1, 100_000, 40)
    radios = _whole("Radios par borne", 1, 4, 2)
    active = _whole(
        "Appareils servis ensemble par radio", 1, 500, 50, "30 dans une cellule difficile, 60 au mieux."
    )
    heard = _whole(
        "Autres radios entendues par chacune", 0, 1_000, 8, "Plus elles s’entendent, moins chacune parle."
    )
    uplink = _whole(
        "Débit du lien vers internet (Mbit/s)", 1, 10_000_000, 1_000, "Vide : pas de limite.", required=False
    )
    local = _whole("Part servie sur place (%)", 0, 99, 0, "Leçons et vidéos gardées sur le site.")
    measured = forms.ChoiceField(
        label=_("Débit mesuré à un point Wi-Fi"), required=False, initial="",
        help_text=_("Remplace le débit par appareil par ce qui y a été mesuré ces 28 derniers jours."),
        error_messages={"invalid_choice": _("Choisissez un point de la liste.")},
    )  # fmt: skip
    lease = _whole("Durée d’un bail DHCP (minutes)", 5, 10_080, 45, "De 30 à 60 minutes pour un événement.")

    def __init__(
        self,
        *args: Any,
        measurable: Mapping[int, str] | None = None,
        measure: Callable[[int], Calibration] | None = None,
        **kwargs: Any,
    ) -> None:
        """`measurable` names the hotspots whose measures may be asked for, `measure` gives those of one."""
        super().__init__(*args, **kwargs)
        self._measure = measure
        self.calibration: Calibration | None = None
        places: Any = self.fields["measured"]
        named = [(str(number), name) for number, name in (measurable or {}).items()]
        places.choices = [("", _("Aucun : le débit écrit plus haut")), *named]

    def clean_measured(self) -> str:
        typed: str = self.cleaned_data["measured"]
        if typed and self._measure:
            self.calibration = self._measure(int(typed))
            if self.calibration.fault:
                raise ValidationError(_(self.calibration.fault))
        return typed

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        three = [given.get(name) for name in ("at_once_low", "at_once", "at_once_high")]
        if None not in three and three != sorted(three):  # type: ignore[type-var]
            self.add_error("at_once_high", "Écrivez ces trois parts de la plus petite à la plus grande.")
        return given

    def measures(self) -> dict[str, Any]:
        """What was measured at the point that was asked for, as it is told and kept; {} without any."""
        if self.calibration is None:
            return {}
        places = dict(self.fields["measured"].choices)  # type: ignore[attr-defined]
        return presenting.measures(self.calibration, places[self.cleaned_data["measured"]])

    def crowd(self) -> Crowd:
        """The crowd that was described."""
        given = self.cleaned_data
        shares = Range(*(given[n] / 100 for n in ("at_once_low", "at_once", "at_once_high")))
        take_up = Range(*(max(known, on) for known, on in zip(
            (rules.TAKE_UP.low, rules.TAKE_UP.likely, rules.TAKE_UP.high),
            (shares.low, shares.likely, shares.high), strict=True)))  # fmt: skip
        spread = rules.KBPS * (given["kbps"] / rules.KBPS.likely)
        found = self.calibration.kbps if self.calibration else None
        return Crowd(given["people"], given["arrivals"], take_up, shares, found or spread)

    def kit(self) -> Kit:
        """The access points."""
        given, usual = self.cleaned_data, Kit().active
        active = Range(*(given["active"] * v / usual.likely for v in (usual.low, usual.likely, usual.high)))
        return Kit(given["radios"], active, heard=given["heard"])

    def service(self) -> Service:
        """What is served, and the leases."""
        given = self.cleaned_data
        return Service(given["local"] / 100, given["lease"] * 60)

    def results(self) -> tuple[Need, Held]:
        """What the crowd asks for, and what the access points hold of it."""
        crowd, kit, service = self.crowd(), self.kit(), self.service()
        points, uplink = self.cleaned_data["points"], self.cleaned_data["uplink"]
        return rules.need(crowd, kit, service), rules.held(points, crowd, kit, uplink, service)


def _day(label: str, required: str) -> forms.CharField:
    field = forms.CharField(label=_(label), max_length=30, error_messages={"required": _(required)})
    field.widget.template_name = "forms/widgets/date.html"  # type: ignore[attr-defined]
    return field


class KeptForm(PlanForm):
    """A plan to be kept: the event it is for, then what it rests on."""

    name = LineField(
        label="Nom du plan", max_length=120, error_messages={"required": "Indiquez le nom du plan."}
    )
    starts_on = _day("Début de l’événement", "Indiquez le jour du début.")
    starts_time = HourField(label="Heure de début")
    ends_on = _day("Fin de l’événement", "Indiquez le jour de la fin.")
    ends_time = HourField(label="Heure de fin")
    hotspots = forms.ModelMultipleChoiceField(
        label="Points Wi-Fi", queryset=Hotspot.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text="Ceux dont les mesures seront mises à côté du plan.",
        error_messages={"required": "Cochez au moins un point Wi-Fi."},
    )  # fmt: skip

    field_order = ("name", "starts_on", "starts_time", "ends_on", "ends_time", "hotspots")

    def __init__(self, *args: Any, hotspots: list[Hotspot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["hotspots"]
        places.queryset = Hotspot.objects.filter(pk__in=[h.pk for h in hotspots]).select_related(
            "site__territory"
        )
        places.label_from_instance = lambda hotspot: hotspot.site.name

    def clean_starts_on(self) -> date:
        return _read(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date:
        return _read(self.cleaned_data["ends_on"])

    def values(self) -> dict[str, Any]:
        """What `keep` and `change` take."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "hotspots": list(given["hotspots"]),
            "starts_at": _moment(given["starts_on"], given["starts_time"]),
            "ends_at": _moment(given["ends_on"], given["ends_time"]),
            "answers": {name: given[name] for name in PlanForm.base_fields},
            "result": rules.frozen(*self.results(), given["points"]) | {"measures": self.measures()},
        }


def initial_of(plan: Plan) -> dict[str, Any]:
    """What the form of a kept plan opens with."""
    starts, ends = timezone.localtime(plan.starts_at), timezone.localtime(plan.ends_at)
    return {
        **plan.answers,
        "name": plan.name,
        "starts_on": format_date(starts.date()),
        "starts_time": starts.time(),
        "ends_on": format_date(ends.date()),
        "ends_time": ends.time(),
        "hotspots": [hotspot.pk for hotspot in plan.hotspots.all()],
    }


def _read(typed: str) -> date:
    try:
        return parse_date(typed)
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
