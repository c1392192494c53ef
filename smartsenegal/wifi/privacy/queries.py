"""Reads of the log's chain, of requests and of retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from smartsenegal.kernel import vault
from smartsenegal.wifi.network.api import Nas
from smartsenegal.wifi.privacy import rules, sealing
from smartsenegal.wifi.privacy.models import LegalBatch, LegalDay, LegalKey, LegalRequest, Retention
from smartsenegal.wifi.privacy.rules import Asked, Kept


def kept_on(day: date) -> dict[str, Kept]:
    """How long each kind of data is kept on that day: the latest decision in force, else the default."""
    found = dict(rules.DEFAULTS)
    for row in Retention.objects.filter(effective_from__lte=day).order_by("effective_from", "pk"):
        found[row.purpose] = Kept(
            row.purpose, row.days, row.basis, row.confirmed, rules.DEFAULTS[row.purpose].least
        )
    return found


@dataclass(frozen=True)
class Log:
    """The state of the sealed log."""

    key: LegalKey | None
    officers: list[str]
    batches: int
    lines: int
    first_day: date | None


def log() -> Log:
    """What the log holds, without opening anything."""
    key = LegalKey.objects.order_by("-pk").first()
    kept = LegalBatch.objects.filter(sealed__isnull=False)
    totals = kept.aggregate(lines=Sum("count"), batches=Count("pk"))
    first = kept.order_by("number").first()
    officers = list(key.shares.order_by("number").values_list("officer", flat=True)) if key else []
    return Log(key, officers, totals["batches"], totals["lines"] or 0, first.day if first else None)


def chain_faults() -> list[int]:
    """Numbers of the batches that are not what was written: altered, missing before them, or moved."""
    faults, previous, expected = [], sealing.GENESIS, 1
    for batch in LegalBatch.objects.order_by("number").iterator(200):
        place = sealing.place_of(batch.number, batch.day.isoformat(), batch.key)
        content = bytes(batch.content)
        told = sealing.link(previous, place, batch.count, batch.first_us, batch.last_us, content)
        whole = batch.sealed is None or sealing.digest(bytes(batch.sealed)) == content
        if batch.number != expected or told != bytes(batch.hash) or not whole:
            faults.append(batch.number)
        previous, expected = bytes(batch.hash), batch.number + 1
    return faults


def requests() -> list[LegalRequest]:
    """All requests, the latest first."""
    return list(LegalRequest.objects.order_by("-pk")[:500])


def request(pk: int) -> LegalRequest | None:
    """One of them, or None."""
    return LegalRequest.objects.filter(pk=pk).first()


def asked(request: LegalRequest) -> Asked:
    """What a request looks for."""
    gateways = None
    if request.hotspot is not None:
        gateways = frozenset(Nas.objects.filter(hotspot=request.hotspot).values_list("pk", flat=True))
    return Asked(
        int(request.starts_at.timestamp() * 1_000_000),
        int(request.ends_at.timestamp() * 1_000_000),
        gateways,
        request.address or "",
        request.mac,
    )


def day_key(day: date) -> bytes | None:
    """The key of a day of the log; None when it was destroyed."""
    found = LegalDay.objects.filter(day=day, sealed__isnull=False).first()
    return (
        vault.keyring().open_field(bytes(found.sealed or b""), sealing.place_of_day(day)) if found else None
    )


def requests_by_year() -> list[tuple[int, dict[str, int]]]:
    """How many requests were made each year, refused, opened, and how many lines they gave."""
    years = LegalRequest.objects.values_list("asked_at__year").annotate(
        asked=Count("pk"),
        refused=Count("pk", filter=Q(state="refused")),
        opened=Count("pk", filter=Q(state="opened")),
        lines=Sum("lines"),
    )
    return [
        (year, {"asked": a, "refused": r, "opened": o, "lines": n or 0})
        for year, a, r, o, n in years.order_by("-asked_at__year")
    ]
