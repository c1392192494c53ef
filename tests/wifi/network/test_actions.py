from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused, system
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.network import actions, addresses, api, files, queries
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Nas

pytestmark = pytest.mark.usefixtures("country")
SYSTEM = system("test")


def place(code: str = "SN-TH-mbour-mbour") -> Territory:
    return Territory.objects.get(code=code)


def test_an_engineer_opens_a_hotspot_on_a_place_of_its_own(engineer: Callable[..., Any]) -> None:
    by = engineer()
    made = actions.add_hotspot(by, name="Place du Marché", place=place(), ssid="Smart Wifi")
    assert (made.site.code, made.site.kind, made.site.state) == ("wifi-place-du-marche", "hotspot", "open")
    assert made.site.organisation is not None
    assert made.site.organisation.code == "senum"
    assert [z.name for z in made.zones.all()] == ["Tout le site"]
    entry = Entry.objects.get(verb="wifi.hotspot_added")
    assert (entry.subject, entry.actor_label) == (f"wifi_hotspot:{made.pk}", "Rokhaya Thiam")
    assert Event.objects.get(kind="wifi.hotspot_added").payload == {"code": "wifi-place-du-marche"}
    opened = Entry.objects.get(verb="site.added", subject=f"site:{made.site.pk}")
    assert "Rokhaya Thiam" in opened.actor_label


def test_two_places_of_one_name_have_two_codes() -> None:
    codes = [
        actions.add_hotspot(SYSTEM, name="Hôpital régional", place=place(code), ssid="W").site.code
        for code in ("SN-TH-mbour-mbour", "SN-KL-kaolack-kaolack", "SN-KL-kaolack-kaolack")
    ]
    assert codes == [
        "wifi-hopital-regional", "wifi-hopital-regional-kaolack", "wifi-hopital-regional-kaolack-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ssid", {"ssid": "é" * 17}),
        ("ssid", {"ssid": 'a"b'}),
        ("pool", {"pool": "10.0.0.1/24"}),
        ("pool", {"pool": "10.0.0.0/30"}),
        ("uplink_down_kbps", {"uplink_down_kbps": 10}),
        ("lease_seconds", {"lease_seconds": 10}),
        ("languages", {"languages": []}),
        ("kinds_of_access", {"kinds_of_access": []}),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(field: str, values: dict[str, Any]) -> None:
    with pytest.raises(NetworkRefused) as refused:
        actions.add_hotspot(SYSTEM, **{"name": "Essai", "place": place(), "ssid": "W", **values})
    assert refused.value.field == field
    assert Hotspot.objects.count() == 0


def test_each_act_is_refused_to_who_does_not_manage_the_place(
    engineer: Callable[..., Any], hotspot: Hotspot
) -> None:
    zone = hotspot.zones.get()
    point = actions.add_access_point(SYSTEM, zone, name="A", mac="001122334455")
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    tomorrow = timezone.now() + timedelta(days=1)
    dates = {"starts_at": tomorrow, "ends_at": tomorrow + timedelta(hours=1)}
    work = actions.plan_maintenance(SYSTEM, hotspot, reason="Fibre", **dates)
    later = {name: moment + timedelta(days=1) for name, moment in dates.items()}
    elsewhere = engineer(territory="SN-KL")
    for by in (elsewhere, ANONYMOUS):
        acts: list[Callable[[Any], Any]] = [
            lambda by: actions.add_hotspot(by, name="X", place=place(), ssid="W"),
            lambda by: actions.change_hotspot(by, hotspot, ssid="W"),
            lambda by: actions.change_state(by, hotspot, "closed", "x"),
            lambda by: actions.add_zone(by, hotspot, name="Z"),
            lambda by: actions.change_zone(by, zone, name="Z"),
            lambda by: actions.add_access_point(by, zone, name="B", mac="001122334456"),
            lambda by: actions.change_access_point(by, point, name="B"),
            lambda by: actions.retire_access_point(by, point),
            lambda by: actions.add_gateway(by, hotspot, gateway="generic", network="192.0.2.2"),
            lambda by: actions.change_gateway(by, nas, interim_seconds=600),
            lambda by: actions.rotate_secret(by, nas),
            lambda by: actions.retire_gateway(by, nas),
            lambda by: actions.plan_maintenance(by, hotspot, reason="x", **later),
            lambda by: actions.cancel_maintenance(by, work),
            lambda by: actions.import_hotspots(by, "code,nom,commune,ssid\nx,X,SN-TH-mbour-mbour,W\n"),
        ]
        for act in acts:
            with pytest.raises(PermissionRefused):
                act(by)


