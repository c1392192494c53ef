"""What stands in the way of a start is said in a sentence, at once."""

import os
import socket
import sys
from pathlib import Path

import pytest

from smartsenegal.run import up
from smartsenegal.run.config import Config
from smartsenegal.run.lock import only_one
from smartsenegal.run.postgres import Cluster
from smartsenegal.run.supervisor import Child, StartFailed


def test_a_port_in_use_is_told_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = Config.from_environment({"SMARTSENEGAL_PORT": str(port), "SMARTSENEGAL_DATA": str(tmp_path)})
        assert up.launch(config, announce=lambda *_: pytest.fail("it started")) == 1
    said = capsys.readouterr().err
    assert f"un autre programme utilise déjà le port {port}" in said
    assert "SMARTSENEGAL_PORT" in said
    assert not (tmp_path / "postgres").exists()


def test_a_process_that_does_not_start_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = Child("radius", [sys.executable, "-c", "raise SystemExit(3)"], os.environ, ready=lambda: False)
    monkeypatch.setattr(up, "children", lambda *_: [failing])
    config = Config.from_environment({"SMARTSENEGAL_DATA": str(tmp_path), "SMARTSENEGAL_RADIUS": "0"})
    monkeypatch.setattr(up, "_require_free", lambda *_: None)
    assert up.launch(config, announce=lambda *_: pytest.fail("it started")) == 1
    assert "Démarrage impossible : « radius » n’a pas démarré" in capsys.readouterr().err


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartFailed, match="n’est pas une adresse de cette machine"):
        up._require_free("192.0.2.1", 8000)


def test_a_port_just_left_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    up._require_free("127.0.0.1", port)


def test_one_data_directory_has_one_supervisor(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(SystemExit, match="Une instance utilise déjà"), only_one(tmp_path):
        pytest.fail("two at once")
    with only_one(tmp_path):
        pass


class TestLockOfADeadServer:
    @pytest.fixture
    def cluster(self, tmp_path: Path) -> Cluster:
        cluster = Cluster(Config.from_environment({"SMARTSENEGAL_DATA": str(tmp_path)}))
        cluster.directory.mkdir()
        cluster.config.socket_dir.mkdir()
        return cluster

    def test_its_number_given_to_another_process_is_no_server(self, cluster: Cluster) -> None:
        (cluster.directory / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.directory}\n")
        (cluster.config.socket_dir / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
        assert cluster.forget_dead_server()
        assert list(cluster.directory.iterdir()) == []
        assert list(cluster.config.socket_dir.iterdir()) == []

    def test_without_a_lock_there_is_nothing_to_forget(self, cluster: Cluster) -> None:
        assert not cluster.forget_dead_server()

    def test_a_server_that_runs_keeps_its_lock(self) -> None:
        from tests.conftest import DATA

        running = Cluster(Config.from_environment({"SMARTSENEGAL_DATA": str(DATA)}))
        assert not running.forget_dead_server()
        assert (running.directory / "postmaster.pid").exists()
