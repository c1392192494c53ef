"""Which plan holds where and when, and what a login is granted or refused. Pure: no database, no clock.

A data plane calls `plan_for` and `decide` on each Access-Request with what its snapshot holds; the portal
calls the same functions, so that both always say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

REALM_KINDS = [("local", "Chez nous"), ("proxy", "Ailleurs")]
EAP_METHODS = [
    ("tls", "EAP-TLS"),
    ("ttls-pap", "EAP-TTLS / PAP"),
    ("ttls-mschapv2", "EAP-TTLS / MSCHAPv2"),
    ("peap-mschapv2", "PEAP / MSCHAPv2"),
]
CREDENTIAL_KINDS = [
    ("password", "Mot de passe Wi-Fi"),
    ("voucher", "Ticket"),
    ("token", "Entrée par le portail"),
    ("mac", "Appareil reconnu"),
    ("certificate", "Certificat"),
]
CLOSED_BECAUSE = [
    ("", "—"),
    ("expired", "Échu"),
    ("used", "Épuisé"),
    ("withdrawn", "Retiré"),
    ("blocked", "Bloqué"),
    ("erased", "Effacé à la demande"),
]
NORMAL, STAFF, RESCUE = 0, 1, 2
PRIORITIES = [(NORMAL, "Public"), (STAFF, "Personnel"), (RESCUE, "Secours")]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def default_methods() -> list[str]:
    """Methods that need no password kept in clear: the only ones unless a realm asks for more."""
    return ["tls", "ttls-pap"]


_DOMAIN = re.compile(r"(?=.{3,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")


def is_domain(name: str) -> bool:
    """Whether it can name a realm (RFC 7542 §2.2), lower case."""
    return bool(_DOMAIN.fullmatch(name))


def needs_readable(methods: Sequence[str]) -> bool:
    """Whether one of these methods asks the server for a password that it can read."""
    return any("mschapv2" in method for method in methods)


@dataclass(frozen=True, slots=True)
class Limits:
    """A plan, as the rules read it: seconds, octets, kbit/s; None is "no limit"."""

    plan: int = 0
    session_seconds: int | None = None
    daily_seconds: int | None = None
    daily_octets: int | None = None
    idle_seconds: int | None = None
    down_kbps: int | None = None
    up_kbps: int | None = None
    devices: int = 1
    priority: int = NORMAL


@dataclass(frozen=True, slots=True)
class Rule:
    """When a plan holds: None (or no hours) is "whatever it be". Times are epoch seconds."""

    plan: int
    group: int | None = None
    hotspot: int | None = None
    zone: int | None = None
    hours: Mapping[str, Sequence[Sequence[str]]] | None = None
    starts_at: float | None = None
    ends_at: float | None = None
    closed: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Where:
    """Where a device asks from. `shut`: the site is suspended or closed, nobody comes in.

    `claimed`: places that are held for, or waited for by, devices in its line (`line`).
    """

    hotspot: int | None = None
    zone: int | None = None
    clients_at_most: int | None = None
    clients_now: int = 0
    shut: bool = False
    claimed: int = 0


@dataclass(frozen=True, slots=True)
class Right:
    """What a credential gives, apart from any plan. Times are epoch seconds.

    `hotspot`: where alone it serves, as whoever lets a device in checks; None is "wherever a plan is given".
    """

    holder: int
    group: int | None = None
    valid_from: float | None = None
    valid_until: float | None = None
    seconds_in_all: int | None = None
    octets_in_all: int | None = None
    closed_because: str = ""
    hotspot: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What the holder has used: today, since ever, and the devices (keyed hashes) that are on now."""

    seconds_today: int = 0
    octets_today: int = 0
    seconds_in_all: int = 0
    octets_in_all: int = 0
    devices: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What the gateway is told. `seconds` and `octets` are what is left; None is "no limit"."""

    limits: Limits
    seconds: int | None
    octets: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: `cause` is one of REFUSALS. `retry_at` (epoch seconds) is when it is worth asking again."""

    cause: str
    retry_at: float | None = None


# Read by the person on the portal, by the gateway in Reply-Message, by the engineer in the funnel.
REFUSALS = {
    "unknown": "Cet identifiant n’est pas connu.",
    "secret": "Le mot de passe ne correspond pas.",
    "blocked": "Cet accès est bloqué.",
    "expired": "Cet accès est échu.",
    "early": "Cet accès n’est pas encore ouvert.",
    "used": "Ce ticket est épuisé.",
    "time": "Le temps du jour est épuisé.",
    "volume": "Le volume du jour est épuisé.",
    "devices": "Trop d’appareils sont connectés avec cet accès : déconnectez-en un.",
    "closed": "Le réseau est fermé ici en ce moment.",
    "full": "Le réseau est plein : une place se libère souvent en quelques minutes.",
    "no-plan": "Aucun accès n’est prévu ici pour le moment.",
    "place": "Cet accès ne vaut que là où il a été donné.",
    "method": "Cette façon de se connecter n’est pas permise pour ce domaine.",
    "realm": "Ce domaine n’est pas connu.",
    "elsewhere": "Le réseau de ce domaine n’est pas joint.",
}


