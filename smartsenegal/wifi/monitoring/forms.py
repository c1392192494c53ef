"""Forms of the engineer's acts."""

from __future__ import annotations

from typing import Any

from django import forms

from smartsenegal.wifi.monitoring.models import Message
from smartsenegal.wifi.monitoring.rules import SNMP_VERSIONS

WHY = {"required": "Indiquez le motif."}
DURATIONS = [("15", "15 minutes"), ("60", "1 heure"), ("240", "4 heures"), ("1440", "1 jour")]


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Motif", max_length=300, help_text="Il est gardé au journal.", error_messages=WHY
    )


class ReasonForm(forms.Form):
    """Why something is done to somebody's connection."""

    reason = _reason()


def _rate(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=64,
        max_value=10_000_000,
        help_text="Vide, il reste comme il est.",
        error_messages={
            "invalid": "Écrivez un nombre entier de kbit/s.",
            "min_value": "64 kbit/s au moins.",
            "max_value": "10 000 000 kbit/s au plus.",
        },
    )


class RateForm(forms.Form):
    """Other rates for one session, in kbit/s."""

    down_kbps = _rate("Débit descendant (kbit/s)")
    up_kbps = _rate("Débit montant (kbit/s)")
    reason = _reason()


class MessageForm(forms.Form):
    """Words for those who are on."""

    text = forms.CharField(
        label="Message",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Montré sur la page du portail à ceux qui sont connectés ici. 300 caractères au plus.",
        error_messages={
            "required": "Écrivez le message.",
            "max_length": "300 caractères au plus : raccourcissez le message.",
        },
    )
    minutes = forms.ChoiceField(
        label="Pendant", choices=DURATIONS, initial="60", error_messages={"required": "Choisissez une durée."}
    )
    reason = _reason()

    @classmethod
    def of(cls, message: Message | None, data: Any) -> MessageForm:
        """The form, with the present message to correct."""
        return cls(data, initial={"text": message.text} if message else None)

    def values(self) -> dict[str, Any]:
        """What `write_message` takes."""
        return {**self.cleaned_data, "minutes": int(self.cleaned_data["minutes"])}


class NoteForm(forms.Form):
    """A word about an alert."""

    text = forms.CharField(
        label="Commentaire", max_length=500, error_messages={"required": "Écrivez le commentaire."}
    )


class CloseForm(forms.Form):
    """The cause that was found."""

    because = forms.CharField(
        label="Cause trouvée",
        max_length=300,
        help_text="Comme « Onduleur à plat, remplacé ».",
        error_messages={"required": "Indiquez la cause trouvée."},
    )


def _passphrase(label: str) -> forms.CharField:
    hidden = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=128, required=False, widget=hidden)


class SnmpForm(forms.Form):
    """How an access point is asked by SNMP."""

    version = forms.ChoiceField(
        label="Version", choices=SNMP_VERSIONS, widget=forms.RadioSelect, initial="3",
        error_messages={"required": "Choisissez la version."},
    )  # fmt: skip
    port = forms.IntegerField(
        label="Port",
        min_value=1,
        max_value=65535,
        initial=161,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Un port va de 1 à 65535 ; d’habitude 161."
        ),
    )
    community = forms.CharField(
        label="Communauté (v2c)", max_length=64, required=False, help_text="En lecture seule."
    )
    user = forms.CharField(label="Utilisateur (v3)", max_length=32, required=False)
    auth = _passphrase("Phrase d’authentification (v3, SHA)")
    priv = _passphrase("Phrase de chiffrement (v3, AES)")
    stations_oid = forms.RegexField(
        r"^\.?\d+(\.\d+){3,60}$",
        label="Objet qui compte les appareils (OID)",
        max_length=120,
        required=False,
        help_text="Propre à chaque fabricant. Vide, les appareils ne sont pas comptés par SNMP.",
        error_messages={"invalid": "Écrivez un objet comme 1.3.6.1.4.1.14988.1.1.1.3.1.6.1."},
    )

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if data.get("version") == "2c" and not data.get("community"):
            self.add_error("community", "Indiquez la communauté.")
        if data.get("version") == "3":
            if not data.get("user"):
                self.add_error("user", "Indiquez l’utilisateur.")
            for name in ("auth", "priv"):
                if len(data.get(name) or "") < 8:
                    self.add_error(name, "Une phrase secrète a huit caractères au moins (RFC 3414).")
        return data

    def values(self) -> dict[str, Any]:
        """What `set_snmp` takes."""
        data = self.cleaned_data
        names = ("community",) if data["version"] == "2c" else ("user", "auth", "priv")
        secret = {name: data[name] for name in names}
        kept = {name: data[name] for name in ("version", "port", "stations_oid")}
        return {**kept, "secret": secret}
