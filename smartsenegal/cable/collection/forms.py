"""Forms of `cable.collection`."""

from typing import Any

from django import forms
from django.conf import settings

from smartsenegal.cable.billing.api import Port
from smartsenegal.cable.collection import queries
from smartsenegal.cable.collection.models import VERSIONS, Agent
from smartsenegal.cable.network.api import Equipment
from smartsenegal.kernel.fields import French
from smartsenegal.lib.addresses import misplaced, plain

SHORTEST = 8
_PORT_ERRORS = ("required", "invalid", "min_value", "max_value")


def _secret(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=64, strip=False, help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _address_fault(address: str) -> str:
    """Why no router is asked there; "" when it may be. The demonstration asks its own machine."""
    if "%" in address:
        return "Écrivez l’adresse sans le nom d’une carte réseau (%)."
    if settings.DEMO and plain(address).is_loopback:
        return ""
    if misplaced(address):
        return "Aucun routeur n’a cette adresse : elle désigne cette machine, ou plusieurs à la fois."
    return ""


class AgentForm(French):
    """How an equipment is asked. Its secret is never shown again: it is typed anew."""

    equipment = forms.ModelChoiceField(
        label="Équipement", queryset=Equipment.objects.order_by("name"),
        error_messages={"required": "Choisissez l’équipement."},
    )  # fmt: skip
    address = forms.GenericIPAddressField(
        label="Adresse",
        error_messages=dict.fromkeys(("required", "invalid"), "Écrivez une adresse, comme 192.0.2.1."),
    )
    port = forms.IntegerField(
        label="Port", initial=161, min_value=1, max_value=65_535,
        error_messages=dict.fromkeys(_PORT_ERRORS, "Un port va de 1 à 65535."),
    )  # fmt: skip
    version = forms.ChoiceField(label="Version", choices=VERSIONS)
    community = _secret("Communauté", "Pour la version 2c, en lecture seule.")
    user = forms.CharField(label="Utilisateur", required=False, max_length=32, help_text="Pour la version 3.")
    auth = _secret("Phrase d’authentification (SHA)", "Pour la version 3, huit caractères au moins.")
    priv = _secret("Phrase de chiffrement (AES)", "Pour la version 3, huit caractères au moins.")

    def __init__(self, data: Any, given: Agent | None = None) -> None:
        initial = {name: getattr(given, name) for name in ("address", "port", "version")} if given else {}
        super().__init__(data, initial=initial)
        if given:
            del self.fields["equipment"]

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if fault := _address_fault(address):
            raise forms.ValidationError(fault)
        return address

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if data.get("version") == "2c" and not data.get("community"):
            self.add_error("community", "Indiquez la communauté.")
        if data.get("version") == "3":
            if not data.get("user"):
                self.add_error("user", "Indiquez l’utilisateur.")
            for name in ("auth", "priv"):
                if len(data.get(name) or "") < SHORTEST:
                    self.add_error(name, "Une phrase a huit caractères au moins.")
        return data

    def values(self) -> dict[str, Any]:
        """What `set_agent` takes but its equipment."""
        data = self.cleaned_data
        names = ("community",) if data["version"] == "2c" else ("user", "auth", "priv")
        return {
            **{name: data[name] for name in ("address", "port", "version")},
            "secret": {name: data[name] for name in names},
        }


class PortForm(French):
    """Which port is billed by an interface."""

    port = forms.ModelChoiceField(
        label="Port facturé", queryset=Port.objects.none(),
        error_messages={"required": "Choisissez le port."},
        help_text="Ceux d’un contrat de trafic qui ne sont encore lus nulle part.",
    )  # fmt: skip

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["port"].queryset = queries.unread_ports()  # type: ignore[attr-defined]
