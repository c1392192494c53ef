"""openNDS, with our portal as its forwarding authentication service (FAS).

openNDS speaks no RADIUS: the portal decides, and gives it the limits in its answer (`authmon`). Its secret is
the key of the FAS, in AES-256-CBC (level 3). Document: openNDS, `etc/config/opennds` and
`docs/source/walledgarden.rst` of the project's repository, 9.x.
"""

from smartsenegal.wifi.network.contrib.base import Attributes, Central, File, Gateway, Limits, dnsmasq

# Level 3: https only, the parameters under the shared key, the answer fetched by the gateway itself.
_SECURE = 3


class OpenNDS:
    code = "opennds"
    label = "openNDS"
    document = "openNDS 9, etc/config/opennds"
    speaks_radius = False

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        lines = [
            "config opennds",
            option("enabled", "1"),
            option("gatewayname", gateway.identifier),
            option("maxclients", str(gateway.clients_at_most or 250)),
            option("fas_secure_enabled", str(_SECURE)),
            option("fasport", str(central.portal_port)),
            *([option("fasremoteip", central.portal_address)] if central.portal_address else []),
            option("fasremotefqdn", central.portal_host),
            option("faspath", central.portal_path),
            option("faskey", gateway.secret),
            # The portal says how long; this is for devices that it forgot.
            option("sessiontimeout", "1440"),
            option("checkinterval", "30"),
            *(f"\tlist walledgarden_fqdn_list '{host}'" for host in central.hosts),
            "\tlist walledgarden_port_list '443'",
            "\tlist authenticated_users 'allow all'",
            "\tlist users_to_router 'allow tcp port 53'",
            "\tlist users_to_router 'allow udp port 53'",
            "\tlist users_to_router 'allow udp port 67'",
        ]
        return [File("opennds", "\n".join(lines) + "\n", "/etc/config/opennds"), *dnsmasq(gateway, central)]

    def attributes(self, limits: Limits) -> Attributes:
        return []


def option(name: str, value: str) -> str:
    """One option of UCI; a single quote inside is written as UCI wants it."""
    quoted = value.replace("'", "'\\''")
    return f"\toption {name} '{quoted}'"


ADAPTER = OpenNDS()
