"""Signature of Wave's callbacks (docs.wave.com/webhook), shared with the demonstration operator."""

import hashlib
import hmac


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256, under the callback's secret, of the timestamp followed by the raw body."""
    return hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).hexdigest()


def is_right(header: str, body: bytes, secret: str) -> bool:
    """Whether one `v1` of a `Wave-Signature` header fits (there are two while a secret is replaced)."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    timestamps = [value for name, _, value in parts if name == "t"]
    if not secret or len(timestamps) != 1:
        return False
    right = sign(secret, timestamps[0], body).encode()
    return any(hmac.compare_digest(right, value.encode()) for name, _, value in parts if name == "v1")
