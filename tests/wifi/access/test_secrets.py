import pytest

from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.network import api as network


def test_a_password_is_kept_as_a_keyed_hash_that_is_always_the_same() -> None:
    assert access.verifier("k7f2-9qpd") == access.verifier("k7f2-9qpd")
    assert access.verifier("k7f2-9qpd") != access.verifier("k7f2-9qpe")
    assert len(access.verifier("x")) == 32


def test_the_keys_of_two_uses_differ() -> None:
    assert access.installation_key("password") != access.installation_key("mac")
    assert access.login_of_mac("0a1b2c3d4e5f") != access.verifier("0a1b2c3d4e5f").hex()


def test_a_sealed_password_opens_where_it_belongs_and_nowhere_else() -> None:
    sealed = access.seal_password(1, "awa", "secret")
    assert access.open_password(1, "awa", sealed) == "secret"
    with pytest.raises(DecryptionFailed):
        access.open_password(1, "baye", sealed)


def test_the_secret_of_a_gateway_is_its_own() -> None:
    sealed = network.seal_secret("aibd", b"xyzzy5461")
    assert network.open_secret("aibd", sealed) == b"xyzzy5461"
    with pytest.raises(DecryptionFailed):
        network.open_secret("arena", sealed)


def test_the_secret_of_a_home_server_is_of_its_realm_and_its_address() -> None:
    sealed = access.seal_home_secret(1, "radius.ugb.sn", b"xyzzy5461")
    assert access.open_home_secret(1, "radius.ugb.sn", sealed) == b"xyzzy5461"
    for realm, address in ((2, "radius.ugb.sn"), (1, "radius.uasz.sn")):
        with pytest.raises(DecryptionFailed):
            access.open_home_secret(realm, address, sealed)
