from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from smartsenegal.lib.crypto import Keyring
from smartsenegal.wifi.radius.eap import Authenticator, Config, WifiAuthority, identities_in, nt_hash
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from tests.wifi.radius.eap.front import Front, serving

SERVER_NAME = "radius.ucad.example.sn"
PASSWORDS = {"awa@ucad.sn": "rônier-7 pilon", "moussa@esp.sn": "teranga"}
METHODS = {
    "ucad.sn": ["tls", "ttls-pap", "ttls-mschapv2"],
    "esp.sn": ["peap-mschapv2", "ttls-mschapv2"],
}


class Accounts:
    """Accounts in memory, whose doors are those of `Config`."""

    def __init__(self) -> None:
        self.passwords = dict(PASSWORDS)
        self.closed: set[str] = set()
        self.asked: list[str] = []

    def check_password(self, identity: str, password: str) -> bool:
        self.asked.append(identity)
        return identity not in self.closed and self.passwords.get(identity) == password

    def nt_hash_of(self, identity: str) -> bytes | None:
        self.asked.append(identity)
        known = identity not in self.closed and identity in self.passwords
        return nt_hash(self.passwords[identity]) if known else None

    def certificate_holder(self, certificate: x509.Certificate) -> str | None:
        return next(
            (n for n in identities_in(certificate) if n in self.passwords and n not in self.closed), None
        )

    def still_stands(self, identity: str, method: str, authenticated_at: float) -> bool:
        return identity not in self.closed


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("ring") / "keyring")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> WifiAuthority:
    place = tmp_path_factory.mktemp("wifi") / "wifi-authority"
    return WifiAuthority.ensure(place, keyring=keyring, server_name=SERVER_NAME)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def made(accounts: Accounts, authority: WifiAuthority) -> Callable[..., Authenticator]:
    """Makes an authenticator on these accounts, with other limits where asked."""

    def make(**changes: Any) -> Authenticator:
        doors: dict[str, Any] = {
            "server": authority.server(),
            "methods_of": lambda realm: METHODS.get(realm, []),
            "check_password": accounts.check_password,
            "nt_hash_of": accounts.nt_hash_of,
            "certificate_holder": accounts.certificate_holder,
            "still_stands": accounts.still_stands,
            "client_roots": [authority.root],
            "cui_key": b"k" * 32,
        }
        return Authenticator(Config(**{**doors, **changes}))

    return make


@pytest.fixture
def front(made: Callable[..., Authenticator]) -> Iterator[Front]:
    with serving(made()) as running:
        yield running


@pytest.fixture
def device(tmp_path: Path, authority: WifiAuthority) -> dict[str, str]:
    """Files of a device that holds a certificate of ours, as settings of its supplicant."""
    (tmp_path / "root.pem").write_text(authority.root_pem())
    certificate, key = authority.issue_device("awa@ucad.sn")
    (tmp_path / "device.pem").write_bytes(chain_pem([certificate]))
    (tmp_path / "device.key").write_bytes(key_pem(key))
    return {
        "ca_cert": f'"{tmp_path}/root.pem"',
        "client_cert": f'"{tmp_path}/device.pem"',
        "private_key": f'"{tmp_path}/device.key"',
        "domain_suffix_match": f'"{SERVER_NAME}"',
    }
