"""MD4 and MSCHAPv2 against the figures that their RFCs print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.radius.eap import mschapv2
from smartsenegal.wifi.radius.eap.md4 import md4

LETTERS = "abcdefghijklmnopqrstuvwxyz"

# RFC 1320, appendix A.5.
MD4_SUITE = [
    ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
    ("a", "bde52cb31de33e46245e05fbdbd6fb24"),
    ("abc", "a448017aaf21d8525fc10ae87aa6729d"),
    ("message digest", "d9130a8164549fe818874806e1c7014b"),
    (LETTERS, "d79e1c308aa5bbcdeea8ed63df412da9"),
    (LETTERS.upper() + LETTERS + "0123456789", "043f8582f241db351ce627e153e7f0e4"),
    ("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
]

# RFC 2759, section 9.2.
USER, PASSWORD = b"User", "clientPass"
AUTHENTICATOR = bytes.fromhex("5B5D7C7D7B3F2F3E3C2C602132262628")
PEER = bytes.fromhex("21402324255E262A28295F2B3A337C7E")
RESPONSE = bytes.fromhex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF")


@pytest.mark.parametrize(("text", "digest"), MD4_SUITE)
def test_md4_of_rfc_1320(text: str, digest: str) -> None:
    assert md4(text.encode()).hex() == digest


def test_the_hashes_of_rfc_2759() -> None:
    password_hash = mschapv2.nt_hash(PASSWORD)
    assert password_hash == bytes.fromhex("44EBBA8D5312B8D611474411F56989AE")
    assert md4(password_hash) == bytes.fromhex("41C00C584BD2D91C4017A2A12FA59F3F")


def test_the_responses_of_rfc_2759() -> None:
    password_hash = mschapv2.nt_hash(PASSWORD)
    assert mschapv2.nt_response(AUTHENTICATOR, PEER, USER, password_hash) == RESPONSE
    assert mschapv2.verified(password_hash, RESPONSE, AUTHENTICATOR, PEER, USER)
    said = mschapv2.authenticator_response(password_hash, RESPONSE, AUTHENTICATOR, PEER, USER)
    assert said == b"S=407A5589115FD0D6209F510FE9C04566932CDA56"


def test_the_domain_of_windows_is_no_part_of_the_name() -> None:
    password_hash = mschapv2.nt_hash(PASSWORD)
    assert mschapv2.verified(password_hash, RESPONSE, AUTHENTICATOR, PEER, b"DAKAR\\User")
    assert not mschapv2.verified(password_hash, RESPONSE, AUTHENTICATOR, PEER, b"DAKAR/User")


@given(st.integers(0, 23), st.integers(1, 255))
def test_one_octet_changed_is_refused(at: int, change: int) -> None:
    wrong = bytearray(RESPONSE)
    wrong[at] ^= change
    assert not mschapv2.verified(mschapv2.nt_hash(PASSWORD), bytes(wrong), AUTHENTICATOR, PEER, USER)
