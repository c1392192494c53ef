"""Orders to gateways: bytes of the requests, the sender against a real socket, the process against a gateway
that loses packets, and radclient-like answers of every kind."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.access.api import Credential, Plan
from smartsenegal.wifi.network.api import Limits, Nas
from smartsenegal.wifi.radius import codec, dae
from smartsenegal.wifi.radius.dae import Session as Named
from smartsenegal.wifi.radius.dae import Target, Verdict
from smartsenegal.wifi.radius.dae_sender import Sender
from smartsenegal.wifi.sessions.api import Order, Session, order_disconnect, order_limits
from tests.wifi.radius.conftest import Radius, until
from tests.wifi.radius.known import SECRET, access_request, values

NOW = 1_795_000_000.0
COOVA = Target("127.0.0.1", 3799, SECRET, "coova", "gw")


def sent_to(target: Target, session: Named, kind: str = "disconnect", **limits: int) -> codec.Packet:
    body = dae.attributes(kind, limits, target, session, NOW)
    assert isinstance(body, bytes)
    return codec.read(dae.request(kind, 9, SECRET, body))


def test_a_request_is_signed_first_and_names_its_session() -> None:
    packet = sent_to(COOVA, Named("s1", "0a1b2c3d4e5f", "awa"))
    assert packet.code == codec.DISCONNECT_REQUEST
    assert packet.raw[20:22] == b"\x50\x12"
    assert codec.sealed_by_secret(packet, SECRET)
    assert values(packet) | {80: b""} == {
        1: b"awa", 32: b"gw", 44: b"s1", 55: int(NOW), 80: b"",
    }  # fmt: skip


def test_a_gateway_that_knows_devices_is_told_the_device() -> None:
    packet = sent_to(Target("::1", 3799, SECRET, "hostapd", ""), Named("s1", "0a1b2c3d4e5f", "awa"))
    assert packet.text(codec.CALLING_STATION) == "0A-1B-2C-3D-4E-5F"
    assert codec.USER_NAME not in packet.values
    assert codec.NAS_IDENTIFIER not in packet.values


def test_limits_are_those_the_adapter_knows_and_none_is_a_refusal() -> None:
    packet = sent_to(COOVA, Named("s1"), "limits", seconds=60)
    assert packet.code == codec.COA_REQUEST
    assert packet.number(codec.SESSION_TIMEOUT) == 60
    nothing = dae.attributes("limits", {"octets": 5}, Target("", 1, SECRET, "generic", ""), Named("s"), NOW)
    assert nothing == Verdict("refused", 401)


@given(st.sampled_from([41, 42, 44, 45]), st.none() | st.integers(0, 2**32 - 1))
def test_an_answer_means_what_its_code_and_cause_say(code: int, cause: int | None) -> None:
    asked = dae.request("disconnect" if code < 43 else "limits", 7, SECRET, b"")
    body = b"" if cause is None else codec.attribute(codec.ERROR_CAUSE, cause)
    reply = codec.read(codec.answer(code, codec.read(asked), SECRET, body))
    found = dae.verdict(reply, asked, SECRET)
    assert found is not None
    if code in (41, 44):
        assert found == Verdict("done")
    else:
        assert found.state == ("moot" if cause == 503 else "refused")
    assert dae.verdict(reply, asked, b"another") is None
    assert dae.verdict(reply, dae.request("disconnect", 8, SECRET, b""), SECRET) is None


def test_waits_double_to_sixteen_seconds_a_tenth_more_or_less() -> None:
    waited, sums = 0.0, []
    for _ in range(dae.SENT_AT_MOST):
        waited = dae.next_wait(waited)
        sums.append(waited)
    assert 1.8 <= sums[0] <= 2.2
    assert all(b <= 2.2 * a for a, b in pairwise(sums))
    assert max(sums) <= 17.6


def socket_pair() -> tuple[socket.socket, socket.socket]:
    found = []
    for _ in range(2):
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind(("127.0.0.1", 0))
        line.settimeout(5)
        found.append(line)
    return found[0], found[1]


def test_the_sender_repeats_the_same_octets_and_gives_up_after_five() -> None:
    line, there = socket_pair()
    sender = Sender(line)
    target = Target("127.0.0.1", there.getsockname()[1], SECRET, "generic", "")
    order = Order(pk=1, kind="disconnect", session=b"k")
    assert sender.send(order, target, codec.attribute(44, "s1"), 0.0, 600)
    heard = [there.recv(4096)]
    for now in (3, 8, 18, 36):
        sender.tend(now)
        heard.append(there.recv(4096))
    assert len(set(heard)) == 1
    assert sender.under_way == {1}
    sender.tend(36 + 18)
    assert [(s.verdict.state, s.tries) for s in sender.settled] == [("unanswered", 5)]
    line.close()
    there.close()


def test_hundreds_wait_together_and_a_stranger_s_answer_settles_none() -> None:
    line, there = socket_pair()
    sender = Sender(line)
    target = Target("127.0.0.1", there.getsockname()[1], SECRET, "generic", "")
    orders = [Order(pk=n, kind="disconnect", session=b"%d" % n) for n in range(300)]
    taken = [sender.send(o, target, codec.attribute(44, str(o.pk)), 0.0, 600) for o in orders]
    assert taken.count(True) == 256  # one octet numbers them: the rest wait for their turn
    asked = [(codec.read(data), address) for data, address in (there.recvfrom(4096) for _ in range(256))]
    for request, address in asked:
        there.sendto(codec.answer(41, request, b"another secret"), address)
        there.sendto(os.urandom(30), address)
    sender.hear()
    assert sender.settled == []
    for request, address in reversed(asked):
        there.sendto(codec.answer(41, request, SECRET), address)
    end = time.monotonic() + 5
    while len(sender.settled) < 256 and time.monotonic() < end:
        sender.hear()
    assert {s.verdict.state for s in sender.settled} == {"done"}
    assert sender.send(orders[-1], target, b"", 0.0, 600)
    line.close()
    there.close()


@dataclass
class Device:
    """A gateway's door for orders: it loses the first `deaf` requests, then answers as told."""

    code: int = codec.DISCONNECT_ACK
    cause: int | None = None
    deaf: int = 0
    secret: bytes = SECRET
    heard: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.line.getsockname()[1])

    def _serve(self) -> None:
        while True:
            try:
                data, address = self.line.recvfrom(4096)
            except OSError:
                return
            self.heard.append(data)
            if len(self.heard) > self.deaf:
                body = b"" if self.cause is None else codec.attribute(codec.ERROR_CAUSE, self.cause)
                code = self.code + (3 if data[0] == codec.COA_REQUEST else 0)
                self.line.sendto(codec.answer(code, codec.read(data), self.secret, body), address)


