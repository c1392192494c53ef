"""Words of the network of hotspots, and what an address or a MAC must look like. Pure."""

import re
from ipaddress import ip_network

BANDS = [("2.4", "2,4 GHz"), ("5", "5 GHz"), ("6", "6 GHz")]
GATEWAYS = [
    ("opennds", "openNDS"),
    ("coova", "CoovaChilli"),
    ("mikrotik", "MikroTik RouterOS"),
    ("unifi", "UniFi"),
    ("omada", "Omada"),
    ("aruba", "Aruba"),
    ("hostapd", "hostapd"),
    ("generic", "RADIUS standard"),
]
TRANSPORTS = [("udp", "UDP"), ("radsec", "RadSec (TLS)")]
NAS_STATES = [("active", "En service"), ("retired", "Retirée")]
LANGUAGES = [("fr", "Français"), ("wo", "Wolof"), ("ff", "Pulaar"), ("en", "English")]
WAYS_IN = [
    ("click", "Un geste"),
    ("sms", "Code par SMS"),
    ("voucher", "Ticket"),
    ("account", "Compte Smart Sénégal"),
]
_MAC = re.compile(r"^([0-9a-f]{2})[:.-]?([0-9a-f]{2})[:.-]?([0-9a-f]{2})"
                  r"[:.-]?([0-9a-f]{2})[:.-]?([0-9a-f]{2})[:.-]?([0-9a-f]{2})$")  # fmt: skip


def mac(text: str) -> str | None:
    """The 12 hexadecimal digits of a MAC address in any of the usual spellings; None when it is none."""
    found = _MAC.match(text.strip().lower())
    return "".join(found.groups()) if found else None


def is_private_mac(address: str) -> bool:
    """Whether a phone made this address up for this network (locally administered bit, IEEE 802)."""
    return bool(int(address[:2], 16) & 0b10)


def network(text: str) -> str | None:
    """The network of an IPv4 or IPv6 address or prefix, as PostgreSQL's cidr prints it; None otherwise."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        return None
