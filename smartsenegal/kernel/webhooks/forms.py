"""Forms of the page of webhooks."""

from typing import Any

from django import forms
from django.urls import reverse

from smartsenegal.kernel.identity.api import OrganisationAskedForm, Principal
from smartsenegal.kernel.webhooks import registry


def _url() -> forms.CharField:
    return forms.CharField(
        label="Adresse à appeler",
        max_length=500,
        help_text="En entier, en https, par exemple https://exemple.sn/webhooks.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Indiquez l’adresse de votre système, par exemple https://exemple.sn/webhooks."
        },
    )


def _kinds() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Événements",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun choix veut dire tous, y compris ceux qui viendront.",
        error_messages={"invalid_choice": "Cet événement n’existe pas. Choisissez dans la liste."},
    )


def _offer_kinds(form: forms.Form) -> None:
    form.fields["kinds"].choices = sorted(registry.kinds().items(), key=lambda kind: kind[1])  # type: ignore[attr-defined]


class ChangeForm(forms.Form):
    """Where, and of what."""

    url = _url()
    kinds = _kinds()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_kinds(self)


class SubscribeForm(OrganisationAskedForm):
    """Who is told, where, and of what."""

    organisation = forms.CharField(
        label="Organisme",
        max_length=200,
        help_text="Celui dont les dossiers comptent, avec ses services. Commencez à taper son nom.",
        error_messages={"required": "Indiquez l’organisme."},
    )
    url = _url()
    kinds = _kinds()

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        _offer_kinds(self)
        self.ask_among("organisation", reverse("agent_organisations"))