@pytest.fixture
def device(gateway: Nas) -> Iterator[Device]:
    found = Device()
    Nas.objects.filter(pk=gateway.pk).update(coa_address="127.0.0.1", coa_port=found.port)
    yield found
    found.line.close()


def a_session(gateway: Nas, key: bytes = b"k" * 16, **values: object) -> Session:
    now = time.time_ns() // 1000
    given = {"credential": Credential.objects.get(login="awa").pk, "holder": 7} | values
    return Session.objects.create(
        key=key, nas=gateway.pk, device=b"d", nas_session=f"s-{key.hex()}", calling="0a1b2c3d4e5f",
        started_us=now, updated_us=now, **given,
    )  # fmt: skip


def state_of(order: Order | None) -> str:
    assert order is not None
    order.refresh_from_db()
    return order.state


def test_an_order_written_anywhere_is_sent_and_settled(device: Device, radius: Radius, gateway: Nas) -> None:
    order = order_disconnect(a_session(gateway), "Awa Sarr", "À sa demande")
    until(lambda: state_of(order) == "done")
    request = codec.read(device.heard[0])
    assert codec.sealed_by_secret(request, SECRET)
    assert request.text(codec.USER_NAME) == "awa"
    limits = order_limits(Session.objects.get(), Limits(seconds=90, down_kbps=500), "règle", "Site plein")
    until(lambda: state_of(limits) == "done")
    assert codec.read(device.heard[1]).number(codec.SESSION_TIMEOUT) == 90


