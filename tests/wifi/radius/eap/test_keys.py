"""Keys for the access point, and names for the operator that asks for one."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.radius.eap import keys

octets16 = st.binary(min_size=16, max_size=16)


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=40), octets16, st.integers(0x8000, 0xFFFF))
def test_a_key_comes_out_as_it_went_in(key: bytes, secret: bytes, authenticator: bytes, salt: int) -> None:
    sealed = keys.encrypt_key(key, secret, authenticator, salt)
    assert sealed[:2] == salt.to_bytes(2, "big")
    assert (len(sealed) - 2) % 16 == 0
    assert keys.decrypt_key(sealed, secret, authenticator) == key


def test_the_first_block_is_as_rfc_2548_writes_it() -> None:
    """Section 2.4.2: b(1) = MD5(S + R + A), c(1) = p(1) xor b(1), with p(1) the length and the key."""
    secret, authenticator, salt = b"xyzzy5461", bytes(range(16)), b"\x9a\xbc"
    sealed = keys.encrypt_key(b"0123456789abcde", secret, authenticator, 0x9ABC)
    mask = hashlib.md5(secret + authenticator + salt).digest()
    assert sealed == salt + bytes(a ^ b for a, b in zip(b"\x0f0123456789abcde", mask, strict=True))


def test_another_secret_gives_no_key() -> None:
    sealed = keys.encrypt_key(bytes(32), b"one", bytes(16), 0x8000)
    with pytest.raises(ValueError, match="another"):
        keys.decrypt_key(sealed, b"other", bytes(16))
    for wrong in (b"", b"\x80\x00", sealed[:-1], b"\x00" + sealed[1:]):
        with pytest.raises(ValueError, match="no key"):
            keys.decrypt_key(wrong, b"one", bytes(16))


def test_the_access_point_receives_with_the_first_half() -> None:
    msk = bytes(range(64))
    recv, send = keys.mppe_attributes(msk, b"secret", bytes(16))
    for value, kind, half in ((recv, keys.RECV_KEY, msk[:32]), (send, keys.SEND_KEY, msk[32:])):
        assert value[:4] == (311).to_bytes(4, "big")
        assert (value[4], value[5]) == (kind, len(value) - 4)
        assert value[6] & 0x80
        assert keys.decrypt_key(value[6:], b"secret", bytes(16)) == half
    assert recv[6:8] != send[6:8]


def test_each_type_has_its_own_key() -> None:
    asked: list[tuple[bytes, int, bytes | None]] = []

    def export(label: bytes, size: int, context: bytes | None) -> bytes:
        asked.append((label, size, context))
        return bytes(size)

    for kind in (13, 21, 25):
        for tls13 in (False, True):
            assert len(keys.master_session_key(export, kind, tls13)) == 64
    old = [(b"client EAP encryption", 128, None), (b"ttls keying material", 128, None)]
    new = [(b"EXPORTER_EAP_TLS_Key_Material", 128, bytes([kind])) for kind in (13, 21, 25)]
    assert asked == [old[0], new[0], old[1], new[1], old[0], new[2]]


def test_a_person_has_one_name_an_operator() -> None:
    key = b"k" * 32
    here = keys.chargeable_identity(key, "awa@ucad.sn", "1ucad.sn")
    assert here == keys.chargeable_identity(key, "awa@ucad.sn", "1ucad.sn")
    others = {
        keys.chargeable_identity(key, "awa@ucad.sn", "1esp.sn"),
        keys.chargeable_identity(key, "moussa@esp.sn", "1ucad.sn"),
        keys.chargeable_identity(b"l" * 32, "awa@ucad.sn", "1ucad.sn"),
    }
    assert here not in others
    assert len(others) == 3
    assert len(here) == 32
    assert "awa" not in here
