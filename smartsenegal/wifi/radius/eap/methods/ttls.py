"""EAP-TTLS version 0 (RFC 5281) with PAP or MSCHAPv2 inside."""

from smartsenegal.wifi.radius.eap import avps, identities, mschapv2
from smartsenegal.wifi.radius.eap.avps import Avp
from smartsenegal.wifi.radius.eap.methods.base import PROTECTED_SUCCESS, Method, Proven, Refused
from smartsenegal.wifi.radius.eap.packets import Malformed
from smartsenegal.wifi.radius.eap.sessions import Proof

_PAP = frozenset({avps.USER_NAME, avps.USER_PASSWORD})
_MSCHAPV2 = frozenset({avps.USER_NAME, avps.MS_CHAP_CHALLENGE, avps.MS_CHAP2_RESPONSE})
_LONGEST_PASSWORD = 128


class Ttls(Method):
    """One message inside says all; MSCHAPv2 has an answer, by which the peer knows us too."""

    kind = 21

    def _begin(self, said: bytes) -> Proven | Refused | None:
        if said:
            return self._follow(said)
        if not self._resumed:
            return None
        end = self._resume()
        # RFC 9427, section 4: nothing inside would otherwise tell that the resumed login succeeded. The peer
        # may still send an inner method, which is then followed.
        if isinstance(end, Proven) and self._tunnel.tls13:
            self._tunnel.send(PROTECTED_SUCCESS)
        return end

    def _follow(self, said: bytes) -> Proven | Refused | None:
        if not said:
            raise Malformed("the message inside is missing")
        given = avps.one_of_each(said, _PAP | _MSCHAPV2)
        if given.keys() == _PAP:
            return self._pap(given)
        if given.keys() == _MSCHAPV2:
            return self._mschapv2(given)
        raise Malformed("what is inside is neither PAP nor MSCHAPv2")

    def _identity(self, name: bytes) -> str:
        try:
            return identities.canonical(identities.decode(name), self._setting.realm)
        except identities.BadIdentity as error:
            raise Malformed(str(error)) from None

    def _pap(self, given: dict[tuple[int, int], bytes]) -> Proven | Refused:
        identity = self._identity(given[avps.USER_NAME])
        if "ttls-pap" not in self._setting.methods & self._setting.allowed(identity):
            return Refused("method", "ttls-pap")
        # RFC 5281, section 11.2.5: padded with nil so that its length does not show.
        padded = given[avps.USER_PASSWORD].rstrip(b"\0")
        try:
            password = padded.decode("utf-8")
        except UnicodeDecodeError:
            return Refused("secret", "the password is no UTF-8")
        if not 0 < len(padded) <= _LONGEST_PASSWORD or "\0" in password:
            return Refused("secret", "its length, or a nil inside")
        if not self._setting.config.check_password(identity, password):
            return Refused("secret")
        return self._prove(Proof(identity, "ttls-pap", self.now))

    def _mschapv2(self, given: dict[tuple[int, int], bytes]) -> Proven | Refused:
        name = given[avps.USER_NAME]
        identity = self._identity(name)
        if "ttls-mschapv2" not in self._setting.methods & self._setting.allowed(identity):
            return Refused("method", "ttls-mschapv2")
        # Section 11.2.4: neither side chooses the challenge, TLS gives it.
        implied = self._tunnel.export(b"ttls challenge", 17, None)
        challenge, number = implied[:16], implied[16]
        answer = given[avps.MS_CHAP2_RESPONSE]
        if given[avps.MS_CHAP_CHALLENGE] != challenge or len(answer) != 50 or answer[0] != number:
            raise Malformed("the challenge is not that of this session")
        peer, response = answer[2:18], answer[26:]
        secret = self._setting.config.nt_hash_of(identity)
        if secret is None or not mschapv2.verified(secret, response, challenge, peer, name):
            return Refused("secret")
        end = self._prove(Proof(identity, "ttls-mschapv2", self.now))
        if isinstance(end, Proven):
            ours = mschapv2.authenticator_response(secret, response, challenge, peer, name)
            self._tunnel.send(Avp(avps.MS_CHAP2_SUCCESS, answer[:1] + ours).encode())
        return end
