"""A controller asked by Redfish over TLS, a strip by SNMP from a real agent, and the rack they measure."""

import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from smartsenegal.datacenter.colocation.models import Reading
from smartsenegal.datacenter.facility.models import Rack
from smartsenegal.datacenter.sensors.actions import sources
from smartsenegal.datacenter.sensors.actions.rounds import collect
from smartsenegal.datacenter.sensors.models import Sensor, Source
from tests.datacenter.colocation.world import SYSTEM
from tests.datacenter.facility.test_pages import page
from tests.datacenter.sensors.controller import controller, documents

BASE = "/datacentre/capteurs/dc-essai/"
OID = "1.3.6.1.4.1.318.1.1.12.1.16.0"


def test_a_rack_is_measured_and_a_sensor_that_lies_is_flagged(
    browser: Client, rack: Rack, tmp_path: Path, settings: Any
) -> None:
    assert "Aucun appareil n’est interrogé" in page(browser.get(BASE))
    with controller(tmp_path) as server:
        given = {
            "rack": str(rack.pk), "name": "Serveur 1", "kind": "redfish", "address": "http://10.0.0.1",
            "counts": "on", "user": "lecteur", "secret": "secret-1", "fingerprint": "ab",
        }  # fmt: skip
        told = page(browser.post(f"{BASE}nouvelle/", given))
        assert "Écrivez l’adresse comme https://10.0.0.5" in told
        assert "64 chiffres" in told
        settings.DEMO = False
        told = page(browser.post(f"{BASE}nouvelle/", {**given, "address": "https://[::1]"}))
        assert "Aucun appareil n’a cette adresse" in told
        settings.DEMO = True
        assert "secret-1" not in told
        given |= {"address": server.address, "fingerprint": ":".join([server.fingerprint[:2]] * 32)}
        assert browser.post(f"{BASE}nouvelle/", given).status_code == 302
        source = Source.objects.get()
        assert b"secret-1" not in bytes(source.sealed)

        # The certificate is not the one that was typed: nothing is sent, not even the password.
        server.answers = documents(1300, (650, 635))
        assert collect() == 0
        assert server.heard == []
        assert "the certificate is not the one" in page(browser.get(BASE))
        Source.objects.update(fingerprint=server.fingerprint)
        assert collect() == 1
        assert server.heard[0] == "Basic bGVjdGV1cjpzZWNyZXQtMQ=="
        assert list(Reading.objects.values_list("watts", "source")) == [(1300, "Capteurs de la baie")]
        told = page(browser.get(BASE))
        assert "1 300 W" in told
        assert "Douteuse" not in told

        # Its total no longer agrees with its supplies: it is told, and the rack keeps its last sure reading.
        server.answers = documents(400, (650, 635))
        assert collect() == 1
        told = page(browser.get(BASE))
        assert "le total annonce 400 W, ses alimentations 1285 W" in told
        assert Reading.objects.count() == 1
        server.answers = documents(1400, (700, 690))
        assert collect() == 1
        assert "Douteuse" not in page(browser.get(BASE))
        assert list(Reading.objects.order_by("pk").values_list("watts", flat=True)) == [1300, 1400]

        for hostile in (b"[" * 100_000, b"[]", b'"x"', b"{" + b" " * 2_100_000 + b"}"):
            server.answers = {"/redfish/v1/": hostile}
            assert collect() == 0
        assert Reading.objects.count() == 2
    assert collect() == 0
    assert "Sans réponse" in page(browser.get(BASE))
    browser.post(f"{BASE}{source.pk}/retirer/")
    assert sources.opened(Source.objects.get()) == {}
    assert "Aucun appareil n’est interrogé" in page(browser.get(BASE))


def test_a_strip_is_read_by_snmp_and_doubted_when_servers_announce_more(rack: Rack, tmp_path: Path) -> None:
    port = _free_port()
    (tmp_path / "snmpd.conf").write_text(
        f"agentAddress udp:127.0.0.1:{port}\nrocommunity lecture\noverride {OID} integer 90\n"
    )
    files = ["-c", str(tmp_path / "snmpd.conf"), "-Lf", str(tmp_path / "log")]
    daemon = subprocess.Popen(["/usr/sbin/snmpd", "-f", "-C", *files, "-r"], stdin=subprocess.DEVNULL)
    try:
        strip = _strip(rack, port)
        _until_answered(strip)
        assert Sensor.objects.get().value == 900
        assert Reading.objects.get().watts == 900
        with controller(tmp_path) as server:
            server.answers = documents(2000, (1000, 1000))
            inside = {"name": "S", "kind": "redfish", "counts": False, "address": server.address}
            sources.add(SYSTEM, rack, secret={}, fingerprint=server.fingerprint, **inside)
            assert collect() == 2
        doubted = Sensor.objects.exclude(doubt="").get()
        assert doubted.source == strip
        assert doubted.doubt == "900 W, quand les appareils de la baie en annoncent 2000"
        assert Reading.objects.count() == 1
    finally:
        daemon.terminate()
        daemon.wait(10)


def test_a_power_that_froze_while_others_move_is_doubted(rack: Rack, tmp_path: Path) -> None:
    with controller(tmp_path) as still, controller(tmp_path) as moving:
        for each in (still, moving):
            sources.add(
                SYSTEM, rack, name="S", kind="redfish", address=each.address, secret={},
                fingerprint=each.fingerprint,
            )  # fmt: skip
        for turn in range(13):
            still.answers = documents(500, ())
            moving.answers = documents(500 + 20 * turn, ())
            assert collect() == 2
    reasons = list(Sensor.objects.filter(quantity="watts").order_by("pk").values_list("doubt", flat=True))
    assert "figé à 500 W" in reasons[0]
    assert reasons[1] == ""


def _strip(rack: Rack, port: int) -> Source:
    return sources.add(
        SYSTEM, rack, name="Coffret A", kind="snmp", address="127.0.0.1", port=port, oid=OID,
        quantity="watts", scale=10, secret={"community": "lecture"},
    )  # fmt: skip


def _until_answered(source: Source) -> None:
    until = time.monotonic() + 20
    while not collect():
        source.refresh_from_db()
        assert time.monotonic() < until, source.fault
    assert Source.objects.get().answered_at <= timezone.now()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        found: Any = probe.getsockname()
        return int(found[1])
