"""How often somebody calls: by minute, counted in the shared cache."""

import ipaddress
import time

from django.core.cache import cache

_MINUTE = 60


def calls_this_minute(place: str) -> int:
    """How many calls were counted at this place in this minute, this one included; two at once may be one."""
    key = f"{place}:{int(time.time() // _MINUTE)}"
    cache.add(key, 0, timeout=2 * _MINUTE)
    try:
        return cache.incr(key)
    except ValueError:  # swept between the two
        return 1


def network_of(address: str) -> str:
    """What a limit by address counts: an IPv4 address whole, an IPv6 one by its /64; other text as it is.

    One subscriber of IPv6 holds a whole /64 (RFC 6177) and may call from any address of it.
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(known), 64), strict=False).network_address)
