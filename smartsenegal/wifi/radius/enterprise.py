"""Logins by 802.1X: the conversations of EAP, on what the snapshot holds.

An identity is `login@realm`, as everywhere; that of a certificate is its fingerprint for a login
(`certificate_login`), so that each certificate is an access of its own, closed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.access.api import open_password
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.auth import CHALLENGE, Authoriser, Said, is_password
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.eap import Authenticator, Config, ServerCredential, identities_in, nt_hash
from smartsenegal.wifi.radius.eap import radius as adapter
from smartsenegal.wifi.radius.snapshot import Credential, Gateway, Realm, Snapshot, key_of, steady


class Enterprise:
    """The conversations of one worker, number `worker`. To be asked from one thread."""

    def __init__(
        self,
        snapshot: Snapshot,
        authoriser: Authoriser,
        server: ServerCredential,
        roots: Sequence[x509.Certificate],
        worker: int = 0,
        workers: int = 1,
    ) -> None:
        self._known = snapshot
        self._authoriser = authoriser
        self.worker = worker
        self._workers = workers
        self._authenticator = Authenticator(
            Config(
                server=server,
                client_roots=roots,
                methods_of=self._methods_of,
                check_password=self._check_password,
                nt_hash_of=self._nt_hash_of,
                certificate_holder=self._certificate_holder,
                still_stands=self._still_stands,
            )
        )

    def worker_of(self, packet: Packet) -> int:
        """Who began the conversation: a gateway that changes its port may reach another worker."""
        found = adapter.worker_of([(codec.STATE, packet.values.get(codec.STATE, b""))])
        return found if found is not None and found < self._workers else self.worker

    def answer(self, packet: Packet, gateway: Gateway, now: float) -> Said:
        """The reply to an Access-Request with EAP-Message that is signed. Raises Discard for none."""
        where = self._authoriser.where(packet, gateway)

        def judge(identity: str) -> bytes | str:
            found = self._credential(identity)
            return self._authoriser.admit(packet, gateway, found, where, now) if found else "unknown"

        def admits(identity: str, _method: str) -> str:
            verdict = judge(identity)
            return verdict if isinstance(verdict, str) else ""

        said = adapter.answer(
            self._authenticator,
            _attributes(packet),
            worker=self._state_worker(packet),
            secret=gateway.secret,
            request_authenticator=packet.authenticator,
            now=steady(),
            gateway=gateway.id,
            admits=admits,
        )
        if said is None:
            raise Discard("eap")
        body = b"".join(codec.attribute(kind, value) for kind, value in said.attributes)
        outcome = said.outcome
        if said.code == adapter.ACCEPT:
            # Asked again: some methods end with one more message, and a moment has gone by.
            verdict = judge(outcome.identity)  # type: ignore[union-attr]
            if isinstance(verdict, str):
                refusal = codec.attribute(codec.EAP_MESSAGE, b"\4" + outcome.eap[1:])
                return self._reply(codec.ACCESS_REJECT, packet, gateway, refusal), verdict, where.hotspot
            return self._reply(codec.ACCESS_ACCEPT, packet, gateway, body + verdict), "", where.hotspot
        cause = CHALLENGE if said.code == adapter.CHALLENGE else outcome.cause  # type: ignore[union-attr]
        return self._reply(said.code, packet, gateway, body), cause, where.hotspot

    def _reply(self, code: int, packet: Packet, gateway: Gateway, body: bytes) -> bytes:
        return codec.answer(code, packet, gateway.secret, body)

    def _state_worker(self, packet: Packet) -> int:
        """The worker in the State, when none of ours has that number: it is then answered as unknown."""
        found = adapter.worker_of([(codec.STATE, packet.values.get(codec.STATE, b""))])
        return self.worker if found is None or found < self._workers else found

    # --- what the methods ask ------------------------------------------------------------

    def _methods_of(self, name: str) -> Sequence[str]:
        realm = self._known.realms.get(name)
        return realm.methods if realm and realm.kind == "local" else ()

    def _named(self, identity: str) -> tuple[Realm, str] | None:
        login, _, domain = identity.rpartition("@") if "@" in identity else (identity, "", "")
        realm = self._known.realms.get(domain.lower())
        return (realm, login) if realm and realm.kind == "local" else None

    def _credential(self, identity: str) -> Credential | None:
        named = self._named(identity)
        return self._known.credential(named[0].id, named[1]) if named else None

    def _check_password(self, identity: str, password: str) -> bool:
        found = self._credential(identity)
        login = identity.rpartition("@")[0] or identity
        return found is not None and found.kind == "password" and is_password(found, login, password)

    def _nt_hash_of(self, identity: str) -> bytes | None:
        named, found = self._named(identity), self._credential(identity)
        sealed = self._known.sealed.get(found.id) if found and found.kind == "password" else None
        if named is None or sealed is None:
            return None
        try:
            return nt_hash(open_password(named[0].id, named[1], bytes(sealed)))
        except DecryptionFailed:
            return None

    def _certificate_holder(self, certificate: x509.Certificate) -> str | None:
        login = certificate_login(certificate)
        for name in identities_in(certificate):
            identity = f"{login}@{name.rpartition('@')[2]}"
            found = self._credential(identity)
            if found and found.kind == "certificate" and not found.right.closed_because:
                return identity
        return None

    def _still_stands(self, identity: str, method: str, proven_at: float) -> bool:
        named, found = self._named(identity), self._credential(identity)
        if named is None or found is None or found.right.closed_because:
            return False
        return self._known.changed.get(key_of(named[0].id, named[1]), 0.0) < proven_at


def certificate_login(certificate: x509.Certificate) -> str:
    """Under which login an access of the kind `certificate` is stored: the SHA-256 of it, 64 digits."""
    return certificate.fingerprint(SHA256()).hex()


def _attributes(packet: Packet) -> list[tuple[int, bytes]]:
    once = [kind for kind in adapter.READ if kind in packet.values and kind not in _MANY]
    every = [(kind, value) for kind in _MANY for value in packet.every(kind)]
    return [(kind, packet.values[kind]) for kind in once] + every


_MANY = (codec.EAP_MESSAGE, codec.STATE)
