from pathlib import Path

import pytest

from smartsenegal.run.config import Config, from_url


def config(**environ: str) -> Config:
    return Config.from_environment(environ)


def test_defaults_are_this_machine_alone() -> None:
    assert (config().host, config().port, config().public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert "127.0.0.1" in config().allowed_hosts


def test_listening_everywhere_does_not_trust_every_host() -> None:
    assert "0.0.0.0" not in config(SMARTSENEGAL_HOST="0.0.0.0").allowed_hosts
    assert config(SMARTSENEGAL_ALLOWED_HOSTS="a.sn,b.sn").allowed_hosts == ["a.sn", "b.sn"]


def test_a_long_data_path_gets_a_short_socket_path() -> None:
    long = config(SMARTSENEGAL_DATA="/tmp/" + "x" * 120)
    assert len(str(long.socket_dir)) < 100
    assert long.socket_dir != config(SMARTSENEGAL_DATA="/tmp/" + "y" * 120).socket_dir
    assert config(SMARTSENEGAL_DATA="/tmp/short").socket_dir == Path("/tmp/short/run")


def test_the_three_aliases_follow_database_url_and_part_by_their_own() -> None:
    moved = config(
        DATABASE_URL="postgresql://a:p%40ss@db:5433/main", SMARTSENEGAL_FLOWS_URL="postgres://f/flows"
    )
    main = moved.database("DATABASE_URL")
    assert (main["NAME"], main["USER"], main["PASSWORD"], main["HOST"], main["PORT"]) == (
        "main",
        "a",
        "p@ss",
        "db",
        "5433",
    )
    assert moved.database("SMARTSENEGAL_JOBS_URL")["NAME"] == "main"
    assert moved.database("SMARTSENEGAL_FLOWS_URL")["NAME"] == "flows"


def test_a_socket_directory_and_options_in_the_url() -> None:
    settings = from_url("postgresql:///x?host=/run/pg&sslmode=require")
    assert settings["HOST"] == "/run/pg"
    assert settings["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="PostgreSQL"):
        from_url("mysql://x/y")


def test_only_the_web_process_pools_its_connections() -> None:
    assert "pool" in config(SMARTSENEGAL_PROCESS="web").database("DATABASE_URL")["OPTIONS"]
    assert "pool" not in config().database("DATABASE_URL").get("OPTIONS", {})


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "8000.5"])
def test_a_wrong_port_is_refused_in_a_sentence(port: str) -> None:
    with pytest.raises(SystemExit, match="n’est pas un port"):
        config(SMARTSENEGAL_PORT=port)


def test_an_ipv6_address_is_named_with_brackets() -> None:
    assert config(SMARTSENEGAL_HOST="::1").public_url == "http://[::1]:8000"
