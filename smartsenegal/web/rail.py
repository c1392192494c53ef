"""The left rail of the agents' pages: the same doors on every page, those this agent may open."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from smartsenegal.onestop.cases import api as cases

if TYPE_CHECKING:
    from smartsenegal.kernel.identity.api import Principal

# Name of the page, label, pictogram, permission (any of them when there are several). A page that is not
# built is not shown.
DOORS = (
    ("cases:queue", "À traiter", "inbox", "cases.queue"),
    ("cases:to_sign", "À signer", "pen-line", "cases.sign"),
    ("cases:tasks", "Avis et visas", "message-square", "cases.queue"),
    ("cases:search", "Rechercher", "search", "cases.read"),
    ("cases:delegations", "Délégations", "signature", "cases.sign audit.read"),
    ("identity_desk", "Identités", "id-card", "identity.assure"),
    ("payments:till", "Caisse", "banknote", "payments.till"),
    ("payments:accounts", "Comptes", "scale", "payments.read"),
    ("procedures:managed", "Démarches", "scroll-text", "procedures.manage"),
    ("dashboard:procedures", "Tableaux de bord", "chart-column", "indicators.read"),
    ("sites_manage", "Lieux", "map-pin", "sites.manage"),
    ("wifi_monitoring:index", "Wi-Fi en direct", "eye", "wifi.read"),
    ("wifi_network:index", "Wi-Fi", "wifi", "wifi.read"),
    ("wifi_access:index", "Accès Wi-Fi", "key-round", "wifi.read"),
    ("wifi_codes:index", "Codes par SMS", "send", "wifi.read"),
    ("wifi_privacy:desk", "Données Wi-Fi", "lock", "wifi.privacy wifi.legal_approve"),
    ("wifi_media:index", "Contenus Wi-Fi", "graduation-cap", "wifi.read"),
    ("wifi_planner:plan", "Planifier", "chart-column", "wifi.read"),
    ("wifi_kit:index", "Kits d’événement", "briefcase", "wifi.read"),
    ("cable_noc:index", "Exploitation", "bell", "cable.read"),
    ("cable_network:index", "Câbles", "globe", "cable.read"),
    ("cable_resilience:index", "Pannes", "triangle-alert", "cable.read"),
    ("cable_capacity:index", "Capacité", "handshake", "cable.read"),
    ("cable_optics:index", "Optique", "sun", "cable.read"),
    ("cable_billing:index", "Facturation", "banknote", "cable.read"),
    ("cable_peering:index", "Sessions BGP", "refresh-cw", "cable.read"),
    ("cable_collection:index", "Collecte", "download", "cable.read"),
    ("datacenter_facility:index", "Centres de données", "building-2", "datacenter.read"),
    ("datacenter_colocation:mine", "Places louées", "key-round", "hosting.use"),
    ("datacenter_hosting:mine", "Projets hébergés", "cloud-check", "hosting.use"),
    ("cable_wholesale:mine", "Capacité achetée", "handshake", "cable.buy"),
    ("cases:calendar", "Calendrier", "calendar-days", "territory.manage"),
    ("agents", "Agents", "users-round", "identity.manage"),
    ("services", "Services", "key-round", "identity.manage"),
    ("webhooks:index", "Envois automatiques", "refresh-cw", "webhooks.manage"),
    ("notifications:outbox", "Envois", "send", "notifications.manage"),
    ("documents:retention", "Conservation", "file-clock", "documents.manage"),
    ("audit:journal", "Journal", "shield-check", "audit.read"),
    ("privacy:to_treat", "Droits", "lock", "privacy.treat"),
)


def house_rail(request: HttpRequest) -> list[dict[str, Any]]:
    """Doors open to the principal of this request; none for who is not an agent."""
    principal: Principal | None = getattr(request, "principal", None)
    if principal is None or not principal.is_agent:
        return []
    return [
        {"label": label, "url": url, "icon": icon, "current": request.path == url}
        for name, label, icon, permission in DOORS
        if any(principal.may(one) for one in permission.split()) and (url := _address(name))
    ]


def house_counts(request: HttpRequest) -> dict[str, str]:
    """What waits behind the doors of this agent, by address: one query, for pages that do not count it
    themselves."""
    principal: Principal | None = getattr(request, "principal", None)
    if principal is None or not principal.is_agent:
        return {}
    return {_address(name): count for name, count in cases.rail_counts(principal).items()}


def place_of(request: HttpRequest) -> dict[str, Any] | None:
    """The services one works for, said under the rail."""
    principal: Principal | None = getattr(request, "principal", None)
    if principal is None or not principal.is_agent:
        return None
    names = dict.fromkeys(grant.organisation_name for grant in principal.grants)
    return {"lines": list(names)}


@lru_cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
