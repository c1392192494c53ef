"""One call to an address that a stranger chose: where it may lead, how long, how much is read."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from smartsenegal.kernel.webhooks import rules

if TYPE_CHECKING:
    import httpx  # loaded by the process that calls alone: it weighs ten megabytes

GONE = 410
_LONGEST_SECONDS = 15


@dataclass(frozen=True)
class Answer:
    """What came of a call: a status, or why there is none."""

    status: int | None
    error: str = ""

    @property
    def received(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, headers: dict[str, str], body: str) -> Answer:
    """Post a body; returns what was answered. No redirection is followed."""
    import httpx

    parts = urlsplit(url)
    host = parts.hostname or ""
    if fault := rules.fault_of_url(url, demo=settings.DEMO):
        return Answer(None, fault)
    try:
        address = _resolved(host, parts.port or (443 if parts.scheme == "https" else 80))
    except OSError:
        return Answer(None, "Le nom de cette adresse est inconnu.")
    if address is None:
        return Answer(None, rules.PRIVATE)
    # The name is resolved once: a second answer of its server could lead elsewhere.
    pinned = httpx.URL(url).copy_with(host=address)
    named = {**headers, "host": parts.netloc, "user-agent": "smart-senegal-webhooks/1"}
    try:
        with (
            httpx.Client(
                timeout=httpx.Timeout(10, connect=5), trust_env=False, follow_redirects=False
            ) as client,
            client.stream(
                "POST", pinned, content=body.encode(), headers=named, extensions={"sni_hostname": host}
            ) as answer,
        ):
            _read_a_little(answer)
            return _said(answer.status_code)
    except httpx.TimeoutException:
        return Answer(None, "Le destinataire n’a pas répondu à temps.")
    except httpx.HTTPError:
        return Answer(
            None, "Le destinataire ne répond pas : vérifiez qu’il est en marche et que son certificat vaut."
        )


def _said(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(status)
    redirected = 300 <= status < 400
    return Answer(
        status, "Redirection refusée : donnez l’adresse finale." if redirected else f"Réponse {status}."
    )


def _resolved(host: str, port: int) -> str | None:
    """An address of this name; None when one of them is not on the public Internet. Raises OSError."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(rules.may_call(address, demo=settings.DEMO) for address in found):
        return None
    return found[0]


def _read_a_little(answer: httpx.Response) -> None:
    read, until = 0, time.monotonic() + _LONGEST_SECONDS
    for chunk in answer.iter_raw():
        read += len(chunk)
        if read > rules.MOST_READ or time.monotonic() > until:
            return
