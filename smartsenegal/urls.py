"""Addresses. Each module owns its own; this file only says where they hang."""

from importlib.util import find_spec

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver


def _module(prefix: str, name: str) -> list[URLPattern | URLResolver]:
    # A module without pages has no urls.py.
    return [path(prefix, include(f"{name}.urls"))] if find_spec(f"{name}.urls") else []


urlpatterns: list[URLPattern | URLResolver] = [
    *_module("", "smartsenegal.web"),
    *_module("", "smartsenegal.kernel.events"),
    *_module("compte/", "smartsenegal.kernel.identity"),
    path("", include("smartsenegal.kernel.identity.urls_oidc")),
    *_module("journal/", "smartsenegal.kernel.audit"),
    *_module("", "smartsenegal.kernel.documents"),
    *_module("paiements/", "smartsenegal.kernel.payments"),
    *_module("messages/", "smartsenegal.kernel.notifications"),
    *_module("lieux/", "smartsenegal.kernel.sites"),
    *_module("territoires/", "smartsenegal.kernel.territory"),
    *_module("webhooks/", "smartsenegal.kernel.webhooks"),
    *_module("mes-donnees/", "smartsenegal.kernel.privacy"),
    *_module("chiffres/", "smartsenegal.kernel.indicators"),
    *_module("demarches/", "smartsenegal.onestop.procedures"),
    *_module("dossiers/", "smartsenegal.onestop.cases"),
    path("espace/", include("smartsenegal.onestop.cases.urls_space")),
    *_module("wifi/reseau/", "smartsenegal.wifi.network"),
    *_module("wifi/acces/", "smartsenegal.wifi.access"),
    *_module("wifi/direct/", "smartsenegal.wifi.monitoring"),
    *_module("wifi/donnees/", "smartsenegal.wifi.privacy"),
    *_module("wifi/planification/", "smartsenegal.wifi.planner"),
    *_module("wifi/kits/", "smartsenegal.wifi.kit"),
    *_module("wifi/contenus/", "smartsenegal.wifi.media"),
    path("wifi/codes/", include("smartsenegal.wifi.portal.urls_bounds")),
    path("wifi/mes-appareils/", include("smartsenegal.wifi.access.urls_own")),
    # The last under wifi/: no site can take the address of a page of agents.
    *_module("wifi/", "smartsenegal.wifi.portal"),
    path("", include("smartsenegal.wifi.portal.urls_guest")),
    *_module("datacentre/niveau/", "smartsenegal.datacenter.tier"),
    *_module("datacentre/capteurs/", "smartsenegal.datacenter.sensors"),
    *_module("datacentre/facturation/", "smartsenegal.datacenter.billing"),
    *_module("datacentre/hebergement/", "smartsenegal.datacenter.hosting"),
    *_module("datacentre/colocation/", "smartsenegal.datacenter.colocation"),
    *_module("datacentre/", "smartsenegal.datacenter.facility"),
    *_module("cable/pannes/", "smartsenegal.cable.resilience"),
    *_module("cable/capacite/", "smartsenegal.cable.capacity"),
    *_module("cable/offre/", "smartsenegal.cable.wholesale"),
    *_module("cable/optique/", "smartsenegal.cable.optics"),
    *_module("cable/facturation/", "smartsenegal.cable.billing"),
    *_module("cable/sessions/", "smartsenegal.cable.peering"),
    *_module("cable/collecte/", "smartsenegal.cable.collection"),
    *_module("cable/exploitation/", "smartsenegal.cable.noc"),
    *_module("cable/", "smartsenegal.cable.network"),
    path("api/v1/", include("smartsenegal.web.rest")),
]

handler400 = "smartsenegal.web.views.bad_request"
handler403 = "smartsenegal.web.views.permission_denied"
handler404 = "smartsenegal.web.views.page_not_found"
handler500 = "smartsenegal.web.views.server_error"
