"""MSCHAPv2 (RFC 2759): what a server checks, and what it proves to the peer in return.

The whole strength of this method is one DES key of 56 bits: it is only ever used inside TLS, and only in
realms that ask for it. Names follow section 8 of the RFC.
"""

import hashlib
import hmac

# The library keeps it apart as obsolete, which it is: no other cipher can speak MSCHAPv2.
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from smartsenegal.wifi.radius.eap.md4 import md4

_MAGIC_1 = b"Magic server to client signing constant"
_MAGIC_2 = b"Pad to make it do more than one iteration"


def nt_hash(password: str) -> bytes:
    """NtPasswordHash, section 8.3: MD4 of the password in UTF-16, 16 octets. It is worth the password."""
    return md4(password.encode("utf-16-le"))


def nt_response(authenticator: bytes, peer: bytes, user: bytes, password_hash: bytes) -> bytes:
    """GenerateNTResponse, section 8.1: the 24 octets that only who knows the NT hash can compute.

    `authenticator` and `peer` are the challenges, 16 octets each; `user` is the name as sent.
    """
    challenge = _challenge_hash(peer, authenticator, user)
    keys = password_hash.ljust(21, b"\0")
    return b"".join(_des(keys[at : at + 7], challenge) for at in (0, 7, 14))


def authenticator_response(
    password_hash: bytes, response: bytes, authenticator: bytes, peer: bytes, user: bytes
) -> bytes:
    """GenerateAuthenticatorResponse, section 8.7: "S=" and 40 hexadecimal digits, by which it knows us."""
    digest = hashlib.sha1(md4(password_hash) + response + _MAGIC_1, usedforsecurity=False).digest()
    challenge = _challenge_hash(peer, authenticator, user)
    proof = hashlib.sha1(digest + challenge + _MAGIC_2, usedforsecurity=False)
    return b"S=" + proof.hexdigest().upper().encode()


def verified(password_hash: bytes, response: bytes, authenticator: bytes, peer: bytes, user: bytes) -> bool:
    """Whether the peer's 24 octets are right, in constant time."""
    return hmac.compare_digest(nt_response(authenticator, peer, user, password_hash), response)


def _challenge_hash(peer: bytes, authenticator: bytes, user: bytes) -> bytes:
    name = user.rpartition(b"\\")[2]  # section 4: the name without the domain of Windows
    return hashlib.sha1(peer + authenticator + name, usedforsecurity=False).digest()[:8]


def _des(key: bytes, block: bytes) -> bytes:
    """DES with the 56 bits of `key`: triple DES with thrice the same key is DES."""
    bits = int.from_bytes(key, "big")
    spread = bytes((bits >> 49 - 7 * place & 0x7F) << 1 for place in range(8))
    encryptor = Cipher(TripleDES(spread * 3), modes.ECB()).encryptor()  # noqa: S305 - one block, as the RFC says
    return encryptor.update(block) + encryptor.finalize()
