"""What every adapter of a gateway gives: its configuration, and the limits it understands."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from smartsenegal.wifi.network.rules import is_address

SECRET_HIDDEN = "SECRET-A-RENOUVELER"  # noqa: S105 - stands where the secret is no longer shown
MAX_UINT32 = 2**32 - 1
# Hosts that phones ask to know whether they are online (domains/wifi, § 2). In a walled garden, a phone would
# believe itself online and never show the portal.
PROBE_HOSTS = frozenset(
    {
        "captive.apple.com",
        "connectivitycheck.gstatic.com",
        "clients3.google.com",
        "www.gstatic.com",
        "www.google.com",
        "www.msftconnecttest.com",
        "www.msftncsi.com",
        "dns.msftncsi.com",
        "detectportal.firefox.com",
    }
)


@dataclass(frozen=True)
class Limits:
    """What is left to a device: seconds, octets, kbit/s; None is "no limit"."""

    seconds: int | None = None
    octets: int | None = None
    idle_seconds: int | None = None
    down_kbps: int | None = None
    up_kbps: int | None = None
    interim_seconds: int | None = None


@dataclass(frozen=True)
class Central:
    """What gateways must reach: RADIUS servers (names or addresses), portal, API of RFC 8908, free hosts."""

    radius: tuple[str, ...]
    portal_url: str
    api_url: str
    garden: tuple[str, ...]
    auth_port: int = 1812
    acct_port: int = 1813
    radsec_port: int = 2083
    portal_address: str = ""

    @property
    def portal_host(self) -> str:
        return urlsplit(self.portal_url).hostname or ""

    @property
    def portal_path(self) -> str:
        return urlsplit(self.portal_url).path or "/"

    @property
    def portal_port(self) -> int:
        parts = urlsplit(self.portal_url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The walled garden: portal and free hosts, each once, without those that phones probe."""
        wanted = dict.fromkeys((self.portal_host, *self.garden))
        return tuple(host for host in wanted if host and not is_probe(host))


@dataclass(frozen=True)
class Gateway:
    """The gateway to configure, of a hotspot. `secret` is SECRET_HIDDEN once it is no longer shown."""

    code: str
    identifier: str
    secret: str
    name: str
    ssid: str
    secure_ssid: str = ""
    pool: str = ""
    lease_seconds: int = 3600
    interim_seconds: int = 300
    clients_at_most: int | None = None
    coa_port: int = 3799
    transport: str = "udp"


@dataclass(frozen=True)
class File:
    """One file to put on the gateway (or, `typed`, lines to type or paste in its console)."""

    name: str
    text: str
    where: str


Attributes = list[tuple[str, str | int]]


class Adapter(Protocol):
    """One vendor. `fields` are settings typed in a page of its controller, when it reads no file."""

    code: str
    label: str
    document: str
    speaks_radius: bool

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        """The files of its configuration."""
        ...

    def attributes(self, limits: Limits) -> Attributes:
        """RADIUS attributes of an Access-Accept (names of the usual dictionaries) for these limits."""
        ...


def is_probe(host: str) -> bool:
    """Whether phones probe this host, or one that a wildcard of it would let through."""
    name = host.lower().lstrip("*.")
    return any(name == probe or probe.endswith(f".{name}") for probe in PROBE_HOSTS)


def faults(central: Central, gateway: Gateway, adapter: Adapter) -> list[str]:
    """What prevents this configuration from working, as French sentences."""
    told = []
    portal = urlsplit(central.portal_url)
    if portal.scheme != "https" or is_address(central.portal_host) or "." not in central.portal_host:
        told.append(
            "L’adresse du portail doit être en https et porter un nom de domaine (RFC 8910) : l’option 114"
            " n’est pas donnée. Réglez SMARTSENEGAL_WIFI_PORTAL."
        )
    if not central.radius:
        told.append("Aucun serveur RADIUS n’est déclaré : réglez SMARTSENEGAL_RADIUS_HOSTS.")
    if adapter.code in ("hostapd", "aruba", "omada", "unifi") and not all(map(is_address, central.radius)):
        told.append("Cette passerelle ne connaît un serveur RADIUS que par son adresse IP.")
    if adapter.code == "opennds" and not is_address(central.portal_address):
        told.append(
            "openNDS demande aussi l’adresse IPv4 du portail : réglez SMARTSENEGAL_WIFI_PORTAL_ADDRESS."
        )
    if gateway.transport == "radsec" and adapter.code != "generic":
        told.append("Cette configuration est en UDP : pour RadSec, placez un relais TLS devant elle.")
    return told


def has_api(central: Central) -> bool:
    """Whether RFC 8910 lets the address of the API be announced: https, and a name rather than an address."""
    api = urlsplit(central.api_url)
    return api.scheme == "https" and "." in (api.hostname or "") and not is_address(api.hostname or "")


def standard(limits: Limits) -> Attributes:
    """RFC 2865, 2869: what every NAS understands."""
    given: list[tuple[str, int | None]] = [
        ("Session-Timeout", limits.seconds),
        ("Idle-Timeout", limits.idle_seconds),
        ("Acct-Interim-Interval", limits.interim_seconds),
    ]
    return [(name, value) for name, value in given if value is not None]


def wispr(limits: Limits) -> Attributes:
    """WISPr (vendor 14122), 7 and 8: bit/s, 32 bits."""
    given = [
        ("WISPr-Bandwidth-Max-Up", limits.up_kbps),
        ("WISPr-Bandwidth-Max-Down", limits.down_kbps),
    ]
    return [(name, min(kbps * 1000, MAX_UINT32)) for name, kbps in given if kbps is not None]


def dnsmasq(gateway: Gateway, central: Central) -> list[File]:
    """DHCP of the public network with option 114 (RFC 8910), for gateways that run dnsmasq."""
    from ipaddress import ip_network

    lines = []
    if gateway.pool:
        net = ip_network(gateway.pool)
        first, last = net.network_address + 2, net.broadcast_address - 1
        lines += [
            f"dhcp-range={first},{last},{net.netmask},{gateway.lease_seconds}s",
            f"dhcp-option=option:router,{net.network_address + 1}",
            f"dhcp-lease-max={net.num_addresses - 3}",
        ]
    if has_api(central):
        lines.append(f"dhcp-option=114,{central.api_url}")
    if not lines:
        return []
    head = f"# Réseau public de {gateway.name} : bail court, portail annoncé aux téléphones."
    return [File("wifi-public.conf", "\n".join([head, *lines]) + "\n", "/etc/dnsmasq.d/wifi-public.conf")]
