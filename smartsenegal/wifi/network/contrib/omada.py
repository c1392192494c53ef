"""TP-Link Omada.

Documents: "Configure Authentication for EAP via Omada Controller" (External RADIUS Server) and "How to
configure Portal Authentication on Omada Controller" (pre-authentication access), controllers 5.9 and above.
"""

from smartsenegal.wifi.network.contrib.base import Attributes, Central, File, Gateway, Limits, standard, wispr
from smartsenegal.wifi.network.contrib.controllers import dhcp, servers, sheet


class Omada:
    code = "omada"
    label = "Omada"
    document = "Omada Controller 5.9, authentification par portail et RADIUS"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        steps = [
            ("Wireless networks", [("Network name (SSID)", gateway.ssid), ("Security", "None")]),
            (
                "Authentication → RADIUS profile",
                [
                    ("Name", "Smart-Senegal"),
                    *servers(gateway, central),
                    ("RADIUS accounting", "enable"),
                    ("Interim update", f"enable, {gateway.interim_seconds} s"),
                ],
            ),
            (
                "Authentication → Portal",
                [
                    ("Authentication type", "External RADIUS Server"),
                    ("RADIUS profile", "Smart-Senegal"),
                    ("NAS ID", gateway.identifier),
                    ("Authentication mode", "PAP"),
                    ("Portal customization", "External Web Portal"),
                    ("External Web Portal URL", central.portal_url),
                ],
            ),
            ("Access control → Pre-authentication access", [("URL", host) for host in central.hosts]),
            *dhcp(gateway, central),
        ]
        return [sheet("Omada", gateway, central, steps)]

    def attributes(self, limits: Limits) -> Attributes:
        return standard(limits) + wispr(limits)


ADAPTER = Omada()
