"""Access points asked by SNMP, v2c and v3: against Debian's own agent."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from smartsenegal.wifi.monitoring.actions.looking import look
from smartsenegal.wifi.monitoring.actions.snmp import questions, set_snmp, take_answers
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import SnmpAgent, State
from smartsenegal.wifi.monitoring.polling import Answer, Question, available, configuration, poll
from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Nas
from tests.wifi.monitoring.conftest import at

SNMPD = "/usr/sbin/snmpd"
V3 = {"user": "smart", "auth": "une phrase longue", "priv": "une autre phrase"}
# ifNumber stands for the object of a maker that counts devices: a whole number that the agent has.
COUNTED = "1.3.6.1.2.1.2.1.0"
agent_here = pytest.mark.skipif(
    not (available() and Path(SNMPD).exists()), reason="the packages snmp and snmpd are wanted"
)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[int]:
    """A real agent on a port of its own, that knows a community and a user; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (tmp_path / "snmpd.conf").write_text(
        f"agentAddress udp:127.0.0.1:{port}\nrocommunity lecture\n"
        f'createUser {V3["user"]} SHA "{V3["auth"]}" AES "{V3["priv"]}"\nrouser {V3["user"]} priv\n'
    )
    environment = {"SNMP_PERSISTENT_DIR": str(tmp_path / "kept"), "SNMPCONFPATH": str(tmp_path)}
    command = [SNMPD, "-f", "-C", "-c", str(tmp_path / "snmpd.conf"), "-Lf", str(tmp_path / "log"), "-r"]
    running = subprocess.Popen(command, env=environment)
    until = time.monotonic() + 30
    while asyncio.run(poll([_v2c(port)]))[1].fault and time.monotonic() < until:
        assert running.poll() is None, (tmp_path / "log").read_text()
    yield port
    running.kill()
    running.wait()


def _v2c(port: int, community: str = "lecture") -> Question:
    return Question(1, "127.0.0.1", port, "2c", {"community": community}, COUNTED)


@agent_here
def test_a_real_agent_answers_v2c_and_v3_and_not_a_wrong_secret(agent: int) -> None:
    wrong = {**V3, "auth": "pas la bonne phrase"}
    asked = [
        _v2c(agent),
        Question(2, "127.0.0.1", agent, "3", V3),
        Question(3, "127.0.0.1", agent, "3", wrong),
        Question(4, "127.0.0.1", agent, "2c", {"community": "autre"}),
    ]
    found = asyncio.run(poll(asked))
    for number in (1, 2):
        answer = found[number]
        assert answer.fault == ""
        assert answer.uptime is not None
        assert answer.interfaces is not None
        assert 1 <= (answer.interfaces_up or 0) <= answer.interfaces
    assert found[1].stations == found[1].interfaces
    assert found[2].stations is None
    assert found[3].fault
    assert found[4].fault


def test_no_secret_can_write_a_line_of_its_own() -> None:
    for evil in ('x"\nsnmpv3 y', "a\\", "a\r"):
        with pytest.raises(ValueError, match="secret"):
            configuration(Question(1, "127.0.0.1", 161, "2c", {"community": evil}))


@pytest.fixture
def point(hotspot: Hotspot) -> AccessPoint:
    zone = hotspot.zones.get()
    return AccessPoint.objects.create(zone=zone, name="Quai", mac="001122334455", address="127.0.0.1")


@pytest.mark.django_db
def test_an_access_point_that_stopped_answering_is_a_part_that_is_cut(
    point: AccessPoint, nas: Nas, hotspot: Hotspot, engineer: Any
) -> None:
    set_snmp(engineer(), point, hotspot, version="2c", port=161, secret={"community": "lecture"})
    (question,) = questions()
    assert (question.address, question.secret) == ("127.0.0.1", {"community": "lecture"})
    assert b"lecture" not in bytes(SnmpAgent.objects.get().sealed)
    take_answers({point.pk: Answer(fault="Timeout")}, at())
    look(at())
    look(at(70))
    assert State.objects.get(hotspot=hotspot.pk).health == "unknown"
    take_answers({point.pk: Answer(uptime=5, interfaces=3, interfaces_up=2, stations=9)}, at())
    for _ in range(2):
        take_answers({point.pk: Answer(fault="Timeout")}, at())
    look(at(100))
    look(at(200))
    state = State.objects.get(hotspot=hotspot.pk)
    assert (state.health, state.why) == ("part", "1 borne suivie ne répond plus, sur 1.")
    AccessPoint.objects.update(retired_on=at().date())
    look(at(300))
    look(at(500))
    assert State.objects.get(hotspot=hotspot.pk).health == "unknown"


@pytest.mark.django_db
def test_the_page_follows_an_access_point_and_stops(
    network: Client, point: AccessPoint, hotspot: Hotspot
) -> None:
    base = "/wifi/direct/wifi-place-du-marche/bornes/"
    assert "Pas suivie" in network.get(base).content.decode()
    page = f"{base}{point.pk}/"
    refused = network.post(page, {"version": "3", "port": "161", "user": "u", "auth": "court"})
    assert "huit caractères au moins" in refused.content.decode()
    assert network.post(page, {"version": "2c", "port": "161", "community": "lecture"}).status_code == 302
    assert "Pas encore demandée" in network.get(base).content.decode()
    text = network.get(page).content.decode()
    assert "Ne plus suivre la borne" in text
    assert 'lecture"' not in text
    network.post(page, {"stop": "1"})
    assert not SnmpAgent.objects.exists()
    assert network.get(f"{base}999999/").status_code == 404


@pytest.mark.django_db
def test_an_access_point_without_an_address_cannot_be_asked(
    point: AccessPoint, hotspot: Hotspot, engineer: Any
) -> None:
    point.address = None
    with pytest.raises(MonitoringRefused):
        set_snmp(engineer(), point, hotspot, version="2c", port=161, secret={"community": "x"})
