"""Addresses of the Internet Protocol that somebody types for one of their devices."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def plain(address: str) -> IPv4Address | IPv6Address:
    """The address; of one of IPv6 that stands for one of IPv4, the latter (RFC 4291, 2.5.5.2).

    Raises ValueError.
    """
    found = ip_address(address)
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def misplaced(address: str) -> bool:
    """Whether no other device has this address: it is this machine, or several at once. Raises ValueError."""
    found = plain(address)
    several = found.is_multicast or (found.version == 4 and found.is_reserved)
    return found.is_loopback or found.is_unspecified or found.is_link_local or several
