"""What the journal's readers are told of this module's acts."""

from uuid import UUID

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.kit.models import Kit

VERBS = {
    "wifi.kit_prepared": "Kit d’événement préparé",
    "wifi.kit_exported": "Fichier d’un kit d’événement pris",
    "wifi.kit_key_shown": "Clé d’un kit d’événement montrée",
    "wifi.kit_imported": "Kit d’événement installé",
    "wifi.kit_file_received": "Fichier de retour d’un kit reçu",
    "wifi.kit_reconciled": "Fichier de retour d’un kit lu",
    "wifi.kit_returned": "Kit d’événement rendu, ses clés révoquées",
    "wifi.kit_dropped": "Kit d’événement annulé avant son départ",
    "wifi.kit_revoked": "Kit d’événement perdu, ses clés révoquées",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("wifi_kit", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    found = Kit.objects.filter(pk__in=[number for each in ids if (number := _number(each))])
    return {str(kit.pk): audit.Named(str(kit), _page(kit)) for kit in found}


def _page(kit: Kit) -> str:
    return "" if kit.state == "here" else reverse("wifi_kit:kit", args=[kit.pk])


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
