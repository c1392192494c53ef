"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.network.models import Hotspot

VERBS = {
    "wifi.hotspot_added": "Point Wi-Fi ajouté",
    "wifi.hotspot_changed": "Point Wi-Fi modifié",
    "wifi.hotspot_state": "État d’un point Wi-Fi changé",
    "wifi.hotspots_imported": "Points Wi-Fi importés",
    "wifi.zone_added": "Zone Wi-Fi ajoutée",
    "wifi.zone_changed": "Zone Wi-Fi modifiée",
    "wifi.access_point_added": "Borne ajoutée",
    "wifi.access_point_changed": "Borne modifiée",
    "wifi.access_point_retired": "Borne retirée",
    "wifi.gateway_added": "Passerelle ajoutée",
    "wifi.gateway_changed": "Passerelle modifiée",
    "wifi.gateway_secret": "Secret d’une passerelle renouvelé",
    "wifi.gateway_certificate": "Certificat donné à une passerelle",
    "wifi.certificate_revoked": "Certificat d’une passerelle révoqué",
    "wifi.gateway_lent": "Passerelle donnée à un kit d’événement",
    "wifi.gateway_retired": "Passerelle retirée",
    "wifi.maintenance_planned": "Travaux prévus",
    "wifi.maintenance_cancelled": "Travaux annulés",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("wifi_hotspot", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    found = Hotspot.objects.filter(pk__in=[key for key in ids if key.isdigit()]).select_related("site")
    return {
        str(h.pk): audit.Named(h.site.name, reverse("wifi_network:hotspot", args=[h.site.code]))
        for h in found
    }