def test_an_engineer_of_a_region_manages_it_and_sees_nothing_else(
    engineer: Callable[..., Any], hotspot: Hotspot
) -> None:
    actions.add_hotspot(SYSTEM, name="Kaolack", place=place("SN-KL-kaolack-kaolack"), ssid="W")
    assert len(queries.hotspots(SYSTEM)) == 2
    local = engineer(territory="SN-TH")
    assert [h.site.name for h in queries.hotspots(local)] == ["Place du Marché"]
    actions.change_hotspot(local, hotspot, ssid="Autre nom")


def test_settings_change_with_their_place(hotspot: Hotspot) -> None:
    actions.change_hotspot(SYSTEM, hotspot, ssid="Nouveau", name="Grand marché", pool="10.20.0.0/20")
    found = queries.hotspot(hotspot.site.code)
    assert found is not None
    assert (found.ssid, found.site.name, found.pool) == ("Nouveau", "Grand marché", "10.20.0.0/20")
    entry = Entry.objects.get(verb="wifi.hotspot_changed")
    assert entry.detail["fields"] == ["name", "pool", "ssid"]
    actions.change_hotspot(SYSTEM, found, ssid="Nouveau")
    assert Entry.objects.filter(verb="wifi.hotspot_changed").count() == 1


def test_a_closed_hotspot_has_no_gateway_in_service(hotspot: Hotspot) -> None:
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    with pytest.raises(NetworkRefused):
        actions.change_state(SYSTEM, hotspot, sites.CLOSED)
    version = Hotspot.objects.get(pk=hotspot.pk).version
    closed = actions.change_state(SYSTEM, hotspot, sites.CLOSED, "Fin du marché")
    assert closed.site.state == "closed"
    assert Nas.objects.get(pk=nas.pk).state == "retired"
    assert Hotspot.objects.get(pk=hotspot.pk).version >= version
    with pytest.raises(NetworkRefused):
        actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")


def test_access_points_have_their_own_address_and_radios(hotspot: Hotspot) -> None:
    zone = actions.add_zone(SYSTEM, hotspot, name="Hall")
    with pytest.raises(NetworkRefused):
        actions.add_zone(SYSTEM, hotspot, name="Hall")
    radios = {"2.4": {"channel": 6}, "5": {"channel": 36, "width_mhz": 40, "clients_at_most": 80}}
    point = actions.add_access_point(SYSTEM, zone, name="A", mac="001122334455", radios=radios)
    for name, mac, field in (("A", "001122334456", "name"), ("B", "001122334455", "mac")):
        with pytest.raises(NetworkRefused) as refused:
            actions.add_access_point(SYSTEM, zone, name=name, mac=mac)
        assert refused.value.field == field
    actions.change_access_point(SYSTEM, point, radios={"5": {"channel": 40}})
    radio = point.radios.get()
    assert (radio.band, radio.channel, radio.width_mhz, radio.clients_at_most) == ("5", 40, 40, 80)
    actions.retire_access_point(SYSTEM, point)
    assert AccessPoint.objects.get().retired_on == timezone.localdate()
    assert queries.hotspots(SYSTEM)[0].access_points == 0  # type: ignore[attr-defined]


def test_a_gateway_has_a_secret_of_160_bits_that_only_it_opens(hotspot: Hotspot) -> None:
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    other = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.2")
    assert (nas.code, other.code) == ("place-du-marche-gw1", "place-du-marche-gw2")
    secret = api.open_secret(nas.code, bytes(nas.secret or b""))
    assert len(secret) == 32
    assert secret.isalnum()
    assert secret not in bytes(nas.secret or b"")
    with pytest.raises(DecryptionFailed):
        api.open_secret(other.code, bytes(nas.secret or b""))
    told = str([(e.detail, e.subject) for e in Entry.objects.all()]) + str(
        list(Event.objects.values_list("payload", flat=True))
    )
    assert secret.decode() not in told
    renewed = actions.rotate_secret(SYSTEM, nas)
    assert api.open_secret(nas.code, bytes(renewed.secret or b"")) != secret
    assert api.open_secret(nas.code, bytes(renewed.former_secret or b"")) == secret
    assert renewed.former_until
    assert timedelta(hours=23) < renewed.former_until - timezone.now() <= timedelta(hours=24)
    seen = actions.rotate_secret(SYSTEM, nas, overlap=timedelta(0))
    assert (seen.former_secret, seen.former_until) == (None, None)


