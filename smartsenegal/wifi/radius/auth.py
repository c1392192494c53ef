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
    Where,
    decide,
    installation_key,
    login_of_mac,
    login_of_voucher,
    of_device,
    open_password,
    read_voucher,
    verifier,
)
from smartsenegal.wifi.network import api as network
from smartsenegal.wifi.radius import classes, codec
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.dictionary import own
from smartsenegal.wifi.radius.snapshot import Credential, Gateway, Realm, Snapshot
from smartsenegal.wifi.sessions.api import device_of, session_family

# An unknown login and a wrong password are told apart in the counters only: nobody may try logins.
_SENTENCES = REFUSALS | {"unknown": REFUSALS["secret"]}
_MICROSECOND = 1_000_000
CHALLENGE = "challenge"

# An access point is named by each device that asks.
_access_point = lru_cache(maxsize=8192)(network.mac)

# The reply; why it is a refusal ("" for an Access-Accept, CHALLENGE for neither); the hotspot, when known.
Said = tuple[bytes, str, int | None]


class Authoriser:
    """Answers Access-Requests that are authentic, from one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._known = snapshot
        self._class_key = installation_key("class")
        self._cui_key = installation_key("chargeable-user")

    def answer(self, packet: Packet, gateway: Gateway, now: float) -> Said:
        """What a request is answered. `now` in epoch seconds."""
        where = self.where(packet, gateway)
        found = self._judge(packet, gateway, where, now)
        if isinstance(found, bytes):
            return codec.answer(codec.ACCESS_ACCEPT, packet, gateway.secret, found), "", where.hotspot
        reply = codec.answer(codec.ACCESS_REJECT, packet, gateway.secret, why_not(packet, found))
        return reply, found, where.hotspot

    def where(self, packet: Packet, gateway: Gateway) -> Where:
        """Where a request comes from."""
        return self._known.where(gateway, _access_point(packet.text(codec.CALLED_STATION)[:17]))

    def _judge(self, packet: Packet, gateway: Gateway, where: Where, now: float) -> bytes | str:
        if codec.EAP_MESSAGE in packet.values:
            return "method"
        found = self._who(packet, gateway)
        return found if isinstance(found, str) else self.admit(packet, gateway, found, where, now)

    def admit(
        self, packet: Packet, gateway: Gateway, found: Credential, where: Where, now: float
    ) -> bytes | str:
        """The attributes that who has proved this credential is granted here and now, or why nothing.

        What serves at one place does so by the gateways of that place, and by others at its access points.
        """
        if found.right.hotspot not in (None, where.hotspot, gateway.hotspot):
            return "place"
        now_us = int(now * _MICROSECOND)
        use = self._known.use(found.right.holder, now_us)
        device = self._device(packet, use.devices, now_us)
        rules = self._known.rules_at(where.hotspot)
        seated = found.id in self._known.seats and self._known.is_seated(
            found.id, network.mac(packet.text(codec.CALLING_STATION)), now_us
        )
        verdict = decide(found.right, rules, self._known.plans, use, where, device, now, seated=seated)
        if isinstance(verdict, Refusal):
            return verdict.cause
        return self._accept(packet, gateway, found, verdict, now)

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
        found = self._known.credential(realm.id, login.lower()) or self._voucher(realm, login)
        if found is None:
            return "unknown"
        return self._proved(packet, gateway, realm, login.lower(), found)

    def _voucher(self, realm: Realm, typed: str) -> Credential | None:
        """A voucher whose code came as the name: it is stored under a keyed hash."""
        code = read_voucher(typed)
        return self._known.credential(realm.id, login_of_voucher(code)) if code else None

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
            right = is_password(found, login, password) or self._is_of_device(packet, found, password)
            return found if right else "secret"
        if codec.CHAP_PASSWORD in packet.values:
            return self._by_chap(packet, realm, login, found)
        return "method"

    def _is_of_device(self, packet: Packet, found: Credential, password: str) -> bool:
        """Whether it is the password of a token that this device alone may present."""
        address = network.mac(packet.text(codec.CALLING_STATION)) if found.kind == "token" else None
        return address is not None and is_password(found, "", of_device(password, address))

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
        """The device's hash of today; that of yesterday while a session that has it goes on.

        Asked only to tell it from the devices that are on: nothing when none is.
        """
        if not on:
            return b""
        calling = packet.text(codec.CALLING_STATION)
        if not calling:
            return b""
        address = network.mac(calling) or calling.lower()
        day = now_us // (86_400 * _MICROSECOND)
        key, before = self._known.day_keys.get(day), self._known.day_keys.get(day - 1)
        today = device_of(key, address) if key else b""
        if before and today not in on:
            yesterday = device_of(before, address)
            if yesterday in on or not key:
                return yesterday
        return today

    # --- what is granted ---------------------------------------------------------------

    def _accept(
        self, packet: Packet, gateway: Gateway, found: Credential, grant: Grant, now: float
    ) -> bytes:  # fmt: skip
        limits = grant.limits
        given = network.Limits(
            grant.seconds, grant.octets, limits.idle_seconds, limits.down_kbps, limits.up_kbps,
            gateway.interim_seconds,
        )  # fmt: skip
        nonce = self._nonce(packet, gateway, found, now)
        entry = classes.Entry(found.id, found.right.holder, limits.plan, nonce)
        tail = _limits(gateway.kind, given) + codec.attribute(
            codec.CLASS, classes.encode(self._class_key, entry)
        )
        if codec.CHARGEABLE_USER in packet.values:
            tail += codec.attribute(codec.CHARGEABLE_USER, self._chargeable(packet, gateway, found))
        return tail

    def _nonce(self, packet: Packet, gateway: Gateway, found: Credential, now: float) -> bytes:
        """What tells this session from others with its number: that of the session that goes on, if one does
        (802.1X asks again every hour)."""
        nas_session = packet.values.get(codec.SESSION_ID, b"")
        calling = packet.values.get(codec.CALLING_STATION, b"")
        if nas_session and found.right.holder in self._known.of_holder:
            text = packet.text(codec.CALLING_STATION)
            address = network.mac(text) or text.lower()
            day = int(now) // 86_400
            keys = (self._known.day_keys.get(one) for one in (day, day - 1))
            family = session_family(gateway.id, packet.text(codec.SESSION_ID).encode())
            devices = [device_of(key, address) for key in keys if key and address]
            if goes_on := self._known.nonce_of(found.right.holder, family, devices):
                return goes_on
        return classes.nonce(self._class_key, gateway.id, nas_session, calling, found.id, now)

    def _chargeable(self, packet: Packet, gateway: Gateway, found: Credential) -> str:
        """Who it is, for one operator: the same at each visit there, unrelated elsewhere (RFC 4372 §2.2)."""
        operator = packet.text(codec.OPERATOR_NAME) or gateway.code
        whole = f"{found.right.holder}:{operator}".encode()
        return hmac.digest(self._cui_key, whole, "sha256")[:16].hex()


def is_password(found: Credential, login: str, password: str) -> bool:
    """Whether it is the password of a credential."""
    if found.verifier:
        return hmac.compare_digest(verifier(password), found.verifier)
    # The code of a voucher is its own secret: pages ask for it once, gateways repeat it as the password.
    return found.kind == "voucher" and password.lower() in ("", login)


@lru_cache(maxsize=8192)
def _limits(kind: str, limits: network.Limits) -> bytes:
    return b"".join(own()[name].encode(value) for name, value in network.attributes(kind, limits))


def why_not(packet: Packet, cause: str) -> bytes:
    """Reply-Message; for EAP an EAP-Failure instead, which may not have one beside it (RFC 3579 §2.6.5)."""
    eap = packet.values.get(codec.EAP_MESSAGE)
    if eap is not None:
        identifier = eap[1] if len(eap) > 1 else 0
        return codec.attribute(codec.EAP_MESSAGE, bytes((4, identifier, 0, 4)))
    return codec.attribute(codec.REPLY_MESSAGE, _SENTENCES[cause])
