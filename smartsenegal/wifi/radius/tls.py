"""How we do TLS with gateways and home servers: who is trusted, what we show (RFC 6614 §2.3)."""

from __future__ import annotations

import os
import secrets
import ssl
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from smartsenegal.wifi.radius.eap import WifiAuthority
from smartsenegal.wifi.radius.eap.certificates import chain_pem
from smartsenegal.wifi.radius.radius11 import ALPN

AUTHORITIES = "SMARTSENEGAL_RADIUS_RADSEC_CA"


def server_context(authority: WifiAuthority) -> ssl.SSLContext:
    """TLS 1.2 or 1.3 in which the client has to show a certificate. Raises OSError for a file of
    SMARTSENEGAL_RADIUS_RADSEC_CA that holds no certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    # Nothing is resumed: a certificate is looked at each time.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    shown = authority.server()
    return _prepared(context, authority, shown.chain, shown.key)


def client_context(authority: WifiAuthority, name: str) -> ssl.SSLContext:
    """For home servers: theirs must bear the name or address we call, ours tells who we are."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    certificate, key = authority.issue_peer(name)
    return _prepared(context, authority, (certificate,), key)


def _prepared(
    context: ssl.SSLContext,
    authority: WifiAuthority,
    chain: Sequence[x509.Certificate],
    key: ec.EllipticCurvePrivateKey,
) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(ALPN)
    context.load_verify_locations(cadata=authority.root_pem())
    if others := os.environ.get(AUTHORITIES, ""):
        context.load_verify_locations(cafile=others)
    # OpenSSL reads files only: this one is under a password that is kept nowhere.
    password = secrets.token_bytes(16).hex().encode()
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shown.pem"
        file.write_bytes(chain_pem(chain) + sealed)
        context.load_cert_chain(file, password=password)
    return context
