"""What an Access-Request is answered: PAP, CHAP, recognised devices, vouchers, entries by the portal.

`access.decide` says who gets in; it is asked with what the snapshot holds, and its answer becomes attributes.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.access.api import (
    REFUSALS,
    Grant,
    Refusal,
    decide,
    installation_key,
    login_of_mac,
    open_password,
    verifier,
)
from smartsenegal.wifi.network import api as network
from smartsenegal.wifi.radius import classes, codec
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.dictionary import own
from smartsenegal.wifi.radius.snapshot import Credential, Gateway, Realm, Snapshot
from smartsenegal.wifi.sessions.api import device_of

# An unknown login and a wrong password are told apart in the counters only: nobody may try logins.
_SENTENCES = REFUSALS | {
    "unknown": REFUSALS["secret"],
    "realm": "Ce domaine n’est pas connu.",
    "elsewhere": "Le réseau de ce domaine n’est pas joint.",
}
_MICROSECOND = 1_000_000


class Authoriser:
    """Answers Access-Requests that are authentic, from one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._known = snapshot
        self._class_key = installation_key("class")
        self._cui_key = installation_key("chargeable-user")

    def answer(self, packet: Packet, gateway: Gateway, now: float) -> tuple[bytes, str]:
        """The reply, and why it is a refusal ("" for an Access-Accept). `now` in epoch seconds."""
        found = self._judge(packet, gateway, now)
        if isinstance(found, bytes):
            return codec.answer(codec.ACCESS_ACCEPT, packet, gateway.secret, found), ""
        return codec.answer(codec.ACCESS_REJECT, packet, gateway.secret, _why_not(packet, found)), found

    def _judge(self, packet: Packet, gateway: Gateway, now: float) -> bytes | str:
        if codec.EAP_MESSAGE in packet.values:
            return "method"
        found = self._who(packet, gateway)
        if isinstance(found, str):
            return found
        now_us = int(now * _MICROSECOND)
        use = self._known.use(found.right.holder, now_us)
        device = self._device(packet, use.devices, now_us)
        where = self._known.where(gateway, network.mac(packet.text(codec.CALLED_STATION)[:17]))
        rules = self._known.rules_at(where.hotspot)
        verdict = decide(found.right, rules, self._known.plans, use, where, device, now)
        if isinstance(verdict, Refusal):
            return verdict.cause
        return self._accept(packet, gateway, found, verdict)

    # --- who is it -------------------------------------------------------------------

    def _who(self, packet: Packet, gateway: Gateway) -> Credential | str:
        """The credential that was proved, or why not."""
        name = packet.text(codec.USER_NAME).strip()
        if (address := network.mac(name)) and address == network.mac(packet.text(codec.CALLING_STATION)):
            return self._recognised(address)
        login, _, domain = name.rpartition("@") if "@" in name else (name, "", "")
        realm = self._known.realms.get(domain.lower())
        if realm is None:
            return "realm"
        if realm.kind != "local":
            return "elsewhere"
        found = self._known.credential(realm.id, login.lower())
        if found is None:
            return "unknown"
        return self._proved(packet, gateway, realm, login.lower(), found)

    def _recognised(self, address: str) -> Credential | str:
        """A device that the gateway names by its own address (RFC 2865 §5.6, Call-Check)."""
        realm = self._known.realms.get("")
        found = self._known.credential(realm.id, login_of_mac(address)) if realm else None
        return found if found and found.kind == "mac" else "unknown"

    def _proved(
        self, packet: Packet, gateway: Gateway, realm: Realm, login: str, found: Credential
    ) -> Credential | str:
        if found.kind in ("mac", "certificate"):
            return "method"
        if codec.USER_PASSWORD in packet.values:
            hidden = packet.values[codec.USER_PASSWORD]
            password = codec.reveal(hidden, gateway.secret, packet.authenticator).decode("utf-8", "replace")
            return found if _is_password(found, login, password) else "secret"
        if codec.CHAP_PASSWORD in packet.values:
            return self._by_chap(packet, realm, login, found)
        return "method"

    def _by_chap(self, packet: Packet, realm: Realm, login: str, found: Credential) -> Credential | str:
        sealed = self._known.sealed.get(found.id)
        if sealed is None:
            return "method"
        try:
            password = open_password(realm.id, login, sealed)
        except DecryptionFailed:
            return "method"
        return found if codec.chap(packet, password.encode()) else "secret"

    def _device(self, packet: Packet, on: frozenset[bytes], now_us: int) -> bytes:
        """The device's hash of today; that of yesterday while a session that has it goes on."""
        calling = packet.text(codec.CALLING_STATION)
        if not calling:
            return b""
        address = network.mac(calling) or calling.lower()
        day = now_us // (86_400 * _MICROSECOND)
        keys = (self._known.day_keys.get(day - shift) for shift in (0, 1))
        hashes = [device_of(key, address) for key in keys if key]
        return next((h for h in hashes if h in on), hashes[0] if hashes else b"")

    # --- what is granted ---------------------------------------------------------------

    def _accept(self, packet: Packet, gateway: Gateway, found: Credential, grant: Grant) -> bytes:
        limits = grant.limits
        given = network.Limits(
            grant.seconds, grant.octets, limits.idle_seconds, limits.down_kbps, limits.up_kbps,
            gateway.interim_seconds,
        )  # fmt: skip
        calling, nas_session = (
            packet.values.get(kind, b"") for kind in (codec.CALLING_STATION, codec.SESSION_ID)
        )
        nonce = classes.nonce(self._class_key, gateway.id, nas_session, calling, found.id)
        entry = classes.Entry(found.id, found.right.holder, limits.plan, nonce)
        tail = _limits(gateway.kind, given) + codec.attribute(
            codec.CLASS, classes.encode(self._class_key, entry)
        )
        if codec.CHARGEABLE_USER in packet.values:
            tail += codec.attribute(codec.CHARGEABLE_USER, self._chargeable(packet, gateway, found))
        return tail

    def _chargeable(self, packet: Packet, gateway: Gateway, found: Credential) -> str:
        """Who it is, for one operator: the same at each visit there, unrelated elsewhere (RFC 4372 §2.2)."""
        operator = packet.text(codec.OPERATOR_NAME) or gateway.code
        whole = f"{found.right.holder}:{operator}".encode()
        return hmac.digest(self._cui_key, whole, "sha256")[:16].hex()


def _is_password(found: Credential, login: str, password: str) -> bool:
    if found.verifier:
        return hmac.compare_digest(verifier(password), found.verifier)
    # The code of a voucher is its own secret: pages ask for it once, gateways repeat it as the password.
    return found.kind == "voucher" and password.lower() in ("", login)


@lru_cache(maxsize=8192)
def _limits(kind: str, limits: network.Limits) -> bytes:
    return b"".join(own()[name].encode(value) for name, value in network.attributes(kind, limits))


def _why_not(packet: Packet, cause: str) -> bytes:
    """Reply-Message; for EAP an EAP-Failure instead, which may not have one beside it (RFC 3579 §2.6.5)."""
    eap = packet.values.get(codec.EAP_MESSAGE)
    if eap is not None:
        identifier = eap[1] if len(eap) > 1 else 0
        return codec.attribute(codec.EAP_MESSAGE, bytes((4, identifier, 0, 4)))
    return codec.attribute(codec.REPLY_MESSAGE, _SENTENCES[cause])
