import os
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.lib import crypto
from smartsenegal.lib.crypto import CHUNK, DecryptionFailed, Keyring, KeyringRefused, Wrapped

KEY = bytes(range(32))
# Sizes around the edges of the pieces, where such code goes wrong.
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("keys") / "ring")


def encrypt(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(crypto.encrypt_stream([data], key))


def decrypt(sealed: bytes, key: bytes = KEY) -> bytes:
    return b"".join(crypto.decrypt_stream([sealed], key))


def flip(data: bytes, position: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)


# --- streams


@pytest.mark.parametrize("size", SIZES)
def test_stream_round_trip(size: int) -> None:
    data = os.urandom(size)
    sealed = encrypt(data)
    assert decrypt(sealed) == data
    assert len(sealed) == crypto.sealed_size(size)


@given(st.lists(st.binary(max_size=300), max_size=30), st.integers(1, 500))
def test_stream_does_not_depend_on_how_it_is_cut(chunks: list[bytes], step: int) -> None:
    sealed = b"".join(crypto.encrypt_stream(chunks, KEY))
    slices = [sealed[i : i + step] for i in range(0, len(sealed), step)]
    assert b"".join(crypto.decrypt_stream(slices, KEY)) == b"".join(chunks)


@given(st.binary(max_size=200), st.data())
def test_every_flipped_bit_of_a_short_stream_is_detected(data: bytes, draw: st.DataObject) -> None:
    sealed = encrypt(data)
    bit = draw.draw(st.integers(0, 7))
    for position in range(len(sealed)):
        with pytest.raises(DecryptionFailed):
            decrypt(flip(sealed, position, bit))


@pytest.fixture(scope="module")
def long_stream() -> bytes:
    return encrypt(os.urandom(2 * CHUNK + 1000))


@given(st.data())
@settings(deadline=None)
def test_flipped_bytes_of_a_long_stream_are_detected(long_stream: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(long_stream) - 1))
    with pytest.raises(DecryptionFailed):
        decrypt(flip(long_stream, position))


@pytest.mark.parametrize("size", SIZES[1:])
def test_truncation_is_detected_even_between_pieces(size: int) -> None:
    sealed = encrypt(os.urandom(size))
    ends = {28 + n * (CHUNK + 16) for n in range(4)} | {0, 1, 27, 28, len(sealed) - 1, len(sealed) - 16}
    for end in (end for end in ends if end < len(sealed)):
        with pytest.raises(DecryptionFailed):
            decrypt(sealed[:end])


def test_swapped_repeated_dropped_added_pieces_are_detected() -> None:
    sealed = encrypt(os.urandom(3 * CHUNK))
    size = CHUNK + 16
    header, a, b, c = sealed[:28], *(sealed[28 + i * size : 28 + (i + 1) * size] for i in range(3))
    for forged in (b + a + c, a + a + b + c, a + c, b + c, a + b + c + c, a + b + c + a, a + b, c):
        with pytest.raises(DecryptionFailed):
            decrypt(header + forged)
    with pytest.raises(DecryptionFailed):
        decrypt(encrypt(b"")[:28] + a + b + c)


def test_another_key_or_no_stream_is_refused() -> None:
    for sealed, key in ((encrypt(b"x"), bytes(32)), (b"", KEY), (b"%PDF-1.7" * 10, KEY)):
        with pytest.raises(DecryptionFailed):
            decrypt(sealed, key)


def test_the_same_data_never_gives_the_same_stream() -> None:
    assert len({encrypt(b"constant") for _ in range(50)}) == 50


