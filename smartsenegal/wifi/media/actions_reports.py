"""What caches tell the centre: taken in once each, however often the line broke in between."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.models import Cache, Package, Teller, Watched

# A site may be cut off for weeks; what is older says nothing any more.
OLDEST = timedelta(days=180)
_FAULTS = 20
_AT_MOST = 1_000_000


@transaction.atomic
def take_report(cache: Cache, report: dict[str, Any]) -> int:
    """Add the counts of a report and keep what it says of the cache; the number of the last one taken.

    A report that was taken already adds nothing. Numbers may be missing, when the centre was restored from a
    copy older than its last reports. Raises MediaRefused for a report of another form.
    """
    name, number = _teller(report)
    cache = Cache.objects.select_for_update().get(pk=cache.pk)
    teller, _ = Teller.objects.get_or_create(cache=cache, name=name)
    if number > teller.report:
        _add(cache, report.get("watched", []))
        teller.report = number
        teller.save(update_fields=["report"])
        _keep_state(cache, report)
    return teller.report


def _teller(report: dict[str, Any]) -> tuple[UUID, int]:
    try:
        number = report["number"]
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**62:
            raise ValueError
        return UUID(report["teller"]), number
    except (KeyError, ValueError, TypeError, AttributeError):
        raise MediaRefused("Ce rapport n’a pas la forme attendue.") from None


def _add(cache: Cache, watched: Any) -> None:
    known = dict(Package.objects.values_list("code", "pk"))
    today = timezone.localdate()
    for code, day, count in _rows(watched):
        # A package of another source, or deleted since, and a clock that is far off, count for nothing.
        if code in known and today - OLDEST <= day <= today + timedelta(days=1):
            row, new = Watched.objects.get_or_create(
                package_id=known[code], hotspot_id=cache.hotspot_id, day=day, defaults={"count": count}
            )
            if not new:
                Watched.objects.filter(pk=row.pk).update(count=F("count") + count)


def _rows(watched: Any) -> list[tuple[str, date, int]]:
    try:
        rows = [(str(code), date.fromisoformat(day), int(count)) for code, day, count in watched]
    except (ValueError, TypeError):
        raise MediaRefused("Ce rapport n’a pas la forme attendue.") from None
    if len(rows) > 100_000 or any(not 0 < count <= _AT_MOST for _, _, count in rows):
        raise MediaRefused("Ce rapport n’a pas la forme attendue.")
    return rows


def _keep_state(cache: Cache, report: dict[str, Any]) -> None:
    try:
        held = {str(code)[:80]: int(revision) for code, revision in report.get("held", {}).items()}
        synced = report.get("synced_at")
        cache.synced_at = datetime.fromisoformat(synced) if synced else cache.synced_at
        cache.held_bytes = max(0, int(report.get("held_bytes", 0)))
        free = report.get("free_bytes")
        cache.free_bytes = None if free is None else max(0, int(free))
        faults = [str(fault)[:300] for fault in report.get("faults", [])]
    except (ValueError, TypeError, AttributeError):
        raise MediaRefused("Ce rapport n’a pas la forme attendue.") from None
    cache.held, cache.faults, cache.heard_at = held, faults[:_FAULTS], timezone.now()
    cache.save(update_fields=["synced_at", "held_bytes", "free_bytes", "held", "faults", "heard_at"])
