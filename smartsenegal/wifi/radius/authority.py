"""The authority of the Wi-Fi of this installation: `<secrets>/wifi-authority`."""

from __future__ import annotations

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from django.conf import settings

from smartsenegal.kernel import vault
from smartsenegal.wifi.network.api import Issued
from smartsenegal.wifi.radius.eap import WifiAuthority
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from smartsenegal.wifi.radius.showing import place as _place

NAMELESS = "radius.smartsenegal.internal"


def ensure() -> WifiAuthority:
    """The authority, made at first start, its server's certificate renewed when due. Raises as `Keyring`."""
    return WifiAuthority.ensure(_place(), keyring=vault.keyring(), server_name=server_name())


def server_name() -> str:
    """The name devices are told to expect: SMARTSENEGAL_RADIUS_NAME, else "radius." and the site's name."""
    host = urlsplit(str(settings.PUBLIC_URL)).hostname or ""
    return os.environ.get("SMARTSENEGAL_RADIUS_NAME") or (f"radius.{host}" if _is_name(host) else NAMELESS)


def issue_peer(name: str) -> Issued:
    """A certificate for the gateway of that name, its key and our root. Raises as `Keyring`."""
    found = ensure()
    certificate, key = found.issue_peer(name)
    pem = chain_pem([certificate]) + key_pem(key) + found.root_pem().encode()
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    return Issued(
        pem.decode(), certificate.not_valid_after_utc, fingerprint, f"{certificate.serial_number:x}"
    )


def reseal() -> int:
    """Seal the private keys again if some are under an old master key; how many were."""
    place, ring = _place(), vault.keyring()
    # A sealed field tells the name of its key in its second to fifth octets (lib.crypto.seal_field).
    old = [file for file in place.glob("*.key") if file.read_bytes()[1:5].hex() != ring.active]
    if old:
        WifiAuthority(place, ring).reseal()
    return len(old)


def _is_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." in host
    return False
