"""How often one address that is no site's asks to come in: counted in memory, since thousands ask at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import time

from smartsenegal.kernel.rates import network_of

NETWORKS_KEPT = 50_000


class Minute:
    """Calls of each network in this minute. What does not fit in memory is counted as one network."""

    def __init__(self, clock: Callable[[], float] = time) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._number = 0
        self._calls: dict[str, int] = {}

    def calls(self, address: str) -> int:
        """How many calls came from the network of this address in this minute, this one included."""
        network, number = network_of(address), int(self._clock() // 60)
        with self._lock:
            if number != self._number:
                self._number, self._calls = number, {}
            key = network if network in self._calls or len(self._calls) < NETWORKS_KEPT else ""
            self._calls[key] = self._calls.get(key, 0) + 1
            return self._calls[key]

    def forget(self) -> None:
        """Count from nothing again."""
        with self._lock:
            self._calls = {}


taps = Minute()
