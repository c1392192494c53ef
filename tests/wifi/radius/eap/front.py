"""A RADIUS door of a few lines, on the loopback, for the supplicants of others to come in by."""

import hashlib
import hmac
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smartsenegal.wifi.radius.eap import Authenticator, Outcome
from smartsenegal.wifi.radius.eap import radius as adapter

SECRET = b"a secret of the tests"
MESSAGE_AUTHENTICATOR = 80


class Front(threading.Thread):
    """Answers Access-Requests on a port of the loopback until it is stopped."""

    def __init__(self, authenticator: Authenticator) -> None:
        super().__init__(daemon=True)
        self.authenticator = authenticator
        self.outcomes: list[Outcome] = []
        self.faults: list[BaseException] = []
        self.longest = 0
        self.admits: Callable[[str, str], str] = lambda identity, method: ""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._on = True

    def run(self) -> None:
        while self._on:
            if not select.select([self._socket], [], [], 0.1)[0]:
                continue
            packet, peer = self._socket.recvfrom(4096)
            try:
                reply = self._reply(packet)
            except BaseException as error:  # the test fails with it
                self.faults.append(error)
                continue
            if reply:
                self._socket.sendto(reply, peer)

    def stop(self) -> None:
        self._on = False
        self.join()
        self._socket.close()

    def _reply(self, packet: bytes) -> bytes | None:
        attributes = decode(packet)
        answer = adapter.answer(
            self.authenticator,
            attributes,
            worker=7,
            secret=SECRET,
            request_authenticator=packet[4:20],
            now=time.time(),
            admits=self.admits,
        )
        if answer is None:
            return None
        self.outcomes.append(answer.outcome)
        self.longest = max(self.longest, len(answer.outcome.eap))
        return encode(answer.code, packet[1], packet[4:20], answer.attributes)


def decode(packet: bytes) -> list[tuple[int, bytes]]:
    assert packet[0] == 1
    assert int.from_bytes(packet[2:4], "big") == len(packet)
    attributes, at, zeroed = [], 20, bytearray(packet)
    while at < len(packet):
        kind, length = packet[at], packet[at + 1]
        attributes.append((kind, packet[at + 2 : at + length]))
        if kind == MESSAGE_AUTHENTICATOR:
            zeroed[at + 2 : at + length] = bytes(16)
        at += length
    assert hmac.digest(SECRET, bytes(zeroed), "md5") == dict(attributes)[MESSAGE_AUTHENTICATOR]
    return attributes


def encode(code: int, identifier: int, authenticator: bytes, attributes: list[tuple[int, bytes]]) -> bytes:
    body = b"".join(bytes([kind, 2 + len(value)]) + value for kind, value in attributes)
    head = bytes([code, identifier]) + (20 + 18 + len(body)).to_bytes(2, "big")
    signed = bytes([MESSAGE_AUTHENTICATOR, 18]) + bytes(16) + body
    seal = hmac.digest(SECRET, head + authenticator + signed, "md5")
    whole = bytes([MESSAGE_AUTHENTICATOR, 18]) + seal + body
    return head + hashlib.md5(head + authenticator + whole + SECRET).digest() + whole


@contextmanager
def serving(authenticator: Authenticator) -> Iterator[Front]:
    front = Front(authenticator)
    front.start()
    try:
        yield front
    finally:
        front.stop()
    assert front.faults == []


def eapol_test(front: Front, place: Path, settings: dict[str, str], *options: str) -> str:
    """What the supplicant says of a login with those settings of its own (wpa_supplicant.conf)."""
    lines = "".join(f"  {name}={value}\n" for name, value in {"key_mgmt": "WPA-EAP", **settings}.items())
    file = place / "supplicant.conf"
    file.write_text("network={\n" + lines + "}\n")
    command = ["eapol_test", "-c", str(file), "-a", "127.0.0.1", "-p", str(front.port), "-s", SECRET.decode()]
    done = subprocess.run([*command, "-t", "10", *options], capture_output=True, text=True, timeout=40)
    return done.stdout + done.stderr
