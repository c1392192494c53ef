import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key

from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import DecryptionFailed, Keyring
from smartsenegal.lib.trust import Trust, TrustRefused

KeysAndPlace = tuple[Keyring, Path]


def test_the_root_certifies_the_others(authority: Authority) -> None:
    for credential in (authority.signer, authority.timestamper):
        credential.certificate.verify_directly_issued_by(authority.root)
        basic = credential.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert not basic.value.ca
        assert credential.certificate.not_valid_after_utc <= authority.root.not_valid_after_utc
    assert "C=SN" in authority.root.subject.rfc4514_string()


def test_it_is_the_same_after_a_restart(ring_and_place: KeysAndPlace) -> None:
    ring, place = ring_and_place
    made = Authority.create(place, keyring=ring, country="SN", organisation="Essai")
    loaded = Authority.load(place, ring)
    assert loaded.trust == made.trust
    assert loaded.seal_kid == made.seal_kid
    assert loaded.signer.certificate == made.signer.certificate
    assert "O=Essai" in loaded.signer.certificate.subject.rfc4514_string()
    with pytest.raises(FileExistsError):
        Authority.create(place, keyring=ring)


def test_private_keys_are_sealed_on_the_disk(ring_and_place: KeysAndPlace) -> None:
    ring, place = ring_and_place
    Authority.create(place, keyring=ring)
    keys = list(place.glob("*.key"))
    assert len(keys) == 4
    for file in keys:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with pytest.raises(ValueError, match="Could not deserialize"):
            load_der_private_key(file.read_bytes(), None)
    (place / "signer.key").write_bytes((place / "root.key").read_bytes())
    with pytest.raises(DecryptionFailed):
        Authority.load(place, ring)


def test_reseal_lets_the_old_master_key_go(ring_and_place: KeysAndPlace) -> None:
    ring, place = ring_and_place
    authority, old = Authority.create(place, keyring=ring), ring.active
    ring.rotate()
    authority.reseal()
    ring.forget(old)
    assert Authority.load(place, Keyring.load(place.parent / "keyring")).trust == authority.trust


def test_rotating_the_seal_key_keeps_the_old_one_trusted(ring_and_place: KeysAndPlace) -> None:
    ring, place = ring_and_place
    authority = Authority.create(place, keyring=ring)
    first = authority.seal_kid
    second = authority.rotate_seal_key(now=datetime.now(UTC) + timedelta(days=1))
    assert first != second == authority.seal_kid
    assert set(Authority.load(place, ring).trust.seal_keys) == {first, second}


def test_renewing_the_signer(ring_and_place: KeysAndPlace) -> None:
    ring, place = ring_and_place
    authority = Authority.create(place, keyring=ring)
    old = authority.signer.certificate
    authority.renew_signer()
    loaded = Authority.load(place, ring).signer.certificate
    assert loaded == authority.signer.certificate != old
    loaded.verify_directly_issued_by(authority.root)


def test_a_renewal_cut_in_the_middle_is_mended(ring_and_place: KeysAndPlace) -> None:
    ring, place = ring_and_place
    authority = Authority.create(place, keyring=ring)
    certificate = (place / "signer.pem").read_bytes()
    authority.renew_signer()
    (place / "signer.pem").write_bytes(certificate)
    for _ in range(2):
        loaded = Authority.load(place, ring)
        assert loaded.signer.is_whole()
    assert Authority.load(place, ring).signer.certificate == loaded.signer.certificate
    loaded.signer.certificate.verify_directly_issued_by(loaded.root)


def test_trust_bundle_is_public_and_read_back(authority: Authority) -> None:
    bundle = authority.trust_bundle()
    assert Trust.from_json(bundle) == authority.trust
    assert "PRIVATE" not in bundle
    assert len(authority.trust.fingerprint()) == 95


def test_damaged_bundles_are_refused(authority: Authority) -> None:
    good = json.loads(authority.trust_bundle())
    key = good["seal_keys"][0]
    wrong = [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        authority.trust_bundle()[:-20],
        json.dumps(good | {"format": "other"}),
        json.dumps(good | {"root": "x"}),
        json.dumps(good | {"seal_keys": [key | {"kid": "00000000"}]}),
        json.dumps(good | {"seal_keys": [key | {"public": "AAAA"}]}),
        json.dumps(good | {"seal_keys": [key | {"not_after": "2026-01-01T00:00:00"}]}),
        json.dumps(good | {"seal_keys": [key | {"algorithm": "none"}]}),
    ]
    for text in wrong:
        with pytest.raises(TrustRefused, match="téléchargez-le"):
            Trust.from_json(text)
