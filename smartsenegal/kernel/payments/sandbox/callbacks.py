"""The demonstration operators' callbacks: sent until they are acknowledged."""

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from smartsenegal.kernel.payments.sandbox.outbox import Outbox

TIMEOUT_SECONDS = 5
PAUSE_SECONDS = 0.1

log = logging.getLogger("sandbox.callbacks")
# Calls to our own machine never go through a proxy.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sender(threading.Thread):
    """Sends what is due, in the order it is due. `send` posts one event and returns the answer's status."""

    def __init__(self, store: Outbox, send: Callable[[Mapping[str, Any]], int]) -> None:
        super().__init__(name="callbacks", daemon=True)
        self.store, self.send = store, send
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(PAUSE_SECONDS):
            try:
                for event in self.store.due_events():
                    self._deliver(event)
            except Exception:
                log.exception("callbacks")

    def stop(self) -> None:
        self.stopping.set()
        self.join()

    def _deliver(self, event: dict[str, Any]) -> None:
        status = self.send(event)
        if 200 <= status < 300:
            self.store.delivered(event["rank"])
        else:
            log.info("callback %s answered %s", event["id"], status)
            self.store.undelivered(event["rank"], event["tries"])


def call(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send JSON; returns the status of the answer, 0 when there was none."""
    request = urllib.request.Request(  # noqa: S310 - our own setting, or what the site asked for
        url, data=body, method=method, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0
