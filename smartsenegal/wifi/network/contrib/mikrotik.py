"""MikroTik RouterOS 7 (HotSpot).

Documents: HotSpot and RADIUS pages of the manufacturer's documentation (help.mikrotik.com, ROS 56459266);
attributes: `dictionary.mikrotik` of FreeRADIUS. The script may be run again: it finds what an earlier one
left by its name or its comment, `smart-senegal`.
"""

from ipaddress import ip_network

from smartsenegal.wifi.network.contrib.base import (
    Attributes,
    Central,
    File,
    Gateway,
    Limits,
    has_api,
    standard,
)

MARK = "smart-senegal"
_GIGA = 2**32


class MikroTik:
    code = "mikrotik"
    label = "MikroTik RouterOS"
    document = "MikroTik, documentation RouterOS 7 (HotSpot, RADIUS)"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        lines = [
            "# RouterOS 7.15 ou plus récent (require-message-auth).",
            f"# Avant : /ip hotspot setup, puis nommez {MARK} le serveur DHCP du réseau public.",
            f"/system identity set name={quoted(gateway.identifier)}",
            f"/radius remove [find comment={MARK}]",
            *(_server(address, gateway, central) for address in central.radius),
            f"/radius incoming set accept=yes port={gateway.coa_port}",
            *_addresses(gateway, central),
            *_profile(gateway),
            f"/ip hotspot walled-garden ip remove [find comment={MARK}]",
            *(
                f"/ip hotspot walled-garden ip add action=accept protocol=tcp dst-port=443"
                f" dst-host={quoted(host)} comment={MARK}"
                for host in central.hosts
            ),
        ]
        return [
            File(
                "smart-senegal.rsc", "\n".join(lines) + "\n", "Sur le routeur, puis /import smart-senegal.rsc"
            ),
            File("login.html", _page(central), "hotspot/login.html"),
        ]

    def attributes(self, limits: Limits) -> Attributes:
        given = standard(limits)
        if limits.down_kbps is not None or limits.up_kbps is not None:
            # rx/tx as the router sees them: what the device sends, then what it gets; 0 is no limit.
            rate = f"{limits.up_kbps or 0}k/{limits.down_kbps or 0}k"
            given.append(("Mikrotik-Rate-Limit", rate))
        if limits.octets is not None:
            given.append(("Mikrotik-Total-Limit", limits.octets % _GIGA))
            given.append(("Mikrotik-Total-Limit-Gigawords", limits.octets // _GIGA))
        return given


def _server(address: str, gateway: Gateway, central: Central) -> str:
    return (
        f"/radius add service=hotspot address={quoted(address)} secret={quoted(gateway.secret)}"
        f" authentication-port={central.auth_port} accounting-port={central.acct_port}"
        f" timeout=3s require-message-auth=yes-for-request-resp comment={MARK}"
    )


def _addresses(gateway: Gateway, central: Central) -> list[str]:
    lines = []
    if gateway.pool:
        net = ip_network(gateway.pool)
        first, last = net.network_address + 2, net.broadcast_address - 1
        lines += [
            _once("/ip pool", f"ranges={first}-{last}"),
            f"/ip pool set [find name={MARK}] ranges={first}-{last}",
            f"/ip dhcp-server set [find name={MARK}] address-pool={MARK} lease-time={gateway.lease_seconds}s",
        ]
    if has_api(central):
        option, value = f"{MARK}-114", f"\"'{central.api_url}'\""
        lines += [
            f":if ([:len [/ip dhcp-server option find name={option}]] = 0)"
            f" do={{/ip dhcp-server option add name={option} code=114 value={value}}}",
            f"/ip dhcp-server option set [find name={option}] value={value}",
        ]
        if gateway.pool:
            lines.append(f"/ip dhcp-server network set [find address={net}] dhcp-option={option}")
    return lines


def _profile(gateway: Gateway) -> list[str]:
    return [
        _once("/ip hotspot profile"),
        f"/ip hotspot profile set [find name={MARK}] use-radius=yes radius-accounting=yes"
        f" radius-interim-update={gateway.interim_seconds}s nas-port-type=wireless-802.11"
        f" login-by=https,http-pap radius-location-name={quoted(gateway.name)}",
        f"/ip hotspot set [find] profile={MARK}",
    ]


def _once(menu: str, values: str = "") -> str:
    """Add our entry of a menu where it is missing; one that is in use cannot be removed and made again."""
    add = f"{menu} add name={MARK} {values}".rstrip()
    return f":if ([:len [{menu} find name={MARK}]] = 0) do={{{add}}}"


def _page(central: Central) -> str:
    """The page of login, which leads to the portal with what it needs to come back."""
    given = {
        "nas": "identity",
        "mac": "mac-esc",
        "ip": "ip",
        "login": "link-login-only-esc",
        "dst": "link-orig-esc",
    }
    query = "&amp;".join(f"{name}=$({variable})" for name, variable in given.items())
    return (
        "<!doctype html><html lang=fr><meta charset=utf-8><title>Wi-Fi</title>\n"
        f'<meta http-equiv=refresh content="0;url={central.portal_url}?{query}">\n'
        f'<p><a href="{central.portal_url}?{query}">Continuer</a></p></html>\n'
    )


def quoted(text: str) -> str:
    """A text of RouterOS's language, where `$` would read a variable."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


ADAPTER = MikroTik()
