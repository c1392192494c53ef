"""Aruba Instant (IAP).

Documents: Aruba Instant 8.x user guide (external captive portal, walled garden, RADIUS server), commands
`wlan auth-server`, `wlan external-captive-portal`, `wlan walled-garden`, `wlan ssid-profile`.
"""

from smartsenegal.wifi.network.contrib.base import Attributes, Central, File, Gateway, Limits, standard, wispr


class Aruba:
    code = "aruba"
    label = "Aruba"
    document = "Aruba Instant 8, guide de l’utilisateur et commandes"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        servers = [f"Smart-Senegal-{n}" for n, _ in enumerate(central.radius, 1)]
        lines = [
            *(
                line
                for name, address in zip(servers, central.radius, strict=True)
                for line in _server(name, address, gateway, central)
            ),
            "wlan external-captive-portal Smart-Senegal",
            f" server {central.portal_host}",
            f" port {central.portal_port}",
            f' url "{central.portal_path}"',
            ' auth-text ""',
            " https",
            "wlan walled-garden",
            *(f' white-list "{host}"' for host in central.hosts),
            *_network(gateway, servers),
        ]
        return [File("aruba-instant.txt", "\n".join(lines) + "\n", "configure terminal … end, commit apply")]

    def attributes(self, limits: Limits) -> Attributes:
        return standard(limits) + wispr(limits)


def _server(name: str, address: str, gateway: Gateway, central: Central) -> list[str]:
    return [
        f"wlan auth-server {name}",
        f" ip {address}",
        f" port {central.auth_port}",
        f" acctport {central.acct_port}",
        f" key {gateway.secret}",
        f" nas-id {gateway.identifier}",
        " rfc3576",
        f" rfc3576-port {gateway.coa_port}",
    ]


def _network(gateway: Gateway, servers: list[str]) -> list[str]:
    return [
        f'wlan ssid-profile "{gateway.ssid}"',
        " enable",
        " type guest",
        f' essid "{gateway.ssid}"',
        " opmode opensystem",
        " captive-portal external profile Smart-Senegal",
        *(f" auth-server {name}" for name in servers),
        " radius-accounting",
        # Minutes, 1 to 60.
        f" radius-interim-accounting-interval {min(60, max(1, gateway.interim_seconds // 60))}",
        *([f" max-clients-threshold {min(255, gateway.clients_at_most)}"] if gateway.clients_at_most else []),
    ]


ADAPTER = Aruba()
