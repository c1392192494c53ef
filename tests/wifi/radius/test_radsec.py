"""RadSec: the door in this process, hostile clients first; then radsecproxy before the server as it runs."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

import pytest
from cryptography.hazmat.primitives import hashes

from smartsenegal.kernel import vault
from smartsenegal.wifi.access.api import Realm
from smartsenegal.wifi.network.api import Nas
from smartsenegal.wifi.radius import authority, codec, radsec
from smartsenegal.wifi.radius.accounting import AccountingDoor
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.doors import AuthDoor
from smartsenegal.wifi.radius.eap import WifiAuthority
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from smartsenegal.wifi.radius.radsec import Connections, Reception, Reports
from smartsenegal.wifi.radius.snapshot import Gateway, Snapshot
from smartsenegal.wifi.radius.tls import server_context
from smartsenegal.wifi.radius.writing import Writer
from smartsenegal.wifi.sessions.api import Event
from tests.wifi.radius.conftest import Radius, free_port, until
from tests.wifi.radius.known import SECRET as UDP_SECRET
from tests.wifi.radius.known import network
from tests.wifi.radius.test_enterprise import login as eapol
from tests.wifi.radius.test_enterprise import succeeded
from tests.wifi.radius.test_server import RADCLIENT, radclient

SECRET = b"radsec"
NAME = "gw1.example.sn"
Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Kept:
    """A writer that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.takes = True

    def write(self, lines: list[str]) -> str:
        if self.takes:
            self.lines += lines
        return "database" if self.takes else ""

    def tend(self) -> None: ...

    def close(self) -> None: ...


class Door:
    """A server of RadSec on a free port of this machine, in this process."""

    def __init__(self, folder: Path, name: str = "radius.example.sn") -> None:
        self.authority = WifiAuthority.ensure(folder / "authority", keyring=vault.keyring(), server_name=name)
        self.known: Snapshot = network()
        self.known.gateways[2] = Gateway(2, "gw1", "coova", "", SECRET, False, 300, 5, peer=NAME)
        self.known.index_gateways()
        self.counters = Counters(folder, "radsec")
        self.kept = Kept()
        self.port = 0

    async def __aenter__(self) -> "Door":
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.connections = connections = Connections(self.known)
        door = AuthDoor(self.known, self.counters, whose=connections.gateway_of)
        kept = cast(Writer, self.kept)
        accounting = AccountingDoor(self.known, kept, self.counters, connections.gateway_of)
        self.reports = Reports(accounting, kept, self.counters, connections.deliver)
        reception = Reception(
            listener,
            server_context(self.authority),
            self.known,
            connections,
            door,
            self.reports,
            self.counters,
        )
        self.work = [asyncio.create_task(run) for run in (reception.run(), self.reports.run())]
        self.listener = listener
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.work:
            task.cancel()
        self.reports.close()
        self.listener.close()

    async def connect(
        self,
        name: str = NAME,
        issued: bool = True,
        speaks: Sequence[str] = (),
        version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        local_addr: tuple[str, int] | None = None,
        pem: bytes = b"",
    ) -> Opened:
        context = ssl.create_default_context(cadata=self.authority.root_pem())
        context.maximum_version = version
        if speaks:
            context.set_alpn_protocols(speaks)
        if issued and not pem:
            certificate, key = self.authority.issue_peer(name)
            pem = chain_pem([certificate]) + key_pem(key)
        if pem:
            show(context, pem)
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=context, server_hostname="radius.example.sn", local_addr=local_addr
        )


def show(context: ssl.SSLContext, pem: bytes) -> None:
    with NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)


def login(password: str = "secret", extra: bytes = b"", identifier: int = 1) -> bytes:
    authenticator = os.urandom(16)
    body = codec.attribute(codec.USER_NAME, "awa") + extra
    body += codec.attribute(codec.USER_PASSWORD, codec.hide(password.encode(), SECRET, authenticator))
    return codec.request(codec.ACCESS_REQUEST, identifier, SECRET, body, authenticator)


async def ask(opened: Opened, request: bytes) -> codec.Packet:
    reader, writer = opened
    writer.write(request)
    async with asyncio.timeout(10):
        reply = codec.read(await radsec.packet_from(reader))
    assert codec.answered_by_secret(reply, request[4:20], SECRET)
    return reply


def at_the_door(
    folder: Path, act: Callable[[Door], Awaitable[None]], name: str = "radius.example.sn"
) -> Door:
    door = Door(folder, name)

    async def run() -> None:
        async with door:
            await act(door)

    asyncio.run(run())
    return door


