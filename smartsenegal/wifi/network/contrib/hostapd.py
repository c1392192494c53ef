"""hostapd, for the secure network (802.1X).

Document: `hostapd.conf` of hostapd 2.10, commented. hostapd has no captive portal: the open network of the
same site has another gateway.
"""

from smartsenegal.wifi.network.contrib.base import (
    Attributes,
    Central,
    File,
    Gateway,
    Limits,
    dnsmasq,
    standard,
)


class Hostapd:
    code = "hostapd"
    label = "hostapd"
    document = "hostapd 2.10, hostapd.conf commenté"
    speaks_radius = True

    def files(self, gateway: Gateway, central: Central) -> list[File]:
        lines = [
            "interface=wlan0",
            "driver=nl80211",
            f"ssid2={ssid(gateway.secure_ssid or gateway.ssid)}",
            "country_code=SN",
            "ieee80211d=1",
            "hw_mode=g",
            "channel=6",
            "wpa=2",
            "wpa_key_mgmt=WPA-EAP",
            "rsn_pairwise=CCMP",
            # Protected management frames where the phone knows them.
            "ieee80211w=1",
            "ieee8021x=1",
            f"nas_identifier={gateway.identifier}",
            *(line for address in central.radius for line in _server(address, gateway, central)),
            f"radius_acct_interim_interval={gateway.interim_seconds}",
            "radius_request_cui=1",
            f"radius_das_port={gateway.coa_port}",
            *(f"radius_das_client={address} {gateway.secret}" for address in central.radius[:1]),
            "radius_das_require_event_timestamp=1",
            "radius_das_require_message_authenticator=1",
            *([f"max_num_sta={gateway.clients_at_most}"] if gateway.clients_at_most else []),
        ]
        return [
            File("hostapd.conf", "\n".join(lines) + "\n", "/etc/hostapd/hostapd.conf"),
            *dnsmasq(gateway, central),
        ]

    def attributes(self, limits: Limits) -> Attributes:
        return standard(limits)


def _server(address: str, gateway: Gateway, central: Central) -> list[str]:
    return [
        f"auth_server_addr={address}",
        f"auth_server_port={central.auth_port}",
        f"auth_server_shared_secret={gateway.secret}",
        f"acct_server_addr={address}",
        f"acct_server_port={central.acct_port}",
        f"acct_server_shared_secret={gateway.secret}",
    ]


def ssid(name: str) -> str:
    """The name of a network as `ssid2` takes it, accented letters as octets in hexadecimal."""
    return f'"{name}"' if name.isascii() else name.encode().hex()


ADAPTER = Hostapd()
