"""What an openNDS gateway asks: which devices to let in (`authmon`), and what it says of those that left."""

from __future__ import annotations

import binascii
from base64 import b64decode

from django.http import HttpRequest, HttpResponse

from smartsenegal.kernel.identity.api import client_ip
from smartsenegal.wifi.portal import actions_admission, queries
from smartsenegal.wifi.portal.counting import count
from smartsenegal.wifi.portal.doors import opennds
from smartsenegal.wifi.portal.doors.base import Gateway
from smartsenegal.wifi.portal.places import Place, within


def answer(request: HttpRequest, place: Place) -> HttpResponse:
    """The answer to one question; 403 for who is no gateway of this site, by name and address."""
    gateway = _gateway(place, request.POST.get("gatewayhash", ""), client_ip(request))
    if gateway is None:
        return _text("", 403)
    count(place.hotspot, "gateway_heard")
    asked, payload = request.POST.get("auth_get", ""), _payload(request.POST.get("payload", ""))
    if asked == "deauthed":
        if (over := opennds.ended(payload, gateway)) is not None:
            actions_admission.ended(gateway.id, over)
        return _text("ack")
    if asked == "custom":
        since = opennds.restarted(payload, gateway)
        if since is None:
            return _text("", 403)
        actions_admission.restarted(gateway.id, since)
        return _text("ack")
    if asked == "clear":
        # Any device behind the gateway can say it: nothing ends by it.
        return _text("")
    if asked == "view" and payload.strip() == "none":
        return _text(" ".join(["*", *(each.line for each in queries.waiting(gateway.id))]))
    if asked == "view":
        actions_admission.entered(gateway.id, payload.replace("*", " ").split())
        return _text("ack")
    return _text("", 422)


def _gateway(place: Place, name: str, address: str) -> Gateway | None:
    for gateway in place.gateways:
        if gateway.kind == "opennds" and opennds.gateway_hash(gateway) == name:
            return gateway if gateway.network and within(address, gateway.network) else None
    return None


def _payload(text: str) -> str:
    """What was said. Since 10, some scripts write it in base64 before it is sent in base64."""
    for _ in range(2):
        try:
            text = b64decode(text[:20_000], validate=True).decode()
        except (binascii.Error, ValueError):
            return ""
        if any(mark in text for mark in " *=") or text == "none":
            break
    return text


def _text(body: str, status: int = 200) -> HttpResponse:
    return HttpResponse(
        body, status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
