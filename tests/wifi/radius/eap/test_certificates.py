"""The authority of the Wi-Fi."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store

from smartsenegal.lib.crypto import DecryptionFailed, Keyring
from smartsenegal.wifi.radius.eap import WifiAuthority, identities_in
from smartsenegal.wifi.radius.eap.certificates import is_current

NAME = "radius.ucad.example.sn"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_it_is_made_once_and_found_again(tmp_path: Path, keyring: Keyring) -> None:
    made = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=NOW)
    found = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=NOW)
    assert found.root == made.root
    assert found.server_certificate == made.server_certificate
    assert found.server().key.private_numbers() == made.server().key.private_numbers()
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "wifi").iterdir()} == {0o600}
    assert b"PRIVATE" not in b"".join(file.read_bytes() for file in (tmp_path / "wifi").iterdir())


def test_a_stranger_finds_the_chain_good(authority: WifiAuthority) -> None:
    """The verifier of the `cryptography` library holds it to the profile of the web, stricter than ours."""
    store = Store([x509.load_pem_x509_certificate(authority.root_pem().encode())])
    names = PolicyBuilder().store(store).build_server_verifier(x509.DNSName(authority.server_names()[0]))
    names.verify(authority.server().chain[0], [])
    device, _ = authority.issue_device("awa@ucad.sn")
    verified = PolicyBuilder().store(store).build_client_verifier().verify(device, [])
    assert len(verified.chain) == 2


def test_it_is_renewed_a_month_before_its_end_and_the_root_stays(tmp_path: Path, keyring: Keyring) -> None:
    first = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=NOW)
    ends = first.server_certificate.not_valid_after_utc
    assert timedelta(days=390) < ends - NOW < timedelta(days=825)
    early, late = ends - timedelta(days=31), ends - timedelta(days=29)
    same = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=early)
    assert same.server_certificate == first.server_certificate
    new = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=late)
    assert new.server_certificate != first.server_certificate
    assert new.server_certificate.not_valid_after_utc > late + timedelta(days=390)
    assert new.root == first.root


def test_another_name_gives_another_certificate(tmp_path: Path, keyring: Keyring) -> None:
    WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=NOW)
    other = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name="wifi.example.sn", now=NOW)
    assert other.server_names() == ["wifi.example.sn"]


def test_a_crash_between_key_and_certificate_is_mended(tmp_path: Path, keyring: Keyring) -> None:
    place = tmp_path / "wifi"
    authority = WifiAuthority.ensure(place, keyring=keyring, server_name=NAME, now=NOW)
    old = (place / "server.pem").read_bytes()
    authority.renew_server(NAME, NOW)
    (place / "server.pem").write_bytes(old)
    mended = WifiAuthority.ensure(place, keyring=keyring, server_name=NAME, now=NOW).server()
    assert mended.chain[0].public_key() == mended.key.public_key()


def test_keys_are_of_their_place_and_can_be_sealed_anew(tmp_path: Path, keyring: Keyring) -> None:
    place = tmp_path / "wifi"
    ring = Keyring.create(tmp_path / "ring")
    authority = WifiAuthority.ensure(place, keyring=ring, server_name=NAME, now=NOW)
    old = ring.active
    ring.rotate()
    authority.reseal()
    ring.forget(old)
    assert authority.server().key
    (place / "server.key").write_bytes((place / "root.key").read_bytes())
    with pytest.raises(DecryptionFailed):
        authority.server()


def test_a_device_s_certificate_bears_its_identity(authority: WifiAuthority) -> None:
    certificate, _ = authority.issue_device("Awa@ucad.sn")
    assert identities_in(certificate) == ["awa@ucad.sn"]
    assert is_current(certificate, datetime.now(UTC).timestamp())
    assert not is_current(certificate, certificate.not_valid_after_utc.timestamp())
    assert identities_in(authority.root) == []
    for wrong in ("awa", "@ucad.sn", "awa@", "a wa@ucad.sn", "aïcha@ucad.sn", "a@b@c"):
        with pytest.raises(ValueError, match="name@realm"):
            authority.issue_device(wrong)


def test_the_end_is_told(tmp_path: Path, keyring: Keyring) -> None:
    authority = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name=NAME, now=NOW)
    server, root = authority.expiries(NOW)
    assert server.sentence.startswith("Le certificat du serveur Wi-Fi est valable jusqu’au ")
    assert root.days_left > 365 * 19
    near = authority.expiries(server.ends - timedelta(days=3))[0]
    assert near.days_left == 3
    assert "échoit le" in near.sentence
    assert "est échu depuis" in authority.expiries(server.ends + timedelta(days=3))[0].sentence


def test_no_certificate_of_ours_can_certify(authority: WifiAuthority) -> None:
    for certificate in (authority.server_certificate, authority.issue_device("awa@ucad.sn")[0]):
        limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        assert not limits.ca
    assert authority.root.public_bytes(Encoding.PEM).decode() == authority.root_pem()
