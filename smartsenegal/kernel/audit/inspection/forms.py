"""What an inspector must say before looking."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from smartsenegal.kernel.audit import holdings, registry
from smartsenegal.kernel.audit.forms import DayField
from smartsenegal.kernel.audit.inspection.rules import LEAST_REASON, Threshold
from smartsenegal.lib.text import NBSP

KINDS = [("agent", "Tout ce qu’un agent a lu ou fait"), ("person", "Tout ce qui a été lu d’une personne")]
_UNKNOWN = f"Personne n’est connu sous ce nom{NBSP}: donnez son téléphone, son courriel ou un numéro."


class PeriodForm(forms.Form):
    since = DayField(label="Du", max_length=30)
    until = DayField(label="Au", max_length=30)

    def clean(self) -> dict[str, Any]:
        given = {**(super().clean() or {})}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", f"La fin précède le début{NBSP}: échangez les deux dates.")
        return given


def _reason() -> forms.CharField:
    short = f"Dites pourquoi en quelques mots ({LEAST_REASON} signes au moins)."
    return forms.CharField(
        label="Motif",
        min_length=LEAST_REASON,
        max_length=500,
        help_text="Plainte, contrôle, demande de la CDP… Le motif reste au journal.",
        error_messages={"min_length": short, "required": short},
    )


class InspectionForm(PeriodForm):
    kind = forms.ChoiceField(label="Ce que vous cherchez", choices=KINDS, initial="agent")
    who = forms.CharField(
        label="Qui",
        max_length=200,
        help_text="Téléphone, courriel ou numéro d’identification ; pour une personne, un numéro de "
        "dossier aussi.",
    )
    reason = _reason()
    field_order = ["kind", "who", "since", "until", "reason"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        words = given.get("who", "")
        account = holdings.find_person(words) if words else None
        subject = None if account else registry.find_subject(words) if words else None
        given |= {"account": account, "subject": subject}
        if words and account is None and (subject is None or given.get("kind") == "agent"):
            self.add_error("who", _UNKNOWN)
        return given

    def found(self) -> dict[str, Any]:
        """Whose acts, or which subjects, a valid form is about: arguments of `open_inspection`."""
        account, subject = self.cleaned_data["account"], self.cleaned_data["subject"]
        named = registry.named([f"account:{account}" if account else subject])
        label = next((n.label for n in named.values()), self.cleaned_data["who"])
        if self.cleaned_data["kind"] == "agent":
            return {"label": label, "actor_id": account}
        return {"label": label, "subjects": holdings.subjects_of(account) if account else [subject]}


class ReportForm(PeriodForm):
    """The days of the report: the last thirty by default."""

    def __init__(self, data: Any = None) -> None:
        today = timezone.localdate()
        days = {"since": f"{today - timedelta(days=30):%d/%m/%Y}", "until": f"{today:%d/%m/%Y}"}
        super().__init__({**days, **{k: v for k, v in (data or {}).items() if v}})


class ThresholdForm(forms.Form):
    effective_from = DayField(label="À partir du", max_length=30)
    read = forms.IntegerField(label="Dossiers lus en un jour", min_value=1, max_value=100_000)
    outside = forms.IntegerField(label="Dont hors de son service", min_value=1, max_value=100_000)
    odd = forms.IntegerField(label="Lectures la nuit ou en fin de semaine", min_value=1, max_value=100_000)
    odd_from = forms.IntegerField(label="La nuit commence à (heure)", min_value=12, max_value=24)
    odd_until = forms.IntegerField(label="Elle finit à (heure)", min_value=0, max_value=12)
    reason = _reason()

    def threshold(self) -> Threshold:
        """The thresholds of a valid form."""
        given = self.cleaned_data
        return Threshold(given["read"], given["outside"], given["odd"], given["odd_from"], given["odd_until"])
