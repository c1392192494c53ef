"""The configuration that BIRD 2 and 3 want for a session. Pure.

The key of TCP MD5 is not in it: the file that the session includes stays on the router.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smartsenegal.cable.peering.rules.words import CUSTOMER, EXCHANGE, NONE, PEER, REJECT, SERVER, UPSTREAM

# Roles of RFC 9234, as ours towards the neighbour; BIRD knows them from 2.0.11 on.
_LOCAL_ROLE = {
    UPSTREAM: "customer",
    CUSTOMER: "provider",
    PEER: "peer",
    EXCHANGE: "peer",
    SERVER: "rs_client",
}
_PREFERENCE = {CUSTOMER: 200, EXCHANGE: 150, SERVER: 140, PEER: 150, UPSTREAM: 100}
# Prefixes longer than these do not travel between networks.
_LONGEST = {"ipv4": 24, "ipv6": 48}


@dataclass(frozen=True)
class Wanted:
    """What the configuration is made of. `prefixes` are those that a customer may announce, by family."""

    code: str
    description: str
    local_asn: int
    local_address: str
    asn: int
    address: str
    role: str
    limits: Mapping[str, int | None]
    rpki: str
    md5: bool
    ttl_security: bool
    prefixes: Mapping[str, Sequence[str]]
    stopped: bool = False


def name_of(code: str) -> str:
    """A code as a symbol of BIRD."""
    return "s_" + re.sub(r"[^a-z0-9]", "_", code.lower())


def bird(wanted: Wanted) -> str:
    """The filters and the protocol of a session, as a file that BIRD includes."""
    name = name_of(wanted.code)
    parts = [
        f"# {_comment(wanted.description)} — {wanted.code}",
        "# Made by Smart Sénégal; changes made here are lost.",
    ]
    for family in wanted.limits:
        parts.append(_filter(wanted, name, family))
    parts.append(_protocol(wanted, name))
    return "\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _filter(wanted: Wanted, name: str, family: str) -> str:
    lines = [f"filter {name}_in_{family} {{"]
    if wanted.role == CUSTOMER:
        allowed = ", ".join(_pattern(p, family) for p in wanted.prefixes.get(family, ()))
        lines.append(
            f"  if !(net ~ [ {allowed} ]) then reject;"
            if allowed
            else "  reject;  # no prefix is said to be theirs"
        )
    else:
        lines.append(f"  if net.len > {_LONGEST[family]} then reject;")
        if wanted.role in (PEER, EXCHANGE, UPSTREAM):
            lines.append(f"  if bgp_path.first != {wanted.asn} then reject;")
    if wanted.rpki != NONE:
        table = "roa_v4" if family == "ipv4" else "roa_v6"
        outcome = (
            "reject" if wanted.rpki == REJECT else 'print "RPKI: invalid ", net, " from ", bgp_path.last'
        )
        lines.append(
            f"  if roa_check({table}, net, bgp_path.last_nonaggregated) = ROA_INVALID then {outcome};"
        )
    lines += [f"  bgp_local_pref = {_PREFERENCE[wanted.role]};", "  accept;", "}"]
    return "\n".join(lines)


def _pattern(prefix: str, family: str) -> str:
    """A prefix and its parts, down to what travels between networks."""
    length = int(prefix.rpartition("/")[2])
    return f"{prefix}{{{length},{max(length, _LONGEST[family])}}}"


def _protocol(wanted: Wanted, name: str) -> str:
    lines = [
        f"protocol bgp {name} {{",
        f'  description "{re.sub(r"[^A-Za-z0-9 ._-]", "", wanted.description)[:60]}";',
        *(["  disabled;"] if wanted.stopped else []),
        f"  local {wanted.local_address} as {wanted.local_asn};",
        f"  neighbor {wanted.address} as {wanted.asn};",
        f"  local role {_LOCAL_ROLE[wanted.role]};",
        *(["  ttl security on;"] if wanted.ttl_security else []),
        *(
            ['  # password "…"; kept on the router', f'  include "secrets/{wanted.code}.conf";']
            if wanted.md5
            else []
        ),
    ]
    for family, limit in wanted.limits.items():
        lines += [f"  {family} {{", f"    import filter {name}_in_{family};"]
        if limit is not None:
            # Routes that filters refuse count too: that is what `receive limit` is for.
            lines += [f"    receive limit {limit} action disable;"]
        lines += [f"    export where {_exported(wanted)};", "  };"]
    return "\n".join([*lines, "}"])


def _exported(wanted: Wanted) -> str:
    """Ours and our customers' to all; everything to customers only."""
    if wanted.role == CUSTOMER:
        return "source ~ [ RTS_BGP, RTS_STATIC ]"
    return f"source = RTS_STATIC || (source = RTS_BGP && bgp_local_pref = {_PREFERENCE[CUSTOMER]})"
