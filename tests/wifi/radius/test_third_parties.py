"""A switch port and a device that are not ours, and Wireshark to look at every packet between us."""

import json
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartsenegal.wifi.access.api import Credential
from smartsenegal.wifi.network.api import Nas
from smartsenegal.wifi.radius import authority
from smartsenegal.wifi.sessions.api import INTERIM, START, STOP, Event, Order, Session, order_disconnect
from tests.wifi.radius.conftest import Radius, free_port, until
from tests.wifi.radius.known import PHONE, SECRET
from tests.wifi.radius.netns import lan, needs_namespaces
from tests.wifi.radius.test_server import RADCLIENT, radclient

VALID = "radius.authenticator.valid"
RADTEST = shutil.which("radtest")


@needs_namespaces
def test_a_device_on_a_switch_logs_in_reports_and_is_put_out(
    gateway: Nas, radius: Radius, tmp_path: Path
) -> None:
    """Of hostapd we ask what RFC 5176 has: a Disconnect-Request ends the session it names."""
    from smartsenegal.wifi.access.api import Realm

    Realm.objects.filter(name="").update(methods=["ttls-pap"])
    orders = free_port()
    Nas.objects.filter(pk=gateway.pk).update(gateway="hostapd", coa_address="127.0.0.1", coa_port=orders)
    (tmp_path / "root.pem").write_text(authority.ensure().root_pem())
    awa = Credential.objects.get(login="awa")
    hers = Event.objects.filter(credential=awa.pk, holder=7)
    with lan(tmp_path / "lan") as net:
        net.start_port(radius.port, SECRET.decode(), orders)
        net.start_device(
            eap="TTLS", identity='"awa"', anonymous_identity='"anonymous"', password='"secret"',
            phase2='"auth=PAP"', ca_cert=f'"{tmp_path}/root.pem"',
            domain_suffix_match=f'"{authority.server_name()}"',
        )  # fmt: skip
        net.wait_for(net.is_in)
        until(lambda: hers.filter(kind=START).exists())
        until(lambda: hers.filter(kind=INTERIM).exists())
        until(lambda: Session.objects.filter(holder=7, ended_us=None).exists())
        order = order_disconnect(Session.objects.get(holder=7), "Moussa Ba", "Essai")
        assert order is not None
        until(lambda: Order.objects.get(pk=order.pk).state == "done")
        until(lambda: hers.filter(kind=STOP).exists())
    until(lambda: Session.objects.filter(holder=7, ended_us__isnull=False).exists())
    assert Session.objects.filter(holder=7).count() == 1


@needs_namespaces
def test_a_device_with_a_wrong_password_stays_out(radius: Radius, tmp_path: Path) -> None:
    from smartsenegal.wifi.access.api import Realm

    Realm.objects.filter(name="").update(methods=["ttls-pap"])
    (tmp_path / "root.pem").write_text(authority.ensure().root_pem())
    with lan(tmp_path / "lan") as net:
        net.start_port(radius.port, SECRET.decode())
        net.start_device(
            eap="TTLS", identity='"awa"', password='"wrong"', phase2='"auth=PAP"',
            ca_cert=f'"{tmp_path}/root.pem"',
        )  # fmt: skip
        net.wait_for(lambda: "CTRL-EVENT-EAP-FAILURE" in net.log("device"))
        assert not net.is_in()
    assert not Event.objects.filter(kind=START).exists()


@pytest.mark.skipif(RADTEST is None, reason="radtest is not installed (freeradius-utils)")
def test_radtest_logs_in(radius: Radius) -> None:
    done = subprocess.run(
        [str(RADTEST), "awa", "secret", f"127.0.0.1:{radius.port}", "0", SECRET.decode()],
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Received Access-Accept" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(RADCLIENT is None, reason="radclient is not installed (freeradius-utils)")
def test_wireshark_finds_every_packet_whole_and_every_authenticator_right(
    radius: Radius, tmp_path: Path
) -> None:
    with captured(tmp_path / "seen.pcap", radius.port) as seen:
        sign = "Message-Authenticator = 0x00"
        calling = f'Calling-Station-Id = "{PHONE}"'
        radclient(radius.port, "auth", f'User-Name = "awa", User-Password = "secret", {calling}, {sign}')
        radclient(radius.port, "auth", f'User-Name = "awa", User-Password = "wrong", {calling}, {sign}')
        radclient(radius.port, "status", sign)
        report = f'Acct-Status-Type = Start, Acct-Session-Id = "s1", {calling}'
        radclient(radius.accounting_port, "acct", report)
    frames = decoded(seen, radius.port)
    assert sorted(f["radius.code"][0] for f in frames) == ["1", "1", "12", "2", "2", "3", "4", "5"]
    assert not [f for f in frames if "_ws.malformed" in f]
    checked = {f["radius.code"][0]: f["radius.authenticator.valid"][0] for f in frames if VALID in f}
    # Wireshark 4.0 checks replies, but not that to a Status-Server.
    assert {code: checked.get(code) for code in "235"} == {"2": "1", "3": "1", "5": "1"}
    assert set(checked.values()) == {"1"}


@contextmanager
def captured(file: Path, port: int) -> Iterator[Path]:
    """What passes on the loopback to and from a server, in a file."""
    if not shutil.which("dumpcap") or not shutil.which("tshark"):
        pytest.skip("tshark is not installed (Debian's package tshark)")
    marks = free_port()
    packets = f"udp portrange {port}-{port + 1} or udp port {marks}"
    command = ["dumpcap", "-i", "lo", "-f", packets, "-w", str(file)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said = ""
    while "File:" not in said:
        line = process.stderr.readline()
        if not line:
            pytest.skip(f"packets cannot be captured here: {said}")
        said += line
    try:
        _mark(file, marks)
        yield file
        _mark(file, marks)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _mark(file: Path, port: int) -> None:
    """Wait until what has passed so far is in the file: what is captured gets there in blocks."""
    mark = secrets.token_bytes(16)

    def seen() -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(mark, ("127.0.0.1", port))
        return file.exists() and mark in file.read_bytes()

    until(seen)


def _tshark(file: Path, port: int, *options: str) -> str:
    known = [f"radius.shared_secret:{SECRET.decode()}", "radius.validate_authenticator:TRUE"]
    command = ["tshark", "-n", "-r", str(file), *(word for pair in known for word in ("-o", pair))]
    for number in (port, port + 1):
        command += ["-d", f"udp.port=={number},radius"]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=True).stdout


def decoded(file: Path, port: int) -> list[dict[str, list[str]]]:
    fields = ["radius.code", "radius.authenticator.valid", "_ws.malformed"]
    out = _tshark(
        file, port, "-Y", "radius", "-T", "json", *(word for name in fields for word in ("-e", name))
    )
    return [packet["_source"]["layers"] for packet in json.loads(out)]
