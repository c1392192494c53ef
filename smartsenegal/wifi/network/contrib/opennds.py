"""openNDS, with our portal as its forwarding authentication service (FAS).

openNDS speaks no RADIUS: the portal decides, and gives it the limits in its answer (`authmon`). Its secret is
the key of the FAS, in AES-256-CBC (level 3). Document: openNDS, `etc/config/opennds` and
`docs/source/walledgarden.rst` of the project's repository, 9.x.

What it says of its sessions bears no signature, and devices behind it share its address. It proves the end of
one by its token, whose hash it gave (`portal.doors.opennds`); that it started again, by a word made of its
key, which it alone has and sends over TLS by the means that openNDS leaves to customs (`send_to_fas_custom`).
"""

import hmac

from smartsenegal.wifi.network.contrib.base import (
    SECRET_HIDDEN,
    Attributes,
    Central,
    File,
    Gateway,
    Limits,
    dnsmasq,
)

RESTARTED = "restarted"
_STARTED_AGAIN = """\
# Before the line "exit 0": the portal is told that the connections of before are over.
(
	for turn in 1 2 3 4 5 6 7 8 9 10; do
		sleep 30
		up=$(cut -d. -f1 /proc/uptime)
		[ "$(/usr/lib/opennds/libopennds.sh send_to_fas_custom "{word} $up {proof}")" = ack ] && break
	done
) &
"""
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
            # Else its own serial number is put behind the name, and the portal knows nobody of that name.
            option("enable_serial_number_suffix", "0"),
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
        again = _STARTED_AGAIN.format(word=RESTARTED, proof=proof_of_restart(gateway.secret))
        return [
            File("opennds", "\n".join(lines) + "\n", "/etc/config/opennds"),
            File("rc.local", again, "/etc/rc.local"),
            *dnsmasq(gateway, central),
        ]

    def attributes(self, limits: Limits) -> Attributes:
        return []


def proof_of_restart(secret: str) -> str:
    """What only the gateway of this secret can say; the hidden secret gives no proof."""
    if secret == SECRET_HIDDEN:
        return SECRET_HIDDEN
    return hmac.digest(secret.encode(), b"opennds restarted", "sha256").hex()[:32]


def option(name: str, value: str) -> str:
    """One option of UCI; a single quote inside is written as UCI wants it."""
    quoted = value.replace("'", "'\\''")
    return f"\toption {name} '{quoted}'"


ADAPTER = OpenNDS()
