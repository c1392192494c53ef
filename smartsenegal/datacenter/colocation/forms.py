"""Forms of `datacenter.colocation`. Power is typed in kW, kept in W."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.datacenter.colocation import queries, rules
from smartsenegal.datacenter.colocation.actions.visits import Visitor
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.facility.rules.words import FEEDS
from smartsenegal.kernel.fields import DayField, French, HourField, LineField, Thousands
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.lib.money import MoneyRefused, parse_fcfa
from smartsenegal.lib.phones import PhoneRefused, parse_phone
from smartsenegal.lib.text import typography


def _whole(label: str, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **kwargs)


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def _racks(form: forms.Form, racks: Iterable[facility.Rack]) -> dict[str, facility.Rack]:
    """Offer these racks in the field `rack`; they by their value."""
    known = {str(rack.pk): rack for rack in racks}
    names = [(key, f"{facility.load_code(rack)} — {rack.room.name}") for key, rack in known.items()]
    form.fields["rack"].choices = names  # type: ignore[attr-defined]
    return known


class HoldForm(French):
    """A place that a customer asks for, and the rack where one would put it."""

    customer = LineField(
        label="Pour quel organisme", max_length=200, help_text="Son code, son NINEA ou son nom exact."
    )
    rack = forms.ChoiceField(
        label="Baie", help_text="Si elle ne convient pas, la plus proche qui conviendrait est nommée."
    )
    whole = forms.BooleanField(label="La baie entière, sans voisin", required=False)
    units = _whole("Hauteur (U)", 1, 100, initial=1, help_text="Sans objet pour une baie entière.")
    watts = Thousands(label="Puissance (kW)")
    kg = _whole("Poids (kg)", 0, 100_000, required=False)
    ports = _whole("Ports de réseau", 0, 10_000, required=False)
    feeds = forms.ChoiceField(label="Alimentations", choices=FEEDS, initial="AB", widget=forms.RadioSelect)
    purpose = LineField(label="Usage", max_length=200, required=False)
    starts_on = DayField(label="Début du bail")
    ends_on = DayField(label="Fin du bail", required=False, help_text="Vide : sans terme.")
    expires_on = DayField(
        label="Place retenue jusqu’au soir du", help_text="Passé ce jour sans signature, elle est rendue."
    )

    def __init__(self, *args: Any, racks: Iterable[facility.Rack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = _racks(self, racks)

    def clean_customer(self) -> Organisation:
        found = queries.customer(self.cleaned_data["customer"])
        if len(found) == 1:
            return found[0]
        if not found:
            told = "Aucun organisme n’a ce code, ce NINEA ni ce nom : vérifiez-le."
        else:
            named = " ; ".join(f"{each.code} à {each.territory.name}" for each in found)
            told = f"Plusieurs organismes portent ce nom : écrivez le code du bon, {named}."
        raise ValidationError(typography(told))

    def ask(self) -> rules.Ask:
        """What is asked for."""
        data = self.cleaned_data
        watts, kg, ports = (data[name] or 0 for name in ("watts", "kg", "ports"))
        return rules.Ask(data["units"], watts, kg, ports, data["feeds"], data["whole"])

    def rack_chosen(self) -> facility.Rack:
        """Where."""
        return self.known[self.cleaned_data["rack"]]

    def values(self) -> dict[str, Any]:
        """The rest of what `leases.hold` takes."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("customer", "purpose", "starts_on", "ends_on")}
        return {**kept, "expires_at": _moment(data["expires_on"], time(23, 59))}


