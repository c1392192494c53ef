"""TLS sessions that may be resumed, and whose they are.

The sessions themselves are kept by the devices, sealed in tickets, or by the TLS library; here is only, by
the fingerprint of a session's secret, who proved what and when. Only logins that succeeded enter, so a flood
drives none out.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """Who authenticated, how, and when (epoch seconds)."""

    identity: str
    method: str
    at: float


class Sessions:
    """At most `limit` proofs, each for `seconds` after it was given."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._proofs: OrderedDict[bytes, Proof] = OrderedDict()

    def __len__(self) -> int:
        return len(self._proofs)

    def remember(self, secrets: Iterable[bytes], proof: Proof, now: float) -> None:
        """Keep the proof under each secret of the session (TLS 1.3 gives one a ticket)."""
        for secret in secrets:
            self._proofs[_fingerprint(secret)] = proof
        while len(self._proofs) > self._limit:
            self._proofs.popitem(last=False)
        self._drop_old(now)

    def find(self, secret: bytes, now: float) -> Proof | None:
        """The proof given in the session that this secret belongs to, unless it is too old or forgotten."""
        proof = self._proofs.get(_fingerprint(secret))
        return proof if proof and now - proof.at < self._seconds else None

    def forget(self, identity: str) -> int:
        """Drop all of a person's sessions; says how many."""
        gone = [key for key, proof in self._proofs.items() if proof.identity == identity]
        for key in gone:
            del self._proofs[key]
        return len(gone)

    def clear(self) -> None:
        """Drop all."""
        self._proofs.clear()

    def _drop_old(self, now: float) -> None:
        # Resumed logins bring in proofs of before, so the order is not quite that of time: what stays a
        # little longer is refused by `find`.
        while self._proofs and now - next(iter(self._proofs.values())).at >= self._seconds:
            self._proofs.popitem(last=False)


def _fingerprint(secret: bytes) -> bytes:
    return hashlib.sha256(b"smartsenegal tls session v1" + secret).digest()
