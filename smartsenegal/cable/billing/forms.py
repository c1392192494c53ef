"""Forms of `cable.billing`. No convention has a value beforehand: each is written by who read the
contract."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from smartsenegal.cable.billing.models import Conventions
from smartsenegal.cable.billing.rules import conventions as c
from smartsenegal.cable.billing.rules.conventions import Terms, Tier
from smartsenegal.cable.network.api import Equipment
from smartsenegal.kernel.fields import DayField, French, HourField, LineField
from smartsenegal.kernel.identity.api import find_account, organisation
from smartsenegal.kernel.payments.api import carriers
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import MoneyRefused, parse_fcfa
from smartsenegal.lib.text import group_digits, slug

FILE_AT_MOST = 4_000_000
CHOOSE = [("", "Choisissez")]
_TIER = re.compile(r"([^:]+):(.+)")
_BEYOND = "au-delà"


class MegabitField(forms.DecimalField):
    """Mbit/s, kept as a whole number of kbit/s."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=3, localize=True, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 12})

    def clean(self, value: Any) -> int:  # type: ignore[override]
        return int(super().clean(value) * 1000)


def _whole(label: str, least: int, most: int, help_text: str = "") -> forms.IntegerField:
    told = f"Écrivez un entier de {group_digits(least)} à {group_digits(most)}."
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), told),
    )


def _choice(label: str, choices: list[tuple[Any, str]], help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[*CHOOSE, *choices],
        help_text=help_text,
        error_messages={"required": "Choisissez ce que dit le contrat."},
    )


class ContractForm(French):
    """A new contract."""

    name = LineField(label="Intitulé", max_length=200, error_messages={"required": "Indiquez l’intitulé."})
    code = LineField(
        label="Code",
        max_length=60,
        required=False,
        help_text="Des lettres sans accent, des chiffres et des tirets. Vide : fait d’après l’intitulé.",
    )
    customer = LineField(label="Client", max_length=200, error_messages={"required": "Indiquez le client."})
    payer = LineField(
        label="Compte du payeur",
        max_length=120,
        help_text="Le téléphone ou l’adresse électronique avec lequel il se connecte.",
        error_messages={"required": "Indiquez le compte de qui paie."},
    )
    carrier = forms.ChoiceField(label="Exploitant qui facture")
    starts_on = DayField(label="Début du service", error_messages={"required": "Indiquez le premier jour."})
    slot_seconds = _choice("Durée d’un créneau", c.SLOTS)
    spread_slots = _whole(
        "Créneaux sur lesquels un écart est étalé",
        1,
        100,
        "Entre deux relevés plus espacés, les octets ne sont attribués à aucun créneau.",
    )
    payment_days = _whole("Délai de paiement, en jours", 0, 365)
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = [*CHOOSE, *carriers().items()]  # type: ignore[attr-defined]
        self.fields[
            "carrier"
        ].help_text = (
            "Un administrateur ouvre son compte par «\u00a0smartsenegal payments exploitant CODE\u00a0»."
        )

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if typed and slug(typed) != typed:
            raise ValidationError("Un code a des minuscules sans accent, des chiffres et des tirets.")
        return typed or slug(str(self.data.get("name", "")))[:60]

    def clean_payer(self) -> str:
        found = find_account(self.cleaned_data["payer"])
        if found is None:
            raise ValidationError("Personne ne se connecte ainsi : demandez au client son compte.")
        return str(found.pk)

    def values(self) -> dict[str, Any]:
        """What `add_contract` takes."""
        return {**self.cleaned_data, "carrier": organisation(self.cleaned_data["carrier"])}


class PortForm(French):
    """A port of a contract."""

    code = LineField(
        label="Code du port",
        max_length=60,
        help_text="Celui que portent les relevés : minuscules, chiffres et tirets.",
        error_messages={"required": "Indiquez le code."},
    )
    equipment = forms.ModelChoiceField(
        queryset=Equipment.objects.order_by("name"),
        label="Équipement",
        required=False,
        help_text="Vide quand il n’est pas dans l’inventaire.",
    )
    bits = _choice(
        "Compteurs", c.BITS, "De 32 bits, ils ne mesurent rien au-delà de 114 Mbit/s en 5 minutes."
    )
    speed_mbps = _whole("Vitesse du port, en Mbit/s", 1, 1_600_000)

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if slug(typed) != typed:
            raise ValidationError("Un code a des minuscules sans accent, des chiffres et des tirets.")
        return typed

    def values(self) -> dict[str, Any]:
        """What `add_port` takes."""
        return {**self.cleaned_data, "bits": int(self.cleaned_data["bits"])}


class EndForm(French):
    """The end of a contract."""

    ends_on = DayField(
        label="Premier jour sans service",
        error_messages={"required": "Indiquez le premier jour sans service."},
    )


