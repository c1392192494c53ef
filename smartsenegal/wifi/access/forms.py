"""Forms of plans, groups and rules."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.kernel.fields import HourField
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import typography
from smartsenegal.wifi.access.models import Group, Plan
from smartsenegal.wifi.access.rules import DAYS, PRIORITIES
from smartsenegal.wifi.network.api import French, Hotspot, LineField, Zone

DAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MEGA = 1_000_000


def number(label: str, most: int, help_text: str = "Vide : sans limite.") -> forms.IntegerField:
    """A whole number that may be without limit."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most, help_text=help_text)


def day_field(label: str, required: str = "", help_text: str = "") -> forms.CharField:
    """A day typed in French; `required` is the sentence when it is missing."""
    field = forms.CharField(
        label=label, max_length=30, required=bool(required), help_text=help_text,
        error_messages={"required": required},
    )  # fmt: skip
    field.widget.template_name = "forms/widgets/date.html"  # type: ignore[attr-defined]
    return field


def read_day(typed: str) -> date | None:
    """The day of those words, None for none. Raises ValidationError."""
    try:
        return parse_date(typed) if typed else None
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


class PlanForm(French):
    """Limits in the units people speak: minutes, megabytes, Mbit/s."""

    name = LineField(
        label="Nom du forfait", max_length=120, error_messages={"required": "Indiquez le nom du forfait."}
    )
    session_minutes = number("Durée d’une connexion (minutes)", 100_000)
    daily_minutes = number("Temps par jour (minutes)", 1440)
    daily_megabytes = number("Volume par jour (mégaoctets)", 10_000_000)
    down_kbps = number("Débit vers l’appareil (kbit/s)", 10_000_000)
    up_kbps = number("Débit depuis l’appareil (kbit/s)", 10_000_000)
    idle_minutes = number("Fin sans trafic, après (minutes)", 1440, "Libère la place d’un appareil parti.")
    devices = forms.IntegerField(label="Appareils ensemble", min_value=1, max_value=50, initial=1)
    priority = forms.TypedChoiceField(
        label="Priorité",
        choices=PRIORITIES,
        coerce=int,
        initial=0,
        widget=forms.RadioSelect,
        help_text="Le personnel et les secours entrent même quand le site est plein.",
    )

    @classmethod
    def of(cls, plan: Plan, data: Any = None) -> "PlanForm":
        initial = {
            "name": plan.name,
            "session_minutes": _divided(plan.session_seconds, 60),
            "daily_minutes": _divided(plan.daily_seconds, 60),
            "daily_megabytes": _divided(plan.daily_octets, MEGA),
            "idle_minutes": _divided(plan.idle_seconds, 60),
            **{name: getattr(plan, name) for name in ("down_kbps", "up_kbps", "devices", "priority")},
        }
        return cls(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        session, day = data.get("session_minutes"), data.get("daily_minutes")
        if session and day and session > day:
            self.add_error("session_minutes", "Une connexion ne peut pas durer plus que le temps du jour.")
        return data

    def values(self) -> dict[str, Any]:
        """What `add_plan` and `change_plan` take."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "session_seconds": _times(data["session_minutes"], 60),
            "daily_seconds": _times(data["daily_minutes"], 60),
            "daily_octets": _times(data["daily_megabytes"], MEGA),
            "idle_seconds": _times(data["idle_minutes"], 60),
            **{name: data[name] for name in ("down_kbps", "up_kbps", "devices", "priority")},
        }


def _divided(value: int | None, unit: int) -> int | None:
    return None if value is None else max(1, value // unit)


def _times(value: int | None, unit: int) -> int | None:
    return None if value is None else value * unit


class GroupForm(French):
    name = LineField(
        label="Nom du groupe",
        max_length=120,
        help_text="Comme « Étudiants de l’UCAD » ou « Secours ».",
        error_messages={"required": "Indiquez le nom du groupe."},
    )


class _Placed(French):
    """A site and a zone of it, chosen among those one sees: `place` is `site:3`, `zone:12` or ""."""

    place = forms.ChoiceField(label="Lieu", required=False)

    def __init__(self, *args: Any, hotspots: list[Hotspot], zones: list[Zone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hotspots = {f"site:{h.pk}": h for h in hotspots}
        several = {z.hotspot_id for z in zones if z.code != "tout"}
        self.zones = {f"zone:{z.pk}": z for z in zones if z.hotspot_id in several}
        names = [(key, h.site.name) for key, h in self.hotspots.items()]
        names += [(key, f"{z.hotspot.site.name} : {z.name}") for key, z in self.zones.items()]
        ordered = sorted(((k, typography(n)) for k, n in names), key=lambda pair: pair[1])
        self.fields["place"].choices = [("", self.anywhere), *ordered]  # type: ignore[attr-defined]

    anywhere = "Tous les sites"

    def where(self) -> tuple[Hotspot | None, Zone | None]:
        """The site and the zone that were chosen."""
        chosen = self.cleaned_data.get("place", "")
        return self.hotspots.get(chosen), self.zones.get(chosen)


class RuleForm(_Placed):
    """Who, where and when; what is left empty holds always."""

    plan = forms.ModelChoiceField(
        label="Forfait",
        queryset=Plan.objects.order_by("name"),
        # No plan is chosen beforehand: a form sent as it is would give it to everybody, everywhere.
        empty_label="Choisissez",
        error_messages={"required": "Choisissez un forfait."},
    )
    group = forms.ModelChoiceField(
        label="Pour qui", queryset=Group.objects.order_by("name"), required=False, empty_label="Tout le monde"
    )
    days = forms.MultipleChoiceField(
        label="Jours",
        required=False,
        choices=list(zip(DAYS, (name.capitalize() for name in DAY_NAMES), strict=True)),
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous les jours.",
    )
    opens = HourField(label="De", required=False, help_text="Comme 8 h. Vide : toute la journée.")
    closes = HourField(
        label="À", required=False, help_text="Comme 18 h 30. Une heure d’avant « De » passe minuit."
    )
    starts_on = day_field(
        "À partir du", help_text="Comme 27 3 2027, pour un événement. Vide : dès maintenant."
    )
    starts_time = HourField(label="Heure de début", required=False, help_text="Vide : minuit.")
    ends_on = day_field("Jusqu’au", help_text="Vide : sans fin.")
    ends_time = HourField(label="Heure de fin", required=False, help_text="Vide : la fin de ce jour.")
    closed = forms.BooleanField(label="Le réseau est fermé alors", required=False)

    field_order = ("plan", "group", "place", "days", "opens", "closes", "starts_on", "starts_time", "ends_on",
                   "ends_time", "closed")  # fmt: skip

    def clean_starts_on(self) -> date | None:
        return read_day(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date | None:
        return read_day(self.cleaned_data["ends_on"])

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if bool(data.get("opens")) != bool(data.get("closes")) and not {"opens", "closes"} & set(self.errors):
            self.add_error("closes", "Donnez les deux heures, ou aucune.")
        for day, hour in (("starts_on", "starts_time"), ("ends_on", "ends_time")):
            if data.get(hour) and not data.get(day) and day not in self.errors:
                self.add_error(day, "Donnez le jour avec l’heure.")
        return data

    def values(self) -> dict[str, Any]:
        """What `add_rule` takes."""
        data = self.cleaned_data
        hotspot, zone = self.where()
        ends = _moment(data["ends_on"], data["ends_time"] or time(23, 59, 59))
        return {
            "plan": data["plan"],
            "group": data["group"],
            "hotspot": hotspot,
            "zone": zone,
            "hours": self._hours(),
            "starts_at": _moment(data["starts_on"], data["starts_time"] or time()),
            "ends_at": ends,
            "closed": data["closed"],
        }

    def _hours(self) -> dict[str, list[list[str]]]:
        data = self.cleaned_data
        days = data["days"] or (DAYS if data["opens"] else ())
        opens, closes = data["opens"] or time(), data["closes"] or time()
        return {day: [[f"{opens:%H:%M}", f"{closes:%H:%M}"]] for day in DAYS if day in days}


def _moment(day: date | None, hour: time) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, hour)) if day else None


class VouchersForm(_Placed):
    """A batch of vouchers to make."""

    name = LineField(
        label="Nom du lot",
        max_length=120,
        help_text="Ce que vous cherchez plus tard : « Salon de l’emploi, 3 décembre ».",
        error_messages={"required": "Indiquez le nom du lot."},
    )
    count = forms.IntegerField(
        label="Nombre de tickets",
        min_value=1,
        max_value=5_000,
        help_text="5 000 au plus, 24 par page.",
        error_messages={"required": "Indiquez combien de tickets il faut."},
    )
    group = forms.ModelChoiceField(
        label="Groupe", queryset=Group.objects.order_by("name"), required=False, empty_label="Aucun",
        help_text="Une règle peut donner un forfait à ce groupe.",
    )  # fmt: skip
    valid_until = day_field(
        "Valables jusqu’au", "Indiquez le dernier jour.", "Comme 27 3 2027, ce jour compris."
    )
    hours = number("Temps en tout (heures)", 10_000)
    megabytes = number("Volume en tout (mégaoctets)", 10_000_000)

    field_order = ("name", "count", "place", "group", "valid_until", "hours", "megabytes")

    def clean_valid_until(self) -> date | None:
        return read_day(self.cleaned_data["valid_until"])

    def values(self) -> dict[str, Any]:
        """What `make_vouchers` takes."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "count": data["count"],
            "hotspot": self.where()[0],
            "group": data["group"],
            "valid_until": _moment(data["valid_until"], time(23, 59, 59)),
            "seconds_in_all": _times(data["hours"], 3600),
            "octets_in_all": _times(data["megabytes"], MEGA),
        }


class CodeForm(French):
    code = LineField(
        label="Code du ticket",
        max_length=30,
        help_text="Comme 7KQ2M-X40TB.",
        error_messages={"required": "Écrivez le code du ticket."},
    )


class PreviewForm(_Placed):
    """Where and when to ask who gets what."""

    anywhere = "Un site sans règle à lui"
    on = day_field("Jour", help_text="Vide : aujourd’hui.")
    at = HourField(label="Heure", required=False, help_text="Vide : maintenant.")

    def clean_on(self) -> date | None:
        return read_day(self.cleaned_data["on"])

    def moment(self) -> datetime:
        """The moment asked about."""
        now = timezone.localtime()
        day, hour = self.cleaned_data["on"], self.cleaned_data["at"]
        if day is None and hour is None:
            return now
        return timezone.make_aware(datetime.combine(day or now.date(), hour or now.time()))
