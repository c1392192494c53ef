"""How a hotspot fares: what each sign says, with hysteresis, and the words for it. Pure.

Times are epoch seconds. A figure that nobody gave is None, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

# What is counted by hotspot and minute. "reject:<cause>" has the causes of `access.REFUSALS`.
STAGES = (
    "association", "lease", "probe", "portal", "code_sent", "code_right", "accept", "session",
    "first_octets", "gateway_heard", "queued",
)  # fmt: skip
REJECT = "reject:"
# What the watch itself counts, from the accounting: sessions begun, those that carried a first octet, octets
# to and from the devices, sessions ended.
OPENED, USED, DOWN, UP, ENDED = "opened", "used", "octets_down", "octets_up", "ended"

# What is only known of a whole day.
DEVICES = "devices"
GRAINS = [("minutes", "Par minute"), ("hours", "Par heure"), ("days", "Par jour")]
SNMP_VERSIONS = [("2c", "SNMP v2c"), ("3", "SNMP v3 (SHA, AES)")]
# Days for which counts are kept where nobody set another: they name no person.
KEPT = {"minutes": 14, "hours": 400, "days": 3660}

# A gateway that keeps silent for this many reports is down (the same count as for a device).
REPORTS_LOST = 3
# Below, a share says nothing: two refusals of three may be one person's typing.
LEAST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """When a condition begins and ends: at `high` or more for `raise_after` seconds, at `low` or less for
    `clear_after`. Between the two, what was stays."""

    high: float
    low: float
    raise_after: float
    clear_after: float


# Gravity first: the condition that names the state of a hotspot is the first that holds.
LIMITS: dict[str, Limit] = {
    "down": Limit(1, 0, 0, 30),
    "failing": Limit(0.3, 0.15, 120, 300),
    "full": Limit(0.95, 0.85, 120, 300),
    "slow": Limit(1, 0.7, 180, 300),
    "part": Limit(1, 0, 60, 120),
}
HEALTH = {
    "down": "Coupé",
    "failing": "Refus en nombre",
    "full": "Plein",
    "slow": "Lent",
    "part": "En partie coupé",
    "up": "En marche",
    "unknown": "Sans nouvelles",
    "works": "En travaux",
    "closed": "Fermé",
}
TONES = {
    "down": "red", "failing": "red", "full": "amber", "slow": "amber", "part": "amber", "up": "green",
    "unknown": "neutral", "works": "blue", "closed": "neutral",
}  # fmt: skip
# The uplink and the line to the gateway, as one figure: 1 is "slow".
BUSY_UPLINK = 0.9
LOST_PACKETS = 0.05
LONG_WAY_MS = 400.0


@dataclass(frozen=True, slots=True)
class Condition:
    """One cause at one hotspot: `since` when it last changed, `turning` since when the contrary is seen."""

    raised: bool = False
    since: float = 0.0
    turning: float | None = None


def step(before: Condition, limit: Limit, reading: float | None, at: float) -> Condition:
    """The condition after one more reading. A reading that is not known, or not later, changes nothing."""
    if reading is None:
        return before
    wanted = True if reading >= limit.high else False if reading <= limit.low else before.raised
    if wanted == before.raised:
        return replace(before, turning=None)
    turning = at if before.turning is None else min(before.turning, at)
    if at - turning >= (limit.raise_after if wanted else limit.clear_after):
        return Condition(wanted, at, None)
    return replace(before, turning=turning)


def replay(readings: Iterable[tuple[float, float | None]], limit: Limit) -> Condition:
    """The condition that readings (time, value) leave, in whatever order they came."""
    found = Condition()
    for at, reading in sorted(set(readings), key=lambda each: (each[0], each[1] is None, each[1] or 0)):
        found = step(found, limit, reading, at)
    return found


# --- what is seen of a gateway -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voice:
    """What a gateway was last heard to say. `beat_at` is its heartbeat, every `beat_seconds` at most;
    `off_at` an Accounting-Off; `open_sessions` those that nothing ended."""

    radius_at: float | None = None
    off_at: float | None = None
    interim_seconds: int = 300
    open_sessions: int = 0
    beat_at: float | None = None
    beat_seconds: int = 60


def silent(voice: Voice, now: float) -> bool | None:
    """Whether a gateway is down; None when nothing says so or the contrary.

    It said it goes off; or it beat, and no beat nor report came for three of them; or it had sessions, whose
    reports stopped for three intervals. One without sessions and without a heartbeat may well be silent.
    """
    heard = max((at for at in (voice.radius_at, voice.beat_at) if at is not None), default=None)
    if heard is None:
        return None
    if voice.off_at is not None and voice.off_at >= heard:
        return True
    if voice.beat_at is not None and now - voice.beat_at <= REPORTS_LOST * voice.beat_seconds:
        return False
    reports = REPORTS_LOST * voice.interim_seconds
    if voice.radius_at is not None and now - voice.radius_at <= reports:
        return False
    if voice.open_sessions or voice.beat_at is not None:
        return True
    return None


# --- what is seen of a hotspot --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signs:
    """What was seen of a hotspot lately; counts are those of the last ten minutes.

    `gateways` and `points` (access points) say of each whether it is silent. Rates are bit/s, `*_most` what
    was declared.
    """

    gateways: tuple[bool | None, ...] = ()
    points: tuple[bool, ...] = ()
    clients: int = 0
    clients_most: int | None = None
    leases: int | None = None
    leases_most: int | None = None
    accepts: int = 0
    rejects: Mapping[str, int] | None = None
    down_bps: float | None = None
    down_most: float | None = None
    up_bps: float | None = None
    up_most: float | None = None
    loss: float | None = None
    rtt_ms: float | None = None


def readings(signs: Signs) -> dict[str, float | None]:
    """The figure that each condition is judged by."""
    told = [each for each in signs.gateways if each is not None]
    down = sum(told)
    # A gateway of which nothing is known leaves what was; one that is there no more is not down.
    cut = float(down == len(told)) if told else None if signs.gateways else 0.0
    return {
        "down": cut,
        "part": float(0 < down < len(told) or any(signs.points)),
        "failing": refused_share(signs),
        "full": _fullest(signs),
        "slow": _slowness(signs),
    }


def refused_share(signs: Signs) -> float | None:
    """Refusals among the answers to logins; None below `LEAST_ATTEMPTS` answers."""
    refused = sum((signs.rejects or {}).values())
    answers = refused + signs.accepts
    return refused / answers if answers >= LEAST_ATTEMPTS else None


def _fullest(signs: Signs) -> float | None:
    shares = [
        part / whole
        for part, whole in ((signs.clients, signs.clients_most), (signs.leases, signs.leases_most))
        if part is not None and whole
    ]
    return max(shares, default=None)


def _slowness(signs: Signs) -> float | None:
    """1 and more is slow: the fullest of the uplink's two ways, the lost packets, the way to the gateway."""
    pairs = (
        (signs.down_bps, signs.down_most and signs.down_most * BUSY_UPLINK),
        (signs.up_bps, signs.up_most and signs.up_most * BUSY_UPLINK),
        (signs.loss, LOST_PACKETS),
        (signs.rtt_ms, LONG_WAY_MS),
    )
    return max((value / most for value, most in pairs if value is not None and most), default=None)


