"""EAP for the RADIUS server: who is at the other end, proven, and a key for the access point.

EAP-TLS, EAP-TTLS with PAP or MSCHAPv2, and PEAP with MSCHAPv2 where a realm asks for it. Nothing here knows
RADIUS, a database or Django: `radius` alone turns outcomes into attributes, credentials are asked for through
the callables of `Config`.
"""

from smartsenegal.wifi.radius.eap.authenticator import Authenticator
from smartsenegal.wifi.radius.eap.certificates import ServerCredential, WifiAuthority, identities_in
from smartsenegal.wifi.radius.eap.mschapv2 import nt_hash
from smartsenegal.wifi.radius.eap.results import CAUSES, Challenge, Config, Failure, Outcome, Success

__all__ = [
    "CAUSES",
    "Authenticator",
    "Challenge",
    "Config",
    "Failure",
    "Outcome",
    "ServerCredential",
    "Success",
    "WifiAuthority",
    "identities_in",
    "nt_hash",
]
