"""Whoever asks the server whether it works, and what it says of itself."""

import json
import time
from pathlib import Path

import pytest
from django.test import Client as Browser

from smartsenegal.run.config import Config
from smartsenegal.wifi.radius.api import Client, Unanswered, pulse
from smartsenegal.wifi.sessions.api import Event
from tests.wifi.radius.conftest import Radius
from tests.wifi.radius.known import PHONE, SECRET


def test_a_client_logs_in_and_reports_a_session(radius: Radius) -> None:
    client = Client("127.0.0.1", radius.port, radius.accounting_port, SECRET)
    given, words = client.log_in("awa", "secret", PHONE, "s1")
    assert given
    assert words == ""
    client.report(1, "s1", PHONE, given)
    client.report(2, "s1", PHONE, given, seconds=5)
    assert Event.objects.count() == 2  # they were there before the answer
    assert client.log_in("awa", "wrong", PHONE, "s2") == (None, "Le mot de passe ne correspond pas.")
    assert (found := pulse(radius.folder))
    assert found.beats
    assert found.port == radius.port
    stranger = Client("127.0.0.1", radius.port, radius.accounting_port, b"another secret")
    with pytest.raises(Unanswered, match=str(radius.port)):
        stranger.log_in("awa", "secret", PHONE, "s3")
    assert radius.stop() == 0
    assert pulse(radius.folder) is None


def test_the_health_of_an_installation_tells_of_its_server(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Browser
) -> None:
    monkeypatch.setenv("SMARTSENEGAL_RADIUS_DATA", str(tmp_path))
    assert "radius" not in client.get("/healthz").json()["parties"]
    for age, ok in ((0, True), (60, False)):
        said = {"at": time.time() - age, "pid": 1, "port": 1812, "accounting_port": 1813}
        (tmp_path / "pulse").write_text(json.dumps(said))
        assert client.get("/healthz").json()["parties"]["radius"]["ok"] is ok
    for name, ok in (("segments/1.segment", True), ("segments-radsec/1.refused", False)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
        told = client.get("/healthz").json()["parties"]["comptabilité Wi-Fi"]
        assert (told["ok"], " : 1." in told["detail"]) == (ok, True)
    (tmp_path / "pulse").write_text("{")
    assert "radius" not in client.get("/healthz").json()["parties"]


def test_a_demonstration_has_ports_of_its_own() -> None:
    assert Config.from_environment({}).radius_ports == (1812, 1813)
    demo = {"SMARTSENEGAL_DEMO": "1", "SMARTSENEGAL_PORT": "9000"}
    assert Config.from_environment(demo).radius_ports == (9010, 9011)
    assert Config.from_environment({**demo, "SMARTSENEGAL_RADIUS_PORT": "7000"}).radius_ports == (7000, 7001)
    assert Config.from_environment({"SMARTSENEGAL_RADIUS": "0"}).radius_ports is None
    assert Config.from_environment({}).radsec_port == 2083
    assert Config.from_environment(demo).radsec_port == 9012
    assert Config.from_environment({"SMARTSENEGAL_RADIUS": "0"}).radsec_port is None
