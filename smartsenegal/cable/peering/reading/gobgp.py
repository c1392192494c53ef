"""What `gobgp neighbor -j` prints."""

import json
from datetime import UTC, datetime
from typing import Any

from smartsenegal.cable.peering.reading.base import BadState, Heard, address_of
from smartsenegal.cable.peering.rules.differences import Count

# `PeerState.SessionState` of GoBGP's API.
_STATES = {0: "idle", 1: "idle", 2: "connect", 3: "active", 4: "opensent", 5: "openconfirm", 6: "established"}
_FAMILIES = {(1, 1): "ipv4", (2, 1): "ipv6"}
NEIGHBOURS_AT_MOST = 10_000


def read(text: str, now: datetime) -> list[Heard]:
    """The sessions of a router. Raises BadState."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise BadState("Ce texte n’est pas du JSON : copiez « gobgp neighbor -j ».") from None
    if not isinstance(rows, list) or len(rows) > NEIGHBOURS_AT_MOST:
        raise BadState("Une liste de voisins est attendue : copiez « gobgp neighbor -j ».")
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_session(row))
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
            raise BadState(f"Le voisin n° {number} ne se lit pas.") from None
    return found


def _session(row: dict[str, Any]) -> Heard:
    state, conf = row["state"], row["conf"]
    told = _STATES[int(state.get("session_state", 0))]
    if int(state.get("admin_state", 0)):
        told = "stopped"
    counts = {}
    for each in row.get("afi_safis", []):
        # A field that is 0 is not printed.
        family = _FAMILIES.get((int(each["config"]["family"]["afi"]), int(each["config"]["family"]["safi"])))
        if family:
            numbers, limits = each.get("state", {}), each.get("prefix_limits", {})
            counts[family] = Count(
                int(numbers.get("received", 0)), int(numbers.get("accepted", 0)),
                int(limits["max_prefixes"]) if limits.get("max_prefixes") else None,
            )  # fmt: skip
    times = row.get("timers", {}).get("state", {})
    since = times.get("uptime" if told == "established" else "downtime", {}).get("seconds")
    return Heard(
        address_of(str(state.get("neighbor_address") or conf["neighbor_address"])),
        int(state.get("peer_asn") or conf["peer_asn"]),
        told,
        datetime.fromtimestamp(int(since), UTC) if since else None,
        counts,
    )
