"""Any NAS that speaks RADIUS as the RFCs say (2865, 2866, 2869, 5176, 6614)."""

from smartsenegal.wifi.network.contrib.base import (
    Attributes,
    Central,
    File,
    Gateway,
    Limits,
    dnsmasq,
    standard,
    wispr,
)
from smartsenegal.wifi.network.contrib.controllers import servers, sheet


class Generic:
    code = "generic"
    label = "RADIUS standard"
    document = "RFC 2865, 2866, 2869, 5176, 6614, 8910"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        if gateway.transport == "radsec":
            at = [f"{address}, port {central.radsec_port}" for address in central.radius]
            radius = [
                *((f"RadSec {number}", place) for number, place in enumerate(at, 1)),
                ("Shared secret", "radsec"),  # RFC 6614 §2.3: TLS protects, not it
                ("Certificate", f"{gateway.code}.pem"),
            ]
        else:
            radius = servers(gateway, central)
        steps = [
            (
                "RADIUS",
                [
                    *radius,
                    ("NAS-Identifier", gateway.identifier),
                    ("Message-Authenticator", "required"),
                    ("Acct-Interim-Interval", f"{gateway.interim_seconds} s"),
                    ("CoA / Disconnect", f"port {gateway.coa_port}"),
                ],
            ),
            ("Portal", [("URL", central.portal_url), *(("Walled garden", host) for host in central.hosts)]),
        ]
        return [sheet("RADIUS", gateway, central, steps), *dnsmasq(gateway, central)]

    def attributes(self, limits: Limits) -> Attributes:
        return standard(limits) + wispr(limits)


ADAPTER = Generic()
