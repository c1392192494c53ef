"""The form of `datacenter.sensors`."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.sensors.rules import KINDS, QUANTITIES, REDFISH
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.lib.addresses import misplaced
from smartsenegal.lib.text import typography

_OID = re.compile(r"\.?1(?:\.[0-9]{1,10}){3,40}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class SourceForm(French):
    """A device to ask."""

    rack = forms.ChoiceField(label="Baie")
    name = LineField(label="Nom de l’appareil", max_length=120, help_text="Comme : coffret A, serveur 12.")
    kind = forms.ChoiceField(label="Protocole", choices=KINDS, initial=REDFISH, widget=forms.RadioSelect)
    counts = forms.BooleanField(
        label="Sa puissance compte dans celle de la baie", required=False, initial=True,
        help_text="À ne pas cocher pour un serveur dont le coffret d’alimentation est interrogé aussi.",
    )  # fmt: skip
    address = forms.CharField(
        label="Adresse", max_length=200,
        help_text="Redfish : https://10.0.0.5. SNMP : l’adresse IP seule.",
    )  # fmt: skip
    user = forms.CharField(label="Nom d’utilisateur Redfish", max_length=100, required=False)
    secret = forms.CharField(
        label="Mot de passe Redfish, ou communauté SNMP", max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text="Gardé chiffré, jamais montré.",
    )  # fmt: skip
    fingerprint = forms.CharField(
        label="Empreinte SHA-256 du certificat", max_length=100, required=False,
        help_text="Pour un contrôleur qui signe lui-même son certificat. Vide : une autorité connue.",
    )  # fmt: skip
    oid = forms.CharField(
        label="Objet SNMP", max_length=120, required=False, help_text="Comme 1.3.6.1.4.1.318.1.1.12.1.16.0."
    )
    quantity = forms.ChoiceField(label="Ce que l’objet mesure", choices=QUANTITIES, required=False)
    scale = forms.DecimalField(
        label="Multiplier par", min_value=0, max_digits=10, decimal_places=4, localize=True, initial=1,
        required=False, help_text="10 quand l’agent compte en dizaines de watts ; 0,1 en dixièmes.",
    )  # fmt: skip

    def __init__(self, *args: Any, racks: Iterable[facility.Rack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(rack.pk): rack for rack in racks}
        names = [(key, f"{facility.load_code(r)} — {r.room.name}") for key, r in self.known.items()]
        self.fields["rack"].choices = names  # type: ignore[attr-defined]

    def clean_fingerprint(self) -> str:
        typed: str = self.cleaned_data["fingerprint"]
        return typed.replace(":", "").replace(" ", "").lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        redfish = data.get("kind") == REDFISH
        if address := data.get("address"):
            wrong = _wrong_url(address) if redfish else _wrong_ip(address)
            if wrong:
                self.add_error("address", typography(wrong))
        if data.get("fingerprint") and not _FINGERPRINT.fullmatch(data["fingerprint"]):
            self.add_error("fingerprint", typography("Une empreinte SHA-256 a 64 chiffres hexadécimaux."))
        if not redfish and not _OID.fullmatch(data.get("oid", "")):
            self.add_error("oid", typography("Écrivez le numéro de l’objet, des nombres séparés de points."))
        if not redfish and not data.get("secret"):
            self.add_error("secret", typography("Écrivez la communauté de l’agent."))
        return data

    def rack_chosen(self) -> facility.Rack:
        """Where it stands."""
        return self.known[self.cleaned_data["rack"]]

    def values(self) -> dict[str, Any]:
        """What `sources.add` takes after the rack."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("name", "kind", "counts", "address")}
        if data["kind"] == REDFISH:
            secret = {"user": data["user"], "password": data["secret"]} if data["user"] else {}
            return {**kept, "fingerprint": data["fingerprint"], "secret": secret}
        snmp = {"oid": data["oid"], "quantity": data["quantity"], "scale": data["scale"] or 1}
        return {**kept, **snmp, "secret": {"community": data["secret"]}}


MISPLACED = "Aucun appareil n’a cette adresse : elle désigne cette machine, ou plusieurs à la fois."


def _wrong_url(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.path not in ("", "/"):
        return "Écrivez l’adresse comme https://10.0.0.5, sans chemin."
    try:
        return _misplaced(parts.hostname)
    except ValueError:  # a name: what it leads to is looked at when the device is asked
        return ""


def _wrong_ip(address: str) -> str:
    try:
        return _misplaced(address)
    except ValueError:
        return "Écrivez l’adresse IP de l’agent, comme 10.0.0.5."


def _misplaced(address: str) -> str:
    # The demonstration asks its own machine.
    return MISPLACED if misplaced(address) and not settings.DEMO else ""
