"""Walk the measures of a controller by Redfish (DMTF DSP0266): read only, on one host, within bounds.

Controllers sign their own certificate: its fingerprint, typed once, is what is trusted. It is compared before
anything is sent. Without one, the certificate must be that of an authority the machine knows.
"""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
from collections import deque
from threading import Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from smartsenegal.datacenter.sensors.rules import Figure, figures, links
from smartsenegal.lib.addresses import misplaced

if TYPE_CHECKING:
    import httpx  # loaded by the process that asks alone: it weighs ten megabytes

PATIENCE, DOCUMENTS, LARGEST = 10.0, 120, 2_000_000
# Seconds for all that one controller has to say: one that answers a byte at a time keeps no other waiting.
LONGEST = 60.0
# Compressed, a few bytes could become a whole memory.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class RedfishFailed(RuntimeError):
    """The controller did not answer as it should."""


def read(address: str, secret: dict[str, str], fingerprint: str = "") -> list[Figure]:
    """Every measure of the controller's chassis. Raises RedfishFailed."""
    import httpx

    auth = (secret["user"], secret["password"]) if secret.get("user") else None
    try:
        _check_name(urlsplit(address).hostname or "")
        with httpx.Client(
            base_url=address, auth=auth, timeout=PATIENCE, verify=_trust(address, fingerprint),
            follow_redirects=False, trust_env=False,
        ) as client:  # fmt: skip
            alarm = Timer(LONGEST, client.close)
            alarm.daemon = True
            alarm.start()
            try:
                return figures(_walk(client))
            finally:
                alarm.cancel()
    # What is closed by the alarm is a RuntimeError; so is JSON that is nested without end.
    except (httpx.HTTPError, OSError, ValueError, RuntimeError) as error:
        raise RedfishFailed(f"{type(error).__name__} : {error}"[:200]) from None


def _check_name(host: str) -> None:
    """A name that leads to this machine is not asked; an address was looked at when it was typed."""
    found = {str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, None)}
    if host not in found and any(misplaced(each) for each in found):
        raise ValueError("this name leads to no device")


def _trust(address: str, fingerprint: str) -> ssl.SSLContext:
    if not fingerprint:
        return ssl.create_default_context()
    parts = urlsplit(address)
    pem = ssl.get_server_certificate((parts.hostname or "", parts.port or 443), timeout=PATIENCE)
    if hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() != fingerprint:
        raise ValueError("the certificate is not the one whose fingerprint is known")
    context = ssl.create_default_context(cadata=pem)
    # The certificate itself is the anchor: its name and who signed it say no more.
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _walk(client: httpx.Client) -> list[dict[str, Any]]:
    todo, known = deque(["/redfish/v1/"]), {"/redfish/v1/"}
    found: list[dict[str, Any]] = []
    while todo and len(found) < DOCUMENTS:
        document = _get(client, todo.popleft())
        found.append(document)
        for to in links(document):
            if to not in known:
                known.add(to)
                todo.append(to)
    return found


def _get(client: httpx.Client, path: str) -> dict[str, Any]:
    with client.stream("GET", path, headers=_HEADERS) as answer:
        answer.raise_for_status()
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise ValueError("a document is compressed")
        body = b""
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > LARGEST:
                raise ValueError("a document is too large")
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError("a document is not an object")
    return document
