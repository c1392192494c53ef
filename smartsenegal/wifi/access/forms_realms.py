"""The forms of a realm, and of the servers that answer for one elsewhere."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.lib.text import plural, typography
from smartsenegal.wifi.access.models import HOME_TRANSPORTS, Realm
from smartsenegal.wifi.access.rules import default_methods
from smartsenegal.wifi.network.api import French, LineField

# The text comes back with the page’s agreement, within settings.DATA_UPLOAD_MAX_MEMORY_SIZE, its ends of line
# written in two octets.
ROSTER_AT_MOST = 1_900_000
METHODS = [
    ("tls", "Certificat de l’appareil (EAP-TLS)"),
    ("ttls-pap", "Mot de passe (EAP-TTLS / PAP) : nous n’en gardons qu’une empreinte"),
    ("ttls-mschapv2", "Mot de passe (EAP-TTLS / MSCHAPv2) : nous gardons un mot de passe lisible"),
    ("peap-mschapv2", "Mot de passe (PEAP), pour Windows sans profil : nous gardons un mot de passe lisible"),
]


class ChangeRealmForm(French):
    organisation = LineField(
        label="Organisme", max_length=200, required=False,
        help_text="Son nom exact ou son code : ses membres et ses agents ont accès. Vide : tout compte.",
    )  # fmt: skip
    methods = forms.MultipleChoiceField(
        label="Méthodes permises", choices=[(key, typography(told)) for key, told in METHODS],
        widget=forms.CheckboxSelectMultiple, initial=default_methods,
        help_text="MSCHAPv2 repose sur une clé de 56 bits : qui attire un appareil vers un faux serveur peut "
        "en tirer de quoi se connecter. Ne le permettez que si des appareils ne savent rien d’autre.",
        error_messages={"required": "Choisissez une méthode au moins."},
    )  # fmt: skip

    @classmethod
    def of(cls, realm: Realm, data: Any = None) -> "ChangeRealmForm":
        known = realm.organisation
        return cls(data, initial={"organisation": known.name if known else "", "methods": realm.methods})

    def clean_organisation(self) -> Organisation | None:
        typed = self.cleaned_data["organisation"]
        if not typed:
            return None
        found = list(Organisation.objects.filter(Q(code=typed.lower()) | Q(name__iexact=typed))[:2])
        if len(found) == 1:
            return found[0]
        raise ValidationError(
            "Plusieurs organismes portent ce nom : donnez le code."
            if found
            else "Aucun organisme ne porte ce nom ni ce code : vérifiez-le."
        )

    def values(self) -> dict[str, Any]:
        """What `change_realm` takes."""
        data = self.cleaned_data
        return {"organisation": data["organisation"], "methods": data["methods"]}


class RealmForm(ChangeRealmForm):
    name = LineField(
        label="Domaine",
        max_length=253,
        help_text="Ce qui suit le @ : comme ucad.sn.",
        error_messages={"required": "Indiquez le domaine."},
    )
    field_order = ("name", "organisation", "methods")

    def values(self) -> dict[str, Any]:
        """What `add_realm` takes."""
        return {"name": self.cleaned_data["name"], **super().values()}


class ElsewhereForm(French):
    name = LineField(
        label="Domaine",
        max_length=253,
        help_text="Ce qui suit le @ : comme ugb.sn.",
        error_messages={"required": "Indiquez le domaine."},
    )


class HomeServerForm(French):
    address = LineField(
        label="Adresse", max_length=253,
        help_text="Un nom comme radius.ugb.sn, ou une adresse. Son certificat la nomme, avec RadSec.",
        error_messages={"required": "Indiquez l’adresse de ce serveur."},
    )  # fmt: skip
    transport = forms.ChoiceField(
        label="Transport", choices=HOME_TRANSPORTS, widget=forms.RadioSelect, initial="radsec",
    )  # fmt: skip
    port = forms.IntegerField(
        label="Port", required=False, min_value=1, max_value=65535,
        help_text="Vide : 2083 pour RadSec, 1812 pour UDP.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Un port est un nombre de 1 à 65535."
        ),
    )  # fmt: skip
    secret = LineField(
        label="Secret partagé", max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="UDP seulement, 16 caractères au moins. Il est scellé et n’est plus montré.",
    )  # fmt: skip


class RosterForm(French):
    """A list to look at before anything is written; then its text, kept in the page."""

    file = forms.FileField(
        label="Fichier CSV",
        help_text="50 000 lignes et 1,9 mégaoctet au plus, en UTF-8.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    close = forms.BooleanField(required=False, help_text="Pour de bon : leurs mots de passe ne valent plus.")
    missing = forms.IntegerField(required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")
        self.fields["file"].widget.attrs["accept"] = ".csv,text/csv"

    @classmethod
    def closing(cls, count: int) -> "RosterForm":
        """The form that asks whether to close so many accesses that the list leaves out."""
        form = cls(initial={"missing": count})
        form.fields["missing"].widget = forms.HiddenInput()
        form.fields[
            "close"
        ].label = f"Fermer {plural(count, 'accès qui n’est plus', 'accès qui ne sont plus')} dans la liste"
        return form

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        file = data.get("file")
        if file is None:
            return data
        if file.size > ROSTER_AT_MOST:
            self.add_error("file", "Ce fichier dépasse 1,9 mégaoctet : coupez-le en deux.")
            return data
        try:
            return {**data, "text": file.read().decode("utf-8")}
        except UnicodeDecodeError:
            told = "Ce fichier n’est pas en UTF-8 : enregistrez-le en « CSV UTF-8 »."
            self.add_error("file", typography(told))
            return data

    def agreed(self) -> int | None:
        """How many accesses one agreed to close; None when one did not."""
        return (self.cleaned_data["missing"] or 0) if self.cleaned_data["close"] else None