class ConventionsForm(French):
    """What a contract says from a month on."""

    valid_from = DayField(
        label="À partir du",
        help_text="Le premier jour d’un mois.",
        error_messages={"required": "Indiquez le premier jour."},
    )
    source = LineField(
        label="Pièce qui le dit",
        max_length=300,
        help_text="Comme « Contrat n° 12, annexe 3 ».",
        error_messages={"required": "Indiquez le contrat ou l’avenant."},
    )
    commit_kbps = MegabitField(label="Engagement, en Mbit/s")
    price = LineField(
        label="Prix de l’engagement, en F CFA par Mbit/s et par mois",
        max_length=30,
        error_messages={"required": "Indiquez le prix."},
    )
    tiers = forms.CharField(
        label="Prix du dépassement",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une tranche par ligne : « 100 : 6000 » pour les 100 premiers Mbit/s de dépassement, puis "
        "« au-delà : 4000 ».",
        error_messages={"required": "Indiquez au moins « au-delà : prix »."},
    )
    tier_mode = _choice("Comment les tranches s’appliquent", c.TIER_MODES)
    percent = _whole("Centile", 1, 100, "95 : les 5 % de créneaux les plus hauts sont gratuits.")
    direction = _choice("Sens facturé", c.DIRECTIONS)
    step_kbps = _whole("Pas du débit facturé, en kbit/s", 1, 1_000_000)
    rate_rounding = _choice("Arrondi du débit au pas", c.ROUNDINGS)
    missing = _choice("Un créneau manquant est", c.MISSING_POLICIES)
    gap_slots = _whole("Plus long trou interpolé, en créneaux", 0, 10_000, "0 quand rien n’est interpolé.")
    least_known = _whole(
        "Part de créneaux mesurés exigée, en %",
        0,
        100,
        "En dessous, seul l’engagement est dû.",
    )
    part_month = _choice("Un mois incomplet est dû", c.PART_MONTHS)
    money_rounding = _choice("Arrondi des montants au franc", c.ROUNDINGS)
    credit_free_seconds = _whole("Interruption tolérée dans le mois, en secondes", 0, 2_678_400)
    credit_percent = _whole("Part rendue du temps perdu au-delà, en %", 0, 10_000, "0 : aucun avoir.")
    credit_cap_percent = _whole("Plafond de l’avoir, en % de l’engagement", 0, 100)

    @classmethod
    def after(cls, before: Conventions | None, data: Any) -> "ConventionsForm":
        """The form, with what the contract said before to be changed."""
        if before is None:
            return cls(data)
        initial = {name: getattr(before, name) for name in cls.base_fields if hasattr(before, name)}
        initial["commit_kbps"] = Decimal(before.commit_kbps) / 1000
        initial["tiers"] = "\n".join(
            f"{_BEYOND if upto is None else Decimal(upto) / 1000} : {price}" for upto, price in before.tiers
        )
        initial["valid_from"], initial["source"] = format_date(before.valid_from), ""
        return cls(data, initial=initial)

    def clean_price(self) -> int:
        return _francs(self.cleaned_data["price"])

    def clean_tiers(self) -> tuple[Tier, ...]:
        lines = self.cleaned_data["tiers"].replace("\x00", "").splitlines()
        return tuple(_tier(line) for line in lines if line.strip())

    def values(self) -> dict[str, Any]:
        """What `write_conventions` takes."""
        data = self.cleaned_data
        names = Terms.__dataclass_fields__
        return {
            "valid_from": data["valid_from"],
            "source": data["source"],
            "terms": Terms(**{name: data[name] for name in names}),
        }


def _francs(typed: str) -> int:
    try:
        amount = parse_fcfa(typed)
    except MoneyRefused as refused:
        raise ValidationError(str(refused)) from None
    if amount > 1_000_000_000:
        raise ValidationError("Ce prix dépasse un milliard de francs par Mbit/s.")
    return amount


def _tier(line: str) -> Tier:
    found = _TIER.fullmatch(line.strip())
    told = f"« {line.strip()[:60]} » ne se lit pas : écrivez « 100 : 6000 » ou « {_BEYOND} : 4000 »."
    if found is None:
        raise ValidationError(told)
    upto, price = found[1].strip(), _francs(found[2])
    if upto.lower().replace("au delà", _BEYOND) == _BEYOND:
        return Tier(None, price)
    number = re.fullmatch(r"(\d{1,7})(?:[.,](\d{1,3}))?", upto)
    if number is None:
        raise ValidationError(told)
    return Tier(int(number[1]) * 1000 + int((number[2] or "").ljust(3, "0")), price)


class DowntimeForm(French):
    """When the service was not given."""

    reason = LineField(label="Motif", max_length=300, error_messages={"required": "Indiquez le motif."})
    began_on = DayField(label="Début", error_messages={"required": "Indiquez le jour du début."})
    began_time = HourField(label="Heure du début")
    ended_on = DayField(label="Fin", error_messages={"required": "Indiquez le jour de la fin."})
    ended_time = HourField(label="Heure de fin")

    def values(self) -> dict[str, Any]:
        """What `declare_downtime` takes."""
        data = self.cleaned_data
        return {
            "reason": data["reason"],
            "began_at": timezone.make_aware(datetime.combine(data["began_on"], data["began_time"])),
            "ended_at": timezone.make_aware(datetime.combine(data["ended_on"], data["ended_time"])),
        }


class ReadingsForm(French):
    """A file of counters."""

    file = forms.FileField(
        label="Fichier CSV ou JSON",
        help_text="Quatre mégaoctets au plus, en UTF-8.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".csv,.json,text/csv,application/json"

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > FILE_AT_MOST:
            raise ValidationError("Ce fichier dépasse quatre mégaoctets : envoyez-le en plusieurs fois.")
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise ValidationError(
                "Ce fichier n’est pas en UTF-8\u00a0: enregistrez-le en « CSV UTF-8 »."
            ) from None


class CorrectForm(French):
    """Why an invoice is made again."""

    reason = LineField(
        label="Ce qui était faux", max_length=300, error_messages={"required": "Dites ce qui était faux."}
    )
