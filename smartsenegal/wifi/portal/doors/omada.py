"""TP-Link Omada, external web portal with an external RADIUS server.

Document: TP-Link FAQ 2912 and its successor for controllers 5.3.1 and above, "API and Code Sample for RADIUS
Server with External Web Portal": parameters of the redirect (target, targetPort, scheme, clientMac, clientIp,
apMac or gatewayMac, ssidName, radioId, vid, originUrl), and the form that goes to
`/portal/radius/browserauth` of the controller (authType 2). The vendor signs nothing and names no gateway: a
site has one such controller, and the form goes to an address of a local network alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from smartsenegal.wifi.network.api import mac
from smartsenegal.wifi.portal.doors.base import Arrival, DoorRefused, Exit, Gateway, local_url, web_url

EXTERNAL_RADIUS = "2"
# What the controller told of the device, and must be told again as it stood.
_TOLD = ("clientMac", "clientIp", "apMac", "gatewayMac", "ssidName", "radioId", "vid")
_LONGEST = 64


class Omada:
    kind = "omada"
    tried = "a server of our own that takes the documented form; never on a device"

    def claims(self, query: Mapping[str, str]) -> bool:
        return "target" in query and "clientMac" in query

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        if not gateway.alone:
            return None
        port, scheme = query.get("targetPort", ""), query.get("scheme", "http")
        to = f"{scheme}://{query['target']}:{port}/portal/radius/browserauth"
        if not port.isdecimal() or not local_url(to):
            raise DoorRefused("target is no address of a controller")
        back = {name: query[name] for name in _TOLD if query.get(name)}
        if any(len(value) > _LONGEST or not value.isprintable() for value in back.values()):
            raise DoorRefused("what is told of the device is too long")
        return Arrival(
            gateway.id, mac(query["clientMac"]) or "", query.get("clientIp", "")[:45],
            web_url(query.get("originUrl", "")), {"to": to, **back},
        )  # fmt: skip

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        told = {name: value for name, value in arrival.back.items() if name != "to"}
        fields = {
            **told, "authType": EXTERNAL_RADIUS, "originUrl": then, "username": login, "password": password,
        }  # fmt: skip
        return Exit(arrival.back["to"], fields)


DOOR = Omada()
