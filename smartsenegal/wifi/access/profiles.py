"""What a device is given to join the secure Wi-Fi and to know it from a false one. Pure.

No profile holds a password: the device asks for it once.
"""

from __future__ import annotations

import plistlib
from base64 import b64decode, b64encode, encodebytes
from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5
from xml.etree import ElementTree as ET

TTLS, PEAP = 21, 25
# EAP type; what is inside, as Apple, as eap-metadata (whether a method of EAP, its number), as
# wpa_supplicant name it.
INSIDE = {
    "ttls-pap": (TTLS, "PAP", (False, 1), "PAP"),
    "ttls-mschapv2": (TTLS, "MSCHAPv2", (False, 3), "MSCHAPV2"),
    "peap-mschapv2": (PEAP, "", (True, 26), "MSCHAPV2"),
}


@dataclass(frozen=True)
class Profile:
    """A person's way in: `method` is one of INSIDE, `ssids` the networks it is for."""

    realm: str
    login: str
    method: str
    ssids: tuple[str, ...]
    root_pem: str
    server_name: str

    @property
    def identity(self) -> str:
        """Who one says to be inside the tunnel."""
        return f"{self.login}@{self.realm}"

    @property
    def outside(self) -> str:
        """Who one says to be outside, where anybody hears it (RFC 7542 §2.4)."""
        return f"anonymous@{self.realm}"

    @property
    def root(self) -> bytes:
        """The root certificate, DER."""
        lines = self.root_pem.strip().splitlines()
        return b64decode("".join(line for line in lines if not line.startswith("-----")))


def method_of(methods: list[str]) -> str:
    """The first method of a realm that takes a password, or "" when none does."""
    return next((m for m in methods if m in INSIDE), "")


def apple(profile: Profile) -> bytes:
    """A configuration profile (`.mobileconfig`) for iPhone, iPad and Mac, unsigned."""
    top = f"sn.smartsenegal.wifi.{profile.realm}"
    root = str(uuid5(NAMESPACE_DNS, f"{top}.root")).upper()
    payloads = [
        {
            "PayloadType": "com.apple.security.root",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"{top}.root",
            "PayloadUUID": root,
            "PayloadDisplayName": "Autorité du Wi-Fi",
            "PayloadContent": profile.root,
        },
        *(
            _apple_network(profile, ssid, f"{top}.{number}", root)
            for number, ssid in enumerate(profile.ssids)
        ),
    ]
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": top,
            "PayloadUUID": str(uuid5(NAMESPACE_DNS, top)).upper(),
            "PayloadDisplayName": f"Wi-Fi sécurisé, {profile.realm}",
            "PayloadOrganization": "Smart Sénégal",
            "PayloadContent": payloads,
        }
    )


def _apple_network(profile: Profile, ssid: str, name: str, root: str) -> dict[str, object]:
    kind, inside, _, _ = INSIDE[profile.method]
    asked = {
        "AcceptEAPTypes": [kind],
        "UserName": profile.identity,
        "OuterIdentity": profile.outside,
        "PayloadCertificateAnchorUUID": [root],
        "TLSTrustedServerNames": [profile.server_name],
        "TLSMinimumVersion": "1.2",
        "TLSAllowTrustExceptions": False,
    }
    if inside:
        asked["TTLSInnerAuthentication"] = inside
    return {
        "PayloadType": "com.apple.wifi.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": name,
        "PayloadUUID": str(uuid5(NAMESPACE_DNS, name)).upper(),
        "PayloadDisplayName": ssid,
        "SSID_STR": ssid,
        "AutoJoin": True,
        "EncryptionType": "WPA2",
        "EAPClientConfiguration": asked,
    }


def eap_config(profile: Profile) -> bytes:
    """An EAP metadata file (draft-winter-opsawg-eap-metadata), that geteduroam and other installers read."""
    kind, _, (is_eap, number), _ = INSIDE[profile.method]
    top = ET.Element("EAPIdentityProviderList")
    given = ET.SubElement(
        top, "EAPIdentityProvider", ID=profile.realm, namespace="urn:RFC4282:realm", lang="fr", version="1"
    )
    way = ET.SubElement(ET.SubElement(given, "AuthenticationMethods"), "AuthenticationMethod")
    _put(ET.SubElement(way, "EAPMethod"), "Type", str(kind))
    server = ET.SubElement(way, "ServerSideCredential")
    root = ET.SubElement(server, "CA", format="X.509", encoding="base64")
    root.text = b64encode(profile.root).decode()
    _put(server, "ServerID", profile.server_name)
    client = ET.SubElement(way, "ClientSideCredential")
    _put(client, "OuterIdentity", profile.outside)
    _put(client, "UserName", profile.identity)
    inside = ET.SubElement(way, "InnerAuthenticationMethod")
    _put(ET.SubElement(inside, "EAPMethod" if is_eap else "NonEAPAuthMethod"), "Type", str(number))
    where = ET.SubElement(given, "CredentialApplicability")
    for ssid in profile.ssids:
        network = ET.SubElement(where, "IEEE80211")
        _put(network, "SSID", ssid)
        _put(network, "MinRSNProto", "CCMP")
    _put(ET.SubElement(given, "ProviderInfo"), "DisplayName", f"Wi-Fi sécurisé, {profile.realm}")
    written: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return written


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def supplicant(profile: Profile) -> str:
    """Blocks for wpa_supplicant; the root certificate stands in the file itself."""
    kind, _, _, inside = INSIDE[profile.method]
    networks = "".join(
        "network={\n"
        f"  ssid={_ssid(ssid)}\n"
        "  key_mgmt=WPA-EAP\n"
        f"  eap={'TTLS' if kind == TTLS else 'PEAP'}\n"
        f'  identity="{profile.identity}"\n'
        f'  anonymous_identity="{profile.outside}"\n'
        '  ca_cert="blob://wifi-root"\n'
        f'  domain_match="{profile.server_name}"\n'
        f'  phase2="auth={inside}"\n'
        "}\n"
        for ssid in profile.ssids
    )
    # In lines: wpa_supplicant drops what is past 512 characters of one.
    root = encodebytes(profile.root).decode()
    return f"{networks}blob-base64-wifi-root={{\n{root}}}\n"


def _ssid(name: str) -> str:
    plain = name.isascii() and name.isprintable() and not set(name) & {'"', "\\"}
    return f'"{name}"' if plain else name.encode().hex()
