"""The doors, by the code of a gateway's kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from smartsenegal.wifi.portal.doors import aruba, coova, mikrotik, omada, opennds, unifi
from smartsenegal.wifi.portal.doors.base import Arrival, Door, DoorRefused, Gateway
from smartsenegal.wifi.portal.doors.coova import Outcome

DOORS: dict[str, Door] = {
    door.kind: door for door in (coova.DOOR, mikrotik.DOOR, opennds.DOOR, aruba.DOOR, omada.DOOR, unifi.DOOR)
}

log = logging.getLogger(__name__)


def outcome(query: Mapping[str, str], url: str, gateways: Sequence[Gateway]) -> Outcome | None:
    """What a CoovaChilli gateway says became of a device; None when none of these said so."""
    for gateway in gateways:
        if gateway.kind == coova.DOOR.kind and coova.DOOR.claims(query):
            try:
                if (found := coova.DOOR.outcome(query, url, gateway)) is not None:
                    return found
            except DoorRefused as refused:
                log.warning("a redirect to gateway %s is refused: %s", gateway.code, refused)
                return None
    return None


def read(query: Mapping[str, str], url: str, gateways: Sequence[Gateway]) -> Arrival | None:
    """The device that one of these gateways sent; None when none did."""
    claiming = [door for door in DOORS.values() if door.claims(query)]
    for door in claiming:
        for gateway in gateways:
            if gateway.kind != door.kind:
                continue
            try:
                found = door.read(query, url, gateway)
            except DoorRefused as refused:
                log.warning("a redirect to gateway %s is refused: %s", gateway.code, refused)
                return None
            if found is not None:
                return found
    return None
