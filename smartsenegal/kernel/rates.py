"""How often somebody calls: by minute, counted in the shared cache."""

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
