"""Forms of those who act for others: mandates, companies and associations."""

from typing import Any

from allauth.core import context, ratelimit
from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.kernel.identity import queries
from smartsenegal.kernel.identity.fields import CodeField, EmailField, PhoneField
from smartsenegal.kernel.identity.forms import AssureForm, DateField
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import PARTY_KINDS, PARTY_ROLES
from smartsenegal.kernel.territory.api import Territory, resolve, search
from smartsenegal.lib.text import NBSP

_MANY_NAMES = f"Vous avez cherché beaucoup de comptes{NBSP}: attendez une heure avant de recommencer."
_MANY_CODES = f"Plusieurs codes ont déjà été envoyés là{NBSP}: attendez une heure avant de recommencer."


def check_limit(action: str, key: str, user: Account | None = None) -> None:
    """Count a message or a try. Raises ValidationError when there were too many."""
    if not ratelimit.consume(context.request, action=action, key=key, user=user):
        raise ValidationError(_MANY_CODES, code="limited")


def find_counted(login: str) -> Account | None:
    """The account that somebody names to give it something; too many names make a list of who has one.

    Raises ValidationError when there were too many."""
    if not ratelimit.consume(context.request, action="find_helper", user=context.request.user):
        raise ValidationError(_MANY_NAMES, code="limited")
    return queries.find_account(login)


