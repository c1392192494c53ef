"""The Espace Sénégal Services of one's commune, on the sheet of a procedure."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from smartsenegal.kernel.sites.api import OPEN, Competent, Site, competence, hours_lines
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures.fields import CommuneText

ESPACE = "espace"
TONES = {"open": "green", "suspended": "blue", "closed": "red"}


class CommuneForm(forms.Form):
    """Where one lives, or will be on the day."""

    commune = CommuneText(
        label="Votre commune", error_messages={"required": "Écrivez le nom de votre commune."}
    )


def nearby(request: HttpRequest) -> dict[str, Any]:
    """The form that asks for the commune and, once it is known, its Espace for `procedures/nearby.html`.

    The commune travels in the address of the page alone: nothing of it is kept.
    """
    asked = request.GET if "commune" in request.GET else None
    form = CommuneForm(asked)
    if asked is None or not form.is_valid():
        return {"form": form, "espace": None, "place": None}
    place = form.cleaned_data["commune"]
    espace = _espace(competence(ESPACE, place["code"]), place["label"])
    return {"form": form, "espace": espace, "place": place}


def _espace(answer: Competent, place: str) -> dict[str, Any]:
    site = answer.site or answer.asked
    if site is None:
        return {"place": place, "reason": answer.reason}
    replaced = answer.asked if answer.site and answer.asked != answer.site else None
    return {
        "place": place,
        "name": site.name,
        "url": reverse("site", args=[site.code]),
        "state": site.get_state_display(),
        "tone": TONES[site.state],
        "why": _why(site),
        "replaces": f"Remplace {replaced.name}." if replaced else "",
        "address": site.address,
        "phone": site.phone,
        "hours": hours_lines(site.hours),
        "reason": answer.reason,
    }


def _why(site: Site) -> str:
    if site.state == OPEN:
        return ""
    until = site.expected_reopening
    back = f"Réouverture prévue le {format_date(until)}." if until else ""
    return typography(" ".join(filter(None, [site.state_reason, back])))
