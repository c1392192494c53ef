"""Orders to a gateway by RadSec, down the connection that it opened, by the processes as they run."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from smartsenegal.wifi.network.api import Limits, Nas
from smartsenegal.wifi.radius import authority, codec
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from smartsenegal.wifi.sessions.api import order_disconnect, order_limits
from tests.wifi.radius.conftest import Radius, until
from tests.wifi.radius.test_dae import a_session, state_of
from tests.wifi.radius.test_radsec import SECRET, show

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "far.example.sn"


class Client:
    """A gateway that is connected, and answers when it is told to."""

    def __init__(self, line: ssl.SSLSocket) -> None:
        self.line = line
        self.modern = line.selected_alpn_protocol() == "radius/1.1"

    def next(self) -> codec.Packet:
        head = self._exactly(4)
        return codec.read(head + self._exactly((head[2] << 8 | head[3]) - 4))

    def answer(self, code: int, request: codec.Packet, checked: bool = True) -> None:
        if self.modern:
            assert codec.MESSAGE_AUTHENTICATOR not in request.values
            self.line.sendall(bytes((code, 0, 0, 20)) + request.raw[4:8] + bytes(12))
            return
        assert codec.sealed_by_secret(request, SECRET) == checked
        self.line.sendall(codec.answer(code, request, SECRET))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.line.recv(size - len(data))
            assert more, "the connection ended"
            data += more
        return data


@contextmanager
def connected(port: int, *speaks: str) -> Iterator[Client]:
    shown = authority.ensure()
    context = ssl.create_default_context(cadata=shown.root_pem())
    context.check_hostname = False
    if speaks:
        context.set_alpn_protocols(speaks)
    certificate, key = shown.issue_peer(NAME)
    show(context, chain_pem([certificate]) + key_pem(key))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain) as line,
    ):
        yield Client(line)


@pytest.fixture
def far(gateway: Nas) -> Nas:
    """A gateway by RadSec, known before the server starts."""
    return Nas.objects.create(
        code="far", gateway="mikrotik", transport="radsec", certificate_name=NAME, interim_seconds=60
    )


def test_an_order_goes_down_the_connection_of_its_gateway_and_is_settled_by_its_answer(
    far: Nas, radius: Radius
) -> None:
    session = a_session(far)
    order = order_disconnect(session, "Awa Sarr", "À sa demande")
    with connected(radius.radsec_port) as client:
        request = client.next()
        assert (request.code, request.text(codec.SESSION_ID)) == (
            codec.DISCONNECT_REQUEST, session.nas_session,
        )  # fmt: skip
        assert state_of(order) == "pending"
        # What answers nothing that was asked ends the connection, and settles nothing.
        client.answer(codec.DISCONNECT_ACK, codec.read(bytes((40, 99)) + request.raw[2:]), checked=False)
        with pytest.raises(AssertionError, match="ended"):
            client.next()
    assert state_of(order) == "pending"
    with connected(radius.radsec_port) as client:
        client.answer(codec.DISCONNECT_ACK, client.next())
        until(lambda: state_of(order) == "done")
    with connected(radius.radsec_port, "radius/1.1") as client:
        assert client.modern
        limits = order_limits(session, Limits(seconds=90), "règle", "Site plein")
        request = client.next()
        assert request.number(codec.SESSION_TIMEOUT) == 90
        client.answer(codec.COA_NAK, request)
        until(lambda: state_of(limits) == "refused")
