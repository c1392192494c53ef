from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from smartsenegal.wifi.access.api import Authority
    from smartsenegal.wifi.network.api import Issued


class RadiusConfig(AppConfig):
    name = "smartsenegal.wifi.radius"
    label = "wifi_radius"
    verbose_name = "Serveur RADIUS"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.wifi.access.api import register_authority
        from smartsenegal.wifi.network.api import register_issuer

        register_authority(_shown)
        register_issuer(_issue)
        vault.register_resealer("clés de l’autorité du Wi-Fi", _reseal)


def _shown() -> "Authority | None":
    from smartsenegal.wifi.radius.showing import shown

    return shown()


def _issue(name: str) -> "Issued":
    from smartsenegal.wifi.radius.authority import issue_peer

    return issue_peer(name)


def _reseal() -> int:
    # Imported when it is asked: no other process needs the libraries of TLS.
    from smartsenegal.wifi.radius.authority import reseal

    return reseal()