def test_a_session_that_the_gateway_does_not_know_is_without_object(
    device: Device, radius: Radius, gateway: Nas
) -> None:
    device.code, device.cause = codec.DISCONNECT_NAK, 503
    order = order_disconnect(a_session(gateway), "Awa Sarr", "Essai")
    until(lambda: state_of(order) == "moot")
    device.cause = 501
    again = order_disconnect(Session.objects.get(), "Awa Sarr", "Essai")
    until(lambda: state_of(again) == "refused")
    assert again is not None
    assert again.error_cause == 501


def test_an_order_cut_short_by_a_kill_is_sent_again_and_settled_once(
    device: Device, radius: Radius, gateway: Nas
) -> None:
    device.deaf = 1
    order = order_disconnect(a_session(gateway), "Awa Sarr", "Essai")
    until(lambda: device.heard)
    radius.kill()
    assert state_of(order) == "pending"
    radius.start()
    until(lambda: state_of(order) == "done")
    assert order is not None
    assert order.tries == 1


def test_a_gateway_that_changed_its_secret_settles_nothing(
    device: Device, radius: Radius, gateway: Nas
) -> None:
    device.secret = b"another"
    order = order_disconnect(a_session(gateway), "Awa Sarr", "Essai")
    until(lambda: len(device.heard) >= 2)
    assert state_of(order) == "pending"
    assert device.heard[0] == device.heard[1]


def test_a_hundred_orders_are_settled_together(device: Device, radius: Radius, gateway: Nas) -> None:
    for number in range(300):
        session = a_session(gateway, key=number.to_bytes(16, "big"))
        order_disconnect(session, "Awa Sarr", "Fermeture du point")
    until(lambda: Order.objects.filter(state="done").count() == 300, 30)
    assert len({codec.read(data).text(codec.SESSION_ID) for data in device.heard}) == 300


def test_who_used_up_the_volume_of_the_day_is_ended_by_the_next_report(
    device: Device, radius: Radius, gateway: Nas
) -> None:
    Plan.objects.update(daily_octets=1_000_000)
    reply = radius.ask(access_request())
    assert reply is not None
    given = codec.read(reply).values[codec.CLASS]

    def report(kind: int, octets: int, identifier: int) -> None:
        body = codec.attribute(40, kind) + codec.attribute(44, "s1") + codec.attribute(codec.CLASS, given)
        body += codec.attribute(43, octets) + codec.attribute(31, "0A-1B-2C-3D-4E-5F")
        sent = codec.request(codec.ACCOUNTING_REQUEST, identifier, SECRET, body)
        assert radius.ask(sent, port=radius.accounting_port) is not None

    report(1, 0, 1)
    report(3, 400_000, 2)
    until(lambda: Session.objects.filter(octets_out=400_000).exists())
    assert not Order.objects.exists()
    report(3, 1_200_000, 3)
    until(lambda: Order.objects.filter(state="done").exists())
    order = Order.objects.get()
    assert (order.kind, order.reason) == ("disconnect", "Le volume du jour est épuisé.")
    assert codec.read(device.heard[0]).code == codec.DISCONNECT_REQUEST


def test_whose_credential_is_blocked_is_ended_at_the_next_report(
    device: Device, radius: Radius, gateway: Nas
) -> None:
    session = a_session(gateway)
    Credential.objects.filter(login="awa").update(closed_because="blocked")
    Session.objects.filter(key=session.key).update(updated_us=session.updated_us + 1)
    until(lambda: Order.objects.filter(state="done").exists())
    assert Order.objects.get().reason == "Cet accès est bloqué."


def test_the_process_of_orders_comes_back(device: Device, radius: Radius, gateway: Nas) -> None:
    before = set(radius.children())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    order = order_disconnect(a_session(gateway), "Awa Sarr", "Essai")
    until(lambda: state_of(order) == "done", 20)
