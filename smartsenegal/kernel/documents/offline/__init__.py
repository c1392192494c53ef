"""A checker in one file, to keep: it knows the public keys and the revoked acts, and needs no network."""

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path

from smartsenegal.lib.trust import Trust

_HERE = Path(__file__).parent


def page(trust: Trust, revocations: bytes, made: datetime) -> bytes:
    """The HTML of the checker, with the keys and the signed list written in.

    Its own policy lets it run its script and nothing else: it cannot send what it is shown.
    """
    style, script = (
        _part("verifier.css"),
        f"const SEALS = {_data(trust, revocations, made)};\n{_part('verifier.js')}",
    )
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src blob:"
    filled = _part("verifier.html").replace("{policy}", policy).replace("{style}", style)
    return filled.replace("{script}", script).encode()


def _part(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _data(trust: Trust, revocations: bytes, made: datetime) -> str:
    keys = [
        {
            "kid": key.kid,
            "public": base64.b64encode(key.public).decode(),
            "not_before": key.not_before.isoformat(timespec="milliseconds"),
            "not_after": key.not_after.isoformat(timespec="milliseconds"),
        }
        for key in trust.seal_keys.values()
    ]
    data = {
        "made": made.isoformat(timespec="milliseconds"),
        "keys": keys,
        "revocations": base64.b64encode(revocations).decode(),
    }
    return json.dumps(data).replace("<", "\\u003c")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
