"""Logins by a supplicant that is not ours: eapol_test, of wpa_supplicant."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartsenegal.lib.crypto import Keyring
from smartsenegal.wifi.radius.eap import Authenticator, Challenge, Failure, Success, WifiAuthority
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from smartsenegal.wifi.radius.eap.keys import chargeable_identity
from tests.wifi.radius.eap.conftest import PASSWORDS, SERVER_NAME, Accounts
from tests.wifi.radius.eap.front import Front, eapol_test, serving

pytestmark = pytest.mark.skipif(
    shutil.which("eapol_test") is None,
    reason="eapol_test is missing: it comes with Debian's package eapoltest",
)

TLS_1_2 = 'phase1="tls_disable_tlsv1_3=1"'
TLS_1_3 = 'phase1="tls_disable_tlsv1_3=0"'
VERSIONS = pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3], ids=["tls1.2", "tls1.3"])


def tls(device: dict[str, str], version: str) -> dict[str, str]:
    return {"eap": "TLS", "identity": '"anonymous@ucad.sn"', **device, **of(version)}


def of(version: str) -> dict[str, str]:
    name, _, value = version.partition("=")
    return {name: value}


def tunnelled(
    device: dict[str, str], version: str, eap: str, inside: str, identity: str, password: str | None = None
) -> dict[str, str]:
    realm = identity.partition("@")[2]
    return {
        "eap": eap,
        "identity": f'"{identity}"',
        "anonymous_identity": f'"@{realm}"',
        "password": f'"{PASSWORDS.get(identity, "?") if password is None else password}"',
        "phase2": f'"auth={inside}"',
        "ca_cert": device["ca_cert"],
        "domain_suffix_match": device["domain_suffix_match"],
        **of(version),
    }


def succeeded(said: str, front: Front, identity: str, method: str) -> Success:
    assert said.rstrip().endswith("SUCCESS"), said[-6000:]
    assert "MPPE keys OK: 1  mismatch: 0" in said
    last = front.outcomes[-1]
    assert isinstance(last, Success)
    assert (last.identity, last.method) == (identity, method)
    assert len(front.authenticator) == 0
    return last


def failed(said: str, front: Front, cause: str) -> Failure:
    assert said.rstrip().endswith("FAILURE"), said[-6000:]
    last = front.outcomes[-1]
    assert isinstance(last, Failure), last
    assert last.cause == cause, last
    assert len(front.authenticator) == 0
    return last


def version_said(said: str) -> str:
    return said.partition("Using TLS version ")[2].partition("\n")[0]


# --- logins that succeed ---


@VERSIONS
def test_eap_tls(front: Front, tmp_path: Path, device: dict[str, str], version: str) -> None:
    said = eapol_test(front, tmp_path, tls(device, version))
    success = succeeded(said, front, "awa@ucad.sn", "tls")
    assert not success.resumed
    assert ("EAP-TLS: ACKing Commitment Message" in said) == (version == TLS_1_3)
    assert version_said(said) == ("TLSv1.3" if version == TLS_1_3 else "TLSv1.2")


INSIDE = [
    ("TTLS", "PAP", "awa@ucad.sn", "ttls-pap"),
    ("TTLS", "MSCHAPV2", "awa@ucad.sn", "ttls-mschapv2"),
    ("PEAP", "MSCHAPV2", "moussa@esp.sn", "peap-mschapv2"),
]


@VERSIONS
@pytest.mark.parametrize(("eap", "inside", "identity", "method"), INSIDE, ids=[row[3] for row in INSIDE])
def test_passwords_in_a_tunnel(
    front: Front,
    tmp_path: Path,
    device: dict[str, str],
    version: str,
    eap: str,
    inside: str,
    identity: str,
    method: str,
) -> None:
    said = eapol_test(front, tmp_path, tunnelled(device, version, eap, inside, identity))
    success = succeeded(said, front, identity, method)
    assert not success.resumed
    assert ("EAP-TLV: TLV Result - Success" in said) == (eap == "PEAP")
    assert version_said(said) == ("TLSv1.3" if version == TLS_1_3 else "TLSv1.2")


# --- sessions resumed ---


@pytest.mark.parametrize(
    "version",
    [TLS_1_2, 'phase1="tls_disable_tlsv1_3=1 tls_disable_session_ticket=0"', TLS_1_3],
    ids=["tls1.2", "tls1.2-ticket", "tls1.3"],
)
@pytest.mark.parametrize(
    ("eap", "inside", "identity", "method"),
    [("TLS", "", "awa@ucad.sn", "tls"), *INSIDE],
    ids=["tls", *(row[3] for row in INSIDE)],
)
def test_a_second_login_resumes_the_session(
    front: Front,
    tmp_path: Path,
    device: dict[str, str],
    accounts: Accounts,
    version: str,
    eap: str,
    inside: str,
    identity: str,
    method: str,
) -> None:
    settings = tls(device, version) if eap == "TLS" else tunnelled(device, version, eap, inside, identity)
    said = eapol_test(front, tmp_path, settings, "-r", "2")
    assert said.rstrip().endswith("SUCCESS"), said[-6000:]
    assert "MPPE keys OK: 3  mismatch: 0" in said
    first, second, third = (one for one in front.outcomes if isinstance(one, Success))
    assert [first.resumed, second.resumed, third.resumed] == [False, True, True]
    assert {one.identity for one in (first, second, third)} == {identity}
    assert {one.method for one in (first, second, third)} == {method}
    assert {one.authenticated_at for one in (first, second, third)} == {first.authenticated_at}
    assert len({one.msk for one in (first, second, third)}) == 3
    assert len(accounts.asked) == (0 if eap == "TLS" else 1)
    if version == TLS_1_3 and eap == "TTLS":  # RFC 9427, section 4
        assert said.count("EAP-TTLS: ACKing EAP-TLS Commitment Message") == 2
    assert len(front.authenticator) == 0


def test_a_closed_account_resumes_nothing(
    made: Callable[..., Authenticator], tmp_path: Path, device: dict[str, str]
) -> None:
    for eap, inside, identity, _ in INSIDE:
        with serving(made(still_stands=lambda *asked: False)) as front:
            settings = tunnelled(device, TLS_1_3, eap, inside, identity)
            said = eapol_test(front, tmp_path, settings, "-r", "1")
            failed(said, front, "blocked")
            assert [type(one) for one in front.outcomes if not isinstance(one, Challenge)] == [
                Success,
                Failure,
            ]


def test_a_certificate_withdrawn_resumes_nothing(
    made: Callable[..., Authenticator], tmp_path: Path, device: dict[str, str], accounts: Accounts
) -> None:
    def known_until_then(identity: str, method: str, authenticated_at: float) -> bool:
        raise AssertionError("the certificate is asked for first")

    answers = iter(["awa@ucad.sn", None])
    doors = {"certificate_holder": lambda certificate: next(answers), "still_stands": known_until_then}
    with serving(made(**doors)) as front:
        said = eapol_test(front, tmp_path, tls(device, TLS_1_2), "-r", "1")
        failed(said, front, "certificate")


@VERSIONS
def test_a_session_that_is_forgotten_here_asks_for_the_password_again(
    made: Callable[..., Authenticator],
    tmp_path: Path,
    device: dict[str, str],
    accounts: Accounts,
    version: str,
) -> None:
    with serving(made(session_limit=0)) as front:
        settings = tunnelled(device, version, "PEAP", "MSCHAPV2", "moussa@esp.sn")
        said = eapol_test(front, tmp_path, settings, "-r", "1")
        assert not succeeded_last(said, front).resumed
        assert accounts.asked == ["moussa@esp.sn"] * 2


def succeeded_last(said: str, front: Front) -> Success:
    assert said.rstrip().endswith("SUCCESS"), said[-6000:]
    last = front.outcomes[-1]
    assert isinstance(last, Success)
    return last


# --- logins that fail ---


@VERSIONS
@pytest.mark.parametrize(("eap", "inside", "identity", "method"), INSIDE, ids=[row[3] for row in INSIDE])
def test_a_wrong_password(
    front: Front,
    tmp_path: Path,
    device: dict[str, str],
    version: str,
    eap: str,
    inside: str,
    identity: str,
    method: str,
) -> None:
    settings = tunnelled(device, version, eap, inside, identity, password="teranga?")
    failed(eapol_test(front, tmp_path, settings), front, "secret")
    assert front.authenticator.sessions == 0


@pytest.mark.parametrize(("eap", "inside", "identity", "method"), INSIDE, ids=[row[3] for row in INSIDE])
def test_an_unknown_person_sees_the_same_as_with_a_wrong_password(
    front: Front, tmp_path: Path, device: dict[str, str], eap: str, inside: str, identity: str, method: str
) -> None:
    nobody = "personne@" + identity.partition("@")[2]
    settings = tunnelled(device, TLS_1_2, eap, inside, nobody)
    failed(eapol_test(front, tmp_path, settings), front, "secret")


@VERSIONS
def test_a_device_that_trusts_another_authority_refuses_us(
    front: Front, tmp_path: Path, device: dict[str, str], keyring: Keyring, version: str, accounts: Accounts
) -> None:
    other = WifiAuthority.ensure(tmp_path / "other", keyring=keyring, server_name=SERVER_NAME)
    (tmp_path / "other.pem").write_text(other.root_pem())
    settings = tunnelled(device, version, "TTLS", "PAP", "awa@ucad.sn")
    said = eapol_test(front, tmp_path, {**settings, "ca_cert": f'"{tmp_path}/other.pem"'})
    failed(said, front, "refused-by-device")
    assert accounts.asked == []


def test_a_device_that_expects_another_server_refuses_us(
    front: Front, tmp_path: Path, device: dict[str, str]
) -> None:
    settings = tunnelled(device, TLS_1_2, "TTLS", "PAP", "awa@ucad.sn")
    said = eapol_test(front, tmp_path, {**settings, "domain_suffix_match": '"radius.other.example"'})
    failed(said, front, "refused-by-device")


@VERSIONS
def test_a_certificate_of_another_authority(
    front: Front, tmp_path: Path, device: dict[str, str], keyring: Keyring, version: str
) -> None:
    other = WifiAuthority.ensure(tmp_path / "other", keyring=keyring, server_name=SERVER_NAME)
    certificate, key = other.issue_device("awa@ucad.sn")
    (tmp_path / "device.pem").write_bytes(chain_pem([certificate]))
    (tmp_path / "device.key").write_bytes(key_pem(key))
    failed(eapol_test(front, tmp_path, tls(device, version)), front, "tls")


@VERSIONS
def test_our_server_s_own_certificate_is_no_device_s(
    front: Front, tmp_path: Path, device: dict[str, str], authority: WifiAuthority, version: str
) -> None:
    server = authority.server()
    (tmp_path / "device.pem").write_bytes(chain_pem(server.chain))
    (tmp_path / "device.key").write_bytes(key_pem(server.key))
    failed(eapol_test(front, tmp_path, tls(device, version)), front, "tls")


@VERSIONS
def test_a_certificate_that_has_ended(
    front: Front, tmp_path: Path, device: dict[str, str], authority: WifiAuthority, version: str
) -> None:
    before = datetime.now(UTC) - timedelta(days=3)
    certificate, key = authority.issue_device("awa@ucad.sn", life=timedelta(days=2), now=before)
    (tmp_path / "device.pem").write_bytes(chain_pem([certificate]))
    (tmp_path / "device.key").write_bytes(key_pem(key))
    failed(eapol_test(front, tmp_path, tls(device, version)), front, "tls")


@VERSIONS
def test_a_certificate_of_a_closed_account_is_refused_in_the_handshake(
    front: Front, tmp_path: Path, device: dict[str, str], accounts: Accounts, version: str
) -> None:
    accounts.closed.add("awa@ucad.sn")
    said = eapol_test(front, tmp_path, tls(device, version))
    failed(said, front, "certificate")
    assert "remote end reported an error" in said


# --- which methods ---


def test_peap_is_for_realms_that_ask_for_it(front: Front, tmp_path: Path, device: dict[str, str]) -> None:
    settings = tunnelled(device, TLS_1_2, "PEAP", "MSCHAPV2", "awa@ucad.sn")
    failed(eapol_test(front, tmp_path, settings), front, "method")


def test_the_realm_outside_opens_no_method_for_an_account_of_another(
    front: Front, tmp_path: Path, device: dict[str, str]
) -> None:
    settings = tunnelled(device, TLS_1_2, "PEAP", "MSCHAPV2", "awa@ucad.sn")
    said = eapol_test(front, tmp_path, {**settings, "anonymous_identity": '"@esp.sn"'})
    failed(said, front, "method")


def test_pap_is_refused_where_only_mschapv2_is_allowed(
    front: Front, tmp_path: Path, device: dict[str, str], accounts: Accounts
) -> None:
    settings = tunnelled(device, TLS_1_2, "TTLS", "PAP", "moussa@esp.sn")
    failed(eapol_test(front, tmp_path, settings), front, "method")
    assert accounts.asked == []


def test_a_realm_of_others_is_refused_at_once(front: Front, tmp_path: Path, device: dict[str, str]) -> None:
    settings = tunnelled(device, TLS_1_2, "TTLS", "PAP", "awa@elsewhere.example")
    failed(eapol_test(front, tmp_path, settings), front, "method")
    assert len(front.outcomes) == 1


def test_a_name_without_realm_inside_is_of_the_realm_outside(
    front: Front, tmp_path: Path, device: dict[str, str]
) -> None:
    settings = tunnelled(device, TLS_1_2, "TTLS", "MSCHAPV2", "awa@ucad.sn")
    said = eapol_test(front, tmp_path, {**settings, "identity": '"AWA"'})
    succeeded(said, front, "awa@ucad.sn", "ttls-mschapv2")


# --- fragments, parallel logins, what the accept says ---


@VERSIONS
@pytest.mark.parametrize("size", [100, 400])
def test_small_fragments(
    made: Callable[..., Authenticator], tmp_path: Path, device: dict[str, str], version: str, size: int
) -> None:
    with serving(made(fragment_size=size)) as front:
        small = {"fragment_size": str(size)}
        said = eapol_test(front, tmp_path, {**tls(device, version), **small})
        succeeded(said, front, "awa@ucad.sn", "tls")
        for eap, inside, identity, method in INSIDE:
            settings = tunnelled(device, version, eap, inside, identity)
            succeeded(eapol_test(front, tmp_path, {**settings, **small}), front, identity, method)
        assert front.longest <= size + 5


def test_the_size_of_the_gateway_s_frames_is_kept_to(
    front: Front, tmp_path: Path, device: dict[str, str]
) -> None:
    """eapol_test says Framed-MTU 1400; a later one of 500 in the same packet would be another gateway's."""
    settings = tunnelled(device, TLS_1_2, "TTLS", "PAP", "awa@ucad.sn")
    succeeded(eapol_test(front, tmp_path, settings, "-N", "12:d:500"), front, "awa@ucad.sn", "ttls-pap")
    assert front.longest <= 1029


