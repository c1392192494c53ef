"""openNDS, forwarding authentication at level 3.

Documents: `fas-aes-https.php`, `authmon.sh` and `binauth_log.sh` of openNDS 9.10. The redirect is sealed with
the key of the gateway (AES-256-CBC); the gateway itself comes for the list of devices to let in, and says
which it did. It speaks no RADIUS: limits stand in the list, and the end of a session in a notice.

Whoever is behind a gateway asks from its address, and may read its name: a question proves nothing by these.
The notice of an end is held by the token of the session, whose hash (`hid`) came sealed in the redirect; a
restart, by a word made of the key. The `clear` of authmon proves nothing and ends nothing.
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from smartsenegal.wifi.network.api import RESTARTED, Limits, mac, proof_of_restart
from smartsenegal.wifi.portal.doors.base import Arrival, DoorRefused, Exit, Gateway, web_url

_KEY, _BLOCK = 32, 16
_LONGEST = 4096
# A restart is told within minutes; what came later would end sessions that began since.
RESTART_SECONDS = 3600


class OpenNDS:
    kind = "opennds"
    tried = "bytes sealed as PHP's openssl_encrypt does, the questions its authmon.sh asks; never on a device"

    def claims(self, query: Mapping[str, str]) -> bool:
        return "fas" in query and "iv" in query

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        told = opened(query["fas"], query["iv"], gateway.secret)
        if told is None or not gateway.named(unquote(told.get("gatewayname", ""))):
            return None
        if not told.get("hid"):
            raise DoorRefused("the redirect names no device")
        back = {"rhid": _rhid(told["hid"], gateway)}
        return Arrival(
            gateway.id, mac(told.get("clientmac", "")) or "", told.get("clientip", "")[:45],
            web_url(told.get("originurl", "")), back,
        )  # fmt: skip

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        return Exit(then)


def opened(fas: str, iv: str, secret: bytes) -> dict[str, str] | None:
    """The parameters under the key of a gateway; None when they are not under that key.

    As `openssl_decrypt` of PHP: base64 twice, the key filled with zeros or cut at 32 octets, the vector taken
    as text.
    """
    if len(fas) > _LONGEST or len(iv.encode()) != _BLOCK:
        return None
    try:
        # A blank is a plus that a browser read as one.
        sealed = b64decode(b64decode(fas.replace(" ", "+"), validate=True), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not sealed or len(sealed) % _BLOCK:
        return None
    key = secret[:_KEY].ljust(_KEY, b"\0")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv.encode())).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    filling = plain[-1]
    if not 1 <= filling <= _BLOCK or plain[-filling:] != bytes([filling]) * filling:
        return None
    try:
        text = plain[:-filling].decode()
    except UnicodeDecodeError:
        return None
    pairs = (part.partition("=") for part in text.split(", "))
    return {name.strip(): value for name, _, value in pairs}


def gateway_hash(gateway: Gateway) -> str:
    """The name under which a gateway comes for its list: hashed as it is written in an address."""
    written = re.sub(
        rb"[^A-Za-z0-9_.~-]", lambda found: b"%%%02x" % ord(found[0]), gateway.identifier.encode()
    )
    return sha256(written).hexdigest()


def _rhid(hid: str, gateway: Gateway) -> str:
    return sha256(hid.encode() + gateway.secret).hexdigest()


def listed(rhid: str, limits: Limits, number: str) -> str:
    """One device of the list: what `ndsctl auth` takes. Minutes, kbit/s, kB; 0 is "no limit".

    A volume is counted both ways here and each way there: each way is given all of it.
    """
    minutes = 0 if limits.seconds is None else max(1, -(-limits.seconds // 60))
    kilobytes = 0 if limits.octets is None else max(1, limits.octets // 1000)
    up, down = limits.up_kbps or 0, limits.down_kbps or 0
    return quote(f"{rhid} {minutes} {up} {down} {kilobytes} {kilobytes} {number}", safe="")


@dataclass(frozen=True)
class Ended:
    """What a gateway says of a session that ended: seconds since 1970, octets from and to the device.

    `rhid` names the session: only who has its token can make it.
    """

    mac: str
    rhid: str
    started: int
    ended: int
    octets_in: int
    octets_out: int


def ended(payload: str, gateway: Gateway) -> Ended | None:
    """The notice of a session that ended (`deauthed`); None when it cannot be read.

    9.10 writes values as they are, 11 between quotes.
    """
    pairs = (part.partition("=") for part in payload.strip().split(", "))
    told = {name.strip(): value.strip().strip('"') for name, _, value in pairs}
    numbers = [
        told.get(name, "") for name in ("session_start", "session_end", "bytes_incoming", "bytes_outgoing")
    ]
    address = mac(told.get("clientmac", ""))
    if address is None or not all(n.isascii() and n.isdigit() and len(n) < 19 for n in numbers):
        return None
    started, over, incoming, outgoing = map(int, numbers)
    rhid = _rhid(sha256(told.get("token", "").encode()).hexdigest(), gateway)
    return Ended(address, rhid, started, over, outgoing, incoming)


def restarted(payload: str, gateway: Gateway) -> int | None:
    """Since how many seconds a gateway runs that says it started again; None when it does not prove it."""
    said, seconds, proof = [*payload.split(), "", "", ""][:3]
    right = proof_of_restart(gateway.secret.decode("utf-8", "replace"))
    if said != RESTARTED or not hmac.compare_digest(proof.encode(), right.encode()):
        return None
    known = seconds.isascii() and seconds.isdigit() and len(seconds) < 9
    return int(seconds) if known and int(seconds) <= RESTART_SECONDS else None


DOOR = OpenNDS()
