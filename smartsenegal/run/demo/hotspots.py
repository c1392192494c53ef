"""Hotspots of the demonstration: those that the programme names, and one whose equipment is invented."""

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.territory.api import Territory, resolve
from smartsenegal.run.demo.people import WIFI_LOGIN, WIFI_PASSWORD, WIFI_SECRET
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.network import api as network

EXAMPLE = "wifi-demonstration"
LOOPBACK = "127.0.0.1/32"
_GIVEN = "Démonstration"


def load_hotspots(by: Principal) -> None:
    """Add what is missing; the example's addresses are of the ranges kept for documents (RFC 5737)."""
    network.load_named(by)
    load_policies(by)
    place = resolve("Thiès Nord")
    if place is None:
        return
    hotspot = network.hotspot(EXAMPLE) or _example(by, place)
    _ensure_loopback(by, hotspot)


def _ensure_loopback(by: Principal, hotspot: network.Hotspot) -> None:
    """A gateway on this machine, and somebody who may come in by it."""
    if network.Nas.objects.filter(network=LOOPBACK, state="active").exists():
        return
    nas = network.add_gateway(by, hotspot, gateway="generic", network=LOOPBACK)
    nas.secret = network.seal_secret(nas.code, WIFI_SECRET)
    nas.save(update_fields=["secret"])
    plan = access.Plan.objects.filter(name=_GIVEN).first() or access.add_plan(
        by, name=_GIVEN, session_seconds=3600, idle_seconds=600, down_kbps=4000, up_kbps=1000, devices=5
    )
    if not plan.rules.filter(hotspot=hotspot).exists():
        access.add_rule(by, plan=plan, hotspot=hotspot)
    access.Credential.objects.get_or_create(
        realm=access.local_realm(),
        login=WIFI_LOGIN,
        defaults={
            "kind": "password",
            "holder": access.new_holder(),
            "verifier": access.verifier(WIFI_PASSWORD),
        },
    )


def _example(by: Principal, place: Territory) -> network.Hotspot:
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
    return hotspot


def load_policies(by: Principal) -> None:
    """Two plans of the demonstration, invented: what the public gets each day, and the rescue services."""
    if access.Plan.objects.exists():
        return
    public = access.add_plan(
        by,
        name="Public",
        session_seconds=3_600,
        daily_seconds=3 * 3_600,
        daily_octets=300_000_000,
        idle_seconds=600,
        down_kbps=2_000,
        up_kbps=1_000,
        devices=2,
    )
    rescue = access.add_plan(by, name="Secours", devices=5, priority=2)
    access.add_rule(by, plan=public)
    access.add_rule(by, plan=rescue, group=access.add_group(by, "Services de secours"))
