"""Ports read from a real agent (Debian's snmpd), once, and their gaps told."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from smartsenegal.cable.billing.models import Port, PortDay
from smartsenegal.cable.billing.packing import unpack_readings
from smartsenegal.cable.collection import actions, queries
from smartsenegal.cable.collection.actions.sealing import reseal
from smartsenegal.cable.collection.actions.taking import questions
from smartsenegal.cable.collection.errors import CollectionRefused
from smartsenegal.cable.collection.models import Agent, Interface
from smartsenegal.cable.collection.polling import Question, ask
from smartsenegal.cable.collection.rules import Answer, Row
from smartsenegal.cable.network.models import Equipment, Node
from smartsenegal.kernel import vault
from smartsenegal.lib.snmp import available
from tests.cable.billing.world import SYSTEM, contract

pytestmark = pytest.mark.django_db
SNMPD = "/usr/sbin/snmpd"
agent_here = pytest.mark.skipif(
    not (available() and Path(SNMPD).exists()), reason="the packages snmp and snmpd are wanted"
)


@pytest.fixture
def equipment(country: None) -> Equipment:
    node = Node.objects.create(code="a", name="A", role="abroad", country="Ailleurs")
    return Equipment.objects.create(code="r1", name="Routeur 1", node=node, kind="router")


@pytest.fixture
def port(country: None) -> Port:
    return contract().ports.get()


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[int]:
    """A real agent on a port of its own; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    (tmp_path / "snmpd.conf").write_text(f"agentAddress udp:127.0.0.1:{number}\nrocommunity lecture\n")
    environment = {"SNMP_PERSISTENT_DIR": str(tmp_path / "kept"), "SNMPCONFPATH": str(tmp_path)}
    command = [SNMPD, "-f", "-C", "-c", str(tmp_path / "snmpd.conf"), "-Lf", str(tmp_path / "log"), "-r"]
    running = subprocess.Popen(command, env=environment)
    until = time.monotonic() + 30
    question = Question(1, "127.0.0.1", number, "2c", {"community": "lecture"})
    while asyncio.run(ask(question)).fault and time.monotonic() < until:
        assert running.poll() is None, (tmp_path / "log").read_text()
    yield number
    running.kill()
    running.wait()


def asked(equipment: Equipment, number: int, community: str = "lecture") -> Agent:
    return actions.set_agent(
        SYSTEM, equipment, address="127.0.0.1", port=number, version="2c", secret={"community": community}
    )


@agent_here
def test_a_real_agent_is_read_into_the_slots_of_its_port(
    equipment: Equipment, port: Port, agent: int
) -> None:
    made = asked(equipment, agent)
    assert actions.collect() == 0  # its interfaces come first
    loopback = made.interfaces.get(name="lo")
    assert (loopback.up, loopback.seen) == (True, True)
    actions.bill_by(SYSTEM, loopback, port)
    assert actions.collect(made.pk) == 1
    (row,) = PortDay.objects.all()
    (reading,) = unpack_readings(bytes(row.readings))
    assert reading.uptime is not None
    assert reading.received > 0
    assert queries.gaps(datetime.fromtimestamp(reading.at, UTC)) == []
    # A user whom it does not know: it says so at once.
    stranger = {"user": "inconnu", "auth": "une phrase longue", "priv": "une autre phrase"}
    actions.set_agent(SYSTEM, equipment, address="127.0.0.1", port=agent, version="3", secret=stranger)
    assert actions.collect() == 0
    made.refresh_from_db()
    assert (made.missed, bool(made.fault)) == (1, True)
    assert b"une phrase longue" not in bytes(made.sealed)


NOW = datetime(2024, 2, 28, 12, 0, tzinfo=UTC)


def answer(
    minutes: int, octets: int, up: bool = True, discontinuity: int = 0, name: str = "xe-0/0/1"
) -> Answer:
    at = int((NOW + timedelta(minutes=minutes)).timestamp())
    rows = {name: Row(7, (octets, octets), None, discontinuity, up)}
    return Answer(at, 10**7 + minutes * 6_000, rows)


def test_each_round_counts_once_and_a_counter_that_begins_anew_is_set_aside(
    equipment: Equipment, port: Port
) -> None:
    made = asked(equipment, 161)
    actions.take({made.pk: answer(0, 10**6)})
    actions.bill_by(SYSTEM, made.interfaces.get(), port)
    for minutes, octets in ((5, 2 * 10**6), (10, 3 * 10**6)):
        assert actions.take({made.pk: answer(minutes, octets)}) == 1
        assert actions.take({made.pk: answer(minutes, octets)}) == 0
    assert actions.take({made.pk: answer(15, 10, discontinuity=10**7 + 70_000)}) == 1
    row = PortDay.objects.get()
    assert row.causes == {"rebooted": 1}
    assert len(unpack_readings(bytes(row.readings))) == 3
    (changed,) = queries.interfaces(made)
    assert changed.port == port


