"""What to put on a gateway so that it sends its heartbeat once a minute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """A text and where it goes (French)."""

    name: str
    where: str
    text: str


# openNDS runs on OpenWrt and Debian: `ndsctl status` counts the clients, openssl signs (openssl-util).
_OPENNDS = """#!/bin/sh
url='{url}'
key='{key}'
clients=$(ndsctl status 2>/dev/null | sed -n 's/^Current clients: *//p')
leases=$(cat /tmp/dhcp.leases /var/lib/misc/dnsmasq.leases 2>/dev/null | wc -l)
cores=$(grep -c ^processor /proc/cpuinfo)
cpu=$(awk -v n="$cores" '{{ p = int($1 * 100 / n); print (p > 100 ? 100 : p) }}' /proc/loadavg)
up=$(cut -d . -f 1 /proc/uptime)
body="clients=$clients&leases=$leases&cpu=$cpu&uptime=$up"
now=$(date +%s)
sign=$(printf '%s.%s' "$now" "$body" | openssl dgst -sha256 -hmac "$key" | sed 's/.* //')
curl -fsS -m 20 -H "X-Smart-Signature: t=$now,v1=$sign" --data "$body" "$url"
"""
# RouterOS has no HMAC: the key goes as it is, under TLS, to a server whose certificate is checked.
_MIKROTIK = """/system script add name=smart-senegal-beat policy=read,test source={{
:local clients [/ip hotspot active print count-only]
:local leases [/ip dhcp-server lease print count-only where status=bound]
:local cpu [/system resource get cpu-load]
/tool fetch mode=https check-certificate=yes http-method=post output=none \\
  url="{url}" http-header-field="Authorization: Bearer {key}" \\
  http-data="clients=$clients&leases=$leases&cpu=$cpu"
}}
/system scheduler add name=smart-senegal-beat interval=1m on-event=smart-senegal-beat
"""


def files(url: str, key: str) -> list[Script]:
    """The scripts with the address and the key written in."""
    return [
        Script(
            "smart-senegal-beat.sh (openNDS)",
            "/usr/local/bin, lancé chaque minute par cron",
            _fill(_OPENNDS, url, key),
        ),
        Script("smart-senegal-beat.rsc (MikroTik)", "Terminal de RouterOS 7", _fill(_MIKROTIK, url, key)),
    ]


def _fill(text: str, url: str, key: str) -> str:
    return text.format(url=url, key=key)
