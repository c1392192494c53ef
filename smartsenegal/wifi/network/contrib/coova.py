"""CoovaChilli (UAM).

Documents: `conf/defaults.in` and `doc/attributes` of coova/coova-chilli; option 114 by
`captiveportalapi_uri`, as in its issues 593 and 607 (versions of 2026).
"""

from ipaddress import ip_network

from smartsenegal.wifi.network.contrib.base import (
    MAX_UINT32,
    Attributes,
    Central,
    File,
    Gateway,
    Limits,
    has_api,
    standard,
    wispr,
)


class CoovaChilli:
    code = "coova"
    label = "CoovaChilli"
    document = "CoovaChilli, conf/defaults.in et doc/attributes"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        first = central.radius[0] if central.radius else ""
        second = central.radius[1] if len(central.radius) > 1 else first
        lines = [
            *_subnet(gateway),
            variable("HS_NASID", gateway.identifier),
            variable("HS_SSID", gateway.ssid),
            variable("HS_LOC_NAME", gateway.name),
            variable("HS_RADIUS", first),
            variable("HS_RADIUS2", second),
            variable("HS_RADAUTH", str(central.auth_port)),
            variable("HS_RADACCT", str(central.acct_port)),
            variable("HS_RADSECRET", gateway.secret),
            variable("HS_UAMSECRET", gateway.secret),
            variable("HS_COAPORT", str(gateway.coa_port)),
            variable("HS_DEFINTERIMINTERVAL", str(gateway.interim_seconds)),
            variable("HS_LEASE", str(gateway.lease_seconds)),
            variable("HS_UAMSERVER", central.portal_host),
            variable("HS_UAMFORMAT", central.portal_url),
            variable("HS_UAMHOMEPAGE", ""),
            variable("HS_UAMALLOW", ",".join(central.hosts)),
        ]
        files = [File("config", "\n".join(lines) + "\n", "/etc/chilli/config")]
        if has_api(central):
            text = f"captiveportalapi_uri {central.api_url}\n"
            files.append(File("local.conf", text, "/etc/chilli/local.conf"))
        return files

    def attributes(self, limits: Limits) -> Attributes:
        given = standard(limits) + wispr(limits)
        if limits.octets is not None:
            # Counters of 32 bits: what is above is told again at the next report.
            given.append(("ChilliSpot-Max-Total-Octets", min(limits.octets, MAX_UINT32)))
        return given


def _subnet(gateway: Gateway) -> list[str]:
    if not gateway.pool:
        return []
    net = ip_network(gateway.pool)
    return [
        variable("HS_NETWORK", str(net.network_address)),
        variable("HS_NETMASK", str(net.netmask)),
        variable("HS_UAMLISTEN", str(net.network_address + 1)),
    ]


def variable(name: str, value: str) -> str:
    """One variable of a shell's file, in single quotes: nothing in it is expanded."""
    quoted = value.replace("'", "'\\''")
    return f"{name}='{quoted}'"


ADAPTER = CoovaChilli()
