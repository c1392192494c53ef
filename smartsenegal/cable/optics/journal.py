"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.network.api import Link
from smartsenegal.cable.optics.models import Format
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.optics_changed": "Hypothèses optiques d’une liaison modifiées",
    "cable.deduction_added": "Retrait ajouté au bilan optique",
    "cable.deduction_removed": "Retrait enlevé du bilan optique",
    "cable.format_added": "Format de modulation ajouté",
    "cable.format_changed": "Format de modulation modifié",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_optics", _links)
    audit.register_subjects("cable_format", _formats)


def _links(ids: list[str]) -> dict[str, audit.Named]:
    found = Link.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(x.pk): audit.Named(x.name, reverse("cable_optics:line", args=[x.code])) for x in found}


def _formats(ids: list[str]) -> dict[str, audit.Named]:
    found = Format.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(f.pk): audit.Named(str(f), reverse("cable_optics:index")) for f in found}
