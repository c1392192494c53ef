"""Heartbeats of gateways: proved, taken once, sent by the script that the page gives."""

import hmac
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from smartsenegal.wifi.monitoring import scripts
from smartsenegal.wifi.monitoring.actions.beats import make_key
from smartsenegal.wifi.monitoring.actions.looking import look
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import GatewayState, State
from smartsenegal.wifi.network.models import Hotspot, Nas
from tests.wifi.monitoring.conftest import at

ADDRESS = "/wifi/direct/passerelles/marche-gw1/battement"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def key(nas: Nas, hotspot: Hotspot, engineer: Any) -> str:
    return make_key(engineer(), nas, hotspot)


def send(client: Client, body: str, **headers: str) -> int:
    answer = client.post(ADDRESS, body, content_type=FORM, headers=headers)
    return answer.status_code


def signed(key: str, body: str, at: float | None = None) -> str:
    moment = int(time.time() if at is None else at)
    return f"t={moment},v1={hmac.digest(key.encode(), f'{moment}.{body}'.encode(), 'sha256').hex()}"


@pytest.mark.django_db
def test_a_heartbeat_with_the_key_says_how_the_gateway_is(client: Client, key: str, hotspot: Hotspot) -> None:
    body = "clients=12&leases=40&cpu=7&down=5000000&up=100"
    assert send(client, body, Authorization=f"Bearer {key}") == 204
    found = GatewayState.objects.get()
    assert (found.clients, found.leases, found.cpu, found.down_bps, found.uptime) == (
        12,
        40,
        7,
        5_000_000,
        None,
    )
    look(at())
    state = State.objects.get(hotspot=hotspot.pk)
    assert (state.health, state.down_bps) == ("up", 5_000_000)
    look(at(400))
    state.refresh_from_db()
    assert state.health == "down"


@pytest.mark.django_db
def test_a_signed_heartbeat_is_taken_once(client: Client, key: str) -> None:
    body = "clients=1"
    signature = signed(key, body)
    assert send(client, body, **{"X-Smart-Signature": signature}) == 204
    assert send(client, body, **{"X-Smart-Signature": signature}) == 409


@pytest.mark.django_db
def test_what_proves_nothing_is_refused_and_writes_nothing(client: Client, key: str, nas: Nas) -> None:
    body = "clients=1"
    forged = signed("0" * 40, body)
    old = signed(key, body, time.time() - 600)
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer x"},
        {"X-Smart-Signature": forged},
        {"X-Smart-Signature": old},
        {"X-Smart-Signature": "t=1,v1=zz"},
        {"X-Smart-Signature": signed(key, "clients=2")},
    ):
        assert send(client, body, **headers) == 401, headers
    assert GatewayState.objects.get().beat_at is None
    assert client.get(ADDRESS).status_code == 405
    nas.state = "retired"
    nas.save()
    assert send(client, body, Authorization=f"Bearer {key}") == 401


@pytest.mark.django_db
def test_what_makes_no_sense_is_refused(client: Client, key: str) -> None:
    proof = {"Authorization": f"Bearer {key}"}
    for body in ("cpu=101", "clients=-1", "clients=x", "leases=99999999999999", "cpu=1.5", "clients=%00"):
        assert send(client, body, **proof) == 400, body
    assert send(client, "clients=1&more=" + "x" * 3000, **proof) == 413
    assert send(client, "", **proof) == 204


@pytest.mark.django_db
def test_the_page_shows_a_key_once_and_another_replaces_it(network: Client, nas: Nas, client: Client) -> None:
    page = "/wifi/direct/passerelles/marche-gw1/cle/"
    assert b"ss-source" not in network.get(page).content
    keys = [
        re.search(r"key=&#x27;([0-9a-f]{40})&#x27;", network.post(page).content.decode())[1]  # type: ignore[index]
        for _ in range(2)
    ]
    assert "déjà une clé" in network.get(page).content.decode()
    assert send(client, "clients=1", Authorization=f"Bearer {keys[0]}") == 401
    assert send(client, "clients=1", Authorization=f"Bearer {keys[1]}") == 204


@pytest.mark.django_db
def test_a_retired_gateway_gets_no_key(nas: Nas, hotspot: Hotspot, engineer: Any) -> None:
    nas.state = "retired"
    with pytest.raises(MonitoringRefused):
        make_key(engineer(), nas, hotspot)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    not shutil.which("curl") or not shutil.which("openssl"), reason="curl and openssl are wanted"
)
def test_the_script_for_opennds_beats(live_server: LiveServer, key: str, tmp_path: Path) -> None:
    script = tmp_path / "beat.sh"
    script.write_text(scripts.files(live_server.url + ADDRESS, key)[0].text)
    done = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = GatewayState.objects.get()
    assert found.beat_at is not None
    assert found.uptime is not None
