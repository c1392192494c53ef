"""Files of others: validated payloads (routinator, rpki-client, rtrdump), members of a point of exchange
(IX-F export). Pure."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from smartsenegal.cable.peering.errors import PeeringRefused
from smartsenegal.cable.peering.reading.base import BadState, address_of
from smartsenegal.cable.peering.rules.rpki import BadRoa, Roa, checked

ROAS_AT_MOST = 2_000_000
MEMBERS_AT_MOST = 20_000


def roas(text: str) -> tuple[list[Roa], datetime | None]:
    """The payloads of a file, sorted, each once, and when it says it was made. Raises PeeringRefused."""
    if text.lstrip()[:1] == "{":
        rows: Iterable[Sequence[Any]]
        rows, made = _roas_of_json(text)
    else:
        rows, made = _roas_of_csv(text), None
    found = set()
    for number, row in enumerate(rows, 1):
        if number > ROAS_AT_MOST:
            raise PeeringRefused("Ce fichier a trop de lignes.", "file")
        try:
            roa = Roa(str(row[1]).strip(), int(row[2]), int(str(row[0]).strip().upper().removeprefix("AS")))
            checked(roa)
        except BadRoa as bad:
            raise PeeringRefused(f"Ligne {number} : {bad}", "file") from None
        except (ValueError, TypeError, IndexError):
            raise PeeringRefused(
                f"La ligne {number} ne se lit pas : AS, préfixe et longueur sont attendus.", "file"
            ) from None
        found.add(roa)
    if not found:
        raise PeeringRefused("Ce fichier n’a aucun ROA.", "file")
    return sorted(found, key=lambda r: (r.prefix, r.longest, r.asn)), made


def _roas_of_json(text: str) -> tuple[Iterable[Sequence[Any]], datetime | None]:
    try:
        whole = json.loads(text)
        rows = [
            (r["asn"], r["prefix"], r.get("maxLength", r["prefix"].rpartition("/")[2])) for r in whole["roas"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PeeringRefused(
            "Ce JSON n’a pas de liste « roas » avec asn, prefix et maxLength.", "file"
        ) from None
    about = whole.get("metadata") if isinstance(whole.get("metadata"), dict) else {}
    return rows, _moment(about.get("generatedTime") or about.get("buildtime") or about.get("generated"))


def _roas_of_csv(text: str) -> Iterable[list[str]]:
    reader = csv.reader(io.StringIO(text))
    head = [cell.strip().lower() for cell in next(reader, [])]
    if head[:3] != ["asn", "ip prefix", "max length"]:
        raise PeeringRefused(
            "Le fichier commence par « ASN,IP Prefix,Max Length », ou c’est un JSON.", "file"
        )
    try:
        yield from (row for row in reader if row)
    except csv.Error:
        raise PeeringRefused("Ce CSV ne se lit pas.", "file") from None


def _moment(told: Any) -> datetime | None:
    try:
        if isinstance(told, int):
            return datetime.fromtimestamp(told, UTC)
        found = datetime.fromisoformat(str(told).replace("Z", "+00:00"))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def packed(found: Iterable[Roa]) -> bytes:
    """Payloads as they are kept."""
    return gzip.compress("\n".join(f"{r.asn},{r.prefix},{r.longest}" for r in found).encode(), mtime=0)


def unpacked(content: bytes) -> list[Roa]:
    """What `packed` wrote."""
    rows = (line.split(",") for line in gzip.decompress(content).decode().splitlines())
    return [Roa(prefix, int(longest), int(asn)) for asn, prefix, longest in rows]


@dataclass(frozen=True)
class MemberRow:
    """A member as the list of its point of exchange tells it."""

    asn: int
    name: str
    addresses: tuple[str, ...]
    policy: str
    speed_mbps: int | None


def members(text: str) -> tuple[list[MemberRow], datetime | None]:
    """Members of an IX-F export, by AS, and when it says it was made. Raises PeeringRefused."""
    try:
        whole = json.loads(text)
        rows = whole["member_list"]
        if not isinstance(rows, list) or len(rows) > MEMBERS_AT_MOST:
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PeeringRefused(
            "Ce fichier n’est pas un export IX-F : la liste « member_list » manque.", "file"
        ) from None
    found: dict[int, MemberRow] = {}
    for number, row in enumerate(rows, 1):
        try:
            made = _member(row)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise PeeringRefused(f"Le membre n° {number} ne se lit pas.", "file") from None
        found[made.asn] = made
    return [found[asn] for asn in sorted(found)], _moment(whole.get("timestamp"))


def _member(row: dict[str, Any]) -> MemberRow:
    connections = row.get("connection_list", [])
    vlans = [v for c in connections for v in c.get("vlan_list", [])]
    told = [v[f]["address"] for v in vlans for f in ("ipv4", "ipv6") if v.get(f) and v[f].get("address")]
    speeds = [int(i["if_speed"]) for c in connections for i in c.get("if_list", []) if i.get("if_speed")]
    try:
        addresses = tuple(dict.fromkeys(address_of(a) for a in told))
    except BadState:
        raise ValueError from None
    asn = int(row["asnum"])
    if not 0 < asn < 1 << 32:
        raise ValueError
    return MemberRow(
        asn, str(row.get("name") or "").strip()[:200], addresses, str(row.get("peering_policy") or "")[:40],
        sum(speeds) or None,
    )  # fmt: skip
