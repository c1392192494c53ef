"""What a step of EAP answers, what the server must be given, and the bounds of its memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography import x509

from smartsenegal.wifi.radius.eap.certificates import ServerCredential

CAUSES = {
    "unknown": "Cet identifiant n’est pas connu.",
    "secret": "L’identifiant ou le mot de passe ne correspond pas.",
    "blocked": "Cet accès n’est plus ouvert.",
    "method": "Aucune méthode n’est à la fois permise pour ce domaine et acceptée par l’appareil.",
    "certificate": "Le certificat de l’appareil est refusé.",
    "tls": "La session TLS a échoué.",
    "refused-by-device": "L’appareil a refusé notre certificat ou abandonné.",
    "protocol": "L’appareil a envoyé un message que le protocole ne permet pas.",
    "state": "Cette authentification n’est plus en cours.",
    "full": "Trop d’authentifications sont en cours\u00a0: réessayez dans un instant.",
    "rounds": "L’authentification ne finit pas.",
}
"""Why a login failed, as logs and support pages say it."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """Access-Challenge: `eap` goes to the peer, `state` comes back with its answer.

    `ignored` tells that the response was invalid and silently discarded, the same request being sent again
    (RFC 3579, section 2.2: Error-Cause 202).
    """

    state: bytes
    eap: bytes
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Success:
    """Access-Accept.

    - `identity`: who it is, proven: `name@realm` in lower case. Not to be told to the visited site: `cui` is.
    - `method`: one of "tls", "ttls-pap", "ttls-mschapv2", "peap-mschapv2".
    - `msk`: 64 octets, for `keys.mppe_attributes`.
    - `resumed`: whether a TLS session was resumed; the proof itself was then given at `authenticated_at`.
    """

    eap: bytes
    identity: str
    method: str
    msk: bytes = field(repr=False)
    resumed: bool
    authenticated_at: float
    cui: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Access-Reject. `cause` is a key of CAUSES or what `admits` said; `detail` is for the log only."""

    eap: bytes
    cause: str
    detail: str = ""


Outcome = Challenge | Success | Failure

Admits = Callable[[str, str], str]
"""Asked with the identity and the method once they are proven, before the device is told: "" lets it in."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the authenticator asks others, and its limits.

    - `methods_of(realm)`: the methods a realm allows, the preferred one first; none for an unknown realm. The
      realm is lower case, "" when the identity has none.
    - `check_password(identity, password)`, `nt_hash_of(identity)` (16 octets, or None), and
      `certificate_holder(certificate)` (the identity, or None for one withdrawn or unknown; the chain and the
      dates are checked before) decide who gets in. They must say no for an account that is closed.
    - `still_stands(identity, method, authenticated_at)`: asked at each resumed login, which gives no
      password: say no when the account is closed or its password has changed since.
    - `server` and `client_roots`: our certificate, and the authorities of the devices' ones.
    - `cui_key`: makes Chargeable-User-Identity; without it there is none.
    """

    server: ServerCredential
    methods_of: Callable[[str], Sequence[str]]
    check_password: Callable[[str, str], bool]
    nt_hash_of: Callable[[str], bytes | None] = lambda identity: None
    certificate_holder: Callable[[x509.Certificate], str | None] = lambda certificate: None
    still_stands: Callable[[str, str, float], bool] = lambda identity, method, authenticated_at: False
    client_roots: Sequence[x509.Certificate] = ()
    cui_key: bytes | None = field(default=None, repr=False)

    fragment_size: int = 1024
    """Octets of type data in one EAP packet. RFC 3579, §2.4: the NAS may say less by Framed-MTU."""
    message_limit: int = 32 * 1024
    """Octets of one message of TLS from the peer: chains of certificates are shorter by far."""
    rounds: int = 60
    seconds: float = 60.0
    """A conversation that gets no answer for so long is forgotten."""
    waiting_limit: int = 8192
    """Conversations that have not begun TLS (0.6 kB each, measured): the oldest makes room."""
    engaged_limit: int = 1024
    """Conversations in TLS (67 kB each, measured): beyond, new ones are refused."""
    session_seconds: int = 8 * 3600
    """How long a TLS session may be resumed after its proof; 0: never. RFC 9190, §2.1.2: a week at most."""
    session_limit: int = 100_000
