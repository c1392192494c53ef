"""Signed CBOR: COSE_Sign1 (RFC 9052, section 4.2) with EdDSA on Ed25519 (RFC 9053, section 2.2).

    18([ << {1: -8, 4: kid} >>, {}, payload, signature ])

The signature covers ["Signature1", protected header, context, payload]. The context (the external_aad of
section 4.3) says what the message is for, so that a signed list can never pass for a signed seal. Exactly one
sequence of bytes is accepted for a message: whatever is not covered by the signature is fixed.
"""

from collections.abc import Callable
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGN1_TAG = 18
EDDSA = -8
_ALGORITHM, _KEY_ID = 1, 4
_KID_BYTES = 4
_DEPTH = 8


class CoseRefused(ValueError):
    """The bytes are no message of this form, or the signature is not of the key named."""


def sign1(payload: bytes, context: bytes, key: Ed25519PrivateKey, kid: str) -> bytes:
    """The signed message; `kid` is 8 hexadecimal characters, sent as 4 bytes."""
    protected = cbor2.dumps({_ALGORITHM: EDDSA, _KEY_ID: bytes.fromhex(kid)})
    return _encode(protected, payload, key.sign(_to_be_signed(protected, context, payload)))


def open1(message: bytes, context: bytes, verify: Callable[[str, bytes, bytes], bool]) -> tuple[str, bytes]:
    """The key's name and the payload, once `verify(kid, signature, signed_bytes)` has said yes.

    Raises CoseRefused otherwise, and lets through what `verify` raises for an unknown key.
    """
    protected, payload, signature = _decode(message)
    header = decode(protected)
    kid = header.get(_KEY_ID) if isinstance(header, dict) else None
    if not isinstance(kid, bytes) or len(kid) != _KID_BYTES or header != {_ALGORITHM: EDDSA, _KEY_ID: kid}:
        raise CoseRefused("The protected header is of another form")
    if not verify(kid.hex(), signature, _to_be_signed(protected, context, payload)):
        raise CoseRefused("The signature is false")
    return kid.hex(), payload


def decode(data: bytes) -> Any:
    """One CBOR item and nothing after it, shallow, without repeated keys. Raises CoseRefused."""
    try:
        return cbor2.loads(data, max_depth=_DEPTH, allow_indefinite=False, allow_duplicate_keys=False)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError):
        raise CoseRefused("This is not CBOR") from None


def _decode(message: bytes) -> tuple[bytes, bytes, bytes]:
    tagged = decode(message)
    parts = tagged.value if isinstance(tagged, cbor2.CBORTag) else None
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        raise CoseRefused("This is no signed message")
    protected, _, payload, signature = parts
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise CoseRefused("This is no signed message")
    if _encode(protected, payload, signature) != message:
        raise CoseRefused("The message is encoded in another way")
    return protected, payload, signature


def _encode(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature]))


def _to_be_signed(protected: bytes, context: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, context, payload])