class TariffForm(French):
    """A price from a day on."""

    kind = forms.ChoiceField(label="Prestation", choices=rules.TARIFFS)
    amount = forms.CharField(
        label="Montant", max_length=20, help_text="Zéro si c’est gratuit.",
        error_messages={"required": "Indiquez un montant."},
    )  # fmt: skip
    starts_on = DayField(label="À partir du")
    source = LineField(label="Décidé par", max_length=300, help_text="L’arrêté, la décision, sa date.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.template_name = "forms/widgets/money.html"

    def clean_amount(self) -> int:
        try:
            return parse_fcfa(self.cleaned_data["amount"])
        except MoneyRefused as refused:
            raise ValidationError(str(refused)) from None


class TermsForm(French):
    """How long names of visitors are kept."""

    visit_days = _whole(
        "Jours après la visite", 1, 3_650, help_text="Ensuite, noms et téléphones s’effacent."
    )
    basis = LineField(label="Décidé par", max_length=300)


class ReadingForm(French):
    """What a rack draws now."""

    rack = forms.ChoiceField(label="Baie")
    watts = Thousands(label="Puissance mesurée (kW)")
    source = LineField(label="Relevée par", max_length=120, help_text="Un compteur, une pince, son lecteur.")

    def __init__(self, *args: Any, racks: Iterable[facility.Rack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["watts"].required = True
        self.known = _racks(self, racks)

    def values(self) -> dict[str, Any]:
        """What `terms.note_reading` takes after `by`."""
        return {**self.cleaned_data, "rack": self.known[self.cleaned_data["rack"]]}


class ApproveForm(French):
    """Who goes along."""

    escort = LineField(label="Accompagné par", max_length=120)


class ReasonForm(French):
    """Why it is refused."""

    reason = LineField(label="Motif", max_length=200, help_text="Le client le lit.")


class EnterForm(French):
    """The badge given at the door."""

    badge = LineField(label="Numéro du badge remis", max_length=40)


class DoneForm(French):
    """What was done, and how long it took."""

    minutes = _whole("Durée (minutes)", 0, 10_000)
    answer = LineField(label="Ce qui a été fait", max_length=500)


class DeclineForm(French):
    """Why it will not be done."""

    answer = LineField(label="Pourquoi ce ne sera pas fait", max_length=500)


# --- customers --------------------------------------------------------------------------------


class VisitForm(French):
    """Who comes, why and when."""

    center = forms.ChoiceField(label="Centre")
    name = LineField(label="Nom du visiteur", max_length=120)
    phone = forms.CharField(label="Son téléphone", max_length=30)
    purpose = LineField(label="Motif de la visite", max_length=200)
    day = DayField(label="Jour")
    starts_time = HourField(label="Arrivée")
    ends_time = HourField(label="Départ")

    def __init__(self, *args: Any, centers: dict[str, facility.DataCenter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = centers
        self.fields["center"].choices = [(code, c.site.name) for code, c in centers.items()]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        try:
            return parse_phone(self.cleaned_data["phone"])
        except PhoneRefused as refused:
            raise ValidationError(str(refused)) from None

    def visitor(self) -> Visitor:
        """Who comes."""
        return Visitor(self.cleaned_data["name"], self.cleaned_data["phone"])

    def values(self) -> dict[str, Any]:
        """The rest of what `visits.ask` takes."""
        data = self.cleaned_data
        times = {
            f"{end}_at": _moment(data["day"], data[f"{end}_time"]) for end in ("starts", "ends")
        }  # fmt: skip
        return {"purpose": data["purpose"], **times}


class _LeaseForm(French):
    """Something about one of the customer's leases in force."""

    lease = forms.ChoiceField(label="Votre place")

    def __init__(self, *args: Any, leases: Iterable[Lease], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(each.pk): each for each in leases}
        names = [(key, f"{each}, {queries.spot(each)}") for key, each in self.known.items()]
        self.fields["lease"].choices = names  # type: ignore[attr-defined]

    def lease_chosen(self) -> Lease:
        """Which place."""
        return self.known[self.cleaned_data["lease"]]


class HandsForm(_LeaseForm):
    """What the staff is asked to do."""

    text = LineField(
        label="Ce qu’il faut faire", max_length=500, help_text="L’équipement, le geste, ce qu’on doit voir."
    )


class CrossForm(_LeaseForm):
    """A cable from a port of one's place."""

    port = _whole("Port de votre place", 1, 10_000)
    medium = forms.ChoiceField(
        label="Support", choices=rules.MEDIA, widget=forms.RadioSelect, initial="fibre"
    )
    carrier = forms.ChoiceField(label="Vers l’opérateur", required=False)
    other = LineField(
        label="Ou vers le bail", max_length=20, required=False,
        help_text="Son numéro, comme COL-00012 : demandez-le à son titulaire, qui devra accepter.",
    )  # fmt: skip
    other_port = _whole("Port d’en face", 1, 10_000, required=False)

    def __init__(self, *args: Any, carriers: Iterable[facility.Component], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carriers = {c.code: c for c in carriers}
        names = [("", "Aucun"), *((code, c.name) for code, c in self.carriers.items())]
        self.fields["carrier"].choices = names  # type: ignore[attr-defined]
        if not self.carriers:
            del self.fields["carrier"]
            self.fields["other"].label = "Vers le bail"

    def clean_other(self) -> Lease | None:
        typed = self.cleaned_data["other"].upper().removeprefix("COL-")
        if not typed:
            return None
        found = queries.lease(int(typed)) if typed.isdecimal() and len(typed) < 10 else None
        if found is None:
            raise ValidationError(typography("Aucun bail n’a ce numéro : il est comme COL-00012."))
        return found

    def values(self) -> dict[str, Any]:
        """What `requests.ask_cross` takes beside the lease."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("port", "medium", "other", "other_port")}
        return {**kept, "carrier": self.carriers.get(data.get("carrier", ""))}
