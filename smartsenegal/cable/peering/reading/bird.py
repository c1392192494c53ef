"""What `birdc` prints: `show protocols all`, and after it `show route` when routes are to be checked.

BIRD 2.0.12 is what it was held against; the sources of BIRD 3 print these lines alike. What is not known is
left out, and a protocol whose neighbour cannot be read is refused by its name.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from smartsenegal.cable.peering.reading.base import BadState, Heard, address_of
from smartsenegal.cable.peering.rules.differences import Count
from smartsenegal.cable.peering.rules.rpki import Route
from smartsenegal.cable.peering.rules.rpki import route as as_route

# `peer_b     BGP        ---        up     2026-11-27 15:15:47  Established`
_PROTOCOL = re.compile(
    r"^([A-Za-z_][\w.:-]*|'[^']+')\s+BGP\s+(\S+)\s+(up|down|start|stop|flush)\s+"
    r"(\S+(?: \d\d:\d\d\S*)?)(?:\s+(.*))?$"
)
_FIELD = re.compile(r"^\s+([A-Za-z][A-Za-z ]*?):\s*(.*)$")
_CHANNEL = re.compile(r"^\s+Channel (ipv[46])\s*$")
_ROUTES = re.compile(r"(\d+) imported(?:, (\d+) filtered)?")
_LIMIT = re.compile(r"\d+")
# `41.82.0.0/16         unicast [peer_b 15:15:49.422] * (100) [AS64497?]`; `Table master4:` goes before.
_ROUTE = re.compile(r"^([0-9a-fA-F.:]+/\d+)?\s+\w+ \[([\w.:'-]+) [^\]]*\][^\[]*(?:\[(?:AS(\d+))?[ie?]\])?")
LARGEST = 200_000_000


def read(text: str, now: datetime) -> list[Heard]:
    """The sessions of a router. Raises BadState when no answer of birdc is in the text."""
    if not re.search(r"^Name\s+Proto\s+Table\s+State\s+Since", text, re.M):
        raise BadState(
            "Ce texte n’est pas ce qu’écrit « birdc show protocols all » : la ligne « Name Proto Table » "
            "manque."
        )
    found: dict[str, Heard] = {}
    for name, head, lines in _protocols(text.splitlines()):
        found[name] = _session(name, head, lines, now)
    _add_routes(found, text.splitlines())
    return list(found.values())


def _protocols(lines: Iterable[str]) -> Iterable[tuple[str, re.Match[str], list[str]]]:
    """Each session: its name, its first line, and what stands under it."""
    head: re.Match[str] | None = None
    under: list[str] = []
    for line in lines:
        if line[:1].strip():
            if head:
                yield head[1], head, under
            head, under = _PROTOCOL.match(line), []
        elif head:
            under.append(line)
    if head:
        yield head[1], head, under


def _session(name: str, head: re.Match[str], lines: list[str], now: datetime) -> Heard:
    said, channels = _fields(lines)
    if "Neighbor address" not in said or not said.get("Neighbor AS", "").isdigit():
        raise BadState(
            f"La session « {name} » n’a pas de voisin : copiez « show protocols all », "
            "pas « show protocols »."
        )
    state = said.get("BGP state", "down").lower()
    info = head[5] or ""
    fault = said.get("Last error") or (info if state != "established" else "")
    if "Established" not in info and state == "down" and not fault:
        state = "stopped"
    counts = {
        family: count
        for family, fields in channels.items()
        if (count := _count(fields)) and (state != "established" or fields.get("State") == "UP")
    }
    heard = Heard(
        address_of(said["Neighbor address"]),
        int(said["Neighbor AS"]),
        state,
        _since(head[4], now),
        counts,
        fault,
    )
    heard.fault = "" if state == "established" else fault[:300]
    return heard


def _fields(lines: list[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The fields of the session, and those of each channel."""
    said: dict[str, str] = {}
    channels: dict[str, dict[str, str]] = {}
    into = said
    for line in lines:
        if channel := _CHANNEL.match(line):
            into = channels.setdefault(channel[1], {})
        elif field := _FIELD.match(line):
            into.setdefault(field[1], field[2].strip())
    return said, channels


def _count(fields: dict[str, str]) -> Count | None:
    limit = next((v for k in ("Receive limit", "Import limit") if (v := fields.get(k))), "")
    held = _LIMIT.match(limit)
    routes = _ROUTES.search(fields.get("Routes", ""))
    imported = int(routes[1]) if routes else None
    received = imported + int(routes[2]) if imported is not None and routes and routes[2] else imported
    return Count(received, imported, int(held[0]) if held else None, hit="[HIT]" in limit)


def _since(text: str, now: datetime) -> datetime | None:
    """`2026-11-27 15:15:47`, `15:15:47.177` of today (or yesterday), `2026-11-27`."""
    text = text.partition(".")[0]
    try:
        if re.fullmatch(r"\d\d:\d\d(:\d\d)?", text):
            hour = datetime.strptime(text if text.count(":") == 2 else f"{text}:00", "%H:%M:%S").replace(
                tzinfo=UTC
            )
            found = now.replace(hour=hour.hour, minute=hour.minute, second=hour.second, microsecond=0)
            return found if found <= now else None
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _add_routes(found: dict[str, Heard], lines: Iterable[str]) -> None:
    """Give each session the routes that the table has of it, when the text shows a table."""
    seen, prefix = False, ""
    routes: dict[str, list[Route]] = {name: [] for name in found}
    for line in lines:
        if line.startswith("Table "):
            seen = True
        elif seen and (route := _ROUTE.match(line)):
            prefix = route[1] or prefix
            if route[2] in routes and prefix:
                with suppress(ValueError):  # a prefix that was damaged on its way
                    routes[route[2]].append(as_route(prefix, int(route[3]) if route[3] else None))
    if seen:
        for name, heard in found.items():
            heard.routes = routes[name]
