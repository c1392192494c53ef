"""How long each kind of data is kept, and the purges that prove what they removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.wifi.privacy import queries, rules
from smartsenegal.wifi.privacy.actions import legal, own
from smartsenegal.wifi.privacy.actions.base import check, tell
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.models import Retention
from smartsenegal.wifi.sessions import api as sessions

Purge = Callable[[date], int]
_purges: dict[str, list[Purge]] = {}


def register_purge(purpose: str, purge: Purge) -> None:
    """Say how data of a purpose goes: `purge(before)` removes what is of earlier days and says how much."""
    if purpose not in rules.DEFAULTS:
        raise ValueError(f"{purpose!r} is no purpose: one of {', '.join(rules.DEFAULTS)}")
    if purge not in _purges.setdefault(purpose, []):
        _purges[purpose].append(purge)


def register() -> None:
    """Called once, when Django starts."""
    register_purge("legal", legal.shred)
    register_purge("sessions", sessions.purge_sessions)
    register_purge("events", sessions.purge_events)
    register_purge("portal", own.purge_codes)
    register_purge("day_keys", sessions.destroy_day_keys)


def registered() -> frozenset[str]:
    """The purposes that some data of this installation has."""
    return frozenset(_purges)


@transaction.atomic
def set_retention(
    by: Principal, purpose: str, *, days: int, basis: str, confirmed: bool, effective_from: date
) -> Retention:
    """Keep a kind of data for so many days, from a day on. Raises PermissionRefused, DataRefused."""
    check(by)
    least = rules.DEFAULTS[purpose].least
    if days < least:
        raise DataRefused(
            f"Il faut au moins {least} jours : en deçà, le réseau lui-même en a besoin.", "days"
        )
    made = Retention.objects.create(
        purpose=purpose, days=days, basis=basis, confirmed=confirmed, effective_from=effective_from,
        set_by=by.label[:200],
    )  # fmt: skip
    detail = {"purpose": purpose, "days": days, "from": effective_from.isoformat(), "confirmed": confirmed}
    tell(by, "retention_set", detail, f"wifi_retention:{purpose}", basis)
    return made


def purge_all(today: date | None = None) -> dict[str, int]:
    """Remove what is past its time, purpose by purpose, each with its line in the journal."""
    today = today or timezone.localdate()
    kept = queries.kept_on(today)
    return {purpose: _purge(purpose, rules.limit(kept[purpose].days, today)) for purpose in sorted(_purges)}


@transaction.atomic
def _purge(purpose: str, before: date) -> int:
    with transaction.atomic(using=settings.FLOWS):
        count = sum(purge(before) for purge in _purges[purpose])
        if count:
            detail = {"purpose": purpose, "before": before.isoformat(), "count": count}
            tell(system("worker"), "data_purged", detail, f"wifi_retention:{purpose}")
    return count
