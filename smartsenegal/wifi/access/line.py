"""The line before a full site: who is called next, who has lost a place, how long it will take. Pure.

First come, first called, among those who still look at their page. Who looks away keeps the place for
LOST_SECONDS, and is passed meanwhile. A place that is given is held until its device is on, or its time is
over: nobody else gets it, and both the portal and the RADIUS server count it. Groups with a priority stand in
no line: `rules.decide` lets them in. Moments are epoch microseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

SECOND = 1_000_000
# A page looks again within 30 seconds; one that missed two looks is not there.
PRESENT_SECONDS = 75
LOST_SECONDS = 300
# Long enough to type the code of an SMS.
HELD_SECONDS = 150
# From the token to the first report of the session.
ENTER_SECONDS = 60
# How long others reckon with a count of the line that nobody has renewed.
COUNT_SECONDS = 30
# Fewer departures than this say nothing of the next.
LEAST_DEPARTURES = 3


@dataclass(frozen=True, slots=True)
class Ticket:
    """A device in line. `until_us`: it was called, and its place is held until then; 0 while it waits.

    `credential` is the token with which it goes in, once it has one.
    """

    device: bytes
    asked_us: int
    seen_us: int
    until_us: int = 0
    credential: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a moment changes: who is called, whose place is held no more, who is forgotten."""

    called: tuple[bytes, ...] = ()
    released: tuple[bytes, ...] = ()
    gone: tuple[bytes, ...] = ()


def turn(
    tickets: Iterable[Ticket], at_most: int, clients: int, entered: Collection[int], now_us: int
) -> Turn:
    """Call as many as there are free places. `clients` are on; `entered` are the tokens that are on."""
    waiting, released, gone, held = [], [], [], 0
    for ticket in tickets:
        if ticket.until_us == 0:
            if now_us - ticket.seen_us > LOST_SECONDS * SECOND:
                gone.append(ticket.device)
            elif is_present(ticket, now_us):
                waiting.append((ticket.asked_us, ticket.device))
        elif now_us - ticket.until_us > LOST_SECONDS * SECOND:
            gone.append(ticket.device)
        elif ticket.until_us > now_us and ticket.credential in entered:
            released.append(ticket.device)
        elif ticket.until_us > now_us:
            held += 1
    free = max(0, at_most - clients - held)
    called = tuple(device for _, device in sorted(waiting)[:free])
    return Turn(called, tuple(released), tuple(gone))


def after(ticket: Ticket, change: Turn, now_us: int) -> Ticket | None:
    """A ticket as a turn leaves it; None once forgotten. A place given up is as one whose time is over."""
    if ticket.device in change.gone:
        return None
    until = ticket.until_us
    if ticket.device in change.called:
        until = now_us + HELD_SECONDS * SECOND
    elif ticket.device in change.released:
        until = now_us
    return Ticket(ticket.device, ticket.asked_us, ticket.seen_us, until, ticket.credential)


def is_present(ticket: Ticket, now_us: int) -> bool:
    """Whether its page looked again lately."""
    return now_us - ticket.seen_us <= PRESENT_SECONDS * SECOND


@dataclass(frozen=True, slots=True)
class Standing:
    """The line of a site, as a page reads it.

    `waiting`: when each asked; `order`: those moments, sorted, of those who are present; `called`: until when
    each place is held; `missed`: when it ceased to be.
    """

    waiting: Mapping[bytes, int] = field(default_factory=dict)
    order: Sequence[int] = ()
    called: Mapping[bytes, int] = field(default_factory=dict)
    missed: Mapping[bytes, int] = field(default_factory=dict)

    @property
    def claimed(self) -> int:
        """Places that are held or waited for: nobody without a ticket gets one of them."""
        return len(self.called) + len(self.order)

    def ahead(self, asked_us: int) -> int:
        """How many stand before who asked then."""
        return bisect_left(self.order, asked_us)


def standing(tickets: Iterable[Ticket], now_us: int) -> Standing:
    """The line of these tickets."""
    waiting: dict[bytes, int] = {}
    called: dict[bytes, int] = {}
    missed: dict[bytes, int] = {}
    order = []
    for ticket in tickets:
        if ticket.until_us > now_us:
            called[ticket.device] = ticket.until_us
        elif ticket.until_us:
            missed[ticket.device] = ticket.until_us
        else:
            waiting[ticket.device] = ticket.asked_us
            if is_present(ticket, now_us):
                order.append(ticket.asked_us)
    return Standing(waiting, sorted(order), called, missed)


def asked_at(line: Standing, device: bytes, told_us: int, now_us: int) -> int:
    """Since when a device stands in line: its ticket, else what its sealed page tells (0: nothing), else now.

    Who missed a turn stands behind all the others, whatever an old page tells.
    """
    known = line.waiting.get(device)
    if known is not None:
        return min(known, told_us or known)
    if not told_us or told_us > now_us or told_us <= line.missed.get(device, -1):
        return now_us
    return told_us


def minutes_to_wait(ahead: int, departures: int, seconds: float) -> tuple[int, int] | None:
    """Between which two numbers of minutes a place comes, from the departures counted over so many seconds.

    Departures are taken as a Poisson process: the (ahead + 1)th comes after (ahead + 1) / rate, give or take
    its standard deviation. None when too few left to say.
    """
    if departures < LEAST_DEPARTURES or seconds <= 0:
        return None
    rate, number = departures * 60 / seconds, ahead + 1
    spread = sqrt(number)
    return max(1, int((number - spread) / rate)), max(2, ceil((number + spread) / rate))


def look_again_seconds(ahead: int) -> int:
    """After how long the page of who has so many before them looks again."""
    return 8 if ahead < 20 else 15 if ahead < 200 else 30
