from pathlib import Path

import pytest
from pytest_django import Settings

from smartsenegal.kernel import vault
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring, KeyringRefused


@pytest.fixture
def secrets(tmp_path: Path, settings: Settings) -> Path:
    settings.SECRETS_DIR = tmp_path
    return tmp_path


def test_the_ring_is_loaded_once_and_again_after_a_rotation(secrets: Path) -> None:
    Keyring.create(secrets / "keyring")
    first = vault.keyring()
    assert vault.keyring() is first
    kid = Keyring.load(secrets / "keyring").rotate()
    assert vault.keyring().active == kid
    assert vault.keyring() is vault.keyring()


def test_what_was_sealed_before_a_rotation_still_opens(secrets: Path) -> None:
    Keyring.create(secrets / "keyring")
    sealed = vault.keyring().seal_field(b"secret", b"place")
    Keyring.load(secrets / "keyring").rotate()
    assert vault.keyring().open_field(sealed, b"place") == b"secret"


def test_a_missing_ring_is_refused_in_words(secrets: Path) -> None:
    with pytest.raises(KeyringRefused, match="trousseau"):
        vault.keyring()


def test_the_authority_is_seen_anew_after_a_new_seal_key(secrets: Path) -> None:
    ring = Keyring.create(secrets / "keyring")
    Authority.create(secrets / "authority", keyring=ring)
    before = vault.authority()
    kid = Authority.load(secrets / "authority", ring).rotate_seal_key()
    assert vault.authority() is not before
    assert vault.authority().seal_kid == kid
    assert vault.trust().fingerprint() == before.trust.fingerprint()