def health(
    conditions: Mapping[str, Condition], *, known: bool, works: bool = False, state: str = "open"
) -> str:
    """The one word for a hotspot: a key of HEALTH. `known` is whether anything is heard of it at all."""
    if state != "open":
        return "closed"
    if works:
        return "works"
    raised = (cause for cause in LIMITS if (found := conditions.get(cause)) and found.raised)
    return next(raised, "up" if known else "unknown")


# --- alerts ---------------------------------------------------------------------------------------


def explained_by(place: int, needs: Mapping[int, Iterable[int]], cut: frozenset[int]) -> int | None:
    """The nearest place that is cut among those that `place` needs, itself or through others; None when none.

    `needs` gives what each place depends on; circles do no harm. Of two as near, the lower number.
    """
    seen, ring = {place}, sorted(set(needs.get(place, ())) - {place})
    while ring:
        if found := [each for each in ring if each in cut]:
            return found[0]
        seen |= set(ring)
        ring = sorted({far for near in ring for far in needs.get(near, ())} - seen)
    return None


# --- the report of a week ---------------------------------------------------------------------------


def covered(intervals: Iterable[tuple[float, float | None]], start: float, end: float) -> float:
    """Seconds of a span that intervals cover, each second once. One without an end still runs."""
    cut = sorted((max(a, start), min(end if b is None else b, end)) for a, b in intervals)
    total, until = 0.0, start
    for begins, ends in cut:
        if ends > (first := max(begins, until)):
            total += ends - first
            until = ends
    return total


def busiest(hours: Mapping[int, int]) -> int | None:
    """The hour of the day (0 to 23) that counts most, the earlier of two; None when nothing was counted."""
    return min(hours, key=lambda hour: (-hours[hour], hour), default=None) if any(hours.values()) else None