def test_a_gateway_logs_people_in_reports_and_asks_whether_we_live(tmp_path: Path) -> None:
    async def act(door: Door) -> None:
        opened = await door.connect()
        assert (await ask(opened, login())).code == codec.ACCESS_ACCEPT
        assert (await ask(opened, login("wrong"))).code == codec.ACCESS_REJECT
        alive = codec.request(codec.STATUS_SERVER, 3, SECRET, b"", os.urandom(16))
        assert (await ask(opened, alive)).code == codec.ACCESS_ACCEPT
        report = codec.attribute(codec.STATUS_TYPE, 1) + codec.attribute(codec.SESSION_ID, "s1")
        sent = codec.request(codec.ACCOUNTING_REQUEST, 4, SECRET, report)
        assert (await ask(opened, sent)).code == codec.ACCOUNTING_RESPONSE
        assert len(door.kept.lines) == 1
        assert door.kept.lines[0].split("\t")[4] == "2"  # the gateway of the certificate
        # What no disk takes is not answered, and stops nothing.
        door.kept.takes = False
        opened[1].write(codec.request(codec.ACCOUNTING_REQUEST, 5, SECRET, report))
        assert (await ask(opened, login())).code == codec.ACCESS_ACCEPT
        opened[1].close()

    at_the_door(tmp_path, act)


def test_a_certificate_that_was_revoked_serves_no_more_and_another_of_that_name_does(tmp_path: Path) -> None:
    async def act(door: Door) -> None:
        for kind in ("fingerprint", "serial"):
            certificate, key = door.authority.issue_peer(NAME)
            pem = chain_pem([certificate]) + key_pem(key)
            mark = {
                "fingerprint": certificate.fingerprint(hashes.SHA256()).hex(),
                "serial": f"{certificate.serial_number:x}",
            }[kind]
            opened = await door.connect(pem=pem)
            await ask(opened, login())
            door.known.revoked |= {(2, mark)}
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await ask(opened, login())
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await ask(await door.connect(pem=pem), login())
            assert (await ask(await door.connect(), login())).code == codec.ACCESS_ACCEPT

    assert at_the_door(tmp_path, act).counters.counts["dropped revoked"] == 4


def test_who_shows_no_certificate_or_an_unknown_name_is_let_go(tmp_path: Path) -> None:
    async def act(door: Door) -> None:
        for issued, name in ((True, "other.example.sn"), (False, NAME)):
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                await ask(await door.connect(name, issued), login())
        # A device of the same authority has a certificate for logins, and is no gateway.
        certificate, key = door.authority.issue_device(f"awa@{NAME}")
        context = ssl.create_default_context(cadata=door.authority.root_pem())
        show(context, chain_pem([certificate]) + key_pem(key))
        opened = await asyncio.open_connection(
            "127.0.0.1", door.port, ssl=context, server_hostname="radius.example.sn"
        )
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await ask(opened, login())
        # One that is retired while it is connected hears no more.
        opened = await door.connect()
        await ask(opened, login())
        del door.known.gateways[2]
        door.known.index_gateways()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await ask(opened, login())

    door = at_the_door(tmp_path, act)
    assert door.counters.counts["dropped stranger"] == 3
    assert door.counters.counts["dropped tls"] == 1


def test_hostile_octets_end_their_own_connection_only(tmp_path: Path) -> None:
    good = login()
    bad = [
        b"\1\1\0\0", b"\1\1\0\x13" + bytes(15), b"\1\1\x10\1" + bytes(4093), os.urandom(2) + b"\xff\xff",
        good[:20] + b"\1\0" + good[22:], good[:20] + b"\1\xff" + good[22:], bytes(4096),
    ]  # fmt: skip

    async def act(door: Door) -> None:
        honest = await door.connect()
        for data in bad:
            reader, writer = await door.connect()
            writer.write(data)
            async with asyncio.timeout(10):
                assert await reader.read(1) == b""
            writer.close()
        # Half a packet waits for its end; a packet in single octets is one packet.
        half = await door.connect()
        half[1].write(good[:30])
        for octet in good[:-1]:
            honest[1].write(bytes([octet]))
        honest[1].write(good[-1:])
        async with asyncio.timeout(10):
            reply = codec.read(await radsec.packet_from(honest[0]))
        assert codec.answered_by_secret(reply, good[4:20], SECRET)
        half[1].close()

    at_the_door(tmp_path, act)