def plan_for(rules: Sequence[Rule], where: Where, group: int | None, now: float) -> Rule | None:
    """The rule that holds: of those that match, the one that says most; None when none matches.

    A zone says more than a hotspot, a hotspot more than a group, a group more than a time. Between two that
    say as much, the later one (`number`) holds.
    """
    matching = [r for r in rules if _matches(r, where, group, now)]
    return max(matching, key=_precision, default=None)


def _precision(rule: Rule) -> tuple[int, int]:
    says = (
        8 * (rule.zone is not None)
        + 4 * (rule.hotspot is not None)
        + 2 * (rule.group is not None)
        + (bool(rule.hours) or rule.starts_at is not None or rule.ends_at is not None)
    )
    return says, rule.number


def _matches(rule: Rule, where: Where, group: int | None, now: float) -> bool:
    return (
        rule.group in (None, group)
        and rule.hotspot in (None, where.hotspot)
        and rule.zone in (None, where.zone)
        and (rule.starts_at is None or rule.starts_at <= now)
        and (rule.ends_at is None or now < rule.ends_at)
        and (not rule.hours or within(rule.hours, now) is not None)
    )


def within(hours: Mapping[str, Sequence[Sequence[str]]], now: float) -> float | None:
    """Epoch second at which the present range of `hours` ends; None outside. A range may pass midnight.

    Dakar keeps UTC all the year.
    """
    midnight = now - now % 86_400
    today = datetime.fromtimestamp(now, UTC).weekday()
    ends = [
        end
        for shift in (-1, 0)  # yesterday's range may still run
        for opens, closes in hours.get(DAYS[(today + shift) % 7], ())
        if (start := midnight + shift * 86_400 + _seconds(opens))
        <= now
        < (end := midnight + shift * 86_400 + _seconds(closes) + 86_400 * (closes <= opens))
        and start < end
    ]
    return max(ends, default=None)


def _seconds(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 3600 + int(minutes) * 60


def decide(
    right: Right,
    rules: Sequence[Rule],
    plans: Mapping[int, Limits],
    use: Use,
    where: Where,
    device: bytes,
    now: float,
    *,
    seated: bool = False,
) -> Grant | Refusal:
    """What a device with this right gets here and now.

    `seated`: a place is held for it here; who has none gets only what the line leaves.

    `device` is the keyed hash under which the device is known today; a device that is on already never counts
    twice, so that a session whose end was lost blocks no login.
    """
    if fault := _standing(right, use, now):
        return fault
    if where.shut:
        return Refusal("closed")
    rule = plan_for(rules, where, right.group, now)
    limits = plans.get(rule.plan) if rule else None
    if rule is None or limits is None:
        return Refusal("no-plan")
    if rule.closed:
        return Refusal("closed", rule.ends_at)
    if fault := _exhausted(limits, use, device, now):
        return fault
    if is_full(where) and not seated and limits.priority == NORMAL and device not in use.devices:
        return Refusal("full")
    return Grant(limits, _seconds_left(right, rule, limits, use, now), _octets_left(right, limits, use))


def is_full(where: Where) -> bool:
    """Whether a site has no place for who comes now: its line goes first."""
    return where.clients_at_most is not None and where.clients_now + where.claimed >= where.clients_at_most


def _standing(right: Right, use: Use, now: float) -> Refusal | None:
    if right.closed_because:
        return Refusal({"expired": "expired", "used": "used"}.get(right.closed_because, "blocked"))
    if right.valid_from is not None and now < right.valid_from:
        return Refusal("early", right.valid_from)
    if right.valid_until is not None and now >= right.valid_until:
        return Refusal("expired")
    if right.seconds_in_all is not None and use.seconds_in_all >= right.seconds_in_all:
        return Refusal("used")
    if right.octets_in_all is not None and use.octets_in_all >= right.octets_in_all:
        return Refusal("used")
    return None


def _exhausted(limits: Limits, use: Use, device: bytes, now: float) -> Refusal | None:
    tomorrow = now - now % 86_400 + 86_400
    if limits.daily_seconds is not None and use.seconds_today >= limits.daily_seconds:
        return Refusal("time", tomorrow)
    if limits.daily_octets is not None and use.octets_today >= limits.daily_octets:
        return Refusal("volume", tomorrow)
    if len(use.devices - {device}) >= limits.devices:
        return Refusal("devices")
    return None


def _seconds_left(right: Right, rule: Rule, limits: Limits, use: Use, now: float) -> int | None:
    """The least of all limits. What a day gives may be used across midnight: the next day counts its own."""
    ends = [end for end in (right.valid_until, rule.ends_at) if end is not None]
    if rule.hours and (closing := within(rule.hours, now)) is not None:
        ends.append(closing)
    left = [end - now for end in ends]
    if limits.session_seconds is not None:
        left.append(limits.session_seconds)
    if limits.daily_seconds is not None:
        left.append(limits.daily_seconds - use.seconds_today)
    if right.seconds_in_all is not None:
        left.append(right.seconds_in_all - use.seconds_in_all)
    return max(1, int(min(left))) if left else None


def _octets_left(right: Right, limits: Limits, use: Use) -> int | None:
    left = []
    if limits.daily_octets is not None:
        left.append(limits.daily_octets - use.octets_today)
    if right.octets_in_all is not None:
        left.append(right.octets_in_all - use.octets_in_all)
    return max(1, min(left)) if left else None
