"""The heartbeats of gateways: their keys, and what they tell.

A heartbeat is a small POST of a form. It proves its key in one of two ways: the key itself as a Bearer token
(RouterOS has no HMAC; TLS hides it), or `X-Smart-Signature: t=<epoch seconds>,v1=<hex>`, the HMAC-SHA256
(RFC 2104) of `<t>.<body>`, which is taken once.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.monitoring.actions.base import check, tell
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import GatewayState
from smartsenegal.wifi.network.api import Hotspot, Nas

CLOCKS_APART = 300
BODY_AT_MOST = 2048
# Name in the form, column, largest value that makes sense.
FIELDS = {
    "cpu": ("cpu", 100),
    "clients": ("clients", 1_000_000),
    "leases": ("leases", 16_777_216),
    "down": ("down_bps", 10**12),
    "up": ("up_bps", 10**12),
    "uptime": ("uptime", 10**10),
}
_SIGNATURE = re.compile(r"^t=(\d{1,12}),v1=([0-9a-f]{64})$")


class BeatRefused(ValueError):
    """A heartbeat that proves nothing, or says what makes no sense. `status` is that of the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


def _place(nas: int) -> bytes:
    return b"wifi_monitoring.gateway.key:%d" % nas


def make_key(by: Principal, nas: Nas, hotspot: Hotspot) -> str:
    """Give a gateway another heartbeat key (160 bits), shown this once. Raises PermissionRefused,
    MonitoringRefused for a gateway that is retired."""
    check(by, hotspot.site)
    if nas.state != "active":
        raise MonitoringRefused("Cette passerelle est retirée.")
    key = secrets.token_hex(20)
    sealed = vault.keyring().seal_field(key.encode(), _place(nas.pk))
    with transaction.atomic(using=settings.FLOWS):
        GatewayState.objects.update_or_create(
            nas=nas.pk,
            defaults={"hotspot": hotspot.pk, "key": sealed, "key_made_at": datetime.now(UTC), "beat_sent": 0},
        )
        tell(by, hotspot, "beat_key", {"gateway": nas.code})
    return key


def take_beat(nas: Nas, body: bytes, bearer: str, signature: str, given: dict[str, str]) -> None:
    """Write what a gateway says of itself. Raises BeatRefused; nothing is written then.

    `given` is the form that `body` holds; what it does not name is not known any more.
    """
    values = _values(given)
    with transaction.atomic(using=settings.FLOWS):
        state = GatewayState.objects.select_for_update().filter(nas=nas.pk).first()
        key = _key(state)
        if state is None or key is None:
            raise BeatRefused(401, "no key was made for this gateway")
        sent = _proved(key, body, bearer, signature, state.beat_sent)
        for name, value in values.items():
            setattr(state, name, value)
        state.hotspot, state.beat_at, state.beat_sent = nas.hotspot_id, datetime.now(UTC), sent
        state.save(update_fields=[*values, "hotspot", "beat_at", "beat_sent"])


def _key(state: GatewayState | None) -> bytes | None:
    if state is None or state.key is None:
        return None
    try:
        return vault.keyring().open_field(bytes(state.key), _place(state.nas))
    except DecryptionFailed:
        return None


def _proved(key: bytes, body: bytes, bearer: str, signature: str, last: int) -> int:
    """When the heartbeat was signed (epoch seconds); what it was before for one with the key itself."""
    if bearer:
        if not hmac.compare_digest(bearer.encode(), key):
            raise BeatRefused(401, "another key is expected")
        return last
    found = _SIGNATURE.match(signature)
    if found is None:
        raise BeatRefused(401, "a key or a signature is expected")
    wanted = hmac.digest(key, found[1].encode() + b"." + body, "sha256").hex()
    if not hmac.compare_digest(found[2], wanted):
        raise BeatRefused(401, "the signature does not match")
    sent = int(found[1])
    if abs(time.time() - sent) > CLOCKS_APART:
        raise BeatRefused(401, "the clock is more than five minutes apart")
    if sent <= last:
        raise BeatRefused(409, "this heartbeat was taken already")
    return sent


def _values(given: dict[str, str]) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    for name, (column, most) in FIELDS.items():
        text = given.get(name, "").strip()
        if text and not re.fullmatch(r"\d{1,13}", text):
            raise BeatRefused(400, f"{name} is a whole number")
        value = int(text) if text else None
        if value is not None and value > most:
            raise BeatRefused(400, f"{name} is {most} at most")
        values[column] = value
    return values
