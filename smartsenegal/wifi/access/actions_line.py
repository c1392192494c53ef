"""The lines before full sites, kept in the database for every web process and for the RADIUS server.

It is no act on a person's record, and the journal has none of it. `line` says who is next.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from smartsenegal.wifi.access import line
from smartsenegal.wifi.access.line import SECOND, Standing
from smartsenegal.wifi.access.line import Ticket as Place
from smartsenegal.wifi.access.models import Line, Ticket
from smartsenegal.wifi.network.api import wake

# Ten times what a lost ticket is kept: whoever calls deletes them long before.
FORGOTTEN_SECONDS = 10 * line.LOST_SECONDS

_SEEN = """
    INSERT INTO wifi_access_ticket AS kept (hotspot, device, asked_us, seen_us, until_us, version)
    SELECT *, 0, 0 FROM unnest(%s::int[], %s::bytea[], %s::bigint[], %s::bigint[])
    ON CONFLICT (hotspot, device) DO UPDATE SET
        seen_us = greatest(kept.seen_us, excluded.seen_us),
        asked_us = CASE WHEN kept.until_us BETWEEN 1 AND excluded.asked_us - 1 THEN excluded.asked_us
                        ELSE least(kept.asked_us, excluded.asked_us) END,
        until_us = CASE WHEN kept.until_us BETWEEN 1 AND excluded.asked_us - 1 THEN 0 ELSE kept.until_us END,
        credential = CASE WHEN kept.until_us BETWEEN 1 AND excluded.asked_us - 1 THEN NULL
                          ELSE kept.credential END
"""
_BEGUN = """
    WITH told AS (SELECT DISTINCT unnest(%s::int[]) AS hotspot),
    woken AS (
        UPDATE wifi_access_line SET until_us = 1
        WHERE until_us = 0 AND hotspot IN (SELECT hotspot FROM told))
    INSERT INTO wifi_access_line (hotspot, claimed, until_us, version)
    SELECT hotspot, 0, 1, 0 FROM told ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page in line that was looked at: moments in epoch microseconds."""

    hotspot: int
    device: bytes
    asked_us: int
    seen_us: int


def note_seen(seen: Sequence[Seen]) -> None:
    """Keep the tickets whose pages were looked at, in one statement; a new one begins a line.

    Who missed a turn and asked again after it stands there anew.
    """
    if not seen:
        return
    ordered = sorted(
        seen, key=lambda each: (each.hotspot, each.device)
    )  # so that two processes wait in order
    columns = [
        [getattr(each, name) for each in ordered] for name in ("hotspot", "device", "asked_us", "seen_us")
    ]
    with connection.cursor() as cursor:
        # Two transactions: whoever calls holds its line and waits for tickets, so this one may not do both.
        cursor.execute(_SEEN, columns)
        cursor.execute(_BEGUN, [columns[0]])


def take_turns(
    places: Mapping[int, tuple[int | None, int]], entered: Collection[int], now_us: int | None = None
) -> dict[int, Standing]:
    """Call whom it is the turn of, at every site that has a line, and what each line is then.

    `places`: by hotspot, how many may be on (None: no limit, and no line) and how many are; `entered`: the
    tokens that are on. Several processes may ask at once: one calls, the others read.
    """
    found = {}
    for hotspot in Line.objects.filter(until_us__gt=0).values_list("hotspot", flat=True):
        at_most, clients = places.get(hotspot, (None, 0))
        found[hotspot] = _turn(hotspot, at_most, clients, entered, now_us or time.time_ns() // 1000)
    return found


@transaction.atomic
def _turn(hotspot: int, at_most: int | None, clients: int, entered: Collection[int], now_us: int) -> Standing:
    mine = Line.objects.select_for_update(skip_locked=True).filter(hotspot=hotspot).first()
    tickets = _tickets(hotspot)
    if mine is None:
        return line.standing(tickets, now_us)
    if at_most is None or not tickets:
        Ticket.objects.filter(hotspot=hotspot).delete()
        Line.objects.filter(pk=hotspot).update(claimed=0, until_us=0)  # the RADIUS server reads this
        return Standing()
    change = line.turn(tickets, at_most, clients, entered, now_us)
    left = [after for each in tickets if (after := line.after(each, change, now_us))]
    moved = {*change.called, *change.released}
    # In the order of `note_seen`, so that neither waits for the other.
    for each in sorted((each for each in left if each.device in moved), key=lambda each: each.device):
        Ticket.objects.filter(hotspot=hotspot, device=each.device).update(until_us=each.until_us)
    if change.gone:
        _forget(hotspot, change.gone)
    stands = line.standing(left, now_us)
    _count(mine, stands.claimed, now_us)
    return stands


def _forget(hotspot: int, gone: Collection[bytes]) -> None:
    """Delete these tickets, but those that another process writes to now: their pages were looked at."""
    free = Ticket.objects.select_for_update(skip_locked=True).filter(hotspot=hotspot, device__in=gone)
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in free]).delete()


def _tickets(hotspot: int) -> list[Place]:
    rows = Ticket.objects.filter(hotspot=hotspot).values_list(
        "device", "asked_us", "seen_us", "until_us", "credential"
    )
    return [Place(bytes(device), asked, seen, until, token) for device, asked, seen, until, token in rows]


def _count(mine: Line, claimed: int, now_us: int) -> None:
    mine.claimed, mine.until_us = claimed, now_us + line.COUNT_SECONDS * SECOND
    mine.save(update_fields=["claimed", "until_us"])


def is_called(hotspot: int, device: bytes) -> bool:
    """Whether a place is held for this device now."""
    now_us = time.time_ns() // 1000
    return Ticket.objects.filter(hotspot=hotspot, device=device, until_us__gt=now_us).exists()


def reserve(hotspot: int, device: bytes, at_most: int, clients: int) -> bool:
    """Hold a place for a device that goes straight in, if the line leaves one; False when it must wait.

    For sites that are nearly full: what many are told at once is never more than there is.
    """
    now_us = time.time_ns() // 1000
    Line.objects.get_or_create(hotspot=hotspot)
    mine = Line.objects.select_for_update().get(hotspot=hotspot)
    stands = line.standing(_tickets(hotspot), now_us)
    if clients + stands.claimed >= at_most:
        return False
    Ticket.objects.update_or_create(
        hotspot=hotspot, device=device,
        defaults={"asked_us": now_us, "seen_us": now_us, "until_us": now_us + line.ENTER_SECONDS * SECOND},
    )  # fmt: skip
    _count(mine, stands.claimed + 1, now_us)
    return True


def seat(hotspot: int, device: bytes, credential: int) -> None:
    """The device whose place is held goes in with this token: the RADIUS server lets it, for a minute."""
    until_us = time.time_ns() // 1000 + line.ENTER_SECONDS * SECOND
    if Ticket.objects.filter(hotspot=hotspot, device=device).update(until_us=until_us, credential=credential):
        wake()


def held_tokens() -> list[int]:
    """The tokens of those whose place is held and who are to be on soon."""
    now_us = time.time_ns() // 1000
    found = Ticket.objects.filter(credential__isnull=False, until_us__gt=now_us)
    return [number for number in found.values_list("credential", flat=True) if number is not None]


def forget_tickets() -> int:
    """Delete the tickets of lines that nobody looks at any more, not even to call; of how many."""
    since = time.time_ns() // 1000 - FORGOTTEN_SECONDS * SECOND
    return Ticket.objects.filter(seen_us__lt=since, until_us__lt=since).delete()[0]