def test_streams_take_constant_memory() -> None:
    def source() -> Iterator[bytes]:
        for _ in range(400):
            yield bytes(CHUNK)

    tracemalloc.start()
    total = sum(map(len, crypto.decrypt_stream(crypto.encrypt_stream(source(), KEY), KEY)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 400 * CHUNK
    assert peak < 20 * CHUNK


# --- the ring


def test_wrap_and_rotate(ring: Keyring) -> None:
    key = crypto.random_key()
    old = ring.wrap(key)
    new_kid = ring.rotate()
    assert ring.unwrap(old) == key
    again = ring.rewrap(old)
    assert (again.kid, ring.unwrap(again)) == (new_kid, key)
    assert ring.rewrap(again) is again
    assert ring.wrap(key).kid == new_kid


@given(st.binary(max_size=40), st.binary(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_flipped_byte_of_a_field_is_detected(ring: Keyring, data: bytes, aad: bytes) -> None:
    blob = ring.seal_field(data, aad)
    assert ring.open_field(blob, aad) == data
    assert ring.field_kid(blob) == ring.active
    assert len(blob) == len(data) + 45
    for position in range(len(blob)):
        with pytest.raises((DecryptionFailed, KeyringRefused)):
            ring.open_field(flip(blob, position), aad)
    with pytest.raises(DecryptionFailed):
        ring.open_field(blob, aad + b"x")
    with pytest.raises(DecryptionFailed):
        ring.open_field(blob[:-1], aad)


def test_every_flipped_byte_of_a_wrapped_key_is_detected(ring: Keyring) -> None:
    wrapped = ring.wrap(KEY)
    for position in range(len(wrapped.blob)):
        with pytest.raises(DecryptionFailed):
            ring.unwrap(Wrapped(wrapped.kid, flip(wrapped.blob, position)))
    with pytest.raises(KeyringRefused):
        ring.unwrap(Wrapped("../../etc/passwd", wrapped.blob))


def test_a_field_is_no_wrapped_key(ring: Keyring) -> None:
    blob = ring.seal_field(KEY, b"")
    with pytest.raises(DecryptionFailed):
        ring.unwrap(Wrapped(ring.active, blob[5:]))


def test_the_ring_survives_a_restart_and_another_process_rotating(tmp_path: Path) -> None:
    first = Keyring.create(tmp_path / "ring")
    second = Keyring.load(tmp_path / "ring")
    blob = first.seal_field(b"NIN", b"row")
    second.rotate()
    newer = second.seal_field(b"NIN", b"row")
    assert first.open_field(newer, b"row") == second.open_field(blob, b"row") == b"NIN"
    third = Keyring.load(tmp_path / "ring")
    assert third.active == second.active
    assert third.kids == {first.field_kid(blob), second.active}


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "deep" / "ring")
    ring.rotate()
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "deep" / "ring").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "deep" / "ring").stat().st_mode) == 0o700
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["ring"]
    next((tmp_path / "deep" / "ring").glob("*.key")).chmod(0o644)
    with pytest.raises(KeyringRefused, match="chmod 600"):
        Keyring.load(tmp_path / "deep" / "ring")


def test_damaged_rings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyringRefused, match="manque"):
        Keyring.load(tmp_path / "none")
    ring = Keyring.create(tmp_path / "ring")
    with pytest.raises(FileExistsError):
        Keyring.create(tmp_path / "ring")
    file = tmp_path / "ring" / f"{ring.active}.key"
    key = file.read_bytes()
    for damaged in (flip(key, 3), key[:-1], b""):
        crypto.write_private(file, damaged)
        with pytest.raises(KeyringRefused, match="abîmée"):
            Keyring.load(tmp_path / "ring")
    file.unlink()
    with pytest.raises(KeyringRefused, match="manque"):
        Keyring.load(tmp_path / "ring")


def test_a_crash_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crypto.write_private(tmp_path / "key", b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        crypto.write_private(tmp_path / "key", b"new")
    with pytest.raises(OSError, match="No space"):
        Keyring.create(tmp_path / "ring")
    assert (tmp_path / "key").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


def test_forget_destroys_an_old_key_only(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "ring")
    blob = ring.seal_field(b"x", b"")
    old = ring.active
    with pytest.raises(ValueError, match="active"):
        ring.forget(old)
    ring.rotate()
    ring.forget(old)
    with pytest.raises(KeyringRefused, match="manque"):
        ring.open_field(blob, b"")


def test_blind_index_is_stable_and_separate(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "ring")
    before = ring.blind_index("1234567890123", "nin")
    ring.rotate()
    assert Keyring.load(tmp_path / "ring").blind_index("1234567890123", "nin") == before
    others = {
        ring.blind_index("1234567890124", "nin"),
        ring.blind_index("1234567890123", "card"),
        Keyring.create(tmp_path / "other").blind_index("1234567890123", "nin"),
    }
    assert before not in others
    assert len(others) == 3
    assert len(before) == 64


def test_derive_follows_rfc_5869() -> None:
    # RFC 5869, appendix A.1, first 32 of its 42 bytes.
    found = crypto.derive(b"\x0b" * 22, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), bytes(range(13)))
    assert found.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
