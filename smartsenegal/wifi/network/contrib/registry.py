"""The adapters, by the code of `rules.GATEWAYS`."""

from smartsenegal.wifi.network.contrib import aruba, coova, generic, hostapd, mikrotik, omada, opennds, unifi
from smartsenegal.wifi.network.contrib.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    adapter.code: adapter
    for adapter in (
        opennds.ADAPTER,
        coova.ADAPTER,
        mikrotik.ADAPTER,
        unifi.ADAPTER,
        omada.ADAPTER,
        aruba.ADAPTER,
        hostapd.ADAPTER,
        generic.ADAPTER,
    )
}


def adapter(code: str) -> Adapter:
    """The adapter of a gateway, that of any NAS for a code it does not know."""
    return ADAPTERS.get(code, generic.ADAPTER)
