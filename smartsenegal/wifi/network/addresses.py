"""Where the platform may send what an engineer typed: to equipment, never to itself.

Access points are asked by SNMP and gateways sent orders at the addresses of their pages: one that is ours
would have the platform send datagrams, with secrets in them, to its own services.
"""

from __future__ import annotations

import errno
import socket
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from smartsenegal.wifi.network.errors import NetworkRefused

OURS = "Cette adresse est celle d’un serveur de la plateforme : écrivez celle de l’équipement."
NOBODY = "Cette adresse n’est celle d’aucun équipement du réseau : écrivez celle qu’il a sur son site."


def check_equipment(address: str | None, field: str) -> None:
    """Raises NetworkRefused for an address that no equipment of a site has, or that is one of ours."""
    if address and (fault := fault_of(address)):
        raise NetworkRefused(fault, field)


def check_source(network: str) -> None:
    """Raises NetworkRefused for a network of gateways that has this machine in it.

    The demonstration's own gateway is on this machine.
    """
    if not network or settings.DEMO:
        return
    found = ip_network(network)
    if found.is_loopback or found.is_unspecified or found.prefixlen == 0:
        raise NetworkRefused(NOBODY, "network")
    if found.num_addresses == 1:
        check_equipment(str(found.network_address), "network")


def fault_of(address: str) -> str:
    """What is wrong with the address of an equipment, in French; "" when nothing is."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    broadcast = found.version == 4 and found.is_reserved
    if found.is_loopback or found.is_unspecified or found.is_link_local or found.is_multicast or broadcast:
        return NOBODY
    return OURS if str(found) in _services() or _is_this_machine(str(found)) else ""


def _services() -> set[str]:
    """Addresses that the settings name: those that are names are compared where they are typed as such."""
    told = [
        settings.WIFI_PORTAL_ADDRESS,
        *settings.WIFI_RADIUS_HOSTS,
        *(str(known.get("HOST", "")) for known in settings.DATABASES.values()),
        *(urlsplit(url).hostname or "" for url in (settings.PUBLIC_URL, settings.WIFI_PORTAL_URL)),
    ]
    return {one for one in told if one}


def _is_this_machine(address: str) -> bool:
    """Whether an interface of this machine has the address: the system lets nobody else bind it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError as error:
        return error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL)
    return True