def test_one_address_is_one_gateway_until_it_is_retired(hotspot: Hotspot) -> None:
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    assert nas.network == "192.0.2.1/32"
    for network in ("192.0.2.1", "192.0.2.1/32", "pas une adresse", ""):
        with pytest.raises(NetworkRefused) as refused:
            actions.add_gateway(SYSTEM, hotspot, gateway="generic", network=network)
        assert refused.value.field == "network"
    actions.retire_gateway(SYSTEM, nas)
    with pytest.raises(NetworkRefused):
        actions.rotate_secret(SYSTEM, nas)
    actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    with pytest.raises(NetworkRefused) as refused:
        actions.add_gateway(SYSTEM, hotspot, gateway="generic", transport="radsec")
    assert refused.value.field == "certificate_name"


def test_a_look_at_a_file_tells_nothing_of_places_of_others(
    engineer: Callable[..., Any], hotspot: Hotspot
) -> None:
    text = files.write([replace(queries.row_of(hotspot), ssid="Autre")])
    assert len(queries.preview(SYSTEM, text).changed) == 1
    found = queries.preview(engineer(territory="SN-KL"), text)
    assert (found.changed, found.same, [fault.column for fault in found.faults]) == ([], 0, ["code"])


def test_nobody_declares_a_network_around_or_inside_that_of_others(
    engineer: Callable[..., Any], hotspot: Hotspot
) -> None:
    """By longest prefix, packets of a gateway of another territory would come under one's own secret."""
    actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="102.164.10.0/24")
    there = Territory.objects.filter(kind="commune", path__contains="SN-KL").first()
    elsewhere = engineer(territory="SN-KL")
    own = actions.add_hotspot(elsewhere, name="Gare", place=there, ssid="W")
    for taken in ("102.164.10.20", "102.164.0.0/16", "0.0.0.0/0"):
        for transport in ({}, {"transport": "radsec", "certificate_name": "gw.example.sn"}):
            with pytest.raises(NetworkRefused) as refused:
                actions.add_gateway(elsewhere, own, gateway="generic", network=taken, **transport)
            assert refused.value.field == "network"
    nas = actions.add_gateway(elsewhere, own, gateway="generic", network="102.164.11.20")
    with pytest.raises(NetworkRefused, match="recouvre"):
        actions.change_gateway(elsewhere, nas, network="102.164.10.20")
    # Who manages both may: an address inside a network is a gateway of its own.
    actions.change_gateway(SYSTEM, nas, network="102.164.10.20")
    assert actions.change_gateway(elsewhere, nas, interim_seconds=600).network == "102.164.10.20/32"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "169.254.7.7", "224.0.0.1", "255.255.255.255",
        "198.51.100.1", "198.51.100.10",
    ],
)  # fmt: skip
def test_no_equipment_has_an_address_of_ours(
    hotspot: Hotspot, portal: None, settings: Any, address: str
) -> None:
    """What is asked by SNMP or sent an order is never this machine, nor another of our servers."""
    settings.WIFI_PORTAL_ADDRESS, settings.DEMO = "198.51.100.10", False
    nas = actions.add_gateway(
        SYSTEM, hotspot, gateway="generic", network="192.0.2.9", coa_address="192.0.2.9"
    )
    zone = actions.add_zone(SYSTEM, hotspot, name="Quai")
    point = actions.add_access_point(SYSTEM, zone, name="Q1", mac="001122334455", address="10.20.0.2")
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("coa_address", lambda: actions.change_gateway(SYSTEM, nas, coa_address=address)),
        ("network", lambda: actions.change_gateway(SYSTEM, nas, network=address)),
        (
            "coa_address",
            lambda: actions.add_gateway(
                SYSTEM, hotspot, gateway="generic", network="192.0.2.10", coa_address=address
            ),
        ),
        ("address", lambda: actions.change_access_point(SYSTEM, point, address=address)),
        (
            "address",
            lambda: actions.add_access_point(SYSTEM, zone, name="Q2", mac="001122334456", address=address),
        ),
    ]
    for field, act in acts:
        with pytest.raises(NetworkRefused) as refused:
            act()
        assert refused.value.field == field


