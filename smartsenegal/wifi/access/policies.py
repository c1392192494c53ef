"""What a set of rules amounts to: which one holds and why, which are hidden, which overlap. Pure.

`rules.plan_for` alone decides; this only tells why it decided so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smartsenegal.wifi.access.rules import DAYS, Rule, Where, plan_for, within

Zones = Mapping[int, int]  # zone → its hotspot
_WEEK = 7 * 1440
HOLDS, LESS, OLDER, OUTSIDE = "holds", "less", "older", "outside"


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one rule: `fate` is HOLDS, LESS (another says more), OLDER (as much, but later), or
    OUTSIDE, with the conditions that are not met (`group`, `hotspot`, `zone`, `hours`, `early`, `over`)."""

    rule: Rule
    fate: str
    unmet: tuple[str, ...] = ()


def explain(rules: Sequence[Rule], where: Where, group: int | None, now: float) -> list[Reason]:
    """What became of each rule here and now, the one that holds first."""
    winner = plan_for(rules, where, group, now)
    told = [_reason(rule, winner, where, group, now) for rule in rules]
    return sorted(told, key=lambda r: ((HOLDS, LESS, OLDER, OUTSIDE).index(r.fate), r.rule.number))


def _reason(rule: Rule, winner: Rule | None, where: Where, group: int | None, now: float) -> Reason:
    if unmet := _unmet(rule, where, group, now):
        return Reason(rule, OUTSIDE, unmet)
    if winner is None or rule == winner:
        return Reason(rule, HOLDS)
    return Reason(rule, OLDER if said(rule) == said(winner) else LESS)


def _unmet(rule: Rule, where: Where, group: int | None, now: float) -> tuple[str, ...]:
    conditions = {
        "group": rule.group in (None, group),
        "hotspot": rule.hotspot in (None, where.hotspot),
        "zone": rule.zone in (None, where.zone),
        "early": rule.starts_at is None or rule.starts_at <= now,
        "over": rule.ends_at is None or now < rule.ends_at,
        "hours": not rule.hours or within(rule.hours, now) is not None,
    }
    return tuple(name for name, met in conditions.items() if not met)


def said(rule: Rule) -> int:
    """How much a rule says, as `rules.plan_for` weighs it."""
    timed = bool(rule.hours) or rule.starts_at is not None or rule.ends_at is not None
    return 8 * (rule.zone is not None) + 4 * (rule.hotspot is not None) + 2 * (rule.group is not None) + timed


def hidden(rules: Sequence[Rule], zones: Zones) -> dict[int, Rule]:
    """Rules that can never hold, by number, each with a rule that always stands before it."""
    return {
        rule.number: before
        for rule in rules
        if (before := next((b for b in rules if _before(b, rule) and _covers(b, rule, zones)), None))
    }


def overlaps(rules: Sequence[Rule], zones: Zones) -> dict[int, Rule]:
    """Rules that give something else than a later one at some moments only, by number, with that later one.

    Only rules that say as much are told: that one which says more stands before another is what is meant.
    """
    return {
        rule.number: later
        for rule in rules
        if (later := next((b for b in rules if _clashes(b, rule, zones)), None))
    }


def _before(first: Rule, second: Rule) -> bool:
    return (said(first), first.number) > (said(second), second.number)


def _clashes(later: Rule, rule: Rule, zones: Zones) -> bool:
    return (
        said(later) == said(rule)
        and later.number > rule.number
        and (later.plan, later.closed) != (rule.plan, rule.closed)
        and (later.group, later.hotspot, later.zone) == (rule.group, rule.hotspot, rule.zone)
        and not _covers(later, rule, zones)
        and _spans_meet(later, rule)
        and bool(_week(later) & _week(rule))
    )


def _covers(wide: Rule, narrow: Rule, zones: Zones) -> bool:
    """Whether `wide` matches each time `narrow` does."""
    inside = wide.hotspot in (None, narrow.hotspot) or (
        narrow.zone is not None and zones.get(narrow.zone) == wide.hotspot
    )
    return (
        inside
        and wide.group in (None, narrow.group)
        and wide.zone in (None, narrow.zone)
        and (wide.starts_at is None or (narrow.starts_at is not None and wide.starts_at <= narrow.starts_at))
        and (wide.ends_at is None or (narrow.ends_at is not None and narrow.ends_at <= wide.ends_at))
        and _week(narrow) & ~_week(wide) == 0
    )


def _spans_meet(a: Rule, b: Rule) -> bool:
    starts = max((s for s in (a.starts_at, b.starts_at) if s is not None), default=None)
    ends = min((e for e in (a.ends_at, b.ends_at) if e is not None), default=None)
    return starts is None or ends is None or starts < ends


def _week(rule: Rule) -> int:
    """The minutes of the week a rule holds in, as bits; a range may pass midnight, also that of Sunday."""
    if not rule.hours:
        return (1 << _WEEK) - 1
    bits = 0
    for day, name in enumerate(DAYS):
        for opens, closes in rule.hours.get(name, ()):
            start, end = _minutes(opens), _minutes(closes)
            length = end - start + 1440 * (end <= start)
            first = day * 1440 + start
            run = ((1 << length) - 1) << first
            bits |= (run | run >> _WEEK) & ((1 << _WEEK) - 1)
    return bits


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
