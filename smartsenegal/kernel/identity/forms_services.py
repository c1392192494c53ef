"""Forms of the services of others."""

from typing import Any

from django import forms

from smartsenegal.kernel.identity.forms_asking import OrganisationAskedForm
from smartsenegal.kernel.identity.models import ServiceClient
from smartsenegal.kernel.identity.rules import API_SCOPES, LOGIN_SCOPES, Principal


class AddressesField(forms.CharField):
    """Addresses, one a line."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(**{"widget": widget, "max_length": 4000, **options})

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        return str(super().clean(value) or "").split()


class _ServiceForm(OrganisationAskedForm):
    kind = ""
    organisation = forms.CharField(
        label="Organisme",
        max_length=200,
        help_text="Celui qui répond du service. Commencez à taper son nom.",
        error_messages={"required": "Indiquez l’organisme."},
    )
    name = forms.CharField(
        label="Nom du service",
        max_length=100,
        error_messages={"required": "Donnez le nom du service, tel que les gens le connaissent."},
    )

    def __init__(self, *args: Any, principal: Principal, own_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        self.ask_among("organisation", own_url)

    def keep_organisation(self) -> None:
        """A service does not change hands: the question is not asked again."""
        del self.fields["organisation"]

    def changed(self) -> dict[str, Any]:
        """What `actions.change_service` takes."""
        left = ("organisation", "is_public")
        return {k: v for k, v in self.cleaned_data.items() if k not in left}

    def asked(self) -> dict[str, Any]:
        """What `actions.register_service` takes."""
        return {"kind": self.kind, **{k: v for k, v in self.cleaned_data.items() if k != "organisation"}}


class LoginServiceForm(_ServiceForm):
    """A service that people enter with their account here."""

    kind = "login"
    purpose = forms.CharField(
        label="À quoi servent les données",
        max_length=300,
        help_text="Une phrase, montrée à la personne avant qu’elle accepte.",
        error_messages={"required": "Dites à quoi servent les données."},
    )
    scopes = forms.MultipleChoiceField(
        label="Ce qu’il a besoin de savoir de la personne",
        choices=[(s, words) for s, words in LOGIN_SCOPES.items() if s != "openid"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Le moins possible. Un identifiant propre au service est toujours donné.",
    )
    redirect_uris = AddressesField(
        label="Adresses de retour",
        help_text="Une par ligne, en entier, en https.",
        error_messages={"required": "Indiquez l’adresse où la personne revient."},
    )
    logout_uris = AddressesField(
        label="Adresses après déconnexion", required=False, help_text="Une par ligne. Facultatif."
    )
    is_public = forms.BooleanField(
        label="C’est une application installée chez les gens, qui ne peut pas garder de secret",
        required=False,
    )

    def keep_organisation(self) -> None:
        super().keep_organisation()
        del self.fields["is_public"]

    def clean_scopes(self) -> list[str]:
        return ["openid", *self.cleaned_data["scopes"]]

    @staticmethod
    def of(service: ServiceClient) -> dict[str, Any]:
        """The answers that this service gave."""
        return {
            "name": service.name,
            "purpose": service.purpose,
            "scopes": service.scopes,
            "redirect_uris": "\n".join(service.redirect_uris),
            "logout_uris": "\n".join(service.logout_uris),
        }


class ApiServiceForm(_ServiceForm):
    """A service that calls the API in its organisation's name."""

    kind = "api"
    scopes = forms.MultipleChoiceField(
        label="Ce qu’il peut faire, dans son organisme seulement",
        choices=list(API_SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez ce à quoi le service a droit."},
    )

    @staticmethod
    def of(service: ServiceClient) -> dict[str, Any]:
        """The answers that this service gave."""
        return {"name": service.name, "scopes": service.scopes}
