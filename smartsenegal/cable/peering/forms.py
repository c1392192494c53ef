"""Forms of `cable.peering`."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.cable.network.api import Circuit, Equipment
from smartsenegal.cable.peering.models import Exchange, Router, Session
from smartsenegal.cable.peering.rules import words
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import TextRefused, clean

STATE_AT_MOST = 20_000_000
ROAS_AT_MOST = 120_000_000
MEMBERS_AT_MOST = 20_000_000
CODE_HELP = "Des lettres sans accent, des chiffres et des tirets : il fait l’adresse de la page."


def _asn(label: str) -> forms.IntegerField:
    told = "Écrivez un numéro d’AS, comme 64500."
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=(1 << 32) - 1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), told),
    )


def _address(
    label: str, help_text: str = "", required: bool = True, **more: Any
) -> forms.GenericIPAddressField:
    told = "Écrivez une adresse, comme 192.0.2.1 ou 2001:db8::1."
    return forms.GenericIPAddressField(
        label=label,
        help_text=help_text,
        required=required,
        error_messages=dict.fromkeys(("required", "invalid"), told),
        **more,
    )


def _limit(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text="Vide : aucune limite n’est dite, et la page le rappelle.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Écrivez un nombre entier."),
    )


def _code() -> forms.SlugField:
    told = "Un code a des lettres sans accent, des chiffres et des tirets, comme transit-paris."
    return forms.SlugField(
        label="Code",
        max_length=60,
        help_text=CODE_HELP,
        error_messages=dict.fromkeys(("required", "invalid"), told),
    )


def _name(label: str, told: str) -> LineField:
    return LineField(label=label, max_length=200, error_messages={"required": told})


def _source() -> LineField:
    return LineField(label="Source", max_length=300, required=False, help_text="Où cela a été lu.")


class _Filled(French):
    """A form that starts with what a row has."""

    def __init__(self, data: Any, given: Any = None, files: Any = None) -> None:
        initial = {name: getattr(given, name) for name in self.base_fields if hasattr(given, name)}
        super().__init__(data, files, initial=initial)


class RouterForm(_Filled):
    """A router that speaks BGP."""

    equipment = forms.ModelChoiceField(
        label="Équipement",
        queryset=Equipment.objects.none(),
        help_text="Un routeur ou un commutateur de l’inventaire.",
        error_messages={"required": "Choisissez l’équipement."},
    )
    asn = _asn("Notre AS")
    router_id = _address("Identifiant BGP", "Comme 192.0.2.1.", protocol="IPv4")
    software = forms.ChoiceField(label="Logiciel", choices=words.SOFTWARE)
    bmp_address = _address(
        "Adresse d’où il parle BMP", "Vide : son état est apporté par un script ou à la main.", required=False
    )

    def __init__(self, data: Any, given: Router | None = None) -> None:
        super().__init__(data, given)
        found = Equipment.objects.filter(kind__in=("router", "switch", "other")).order_by("name")
        self.fields["equipment"].queryset = found  # type: ignore[attr-defined]
        if given:
            del self.fields["equipment"]

    def clean_bmp_address(self) -> str | None:
        return self.cleaned_data["bmp_address"] or None


class SessionForm(_Filled):
    """A session as it is meant."""

    router = forms.ModelChoiceField(
        label="Routeur", queryset=Router.objects.all(), error_messages={"required": "Choisissez le routeur."}
    )
    peer = _name("Voisin", "Dites qui est le voisin.")
    code = _code()
    role = forms.ChoiceField(label="Rôle du voisin", choices=words.ROLES)
    asn = _asn("AS du voisin")
    address = _address("Adresse du voisin")
    local_address = _address("Notre adresse")
    ipv4 = forms.BooleanField(label="Échange des routes IPv4", required=False, initial=True)
    limit4 = _limit("Préfixes IPv4 admis")
    ipv6 = forms.BooleanField(label="Échange des routes IPv6", required=False)
    limit6 = _limit("Préfixes IPv6 admis")
    rpki = forms.ChoiceField(label="Routes invalides selon la RPKI", choices=words.POLICIES)
    prefixes = forms.CharField(
        label="Préfixes que le client peut annoncer",
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un par ligne, comme 196.1.92.0/24. Pour un client seulement.",
    )
    md5 = forms.BooleanField(
        label="Protégée par une clé MD5",
        required=False,
        help_text="La clé reste sur le routeur : elle n’est pas demandée ici.",
    )
    ttl_security = forms.BooleanField(
        label="Protégée par le TTL (GTSM)", required=False, help_text="Le voisin est sur le même segment."
    )
    circuit = forms.ModelChoiceField(
        label="Circuit qui la porte",
        queryset=Circuit.objects.order_by("code"),
        required=False,
        help_text="Pour savoir qui est touché quand elle tombe.",
    )
    exchange = forms.ModelChoiceField(
        label="Point d’échange", queryset=Exchange.objects.all(), required=False
    )
    stopped = forms.BooleanField(
        label="Arrêtée volontairement",
        required=False,
        help_text="Elle n’est plus attendue, et n’alarme plus.",
    )
    source = _source()

    def __init__(self, data: Any, given: Session | None = None) -> None:
        super().__init__(data, given)
        self.initial["prefixes"] = "\n".join(given.prefixes) if given else ""
        if given:
            del self.fields["code"]

    def clean_prefixes(self) -> list[str]:
        try:
            return clean(self.cleaned_data["prefixes"], 60_000, multiline=True).split()
        except TextRefused as refused:
            raise ValidationError(str(refused)) from None


class ExchangeForm(French):
    """A point of exchange."""

    name = _name("Nom", "Indiquez le nom.")
    code = _code()
    source = _source()


class _FileForm(French):
    """A file of text, in UTF-8."""

    at_most = MEMBERS_AT_MOST
    file = forms.FileField(
        label="Fichier",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    source = LineField(
        label="Source",
        max_length=300,
        help_text="D’où vient ce fichier.",
        error_messages={"required": "Dites d’où il vient."},
    )

    def clean_file(self) -> str:
        return _text(self.cleaned_data["file"], self.at_most)


def _text(file: Any, at_most: int) -> str:
    if file.size > at_most:
        raise ValidationError(f"Ce fichier dépasse {at_most // 1_000_000} mégaoctets.")
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValidationError("Ce fichier n’est pas en UTF-8.") from None


class MembersForm(_FileForm):
    """Members of a point of exchange."""

    field_order = ("file", "source")


class RoasForm(_FileForm):
    """Validated payloads."""

    at_most = ROAS_AT_MOST
    made_on = forms.CharField(
        label="Produit le", required=False, max_length=30, help_text="Vide quand le fichier le dit lui-même."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["made_on"].widget.template_name = "forms/widgets/date.html"

    def clean_made_on(self) -> datetime | None:
        typed = self.cleaned_data["made_on"]
        if not typed:
            return None
        try:
            found: date = parse_date(typed)
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None
        return datetime.combine(found, time(), UTC)

    def values(self) -> dict[str, Any]:
        """What `import_roas` takes but its text."""
        return {"source": self.cleaned_data["source"], "made_at": self.cleaned_data["made_on"]}


class StateForm(French):
    """What was copied from a router."""

    text = forms.CharField(
        label="Ce que dit le routeur",
        max_length=STATE_AT_MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="BIRD : « birdc show protocols all », suivi si l’on veut de « birdc show route ». "
        "GoBGP : « gobgp neighbor -j ».",
        error_messages={"required": "Collez ce que dit le routeur."},
    )