def test_many_at_once(front: Front, tmp_path: Path, device: dict[str, str]) -> None:
    places = [tmp_path / str(number) for number in range(16)]
    for place in places:
        place.mkdir()

    def login(number: int) -> str:
        eap, inside, identity, _ = INSIDE[number % 3]
        return eapol_test(front, places[number], tunnelled(device, TLS_1_3, eap, inside, identity))

    with ThreadPoolExecutor(8) as pool:
        for said in pool.map(login, range(16)):
            assert said.rstrip().endswith("SUCCESS"), said[-4000:]
            assert "MPPE keys OK: 1  mismatch: 0" in said
    assert len(front.authenticator) == 0


def test_who_asks_for_a_chargeable_identity_gets_one(
    front: Front, tmp_path: Path, device: dict[str, str]
) -> None:
    settings = tunnelled(device, TLS_1_2, "TTLS", "PAP", "awa@ucad.sn")
    said = eapol_test(front, tmp_path, settings, "-N", "89:x:00", "-N", "126:s:1example.sn")
    success = succeeded(said, front, "awa@ucad.sn", "ttls-pap")
    assert success.cui == chargeable_identity(b"k" * 32, "awa@ucad.sn", "1example.sn")
    assert f"Value: '{success.cui}'" in said
    without = eapol_test(front, tmp_path, settings)
    assert "Chargeable-User-Identity" not in without.rpartition("Access-Accept")[2]


@VERSIONS
@pytest.mark.parametrize(
    ("eap", "inside", "identity", "method"),
    [("TLS", "", "awa@ucad.sn", "tls"), *INSIDE],
    ids=["tls", *(row[3] for row in INSIDE)],
)
def test_who_is_not_admitted_is_never_told_of_success(
    front: Front,
    tmp_path: Path,
    device: dict[str, str],
    version: str,
    eap: str,
    inside: str,
    identity: str,
    method: str,
) -> None:
    front.admits = lambda *asked: "time" if asked == (identity, method) else "somebody else"
    settings = tls(device, version) if eap == "TLS" else tunnelled(device, version, eap, inside, identity)
    said = eapol_test(front, tmp_path, settings)
    failed(said, front, "time")
    assert front.authenticator.sessions == 0
    assert "Commitment Message" not in said
    assert "EAP-TLV: TLV Result - Success" not in said
