"""Crowd, radios, uplink, addresses: pure functions, each with its source, each giving a range.

Nothing here pretends to one number. `Range` is what is least to be expected, what is likely, and what may
come at
worst; the defaults are what was measured at crowds that published their figures, to be replaced by the
site's own.

Measured crowds: American football finals of 2018 to 2022, as published by the supplier of their network
(67,612 people present, 40,033 devices, 25,670 at once, 7.87 Gbit/s in 2018; 70,081, 48,845, 30,605, 13.06
in 2019;
62,417, 44,358, 24,837, 10.4 in 2020; 70,048, 57,618, 34,337 in 2022).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

# Kept with each plan: to be raised whenever the same answers would give other figures.
VERSION = "1"


@dataclass(frozen=True)
class Range:
    """The least, the likely, the most."""

    low: float
    likely: float
    high: float

    def map(self, act: Callable[[float], float]) -> Range:
        """Each of the three, through `act`, which must grow with its argument."""
        return Range(act(self.low), act(self.likely), act(self.high))

    def __mul__(self, other: Range | float) -> Range:
        if isinstance(other, Range):
            return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)
        return self.map(lambda value: value * other)


# Shares of the people present: devices seen in all, and devices on at the busiest moment.
TAKE_UP = Range(0.59, 0.70, 0.82)
AT_ONCE = Range(0.38, 0.44, 0.49)
# kbit/s that a device which is on takes at the busiest moment, all of them counted: peak rate over devices
# at once.
KBPS = Range(300, 350, 430)
# Addresses a device takes over a lease, since phones make theirs up (RFC 9797): assumed, to be measured.
ADDRESSES_A_DEVICE = Range(1.0, 1.3, 1.5)
# Rates of the clients of a crowded cell, Mbit/s, with their shares: 20 MHz, two streams, some of them far.
RATES: Mapping[float, float] = {130.0: 0.45, 65.0: 0.35, 26.0: 0.15, 6.5: 0.05}
# What contention, management frames and acknowledgements leave of the air.
EFFICIENCY = 0.55
# Non-overlapping 20 MHz channels. Those of 5 GHz depend on what the regulator opens: to be set for the
# country.
CHANNELS = {"2.4": 3, "5": 20}
# A busy line is filled to this part: what is above waits.
FILLED = 0.8


@dataclass(frozen=True)
class Crowd:
    """Who comes. `people` present at the busiest moment; `arrivals` are people an hour at the gates."""

    people: int
    arrivals: int
    take_up: Range = TAKE_UP
    at_once: Range = AT_ONCE
    kbps: Range = KBPS


@dataclass(frozen=True)
class Kit:
    """What each access point is. `channels` are those that its radios may use; `heard` is how many other
    radios of the network each radio hears; `active` how many clients a radio serves together before it
    chokes, in a good cell, a likely and a bad one.
    """

    radios: int = 2
    active: Range = Range(60, 50, 30)
    channels: int = CHANNELS["2.4"] + CHANNELS["5"]
    heard: int = 8
    rates: Mapping[float, float] | None = None


@dataclass(frozen=True)
class Service:
    """What is given: the part of what people watch that is served on the spot, and the length of a lease."""

    local_share: float = 0.0
    lease_seconds: int = 2700


@dataclass(frozen=True)
class Need:
    """What the crowd asks for. Mbit/s; `pool` in addresses."""

    devices: Range
    at_once: Range
    mbps: Range
    uplink_mbps: Range
    access_points: Range
    pool: Range
    prefix: int


@dataclass(frozen=True)
class Held:
    """What so many access points give. `at_once` is for good and bad cells: the low end is the bad one."""

    at_once: Range
    crowd_share: Range
    mbps: Range
    kbps_each: Range
    blocking: Range


def harmonic_mean(rates: Mapping[float, float]) -> float:
    """The rate of a cell whose clients send as much each: Mbit/s. One slow client costs more than its share
    (the airtime is shared, not the rate). ValueError when nothing is shared."""
    shares = sum(rates.values())
    if shares <= 0 or any(rate <= 0 for rate in rates):
        raise ValueError("rates and shares must be positive")
    return shares / sum(share / rate for rate, share in rates.items() if share > 0)


def alone_on_channel(channels: int, heard: int) -> float:
    """The part of the time a radio has its channel for itself when it hears `heard` others spread evenly."""
    return min(1.0, channels / (heard + 1))


def cell_mbps(kit: Kit) -> float:
    """What one radio carries for all its clients together: Mbit/s."""
    return harmonic_mean(kit.rates or RATES) * EFFICIENCY * alone_on_channel(kit.channels, kit.heard)


def pool_size(arrivals_an_hour: float, lease_seconds: int, at_once: float, an_each: float) -> float:
    """Addresses in use at most: those of who is on, and of who left while their lease still runs."""
    return an_each * (at_once + arrivals_an_hour * lease_seconds / 3600)


def prefix_for(addresses: float) -> int:
    """The longest IPv4 prefix that holds so many (RFC 4632), the gateway, network and broadcast set apart."""
    return 32 - max(3, math.ceil(math.log2(addresses + 3)))


def need(crowd: Crowd, kit: Kit, service: Service) -> Need:
    """All that the crowd asks for."""
    devices, at_once = crowd.take_up * float(crowd.people), crowd.at_once * float(crowd.people)
    mbps = at_once * crowd.kbps * 0.001
    uplink = mbps * ((1 - service.local_share) / FILLED)
    cell = cell_mbps(kit)
    rows = zip(_values(at_once), _values(mbps), _values(kit.active), strict=True)
    points = Range(*(_points(clients, rate, kit.radios, active, cell) for clients, rate, active in rows))
    joining = crowd.take_up * float(crowd.arrivals)
    leases = zip(_values(joining), _values(at_once), _values(ADDRESSES_A_DEVICE), strict=True)
    pool = Range(*(pool_size(joins, service.lease_seconds, on, each) for joins, on, each in leases))
    return Need(devices, at_once, mbps, uplink, points, pool, prefix_for(pool.high))


def held(points: int, crowd: Crowd, kit: Kit, uplink_mbps: float | None, service: Service) -> Held:
    """What `points` access points hold of this crowd, whatever it asks for; `uplink_mbps` None is "no limit".

    Reckoned for three days, each coherent: few come and cells are good, what is likely, many come and cells
    are bad.
    """
    air = points * kit.radios * cell_mbps(kit)
    line = math.inf if uplink_mbps is None else uplink_mbps * FILLED / max(1e-9, 1 - service.local_share)
    asked = crowd.at_once * float(crowd.people)
    days = [
        _day(points * kit.radios * active, wanted, kbps, min(air, line))
        for active, wanted, kbps in zip(_values(kit.active), _values(asked), _values(crowd.kbps), strict=True)
    ]
    served, each, blocking = (Range(*sorted(values)) for values in zip(*days, strict=True))
    mbps = Range(*sorted(n * kbps / 1000 for n, kbps, _ in days))
    return Held(served, served * (1 / max(1, crowd.people)), mbps, each, blocking)


def _day(seats: float, asked: float, kbps: float, carried_mbps: float) -> tuple[float, float, float]:
    """Devices served, kbit/s each, and the part of those who come that finds no place."""
    served = min(seats, asked)
    each = min(kbps, carried_mbps * 1000 / served) if served else 0.0
    return served, each, erlang_b(asked, int(seats))


def erlang_b(offered: float, servers: int) -> float:
    """The part of arrivals that find all `servers` taken (Erlang, 1917), `offered` in erlangs.

    By the inverse recursion, which stays exact where the factorials overflow.
    """
    if offered <= 0:
        return 0.0
    if servers <= 0:
        return 1.0
    # Far below or above, the recursion would only confirm what the limits say.
    if servers > offered + 12 * math.sqrt(offered) + 40:
        return 0.0
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1.0 + inverse * n / offered
        if inverse > 1e300:
            return 0.0
    return 1.0 / inverse


def _points(clients: float, mbps: float, radios: int, active: float, cell: float) -> float:
    return float(max(math.ceil(clients / (radios * active)), math.ceil(mbps / (radios * cell)), 1))


def _values(of: Range) -> Sequence[float]:
    return (of.low, of.likely, of.high)


def frozen(found: Need, kept: Held, points: int) -> dict[str, Any]:
    """A result as plain data, to be kept as it was told."""
    return {"need": asdict(found), "held": asdict(kept), "points": points}


def thawed(data: Mapping[str, Any]) -> tuple[Need, Held]:
    """The result that `frozen` made plain."""
    told = data["need"]
    ranges = {f.name: Range(**told[f.name]) for f in fields(Need) if f.name != "prefix"}
    kept = {f.name: Range(**data["held"][f.name]) for f in fields(Held)}
    return Need(**ranges, prefix=told["prefix"]), Held(**kept)
