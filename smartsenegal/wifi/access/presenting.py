"""Plans, rules and moments in French words."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from smartsenegal.lib.dates import format_datetime, format_hour
from smartsenegal.lib.text import group_digits, plural, typography
from smartsenegal.wifi.access import policies
from smartsenegal.wifi.access.models import Plan, PlanRule
from smartsenegal.wifi.access.rules import DAYS

_SHORT = dict(zip(DAYS, ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."), strict=True))
UNMET = {
    "group": "autre groupe",
    "hotspot": "autre site",
    "zone": "autre zone",
    "hours": "hors de ses heures",
    "early": "pas encore commencée",
    "over": "terminée",
}


def duration(seconds: int | None) -> str:
    """`1 h 30`, `45 min`; "" without limit."""
    if seconds is None:
        return ""
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes}\u00a0min"
    return f"{hours}\u00a0h\u00a0{minutes:02}" if minutes else f"{hours}\u00a0h"


def volume(octets: int | None) -> str:
    """`300 Mo`, `1,5 Go`; "" without limit."""
    if octets is None:
        return ""
    if octets >= 1_000_000_000 and octets % 100_000_000 == 0:
        return f"{octets / 1_000_000_000:g}".replace(".", ",") + "\u00a0Go"
    return f"{group_digits(octets // 1_000_000)}\u00a0Mo"


def rate(kbps: int | None) -> str:
    """`2 Mbit/s`; "" without limit."""
    if kbps is None:
        return ""
    if kbps >= 1000 and kbps % 100 == 0:
        return f"{kbps / 1000:g}".replace(".", ",") + "\u00a0Mbit/s"
    return f"{group_digits(kbps)}\u00a0kbit/s"


def limits(plan: Plan) -> str:
    """What a plan gives, in one line."""
    told = [
        f"{duration(plan.daily_seconds)} par jour" if plan.daily_seconds else "",
        f"{volume(plan.daily_octets)} par jour" if plan.daily_octets else "",
        f"connexions de {duration(plan.session_seconds)}" if plan.session_seconds else "",
        rate(plan.down_kbps),
        plural(plan.devices, "appareil", "appareils"),
    ]
    free = "sans limite de temps ni de volume"
    unlimited = free if plan.daily_seconds is None and plan.daily_octets is None else ""
    whole = ", ".join(filter(None, [unlimited, *told]))
    return whole[:1].upper() + whole[1:]


def where(rule: PlanRule) -> str:
    """The place of a rule."""
    if rule.zone:
        return typography(f"{rule.zone.hotspot.site.name} : {rule.zone.name}")
    return rule.hotspot.site.name if rule.hotspot else "Partout"


def when(rule: PlanRule) -> str:
    """The hours and the days of a rule."""
    told = []
    if rule.hours:
        told.append(hours(rule.hours))
    if rule.starts_at:
        told.append(f"du {format_datetime(rule.starts_at)}")
    if rule.ends_at:
        told.append(f"jusqu’au {format_datetime(rule.ends_at)}")
    return ", ".join(told) or "Toujours"


def hours(found: dict[str, list[list[str]]]) -> str:
    """`lun. à ven. 8 h – 18 h 30`: days that follow each other with the same hours are told once."""
    runs: list[tuple[list[str], Any]] = []
    for day in DAYS:
        ranges = found.get(day)
        if not ranges:
            continue
        if runs and runs[-1][1] == ranges and DAYS.index(runs[-1][0][-1]) + 1 == DAYS.index(day):
            runs[-1][0].append(day)
        else:
            runs.append(([day], ranges))
    return ", ".join(f"{_days(days)} {_ranges(ranges)}" for days, ranges in runs)


def _days(days: list[str]) -> str:
    if len(days) == len(DAYS):
        return "tous les jours"
    first, last = _SHORT[days[0]], _SHORT[days[-1]]
    return first if first == last else f"{first} à {last}"


def _ranges(ranges: list[list[str]]) -> str:
    whole = [["00:00", "00:00"]]
    if ranges == whole:
        return "toute la journée"
    spelt = [[format_hour(time.fromisoformat(clock)) for clock in each] for each in ranges]
    return " et ".join(f"{opens}\u00a0–\u00a0{closes}" for opens, closes in spelt)


def name(rule: PlanRule) -> str:
    """A rule in a few words: `Public, Partout`."""
    return f"{rule.group.name if rule.group else 'Tout le monde'}, {where(rule)}"


def why(reason: policies.Reason) -> str:
    """What became of a rule."""
    return {
        policies.HOLDS: "S’applique",
        policies.LESS: "Une règle plus précise passe avant",
        policies.OLDER: "Une règle plus récente passe avant",
        policies.OUTSIDE: ", ".join(UNMET[u] for u in reason.unmet).capitalize(),
    }[reason.fate]


def moment(at: datetime) -> str:
    """The moment of a preview."""
    return format_datetime(at)
