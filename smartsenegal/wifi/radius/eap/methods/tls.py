"""EAP-TLS: both sides show a certificate (RFC 5216; RFC 9190 for TLS 1.3)."""

from smartsenegal.wifi.radius.eap import certificates
from smartsenegal.wifi.radius.eap.methods.base import EAP_TLS, PROTECTED_SUCCESS, Method, Proven, Refused
from smartsenegal.wifi.radius.eap.packets import Malformed
from smartsenegal.wifi.radius.eap.sessions import Proof


class EapTls(Method):
    """The proof is in the handshake: `certificate_holder` is asked within, so a refusal is an alert."""

    kind = EAP_TLS

    def _begin(self, said: bytes) -> Proven | Refused | None:
        if said:
            raise Malformed("EAP-TLS carries nothing")
        end = self._resume() if self._resumed else self._judge()
        if isinstance(end, Proven) and self._tunnel.tls13:
            self._tunnel.send(PROTECTED_SUCCESS)
        return end

    def _resume(self) -> Proven | Refused:
        shown = self._tunnel.peer_certificate()
        if shown is None or not certificates.is_current(shown, self.now):
            return Refused("certificate", "it has ended since the session began")
        if self._setting.config.certificate_holder(shown) != (self._resumed and self._resumed.identity):
            return Refused("certificate", "it is no longer known")
        return super()._resume()

    def _judge(self) -> Proven | Refused:
        """A full handshake, or a session resumed that we remember nothing of: the certificate itself says."""
        shown = self._tunnel.peer_certificate()
        if shown is None or not certificates.is_current(shown, self.now):
            return Refused("certificate", "it is missing, or out of its dates")
        holder = self._tunnel.trace.holder or self._setting.config.certificate_holder(shown)
        if holder is None:
            return Refused("unknown", "the certificate is nobody's")
        if "tls" not in self._setting.allowed(holder):
            return Refused("method", "the holder's realm does not allow it")
        return self._prove(Proof(holder, "tls", self.now))

    def _follow(self, said: bytes) -> Proven | Refused | None:
        raise Malformed("EAP-TLS carries nothing")
