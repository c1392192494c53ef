"""PEAP version 0 with EAP-MSCHAPv2 inside, as Windows and every supplicant speak it.

No RFC holds it: [MS-PEAP] and draft-kamath-pppext-peapv0 do, draft-kamath-pppext-eap-mschapv2 for what is
inside. Packets inside have no header of EAP, except those of type 33 that tell the result. The cryptographic
binding is optional there and not offered.
"""

import secrets

from smartsenegal.wifi.radius.eap import identities, mschapv2
from smartsenegal.wifi.radius.eap.methods.base import Method, Proven, Refused, Setting
from smartsenegal.wifi.radius.eap.packets import Code, Malformed, Packet, Type, decode_response
from smartsenegal.wifi.radius.eap.sessions import Proof

METHOD = "peap-mschapv2"

_CHALLENGE, _RESPONSE, _SUCCESS, _FAILURE = 1, 2, 3, 4
_VALUE = 49
_RESULT = bytes.fromhex("80030002")  # a mandatory TLV, Result, of two octets
_WENT_WELL, _WENT_WRONG = b"\0\1", b"\0\2"
_NAME = b"smartsenegal"


class Peap(Method):
    """Inside: who are you, a challenge, the proof of both sides, the result agreed."""

    kind = 25

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._expected = "start"
        self._number = secrets.randbits(8)
        self._identity = ""
        self._name = b""
        self._challenge = b""
        self._outcome: Proven | Refused | None = None

    def _begin(self, said: bytes) -> Proven | Refused | None:
        if said:
            raise Malformed("in PEAP the server speaks first")
        if not self._tunnel.tls13 and self._tunnel.trace.resumed is None:
            return None  # our Finished goes out now, and is acknowledged before anything is said
        return self._open()

    def _open(self) -> Proven | Refused | None:
        if self._resumed is not None:
            self._tell(self._resume())
            return None
        self._say(Type.IDENTITY, b"")
        self._expected = "identity"
        return None

    def _follow(self, said: bytes) -> Proven | Refused | None:
        if self._expected == "start":
            if said:
                raise Malformed("in PEAP the server speaks first")
            return self._open()
        kind, data = _inside(said)
        if kind == Type.NAK and self._expected in ("identity", "response"):
            return Refused("method", "the device wants another method inside")
        if self._expected == "result":
            return self._concluded(kind, data)
        wanted = Type.IDENTITY if self._expected == "identity" else Type.MSCHAPV2
        if kind != wanted:
            raise Malformed(f"type {kind} inside, {wanted} was due")
        if self._expected == "identity":
            return self._identified(data)
        if self._expected == "response":
            self._responded(data)
        else:
            self._acknowledged(data)
        return None

    def _identified(self, name: bytes) -> Refused | None:
        try:
            self._identity = identities.canonical(identities.decode(name), self._setting.realm)
        except identities.BadIdentity as error:
            raise Malformed(str(error)) from None
        if METHOD not in self._setting.methods & self._setting.allowed(self._identity):
            return Refused("method", METHOD)
        self._name, self._challenge = name, secrets.token_bytes(16)
        self._say_mschapv2(_CHALLENGE, bytes([16]) + self._challenge + _NAME)
        self._expected = "response"
        return None

    def _responded(self, data: bytes) -> None:
        code, number, value = _opened(data)
        if code != _RESPONSE or number != self._number or len(value) < 1 + _VALUE or value[0] != _VALUE:
            raise Malformed("this is no response to the challenge")
        peer, response, name = value[1:17], value[25:49], value[50:]
        if _bare(name) != _bare(self._name):
            raise Malformed("the response is under another name")
        secret = self._setting.config.nt_hash_of(self._identity)
        self._expected = "acknowledgement"
        if secret is None or not mschapv2.verified(secret, response, self._challenge, peer, name):
            self._outcome = Refused("secret")
            again = secrets.token_hex(16).upper()
            words = f"E=691 R=0 C={again} V=3 M=Authentication failed"
            self._say_mschapv2(_FAILURE, words.encode())
            return
        proof = mschapv2.authenticator_response(secret, response, self._challenge, peer, name)
        self._say_mschapv2(_SUCCESS, proof + b" M=OK")

    def _acknowledged(self, data: bytes) -> None:
        wanted = _FAILURE if isinstance(self._outcome, Refused) else _SUCCESS
        if data[:1] != bytes([wanted]):
            raise Malformed("the device does not agree on the outcome")
        self._tell(self._outcome or self._prove(Proof(self._identity, METHOD, self.now)))

    def _tell(self, outcome: Proven | Refused) -> None:
        """Say the result inside, where nobody can forge it; the peer repeats it."""
        self._outcome = outcome
        self._expected = "result"
        result = _WENT_WELL if isinstance(outcome, Proven) else _WENT_WRONG
        self._number = (self._number + 1) % 256
        self._tunnel.send(Packet(Code.REQUEST, self._number, Type.TLV, _RESULT + result).encode())

    def _concluded(self, kind: int, data: bytes) -> Proven | Refused:
        assert self._outcome is not None
        if isinstance(self._outcome, Refused):
            return self._outcome
        if kind != Type.TLV or data != _RESULT + _WENT_WELL:
            raise Malformed("the device does not agree on the result")
        return self._outcome

    def _say(self, kind: int, data: bytes) -> None:
        self._tunnel.send(bytes([kind]) + data)

    def _say_mschapv2(self, code: int, value: bytes) -> None:
        if code == _CHALLENGE:
            self._number = (self._number + 1) % 256
        head = bytes([code, self._number]) + (4 + len(value)).to_bytes(2, "big")
        self._say(Type.MSCHAPV2, head + value)


def _inside(said: bytes) -> tuple[int, bytes]:
    """Type and data of a packet in the tunnel, which has its header or has lost it."""
    if said[:1] == bytes([Code.RESPONSE]):
        packet = decode_response(said)
        return packet.type, packet.data
    if not said:
        raise Malformed("the message inside is missing")
    return said[0], said[1:]


def _opened(data: bytes) -> tuple[int, int, bytes]:
    """Code, number and value of a packet of MSCHAPv2. Raises Malformed when its length lies."""
    if len(data) < 4 or int.from_bytes(data[2:4], "big") != len(data):
        raise Malformed("a packet of MSCHAPv2 has a wrong length")
    return data[0], data[1], data[4:]


def _bare(name: bytes) -> bytes:
    return name.rpartition(b"\\")[2].lower()
