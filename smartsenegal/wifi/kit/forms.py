"""What is said to prepare a kit, and the file that comes back from it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.lib.dates import DateRefused, format_date, parse_date
from smartsenegal.lib.text import plural
from smartsenegal.wifi.access.api import VoucherBatch
from smartsenegal.wifi.network.api import French, Hotspot, LineField
from smartsenegal.wifi.planner.api import Plan

BACK_DAYS = 3
FILE_AT_MOST = 10_000_000
_WHOLE = {
    "required": "Écrivez un nombre entier.",
    "invalid": "Écrivez un nombre entier, sans lettre ni virgule.",
    "min_value": "Écrivez au moins %(limit_value)s.",
    "max_value": "Écrivez %(limit_value)s au plus.",
}


def _day(label: str, required: str) -> forms.CharField:
    field = forms.CharField(label=label, max_length=30, error_messages={"required": required})
    field.widget.template_name = "forms/widgets/date.html"  # type: ignore[attr-defined]
    return field


def _whole(label: str, most: int, initial: int, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, initial=initial, help_text=help_text, error_messages=_WHOLE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 12}),
    )  # fmt: skip


class KitForm(French):
    """The event, its days and places, and the vouchers that go along. Whole days, in Dakar."""

    name = LineField(
        label="Nom de l’événement",
        max_length=110,
        error_messages={"required": "Indiquez le nom de l’événement."},
    )
    starts_on = _day("Premier jour", "Indiquez le premier jour.")
    ends_on = _day("Dernier jour", "Indiquez le dernier jour.")
    back_days = _whole(
        "Jours pour le rendre", 60, BACK_DAYS, "Après le dernier jour. Ensuite, il est en retard."
    )
    hotspots = forms.ModelMultipleChoiceField(
        label="Points Wi-Fi", queryset=Hotspot.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text="Ceux que le kit servira seul. Chacun doit avoir une passerelle en service.",
        error_messages={"required": "Cochez au moins un point Wi-Fi."},
    )  # fmt: skip
    batches = forms.ModelMultipleChoiceField(
        label="Tickets déjà faits, à emporter", queryset=VoucherBatch.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text="Seulement de ces points, et tant qu’ils s’impriment.",
    )  # fmt: skip
    vouchers = _whole(
        "Tickets à faire pour chaque point", 5_000, 0, "Valables jusqu’à la fin du dernier jour."
    )

    def __init__(self, *args: Any, hotspots: list[Hotspot], batches: list[VoucherBatch], **more: Any) -> None:
        super().__init__(*args, **more)
        places: Any = self.fields["hotspots"]
        places.queryset = Hotspot.objects.filter(pk__in=[h.pk for h in hotspots]).select_related("site")
        places.label_from_instance = lambda hotspot: hotspot.site.name
        lots: Any = self.fields["batches"]
        lots.queryset = VoucherBatch.objects.filter(pk__in=[b.pk for b in batches]).select_related(
            "hotspot__site"
        )
        lots.label_from_instance = _lot
        if not batches:
            del self.fields["batches"]

    def clean_starts_on(self) -> date:
        return _read(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date:
        return _read(self.cleaned_data["ends_on"])

    def values(self) -> dict[str, Any]:
        """What `prepare` takes."""
        given = self.cleaned_data
        ends_at = _begin(given["ends_on"] + timedelta(days=1))
        return {
            "name": given["name"],
            "hotspots": list(given["hotspots"].order_by("site__name", "pk")),
            "starts_at": _begin(given["starts_on"]),
            "ends_at": ends_at,
            "due_at": ends_at + timedelta(days=given["back_days"]),
            "batches": list(given.get("batches", ())),
            "vouchers": given["vouchers"],
        }


class ReturnForm(French):
    """The file that the kit wrote."""

    file = forms.FileField(
        label="Fichier du kit",
        help_text="Celui qu’écrit « smartsenegal kit pack » sur le kit, 10 Mo au plus.",
        error_messages={"required": "Choisissez le fichier du kit.", "empty": "Ce fichier est vide."},
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > FILE_AT_MOST:
            raise ValidationError(
                "Ce fichier dépasse 10 Mo : reprenez-le sur la machine du centre, par « smartsenegal kit "
                "reconcile »."
            )
        data: bytes = file.read()
        return data


def initial_of(plan: Plan) -> dict[str, Any]:
    """What the form opens with for a kept plan: its event, its days, its places."""
    starts, ends = timezone.localtime(plan.starts_at), timezone.localtime(plan.ends_at)
    last = (ends - timedelta(microseconds=1)).date()
    return {
        "name": plan.name[:110],
        "starts_on": format_date(starts.date()),
        "ends_on": format_date(last),
        "hotspots": [hotspot.pk for hotspot in plan.hotspots.all()],
    }


def _lot(batch: VoucherBatch) -> str:
    place = batch.hotspot.site.name if batch.hotspot else ""
    return f"{batch.name}, {place} ({plural(batch.count, 'ticket', 'tickets')})"


def _read(typed: str) -> date:
    try:
        return parse_date(typed)
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
