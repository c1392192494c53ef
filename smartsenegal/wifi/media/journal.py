"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.media.models import Package

VERBS = {
    "media.package_added": "Contenu ajouté",
    "media.package_changed": "Contenu modifié",
    "media.file_added": "Fichier d’un contenu ajouté",
    "media.file_removed": "Fichier d’un contenu retiré",
    "media.package_published": "Contenu publié",
    "media.package_withdrawn": "Contenu retiré",
    "media.assigned": "Contenu destiné à des points Wi-Fi",
    "media.unassigned": "Contenu retiré de points Wi-Fi",
    "media.cache_changed": "Cache d’un point Wi-Fi réglé",
    "media.cache_token": "Secret d’un cache renouvelé",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("wifi_package", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    found = Package.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(p.pk): audit.Named(p.title, reverse("wifi_media:package", args=[p.code])) for p in found}
