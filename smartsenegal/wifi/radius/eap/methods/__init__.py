"""The methods a realm may allow, each a machine of its own over the TLS of `base`."""

from smartsenegal.wifi.radius.eap.methods.base import Method
from smartsenegal.wifi.radius.eap.methods.peap import Peap
from smartsenegal.wifi.radius.eap.methods.tls import EapTls
from smartsenegal.wifi.radius.eap.methods.ttls import Ttls

KINDS: dict[str, type[Method]] = {
    "tls": EapTls,
    "ttls-pap": Ttls,
    "ttls-mschapv2": Ttls,
    "peap-mschapv2": Peap,
}
"""By the names of `wifi.access`."""
