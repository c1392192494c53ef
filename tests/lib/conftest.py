from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("lib") / "keyring")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Authority:
    # Older than the moment the tests were collected, however long the run.
    since = datetime.now(UTC) - timedelta(hours=6)
    return Authority.create(tmp_path_factory.mktemp("lib") / "authority", keyring=keyring, now=since)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Authority:
    """Another authority, which no checker of ours trusts."""
    return Authority.create(tmp_path_factory.mktemp("lib") / "stranger", keyring=keyring)


@pytest.fixture
def ring_and_place(tmp_path: Path) -> tuple[Keyring, Path]:
    return Keyring.create(tmp_path / "keyring"), tmp_path / "authority"
