"""Words of the network of hotspots, and what an address or a MAC must look like. Pure."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

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
NAS_STATES = [("active", "En service"), ("lent", "Dans un kit"), ("retired", "Retirée")]
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
    if len(text) < 12:  # what the data plane asks most often about: a name
        return None
    text = text.strip().lower()
    return re.sub("[:.-]", "", text) if _MAC.match(text) else None


def is_private_mac(address: str) -> bool:
    """Whether a phone made this address up for this network (locally administered bit, IEEE 802)."""
    return bool(int(address[:2], 16) & 0b10)


def network(text: str) -> str | None:
    """The network of an IPv4 or IPv6 address or prefix, as PostgreSQL's cidr prints it; None otherwise."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        return None


def overlap(network: str, other: str) -> bool:
    """Whether two networks have an address in common; "" has none."""
    if not network or not other:
        return False
    one, two = ip_network(network), ip_network(other)
    if isinstance(one, IPv4Network):
        return isinstance(two, IPv4Network) and one.overlaps(two)
    return isinstance(two, IPv6Network) and one.overlaps(two)


_HOST = re.compile(r"(?=.{3,200}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def is_host(name: str) -> bool:
    """Whether a name, in lower case, may stand in a certificate as a DNS name (RFC 1123 §2.1)."""
    return bool(_HOST.fullmatch(name))


def certificate_mark(text: str) -> tuple[str, str] | None:
    """What a typed mark of a certificate is, "fingerprint" (SHA-256) or "serial", and its digits in lower
    case; None when it is neither. As OpenSSL prints them, with or without their names."""
    digits = re.sub(r"[\s:]", "", text.rpartition("=")[2]).lower().removeprefix("0x")
    if not re.fullmatch(r"[0-9a-f]{1,64}", digits):
        return None
    if len(digits) == 64:
        return "fingerprint", digits
    serial = digits.lstrip("0")
    # RFC 5280 §4.1.2.2: twenty octets at most.
    return ("serial", serial) if 0 < len(serial) <= 40 else None


def ssid_fault(text: str) -> str:
    """What is wrong with the name of a network, in a French sentence; "" when nothing is.

    An SSID has 1 to 32 octets (IEEE 802.11, 9.4.2.2): accented letters count for two.
    """
    if not text:
        return "Indiquez le nom du réseau."
    if len(text.encode()) > 32:
        return "Un nom de réseau a 32 octets au plus : une lettre accentuée en compte deux."
    if re.search(r"[\x00-\x1f\x7f\"\\]", text):
        return "Un nom de réseau n’a ni guillemet droit, ni barre oblique inverse, ni retour à la ligne."
    return ""


def pool_fault(text: str) -> str:
    """What is wrong with the range of addresses given to phones; "" when nothing is."""
    if not text:
        return ""
    try:
        found = ip_network(text, strict=True)
    except ValueError:
        return "Écrivez la plage comme 10.20.0.0/20, avec l’adresse du réseau."
    if found.num_addresses < 8:
        return "Cette plage est trop petite : huit adresses au moins."
    return "" if found.version == 4 else "La plage donnée aux téléphones est en IPv4."


def pool_size(text: str) -> int:
    """Addresses that a range (valid, or "") can give: without the network, the broadcast and the gateway."""
    return ip_network(text).num_addresses - 3 if text else 0


def is_address(text: str) -> bool:
    """Whether a text is one IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def spelt_mac(digits: str, separator: str = ":") -> str:
    """`AA:BB:CC:DD:EE:FF` for 12 hexadecimal digits."""
    return separator.join(digits[i : i + 2] for i in range(0, len(digits), 2)).upper()


def spelt_mark(digits: str) -> str:
    """A fingerprint or serial number as people compare it: by four digits."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4)).upper()


def may_be_rate(kbps: int | None) -> bool:
    """Whether a rate of an uplink is plausible: 64 kbit/s to 100 Gbit/s, or not known."""
    return kbps is None or 64 <= kbps <= 100_000_000


def spelt_network(network: str) -> str:
    """A network as people write it: one address without its prefix length."""
    return network.removesuffix("/32").removesuffix("/128")
