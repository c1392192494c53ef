"""Questions that forms of several modules ask: which organisation, and why."""

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.kernel.identity import queries
from smartsenegal.kernel.identity.models import Organisation
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.lib.text import NBSP


class OrganisationAskedForm(forms.Form):
    """A form whose `organisation` is typed, found among those of a principal, chosen when several answer."""

    principal: Principal

    def ask_among(self, name: str, url: str) -> None:
        """Let a field look its choices up at `url` while one types."""
        widget = self.fields[name].widget
        widget.template_name = "forms/widgets/place.html"
        widget.attrs["data-places"] = url

    def clean_organisation(self) -> Organisation:
        chosen = self.data.get("organisation_code", "")
        found = queries.organisations_named(self.principal, chosen or self.cleaned_data["organisation"])
        if len(found) == 1:
            return found[0]
        self.fields["organisation"].widget.attrs["matches"] = [(o.code, o.name) for o in found]
        raise ValidationError(
            f"Plusieurs organismes portent ce nom{NBSP}: choisissez dans la liste."
            if found
            else f"Aucun organisme que vous administrez ne porte ce nom{NBSP}: vérifiez-le."
        )


class ReasonForm(forms.Form):
    """Why something is stopped or taken away."""

    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Il est gardé au journal.",
        error_messages={"required": "Indiquez le motif."},
    )
