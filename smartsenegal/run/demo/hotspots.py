"""Hotspots of the demonstration: those that the programme names, and one whose equipment is invented."""

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.territory.api import resolve
from smartsenegal.wifi.network import api as network

EXAMPLE = "wifi-demonstration"


def load_hotspots(by: Principal) -> None:
    """Add what is missing; the example's addresses are of the ranges kept for documents (RFC 5737)."""
    network.load_named(by)
    place = resolve("Thiès Nord")
    if place is None or network.hotspot(EXAMPLE) is not None:
        return
    hotspot = network.add_hotspot(
        by,
        code=EXAMPLE,
        name="Place de démonstration",
        place=place,
        ssid="Smart Wifi",
        secure_ssid="Smart Wifi sécurisé",
        source="Démonstration : bornes, adresses et débits inventés",
        uplink_down_kbps=200_000,
        uplink_up_kbps=50_000,
        clients_at_most=600,
        pool="10.20.0.0/21",
        lease_seconds=1800,
        kinds_of_access=["click", "sms", "voucher"],
    )
    for number, (zone_name, names) in enumerate(
        {"Kiosque": ("K1", "K2"), "Marché": ("M1", "M2", "M3")}.items()
    ):
        zone = network.add_zone(by, hotspot, name=zone_name)
        for rank, name in enumerate(names):
            network.add_access_point(
                by,
                zone,
                name=name,
                mac=f"020000000{number}0{rank}",
                make="Modèle de démonstration",
                radios={
                    "2.4": {"channel": (1, 6, 11)[rank], "width_mhz": 20, "clients_at_most": 40},
                    "5": {"channel": (36, 52, 100)[rank], "width_mhz": 40, "clients_at_most": 80},
                },
            )
    network.add_gateway(by, hotspot, gateway="mikrotik", network="192.0.2.10", coa_address="192.0.2.10")
