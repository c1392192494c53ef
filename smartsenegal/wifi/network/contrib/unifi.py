"""UniFi Network.

Documents: UniFi Controller user guide (guest portal, RADIUS profiles, pre-authorization access); attributes:
"UniFi hotspot RADIUS attributes", where Session-Timeout is the only one handled. CHAP unless changed. Guests
of an external portal are let in by the API of the controller ("External Hotspot API", help.ui.com).
"""

from smartsenegal.wifi.network.contrib.base import Attributes, Central, File, Gateway, Limits
from smartsenegal.wifi.network.contrib.controllers import dhcp, servers, sheet


class UniFi:
    code = "unifi"
    label = "UniFi"
    document = "UniFi Network, guide de l’utilisateur ; attributs RADIUS du hotspot"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        profile = [*servers(gateway, central), ("Interim update interval", f"{gateway.interim_seconds} s")]
        portal = [
            ("Authentication", "External portal server"),
            ("Portal", central.portal_host),
            ("Redirect using hostname", central.portal_host),
            ("HTTPS redirection support", "off"),
            ("Secure portal", "on"),
        ]
        key = ("API key", "à créer, puis à saisir avec l’adresse du contrôleur aux réglages de la passerelle")
        steps = [
            ("Profiles → RADIUS", [("Profile name", "Smart-Senegal"), *profile]),
            ("WiFi", [("Name", gateway.ssid), ("Security", "Open"), ("Hotspot", "Captive portal")]),
            ("Hotspot → Landing page", portal),
            ("Control Plane → Integrations", [key]),
            ("Hotspot → Pre-authorization allowances", [("Host", host) for host in central.hosts]),
            *dhcp(gateway, central),
        ]
        if gateway.secure_ssid:
            secure = [
                ("Name", gateway.secure_ssid),
                ("Security", "WPA2/WPA3 Enterprise, Smart-Senegal"),
            ]
            steps.insert(2, ("WiFi (802.1X)", secure))
        return [sheet("UniFi", gateway, central, steps)]

    def attributes(self, limits: Limits) -> Attributes:
        return [("Session-Timeout", limits.seconds)] if limits.seconds is not None else []


ADAPTER = UniFi()
