"""The server's side of TLS without a socket: octets in, octets out (pyOpenSSL over memory).

Python's own `ssl` gives no keying material (RFC 5705), which all these methods need.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from cryptography import x509
from OpenSSL import SSL
from OpenSSL.crypto import X509

from smartsenegal.wifi.radius.eap.certificates import ServerCredential

TLS_1_2, TLS_1_3 = SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION

_CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
_STEP = SSL.SSL_CB_ACCEPT_LOOP
_PIECE = 16 * 1024


class TLSRefused(Exception):
    """The handshake or a record failed; what `outgoing` still gives is the alert that says so."""


class Trace:
    """What is seen of the secrets of a session while the handshake goes on.

    `resumed` is the secret of the session that the peer resumed, None in a full handshake; `issued` are those
    of the sessions it may resume later.
    """

    __slots__ = ("holder", "issued", "refused", "resumed")

    def __init__(self) -> None:
        self.resumed: bytes | None = None
        self.issued: set[bytes] = set()
        self.holder: str | None = None
        self.refused = False


def _watch(connection: SSL.Connection, where: int, result: int) -> None:
    trace = connection.get_app_data()
    if where != _STEP or not isinstance(trace, Trace):
        return
    state = connection.get_state_string()
    if state.endswith(b"write server hello"):
        trace.resumed = _secret(connection)
    elif state.endswith((b"read finished", b"write session ticket")) and (key := _secret(connection)):
        trace.issued.add(key)


def _secret(connection: SSL.Connection) -> bytes | None:
    """The session's secret: the master secret of TLS 1.2, the key of the last ticket of TLS 1.3."""
    try:
        return connection.master_key()
    except SSL.Error:  # none yet: so it is while a handshake is a full one
        return None


def server_context(
    server: ServerCredential,
    *,
    session_seconds: int,
    client_roots: Sequence[x509.Certificate] | None = None,
    holder: Callable[[x509.Certificate], str | None] | None = None,
    versions: tuple[int, int] = (TLS_1_2, TLS_1_3),
) -> SSL.Context:
    """The settings of one EAP type: a session of one cannot be resumed in another (RFC 9427, section 4).

    With `holder` the peer must show a certificate of one of `client_roots`, for which `holder` knows
    somebody; otherwise the handshake ends with an alert.
    """
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(versions[0])
    context.set_max_proto_version(versions[1])
    context.set_cipher_list(_CIPHERS)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    if not session_seconds:
        context.set_options(SSL.OP_NO_TICKET)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)
    context.use_certificate(server.chain[0])
    for above in server.chain[1:]:
        context.add_extra_chain_cert(above)
    context.use_privatekey(server.key)
    # A device keeps its session itself, sealed in a ticket. Many supplicants take no ticket with TLS 1.2: for
    # them the library keeps 20,480 sessions, and `Tunnel.keep` lets only those stay that proved somebody.
    context.set_session_cache_mode(SSL.SESS_CACHE_SERVER if session_seconds else SSL.SESS_CACHE_OFF)
    context.set_session_id(secrets.token_bytes(16))
    context.set_timeout(max(1, session_seconds))
    context.set_info_callback(_watch)
    if holder is not None:
        _ask_certificate(context, client_roots or (), holder)
    else:
        context.set_verify(SSL.VERIFY_NONE)
    return context


def _ask_certificate(
    context: SSL.Context,
    roots: Sequence[x509.Certificate],
    holder: Callable[[x509.Certificate], str | None],
) -> None:
    store = context.get_cert_store()
    assert store is not None
    for root in roots:
        store.add_cert(X509.from_cryptography(root))
        context.add_client_ca(root)

    def verify(connection: SSL.Connection, shown: X509, error: int, depth: int, whole: int) -> bool:
        trace = connection.get_app_data()
        if not whole or depth or not isinstance(trace, Trace):
            return bool(whole)
        try:
            certificate = shown.to_cryptography()
        except ValueError:  # good enough for OpenSSL, and not for the stricter reader
            trace.refused = True
            return False
        trace.holder = holder(certificate)
        trace.refused = trace.holder is None
        return not trace.refused

    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify)


class Tunnel:
    """One TLS connection. Everything that OpenSSL refuses comes out as TLSRefused."""

    __slots__ = ("_connection", "established", "trace")

    def __init__(self, context: SSL.Context) -> None:
        self.trace = Trace()
        self._connection = SSL.Connection(context, None)
        self._connection.set_app_data(self.trace)
        self._connection.set_accept_state()
        self.established = False

    @property
    def tls13(self) -> bool:
        """Whether the version agreed on is 1.3."""
        return self._connection.get_protocol_version() >= TLS_1_3

    def receive(self, octets: bytes) -> bytes:
        """Take octets of the peer, go on with the handshake; returns what it says inside, once established.

        Raises TLSRefused.
        """
        try:
            if octets:
                self._connection.bio_write(octets)
            if not self.established:
                self._connection.do_handshake()
                self.established = True
            return self._clear()
        except SSL.WantReadError:
            return b""
        except (SSL.Error, OverflowError) as error:
            raise TLSRefused(_reason(error)) from None

    def _clear(self) -> bytes:
        said = b""
        while True:
            try:
                said += self._connection.recv(_PIECE)
            except SSL.WantReadError:
                return said

    def send(self, clear: bytes) -> None:
        """Say something inside. Raises TLSRefused."""
        try:
            self._connection.send(clear)
        except SSL.Error as error:
            raise TLSRefused(_reason(error)) from None

    def outgoing(self) -> bytes:
        """The octets to carry to the peer, which may be none."""
        octets = b""
        while True:
            try:
                octets += self._connection.bio_read(_PIECE)
            except SSL.WantReadError:
                return octets

    def export(self, label: bytes, size: int, context: bytes | None) -> bytes:
        """Keying material of the session (RFC 5705)."""
        return self._connection.export_keying_material(label, size, context)

    def keep(self) -> None:
        """Nothing more will be said, and the session may be resumed: else it goes with the connection.

        The library drops the session of a connection that goes without having been closed properly.
        """
        self._connection.set_shutdown(SSL.SENT_SHUTDOWN | SSL.RECEIVED_SHUTDOWN)

    def peer_certificate(self) -> x509.Certificate | None:
        """The certificate that the peer showed, in this handshake or in the one it resumes."""
        return self._connection.get_peer_certificate(as_cryptography=True)


def _reason(error: Exception) -> str:
    if isinstance(error, SSL.ZeroReturnError):
        return "the peer closed"
    words = error.args[0] if error.args else ()
    if isinstance(words, list | tuple) and words and isinstance(words[-1], tuple):
        return str(words[-1][-1])
    return type(error).__name__
