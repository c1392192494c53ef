"""A gateway's side of RADIUS, as small as it can be: to ask a server whether it does its work."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Discard

_TRIES, _SECONDS = 3, 2.0


class Unanswered(Exception):
    """Nothing authentic came back; the message is a sentence."""


@dataclass(frozen=True)
class Client:
    """Asks the server at an address. The ports are UDP ports."""

    host: str
    port: int
    accounting_port: int
    secret: bytes = field(repr=False)

    def log_in(self, name: str, password: str, calling: str, session: str) -> tuple[bytes | None, str]:
        """The Class of an Access-Accept by PAP; None, and the words of a refusal. Raises Unanswered."""
        authenticator = secrets.token_bytes(16)
        body = (
            codec.attribute(codec.USER_NAME, name)
            + codec.attribute(codec.USER_PASSWORD, codec.hide(password.encode(), self.secret, authenticator))
            + codec.attribute(codec.CALLING_STATION, calling)
            + codec.attribute(codec.SESSION_ID, session)
        )
        request = codec.request(codec.ACCESS_REQUEST, _number(), self.secret, body, authenticator)
        answer = self._ask(self.port, request)
        if answer.code != codec.ACCESS_ACCEPT:
            return None, answer.text(codec.REPLY_MESSAGE)
        return answer.values.get(codec.CLASS, b""), ""

    def report(self, status: int, session: str, calling: str, given: bytes, seconds: int = 0) -> None:
        """An Accounting-Request that the server says it has kept. `status` as Acct-Status-Type."""
        body = (
            codec.attribute(codec.STATUS_TYPE, status)
            + codec.attribute(codec.SESSION_ID, session)
            + codec.attribute(codec.CALLING_STATION, calling)
            + codec.attribute(codec.CLASS, given)
            + codec.attribute(codec.SESSION_TIME, seconds)
        )
        request = codec.request(codec.ACCOUNTING_REQUEST, _number(), self.secret, body)
        answer = self._ask(self.accounting_port, request)
        if answer.code != codec.ACCOUNTING_RESPONSE:
            raise Unanswered(f"Le serveur a répondu au rapport par le code {answer.code}.")

    def _ask(self, port: int, request: bytes) -> codec.Packet:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.settimeout(_SECONDS)
            line.connect((self.host, port))
            for _ in range(_TRIES):
                try:
                    line.send(request)
                    answer = codec.read(line.recv(codec.LARGEST))
                except (TimeoutError, ConnectionRefusedError, Discard):
                    continue
                if answer.identifier == request[1] and codec.answered_by_secret(
                    answer, request[4:20], self.secret
                ):
                    return answer
        raise Unanswered(f"Le serveur RADIUS ne répond pas sur {self.host}, port UDP {port}.")


def _number() -> int:
    return os.urandom(1)[0]
