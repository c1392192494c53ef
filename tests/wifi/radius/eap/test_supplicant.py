"""Logins by a supplicant that is not ours: eapol_test, of wpa_supplicant."""

import shutil
from pathlib import Path

import pytest

from smartsenegal.wifi.radius.eap import Failure, Success
from tests.wifi.radius.eap.conftest import PASSWORDS, Accounts
from tests.wifi.radius.eap.front import Front, eapol_test

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
    assert len(front.authenticator) == 0