def test_this_machine_is_known_by_any_of_its_addresses(settings: Any) -> None:
    """127.0.0.2 is no setting of ours, and the system says that it is this machine's."""
    assert addresses._is_this_machine("127.0.0.2")
    assert not addresses._is_this_machine("192.0.2.77")
    assert addresses.fault_of("192.0.2.77") == addresses.fault_of("2001:db8::77") == ""


def test_a_gateway_without_a_secret_of_its_own_has_an_address(hotspot: Hotspot) -> None:
    with pytest.raises(NetworkRefused) as refused:
        actions.add_gateway(
            SYSTEM, hotspot, gateway="opennds", transport="radsec", certificate_name="gw.example.sn"
        )
    assert refused.value.field == "network"


def test_the_key_of_a_controller_is_sent_nowhere_else(hotspot: Hotspot) -> None:
    given = {"controller_url": "https://unifi.example.sn", "controller_key": "k"}
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="unifi", network="192.0.2.1", **given)
    with pytest.raises(NetworkRefused) as refused:
        actions.change_gateway(SYSTEM, nas, controller_url="https://mine.example.org", controller_key="")
    assert refused.value.field == "controller_key"
    nas.refresh_from_db()
    assert nas.controller_url == given["controller_url"]
    moved = {"controller_url": "https://new.example.sn", "controller_key": "l"}
    assert actions.change_gateway(SYSTEM, nas, **moved).controller_url == moved["controller_url"]
    actions.change_gateway(SYSTEM, nas, controller_key="", interim_seconds=600)


def test_a_name_in_a_certificate_is_one_gateway(hotspot: Hotspot) -> None:
    def add(name: str) -> Nas:
        return actions.add_gateway(
            SYSTEM, hotspot, gateway="generic", transport="radsec", certificate_name=name
        )

    assert add("GW1.ucad.sn").certificate_name == "gw1.ucad.sn"
    for name in ("gw1.ucad.sn", "Gw1.UCAD.sn", "gw1", "gw 1.sn", "-gw.sn", "a" * 250 + ".sn"):
        with pytest.raises(NetworkRefused) as refused:
            add(name)
        assert refused.value.field == "certificate_name"
    udp = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    with pytest.raises(NetworkRefused):
        actions.give_certificate(SYSTEM, udp)


def test_works_follow_each_other(hotspot: Hotspot) -> None:
    now = timezone.now()

    def plan(starts: int, ends: int) -> Any:
        return actions.plan_maintenance(
            SYSTEM,
            hotspot,
            starts_at=now + timedelta(hours=starts),
            ends_at=now + timedelta(hours=ends),
            reason="Fibre",
        )

    running = plan(-1, 2)
    assert queries.hotspots(SYSTEM, state="works") == [hotspot]
    for starts, ends in ((3, 3), (-3, -2), (1, 4)):
        with pytest.raises(NetworkRefused):
            plan(starts, ends)
    later = plan(2, 3)
    actions.cancel_maintenance(SYSTEM, running)
    actions.cancel_maintenance(SYSTEM, later)
    assert queries.works(hotspot) == []
    assert hotspot.maintenances.count() == 1  # what has run stays known


def test_secrets_are_sealed_again_after_a_rotation(hotspot: Hotspot, settings: Any, tmp_path: Any) -> None:
    import shutil

    shutil.copytree(settings.SECRETS_DIR, tmp_path / "secrets")
    settings.SECRETS_DIR = tmp_path / "secrets"
    nas = actions.add_gateway(SYSTEM, hotspot, gateway="generic", network="192.0.2.1")
    secret = api.open_secret(nas.code, bytes(nas.secret or b""))
    assert actions.reseal() == 0
    vault.keyring().rotate()
    assert actions.reseal() == 1
    assert actions.reseal() == 0
    sealed = bytes(Nas.objects.get().secret or b"")
    assert vault.keyring().field_kid(sealed) == vault.keyring().active
    assert api.open_secret(nas.code, sealed) == secret


@pytest.mark.django_db(transaction=True)
def test_the_data_plane_is_woken_when_the_transaction_commits() -> None:
    from tests import reference

    reference.load("territory", "sites")
    with connection.cursor() as cursor:
        cursor.execute("LISTEN wifi")
        with transaction.atomic():
            actions.add_hotspot(SYSTEM, name="Essai", place=place(), ssid="W")
        cursor.execute("SELECT 1")
        heard = list(connection.connection.notifies(timeout=2, stop_after=1))
    assert [n.channel for n in heard] == ["wifi"]
