"""802.1X through the server as it runs: eapol_test on one side, PostgreSQL on the other."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from smartsenegal.kernel import vault
from smartsenegal.wifi.access.api import Credential, Realm, seal_password, verifier
from smartsenegal.wifi.network.api import Nas
from smartsenegal.wifi.radius import authority, codec, counters
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from smartsenegal.wifi.radius.enterprise import certificate_login
from tests.wifi.radius.conftest import Radius, until
from tests.wifi.radius.known import SECRET

pytestmark = pytest.mark.skipif(
    shutil.which("eapol_test") is None,
    reason="eapol_test is missing: it comes with Debian's package eapoltest",
)

PASSWORD = "teranga-rônier-7"
TLS_1_2, TLS_1_3 = '"tls_disable_tlsv1_3=1"', '"tls_disable_tlsv1_3=0"'


@pytest.fixture
def campus(gateway: Nas) -> Realm:
    """A realm that allows every method, and Moussa who has a password there."""
    realm = Realm.objects.create(
        name="ucad.sn", kind="local", methods=["ttls-pap", "ttls-mschapv2", "tls", "peap-mschapv2"]
    )
    Credential.objects.create(
        realm=realm, login="moussa", kind="password", holder=8, verifier=verifier(PASSWORD),
        sealed=seal_password(realm.pk, "moussa", PASSWORD),
    )  # fmt: skip
    return realm


@contextmanager
def running(folder: Path, workers: int = 1) -> Iterator[Radius]:
    server = Radius(folder, workers)
    server.start()
    try:
        yield server
    finally:
        assert server.stop() == 0, server.log()
        connections.close_all()


@pytest.fixture
def radius(campus: Realm, tmp_path: Path) -> Iterator[Radius]:
    with running(tmp_path / "radius") as server:
        yield server


def login(place: Path, port: int, eap: str, inside: str = "", *options: str, **settings: str) -> str:
    """What eapol_test says of a login; others of its settings by name."""
    (place / "root.pem").write_text(authority.ensure().root_pem())
    values = {
        "key_mgmt": "WPA-EAP",
        "eap": eap,
        "identity": '"moussa@ucad.sn"',
        "anonymous_identity": '"@ucad.sn"',
        "password": f'"{PASSWORD}"',
        "ca_cert": f'"{place}/root.pem"',
        "domain_suffix_match": f'"{authority.server_name()}"',
        "phase1": TLS_1_2,
        **({"phase2": f'"auth={inside}"'} if inside else {}),
        **settings,
    }
    lines = "".join(f"  {name}={value}\n" for name, value in values.items())
    (place / "supplicant.conf").write_text("network={\n" + lines + "}\n")
    command = [
        "eapol_test", "-c", str(place / "supplicant.conf"), "-a", "127.0.0.1", "-p", str(port),
        "-s", SECRET.decode(), "-t", "10", *options,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=40)
    return done.stdout + done.stderr


def succeeded(said: str) -> None:
    assert said.rstrip().endswith("SUCCESS"), said[-5000:]
    assert "mismatch: 0" in said  # both sides have derived the same keys


def failed(said: str) -> None:
    assert said.rstrip().endswith("FAILURE"), said[-5000:]


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3], ids=["tls1.2", "tls1.3"])
@pytest.mark.parametrize(("eap", "inside"), [("TTLS", "PAP"), ("TTLS", "MSCHAPV2"), ("PEAP", "MSCHAPV2")])
def test_a_password_in_a_tunnel_gets_its_plan_and_its_class(
    radius: Radius, tmp_path: Path, eap: str, inside: str, version: str
) -> None:
    said = login(tmp_path, radius.port, eap, inside, phase1=version)
    succeeded(said)
    accept = said.rpartition("Received RADIUS message")[2] or said
    assert "Attribute 27 (Session-Timeout)" in accept
    assert "Attribute 25 (Class)" in accept
    assert "MS-MPPE-Send-Key" in said
    assert "Attribute 80 (Message-Authenticator)" in accept
    # eapol_test asks for no CUI but always shows what it was told of it.
    assert "moussa" not in accept.partition("Code: 2")[2].partition("STA")[0]


def test_a_session_is_resumed_until_the_password_changes(
    radius: Radius, campus: Realm, tmp_path: Path
) -> None:
    said = login(tmp_path, radius.port, "TTLS", "PAP", "-r", "1")
    succeeded(said)
    assert "resumed" in said.lower()
    until(lambda: _counts(radius)["accepted"] == 2)
    Credential.objects.filter(login="moussa").update(verifier=verifier("another"))
    until(lambda: _fails(tmp_path, radius))
    succeeded(login(tmp_path, radius.port, "TTLS", "PAP", password='"another"'))


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"password": '"wrong"'}, "secret"),
        ({"identity": '"nobody@ucad.sn"'}, "secret"),
        ({"identity": '"moussa@elsewhere.sn"', "anonymous_identity": '"@elsewhere.sn"'}, "method"),
    ],
)
def test_who_proves_nothing_is_refused(
    radius: Radius, tmp_path: Path, changes: dict[str, str], cause: str
) -> None:
    failed(login(tmp_path, radius.port, "TTLS", "PAP", **changes))
    until(lambda: _counts(radius)[f"refused {cause}"] == 1)


def test_a_closed_access_is_refused_once_proven(radius: Radius, tmp_path: Path) -> None:
    Credential.objects.filter(login="moussa").update(closed_because="blocked")
    until(lambda: _fails(tmp_path, radius))  # the server has read it
    failed(login(tmp_path, radius.port, "PEAP", "MSCHAPV2"))
    until(lambda: _counts(radius)["refused blocked"] >= 1)


def test_a_certificate_is_an_access_of_its_own(radius: Radius, campus: Realm, tmp_path: Path) -> None:
    certificate, key = authority.ensure().issue_device("moussa@ucad.sn")
    (tmp_path / "device.pem").write_bytes(chain_pem([certificate]))
    (tmp_path / "device.key").write_bytes(key_pem(key))
    files = {"client_cert": f'"{tmp_path}/device.pem"', "private_key": f'"{tmp_path}/device.key"'}
    failed(login(tmp_path, radius.port, "TLS", **files))  # of our authority, and nobody's
    access = Credential.objects.create(
        realm=campus, login=certificate_login(certificate), kind="certificate", holder=8
    )
    until(lambda: "SUCCESS" in login(tmp_path, radius.port, "TLS", **files).rstrip()[-10:])
    succeeded(login(tmp_path, radius.port, "TLS", "", "-r", "1", **{**files, "phase1": TLS_1_3}))
    Credential.objects.filter(pk=access.pk).update(closed_because="withdrawn")
    until(lambda: "FAILURE" in login(tmp_path, radius.port, "TLS", **files).rstrip()[-10:])


def test_a_gateway_that_changes_its_port_at_each_packet_loses_no_login(campus: Realm, tmp_path: Path) -> None:
    with running(tmp_path / "radius", workers=3) as server, wandering(server.port) as port:
        for _ in range(4):
            succeeded(login(tmp_path, port, "TTLS", "PAP"))
    counts = _counts(server)
    assert counts["accepted"] == 4
    assert counts["handed on"] > 0
    assert counts["refused state"] == 0


def test_the_same_message_gets_the_same_octets_and_a_state_of_nobody_a_refusal(radius: Radius) -> None:
    start = _eap(b"\2\1\0\x13\1moussa@ucad.sn")
    first = radius.ask(start)
    assert first is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.connect(("127.0.0.1", radius.port))
        line.send(start)
        one = line.recv(4096)
        line.send(start)
        assert line.recv(4096) == one
    for state in (b"\0\0" + b"x" * 16, b"\xff\xff" + b"x" * 16):
        reply = radius.ask(_eap(b"\2\1\0\6\x15\0", codec.attribute(codec.STATE, state)))
        assert reply is not None
        assert codec.read(reply).code == codec.ACCESS_REJECT


def test_the_keys_of_the_authority_follow_a_rotation() -> None:
    before = authority.ensure()
    authority.reseal()  # another test may have rotated since they were made
    vault.keyring().rotate()
    assert authority.reseal() == 2
    assert authority.reseal() == 0
    assert authority.ensure().server_certificate == before.server_certificate
    assert "clés de l’autorité du Wi-Fi" in vault.resealers()


def _eap(message: bytes, extra: bytes = b"") -> bytes:
    body = codec.attribute(codec.USER_NAME, "@ucad.sn") + codec.attribute(codec.EAP_MESSAGE, message) + extra
    return codec.request(codec.ACCESS_REQUEST, 9, SECRET, body, b"a" * 16)


def _counts(server: Radius) -> "counters.Counter[str]":
    return counters.read_all(server.folder)


def _fails(place: Path, server: Radius) -> bool:
    return login(place, server.port, "TTLS", "PAP", "-r", "1").rstrip().endswith("FAILURE")


@contextmanager
def wandering(port: int) -> Iterator[int]:
    """A door whose packets go on from a port each, as behind an address translation that forgets."""
    stop = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.2)

        def carry() -> None:
            while not stop.is_set():
                try:
                    data, peer = door.recvfrom(4096)
                except TimeoutError:
                    continue
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                    line.settimeout(5)
                    line.sendto(data, ("127.0.0.1", port))
                    door.sendto(line.recv(4096), peer)

        thread = threading.Thread(target=carry)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            stop.set()
            thread.join()