def test_half_open_handshakes_and_slow_readers_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(radsec, "HALF_OPEN_AT_MOST", 2)
    monkeypatch.setattr(radsec, "HANDSHAKE_SECONDS", 0.3)
    monkeypatch.setattr(radsec, "UNREAD_AT_MOST", 1024)

    async def act(door: Door) -> None:
        silent = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(3)]
        async with asyncio.timeout(10):
            assert await silent[2][0].read() == b""  # one too many: at once
            assert await silent[0][0].read() == b""  # the others: after the time of a handshake
            assert await silent[1][0].read() == b""
        _, writer = await door.connect()
        await asyncio.sleep(0)
        sent = 0
        echo = codec.attribute(codec.PROXY_STATE, bytes(250)) * 8
        while len(door.connections) or not sent:  # reads nothing of what it asks for
            sent += 1
            writer.write(login(extra=echo, identifier=sent & 255))
            await asyncio.sleep(0)
            assert sent < 20_000
        writer.transport.abort()

    door = at_the_door(tmp_path, act)
    assert door.counters.counts["dropped busy"] == 1
    assert door.counters.counts["dropped tls"] == 2


def test_who_opens_many_connections_keeps_nobody_else_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(radsec, "HALF_OPEN_OF_ONE", 2)
    monkeypatch.setattr(radsec, "CONNECTIONS_OF_ONE", 2)

    async def act(door: Door) -> None:
        silent = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(4)]
        async with asyncio.timeout(10):
            for reader, _ in silent[2:]:
                assert await reader.read() == b""  # at once, while two hang
            honest = [await door.connect(local_addr=("127.0.0.2", 0)) for _ in range(3)]
            for opened in honest[1:]:
                assert (await ask(opened, login())).code == codec.ACCESS_ACCEPT
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await ask(honest[0], login())  # the oldest of one gateway made room
        assert len(door.connections) == 2
        for _, writer in (*silent, *honest):
            writer.transport.abort()

    at_the_door(tmp_path, act)


# --- with radsecproxy ------------------------------------------------------------------


RADSECPROXY = shutil.which("radsecproxy")


@contextmanager
def relay(folder: Path, name: str, to: int) -> Iterator[int]:
    """radsecproxy as gateways have it beside them: takes UDP, speaks RadSec to us under that name."""
    folder.mkdir()
    shown, port = authority.ensure(), free_port()
    certificate, key = shown.issue_peer(name)
    (folder / "root.pem").write_text(shown.root_pem())
    (folder / "shown.pem").write_bytes(chain_pem([certificate]))
    (folder / "shown.key").write_bytes(key_pem(key))
    (folder / "conf").write_text(f"""
        ListenUDP 127.0.0.1:{port}
        LogDestination file:///{folder}/log
        tls default {{
            CACertificateFile {folder}/root.pem
            CertificateFile {folder}/shown.pem
            CertificateKeyFile {folder}/shown.key
        }}
        client near {{
            host 127.0.0.1
            type udp
            secret {UDP_SECRET.decode()}
        }}
        server ours {{
            host 127.0.0.1
            type tls
            port {to}
            secret radsec
            certificateNameCheck off
            statusServer on
        }}
        realm * {{
            server ours
            accountingServer ours
        }}
    """)
    process = subprocess.Popen([str(RADSECPROXY), "-f", "-c", str(folder / "conf")], cwd=folder)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.skipif(RADSECPROXY is None, reason="radsecproxy is not installed (Debian's package radsecproxy)")
@pytest.mark.skipif(RADCLIENT is None, reason="radclient is not installed (freeradius-utils)")
def test_a_login_and_a_report_come_by_radsecproxy(radius: Radius, tmp_path: Path) -> None:
    gateway = Nas.objects.create(
        code="far", gateway="coova", transport="radsec", certificate_name="Far.example.sn"
    )
    Realm.objects.filter(name="").update(methods=["ttls-pap"])
    with relay(tmp_path / "relay", "far.example.sn", radius.radsec_port) as port:
        ask = 'User-Name = "awa", User-Password = "{}", Message-Authenticator = 0x00'
        until(lambda: "Received Access-Accept" in radclient(port, "auth", ask.format("secret")), 20)
        assert "Received Access-Reject" in radclient(port, "auth", ask.format("wrong"))
        # Our own people abroad: 802.1X through a federation's relay, Proxy-State and all.
        if shutil.which("eapol_test"):
            settings = {"identity": '"awa"', "anonymous_identity": '"anonymous"', "password": '"secret"'}
            succeeded(eapol(tmp_path, port, "TTLS", "PAP", **settings))
        report = 'Acct-Status-Type = Start, Acct-Session-Id = "s1", User-Name = "awa"'
        assert "Received Accounting-Response" in radclient(port, "acct", report)
    assert Event.objects.get().nas == gateway.pk
