"""The server as a process of its own, asked by radclient and by hand."""

import os
import shutil
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from smartsenegal.kernel.sites.models import Site
from smartsenegal.wifi.access.api import Credential, Realm, seal_password, verifier
from smartsenegal.wifi.monitoring.api import Minute
from smartsenegal.wifi.network.api import Hotspot, Nas, seal_secret
from smartsenegal.wifi.radius import codec, counters
from smartsenegal.wifi.radius.api import Client, Unanswered
from smartsenegal.wifi.sessions.api import Event, Session, Usage
from tests.wifi.radius.conftest import Radius, until
from tests.wifi.radius.known import SECRET, access_request

RADCLIENT = shutil.which("radclient")
needs_radclient = pytest.mark.skipif(
    RADCLIENT is None, reason="radclient is not installed (freeradius-utils)"
)


def radclient(port: int, command: str, attributes: str, secret: bytes = SECRET, retries: int = 2) -> str:
    """What radclient prints; an answer it finds wrong counts as none."""
    done = subprocess.run(
        [str(RADCLIENT), "-x", "-r", str(retries), "-t", "2", f"127.0.0.1:{port}", command, secret.decode()],
        input=attributes, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout + done.stderr


@needs_radclient
def test_radclient_by_pap_and_chap(radius: Radius) -> None:
    realm = Realm.objects.get(name="")
    Credential.objects.create(
        realm=realm, login="baye", kind="password", holder=8, verifier=verifier("mot"),
        sealed=seal_password(realm.pk, "baye", "mot"),
    )  # fmt: skip
    sign = "Message-Authenticator = 0x00"
    said = radclient(radius.port, "auth", f'User-Name = "awa", User-Password = "secret", {sign}')
    assert "Received Access-Accept" in said
    assert "Session-Timeout = 3600" in said
    assert "Message-Authenticator" in said.partition("Received")[2]
    said = radclient(radius.port, "auth", f'User-Name = "awa", User-Password = "wrong", {sign}')
    assert "Received Access-Reject" in said
    assert "Le mot de passe ne correspond pas." in said
    # The credential made after the start is known within a second.
    chap = f'User-Name = "baye", CHAP-Password = "mot", {sign}'
    until(lambda: "Received Access-Accept" in radclient(radius.port, "auth", chap))
    said = radclient(radius.port, "auth", f'User-Name = "awa", CHAP-Password = "secret", {sign}')
    assert "Received Access-Reject" in said


@needs_radclient
def test_radclient_gets_its_proxy_states_back_and_no_answer_with_another_secret(radius: Radius) -> None:
    ask = 'User-Name = "awa", User-Password = "secret", Message-Authenticator = 0x00'
    said = radclient(radius.port, "auth", ask + ", Proxy-State = 0x6f6e65, Proxy-State = 0x74776f")
    answer = said.partition("Received Access-Accept")[2]
    assert answer.index("0x6f6e65") < answer.index("0x74776f")
    assert "No reply" in radclient(radius.port, "auth", ask, b"another", retries=1)
    assert "No reply" in radclient(radius.port, "auth", ask.replace(", Message-Authenticator = 0x00", ""))


@needs_radclient
def test_radclient_asks_whether_both_doors_live(radius: Radius) -> None:
    assert "Received Access-Accept" in radclient(radius.port, "status", "Message-Authenticator = 0x00")
    assert "Received Accounting-Response" in radclient(
        radius.accounting_port, "status", "Message-Authenticator = 0x00"
    )


@needs_radclient
def test_radclient_counts_a_session_from_its_class(radius: Radius) -> None:
    calling = 'Calling-Station-Id = "0A-1B-2C-3D-4E-5F"'
    ask = f'User-Name = "awa", User-Password = "secret", {calling}, Message-Authenticator = 0x00'
    said = radclient(radius.port, "auth", ask)
    given = next(line.split("=")[1].strip() for line in said.splitlines() if "Class" in line)
    common = f'Acct-Session-Id = "s1", Class = {given}, {calling}'
    for more in (
        "Acct-Status-Type = Start",
        "Acct-Status-Type = Interim-Update, Acct-Session-Time = 60, Acct-Input-Octets = 10",
        "Acct-Status-Type = Stop, Acct-Session-Time = 90, Acct-Input-Octets = 5, Acct-Input-Gigawords = 1,"
        " Acct-Output-Octets = 7, Acct-Terminate-Cause = User-Request",
    ):
        assert "Received Accounting-Response" in radclient(
            radius.accounting_port, "acct", f"{common}, {more}"
        )
    until(lambda: Session.objects.filter(ended_us__isnull=False).exists())
    found = Session.objects.get()
    assert (found.holder, found.seconds, found.octets_in, found.octets_out) == (7, 90, 2**32 + 5, 7)
    assert (found.cause, found.calling, found.interim_seconds) == (1, "", 60)
    assert Usage.objects.get(holder=7).octets == 2**32 + 12
    assert Event.objects.count() == 3


def test_the_same_request_gets_the_same_octets_and_another_one_its_own(radius: Radius) -> None:
    request = access_request()
    first = radius.ask(request)
    assert first is not None
    assert codec.answered_by_secret(codec.read(first), request[4:20], SECRET)


def test_hostile_datagrams_get_nothing_and_stop_nothing(radius: Radius) -> None:
    good = access_request()
    bad = [
        b"", b"\1", good[:-1], good[:20] + b"\1\0" + good[22:], os.urandom(4096), b"\1" * 60_000,
        access_request(signed=False), good[:30] + b"\xff" + good[31:], b"\x0c" + good[1:],
        codec.request(codec.ACCOUNTING_REQUEST, 1, SECRET, codec.attribute(40, 1)),
    ]  # fmt: skip
    for data in bad:
        assert radius.ask(data, tries=1, seconds=0.2) is None
        assert radius.ask(data, port=radius.accounting_port, tries=1, seconds=0.2) is None
    assert radius.ask(access_request()) is not None


def test_a_worker_that_is_killed_comes_back_and_loses_no_request(radius: Radius) -> None:
    assert radius.ask(access_request()) is not None
    before = radius.children()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert radius.ask(access_request(), tries=1, seconds=10) is not None
    report = codec.attribute(40, 1) + codec.attribute(44, "s")
    sent = codec.request(codec.ACCOUNTING_REQUEST, 1, SECRET, report)
    assert radius.ask(sent, port=radius.accounting_port, tries=1, seconds=10) is not None
    assert not set(before) & set(radius.children())


def test_a_gateway_that_is_retired_is_a_stranger_and_refusals_are_counted(
    radius: Radius, gateway: Nas
) -> None:
    assert radius.ask(access_request("nobody")) is not None
    Nas.objects.filter(pk=gateway.pk).update(state="retired")
    until(lambda: radius.ask(access_request(), tries=1, seconds=0.2) is None)
    assert radius.stop() == 0
    counts = counters.read_all(radius.folder)
    assert counts["refused unknown"] == 1
    assert counts["dropped stranger"] >= 1


def test_a_port_that_is_taken_says_so(tmp_path: Path) -> None:
    import socket

    from tests.wifi.radius.conftest import free_port

    server = Radius(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        server.port = free_port()
        line.bind(("127.0.0.1", server.port))
        server.start(wait=False)
        assert server.process is not None
        assert server.process.wait(30) == 1
    assert "ne peuvent pas être ouverts" in server.log()


def test_a_suspended_site_refuses_with_its_sentence_and_its_minutes_are_counted(
    radius: Radius, shop: Hotspot
) -> None:
    until(lambda: _code(radius.ask(access_request())) == codec.ACCESS_ACCEPT)
    Site.objects.filter(pk=shop.site_id).update(state="suspended")
    until(lambda: _code(radius.ask(access_request())) == codec.ACCESS_REJECT)
    reply = radius.ask(access_request())
    assert reply is not None
    assert "fermé" in codec.read(reply).text(codec.REPLY_MESSAGE)
    Site.objects.filter(pk=shop.site_id).update(state="open")
    until(lambda: _code(radius.ask(access_request())) == codec.ACCESS_ACCEPT)
    for stage in ("accept", "reject:closed"):
        until(lambda s=stage: Minute.objects.filter(hotspot=shop.pk, stage=s, count__gte=1).exists())


def _code(reply: bytes | None) -> int:
    return codec.read(reply).code if reply else 0


def test_a_secret_that_was_renewed_is_answered_for_a_time_under_each(radius: Radius, gateway: Nas) -> None:
    fresh = b"another-secret-of-160-bits"
    Nas.objects.filter(pk=gateway.pk).update(
        secret=seal_secret("gw", fresh),
        former_secret=gateway.secret,
        former_until=timezone.now() + timedelta(hours=24),
    )
    until(lambda: _logs_in(radius, fresh))
    assert _logs_in(radius, SECRET)
    for secret in (fresh, SECRET):
        Client("127.0.0.1", radius.port, radius.accounting_port, secret).report(1, "s", "", b"")
    Nas.objects.filter(pk=gateway.pk).update(former_until=timezone.now())
    until(lambda: radius.ask(access_request(), tries=1, seconds=0.2) is None)
    assert _logs_in(radius, fresh)


def _logs_in(radius: Radius, secret: bytes) -> bool:
    client = Client("127.0.0.1", radius.port, radius.accounting_port, secret)
    try:
        return client.log_in("awa", "secret", "", "s")[0] is not None
    except Unanswered:
        return False