def test_gaps_say_why(equipment: Equipment, port: Port) -> None:
    made = asked(equipment, 161)
    actions.take({made.pk: answer(0, 10)})
    actions.bill_by(SYSTEM, made.interfaces.get(), port)

    def cause(minutes: int) -> list[str]:
        return [gap.cause for gap in queries.gaps(NOW + timedelta(minutes=minutes))]

    assert cause(1) == [queries.GAP]  # never read
    actions.take({made.pk: answer(5, 20)})
    assert cause(6) == []
    actions.take({made.pk: answer(10, 30, up=False)})
    assert cause(11) == [queries.DOWN]
    assert cause(30) == [queries.GAP]
    actions.take({made.pk: answer(35, 30, name="autre")})
    assert cause(36) == [queries.GONE]
    for minutes in (40, 45):
        actions.take({made.pk: Answer(answer(minutes, 0).at, fault="Timeout")})
    assert cause(46) == [queries.SILENT]


def test_a_port_has_one_interface_and_an_agent_in_use_stays(equipment: Equipment, port: Port) -> None:
    made = asked(equipment, 161)
    rows = {"a": Row(1, (1, 1)), "b": Row(2, (1, 1))}
    actions.take({made.pk: Answer(answer(0, 0).at, 5, rows)})
    a, b = made.interfaces.order_by("index")
    actions.bill_by(SYSTEM, a, port)
    with pytest.raises(CollectionRefused):
        actions.bill_by(SYSTEM, b, port)
    with pytest.raises(CollectionRefused):
        actions.stop_agent(SYSTEM, made)
    actions.release(SYSTEM, actions.release(SYSTEM, Interface.objects.get(pk=a.pk)))
    actions.stop_agent(SYSTEM, made)
    assert not Agent.objects.exists()


def test_a_secret_is_sealed_again_after_a_rotation(
    equipment: Equipment, settings: Any, tmp_path: Path
) -> None:
    shutil.copytree(settings.SECRETS_DIR, tmp_path / "secrets")
    settings.SECRETS_DIR = tmp_path / "secrets"
    asked(equipment, 161)
    assert reseal() == 0
    vault.keyring().rotate()
    assert (reseal(), reseal()) == (1, 0)
    sealed = bytes(Agent.objects.get().sealed)
    assert vault.keyring().field_kid(sealed) == vault.keyring().active
    assert questions()[0].secret == {"community": "lecture"}


def test_an_engineer_has_an_equipment_asked_and_a_port_billed_by_it(
    planner: Client, equipment: Equipment, port: Port
) -> None:
    base = "/cable/collecte/"
    assert "Aucun équipement" in planner.get(base).content.decode()
    bad = {
        "equipment": equipment.pk,
        "address": "127.0.0.1",
        "port": "161",
        "version": "3",
        "user": "u",
        "auth": "x",
    }
    assert "huit caractères au moins" in planner.post(f"{base}nouveau/", bad).content.decode()
    for address in ("127.0.0.1", "fe80::1%eth0", "224.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"):
        with override_settings(DEMO=False):
            shown = planner.post(f"{base}nouveau/", {**bad, "address": address}).content.decode()
        assert "cette adresse" in shown or "l’adresse sans" in shown, address
    good = {
        "equipment": equipment.pk,
        "address": "192.0.2.1",
        "port": "161",
        "version": "2c",
        "community": "lecture",
    }
    assert planner.post(f"{base}nouveau/", good).status_code == 302
    made = Agent.objects.get()
    page = f"{base}equipements/r1/"
    assert "Pas encore interrogé" in planner.get(page).content.decode()
    now = int(timezone.now().timestamp())
    actions.take({made.pk: Answer(now, 5, {"xe-0": Row(3, (1, 1), up=True)})})
    interface = made.interfaces.get()
    assert port.code in planner.get(base).content.decode()  # read nowhere
    assert planner.post(f"{base}interfaces/{interface.pk}/", {"port": port.pk}).status_code == 302
    shown = planner.get(page).content.decode()
    assert port.code in shown
    assert "lecture" not in shown.replace("lecture des", "")
    assert planner.post(f"{page}arreter/", follow=True).content.decode().count("détachez-les d’abord") == 1
    assert planner.post(f"{page}interroger/").status_code == 302
    assert planner.post(f"{base}interfaces/{interface.pk}/detacher/").status_code == 302
    assert planner.post(f"{page}arreter/").status_code == 302
    assert planner.get(page).status_code == 404