class _ScopeForm(forms.Form):
    """Until when, and for which procedures."""

    ends_on = DateField(
        label=f"Jusqu’à quand{NBSP}?",
        help_text="Un an au plus.",
        error_messages={"required": "Indiquez le dernier jour du mandat."},
    )
    scope = forms.ChoiceField(
        label=f"Pour quelles démarches{NBSP}?",
        choices=[("all", "Toutes"), ("some", "Celles que je choisis")],
        initial="all",
        widget=forms.RadioSelect,
    )
    procedures = forms.MultipleChoiceField(
        label="Démarches choisies", required=False, widget=forms.CheckboxSelectMultiple
    )
    max_requests = forms.IntegerField(
        label="Nombre de demandes au plus",
        required=False,
        min_value=1,
        max_value=1000,
        help_text="Vide pour ne pas limiter.",
        error_messages={"invalid": "Écrivez un nombre, par exemple 3."},
    )

    def __init__(self, *args: Any, procedures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if procedures:
            self.fields["procedures"].choices = procedures  # type: ignore[attr-defined]
        else:
            del self.fields["scope"], self.fields["procedures"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("scope") == "some" and not data.get("procedures") and "procedures" in self.fields:
            self.add_error("procedures", "Cochez au moins une démarche.")
        return data

    def allowed(self) -> dict[str, Any]:
        """Days, procedures and number of requests, as the actions take them."""
        data = self.cleaned_data
        chosen = data.get("procedures", []) if data.get("scope") == "some" else []
        return {
            "ends_on": data["ends_on"],
            "procedures": chosen,
            "max_requests": data.get("max_requests"),
        }


class AskMandateForm(_ScopeForm):
    """A helper asks someone."""

    name = forms.CharField(
        label="Prénoms et nom de la personne",
        max_length=200,
        error_messages={"required": "Indiquez les prénoms et le nom de la personne."},
    )
    phone = PhoneField(
        label="Son numéro de téléphone",
        help_text=f"Elle y reçoit un code{NBSP}: son accord est de vous le donner, ou de le taper elle-même.",
        error_messages={"required": "Indiquez le numéro de téléphone de la personne."},
    )
    field_order = ["name", "phone", "ends_on", "scope", "procedures", "max_requests"]

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        check_limit("mandate_code", phone, user=context.request.user)
        return phone


class GiveMandateForm(_ScopeForm):
    """Someone lets a helper act, from their own account."""

    login = forms.CharField(
        label="Téléphone ou adresse électronique de la personne qui vous aide",
        help_text="Elle doit avoir un compte.",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Indiquez son numéro ou son adresse."},
    )
    as_party = forms.ChoiceField(label=f"Au nom de qui{NBSP}?", widget=forms.RadioSelect)
    field_order = ["as_party", "login", "ends_on", "scope", "procedures", "max_requests"]

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_party"].choices = parties  # type: ignore[attr-defined]
        if len(parties) == 1:
            del self.fields["as_party"]

    def clean_login(self) -> Account:
        found = find_counted(self.cleaned_data["login"])
        contact = queries.contact_of(found.pk) if found else None
        if found is None or contact is None or not found.name or not (contact.phone or contact.email):
            raise ValidationError(f"Aucun compte vérifié à ce nom d’accès{NBSP}: demandez-lui d’en créer un.")
        return found


class GivenCodeForm(forms.Form):
    code = CodeField(label="Code reçu par la personne")


class OrganisationForm(forms.Form):
    """A company or an association."""

    kind = forms.ChoiceField(
        label=f"De quoi s’agit-il{NBSP}?",
        choices=PARTY_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez entreprise ou association."},
    )
    name = forms.CharField(
        label="Nom", max_length=200, error_messages={"required": "Indiquez le nom de l’organisation."}
    )
    registration = forms.CharField(
        label="NINEA ou numéro de récépissé",
        required=False,
        max_length=40,
        help_text="Le NINEA d’une entreprise, le récépissé d’une association. Vide s’il n’y en a pas encore.",
    )
    territory = forms.CharField(
        label="Commune du siège",
        max_length=200,
        error_messages={"required": "Indiquez la commune."},
    )

    def clean_territory(self) -> Territory:
        kinds = ("commune", "departement", "region", "post")
        typed = self.data.get("territory_code", "") or self.cleaned_data["territory"]
        if found := resolve(typed, kinds):
            return found
        if matches := search(typed, kinds):
            widget = self.fields["territory"].widget
            widget.template_name = "forms/widgets/place.html"
            widget.attrs["matches"] = [(t.code, t.label) for t in matches]
            raise ValidationError("Choisissez la commune dans la liste.")
        raise ValidationError(f"Cette commune est inconnue{NBSP}: vérifiez son nom.")


class InviteForm(forms.Form):
    phone = PhoneField(required=False)
    email = EmailField(required=False)
    role = forms.ChoiceField(
        label="Rôle",
        choices=PARTY_ROLES,
        initial="member",
        widget=forms.RadioSelect,
        help_text="Un responsable gère les membres. Un membre dépose et paie. Un comptable paie et consulte.",
        error_messages={"required": "Choisissez le rôle."},
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and bool(data.get("phone")) == bool(data.get("email")):
            self.add_error("phone", "Indiquez un numéro ou une adresse électronique, pas les deux.")
        elif not self.errors:
            check_limit("mandate_code", data.get("phone") or data.get("email") or "", context.request.user)
        return data


class RoleOfMemberForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=PARTY_ROLES, widget=forms.RadioSelect)


class FindMandateForm(forms.Form):
    """At a desk: the phone of the person whose agreement was asked."""

    phone = PhoneField(
        label="Numéro de téléphone de la personne qui donne le mandat",
        help_text="Celui que son aidant a indiqué en demandant le mandat.",
        error_messages={"required": "Demandez à la personne son numéro."},
    )


class PaperConsentForm(AssureForm):
    """At a desk: the document that was seen, the paper that was signed."""

    paper = forms.FileField(
        label="Mandat signé, numérisé",
        help_text="PDF, JPEG ou PNG. Le papier porte les deux noms, les démarches, la durée et la signature.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf", "camera": True}),
        error_messages={
            "required": "Numérisez le mandat signé, ou prenez-le en photo.",
            "empty": "Ce fichier est vide : numérisez de nouveau le mandat.",
            "invalid": "Ce fichier n’est pas arrivé : envoyez-le de nouveau.",
        },
    )
    seen = forms.BooleanField(
        label="La personne a signé devant moi, et la pièce présentée est la sienne.",
        error_messages={"required": "Confirmez que la signature et la pièce ont été vues."},
    )
