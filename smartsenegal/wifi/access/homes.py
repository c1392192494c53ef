"""What may name a home server, and the secret shared with it. Pure: no database, no clock."""

from ipaddress import ip_address

from smartsenegal.wifi.access.rules import is_domain

# RFC 6614 §2.1 and RFC 2865 §3: the ports that each transport was given.
PORTS = {"radsec": 2083, "udp": 1812}
# RFC 2865 §3: "It is preferred that the secret be at least 16 octets."
SECRET_AT_LEAST = 16


def read_address(typed: str) -> str:
    """A host name in lower case, or an IP address in its shortest form; "" when it is neither.

    An address that no server can have (unspecified, multicast) is neither.
    """
    typed = typed.strip().lower().strip("[]")
    try:
        address = ip_address(typed)
    except ValueError:
        return typed if is_domain(typed) and not typed.rsplit(".", 1)[1].isdigit() else ""
    return "" if address.is_unspecified or address.is_multicast else str(address)


def fault_of_secret(transport: str, secret: str) -> str:
    """What is wrong with the secret typed for that transport, as a French sentence; "" for nothing.

    RFC 6614 §2.3: over RadSec the secret is "radsec" for everybody, and certificates prove who speaks.
    """
    if transport == "radsec":
        return "RadSec n’a pas de secret à convenir : laissez ce champ vide." if secret else ""
    if not secret:
        return "Indiquez le secret convenu avec ce serveur : UDP n’a rien d’autre pour prouver qui parle."
    if not (secret.isascii() and secret.isprintable()):
        return "Le secret s’écrit en lettres sans accent, chiffres et signes : convenez d’un autre."
    if len(secret) < SECRET_AT_LEAST:
        return f"Ce secret est trop court : convenez d’au moins {SECRET_AT_LEAST} caractères."
    return ""
