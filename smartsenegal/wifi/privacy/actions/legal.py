"""The sealed log: its ceremony, its lines, the end of its days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib import crypto
from smartsenegal.wifi.network.api import mac as mac_of
from smartsenegal.wifi.privacy import rules, sealing
from smartsenegal.wifi.privacy.actions.base import check, tell
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.models import LegalBatch, LegalDay, LegalKey, LegalShare
from smartsenegal.wifi.sessions.api import OFF, ON, STOP

# One line a session of these events: with whom it was, from where, from when to when (epoch microseconds).
_LINES = f"""
    SELECT encode(session, 'hex'), nas, calling, host(address), max(holder), max(credential),
           left(access_point, 17), min(happened_us - seconds * 1000000), max(happened_us),
           bool_or(kind = {STOP})
    FROM wifi_sessions_event
    WHERE id > %s AND id <= %s AND kind NOT IN ({ON}, {OFF}) AND (calling <> '' OR address IS NOT NULL)
    GROUP BY 1, 2, 3, 4, 7 ORDER BY 8, 1
"""  # noqa: S608 - the pieces put together are constants
_FIELDS = ("session", "nas", "mac", "ip", "holder", "credential", "point", "from", "to", "ended")


@transaction.atomic(using=settings.FLOWS)
def make_key(by: Principal, officers: list[tuple[str, str]]) -> LegalKey:
    """The ceremony: a new pair of keys, its private half in two shares under two officers' words.

    `officers`: name and words of each. Lines already sealed stay under the key they were sealed to.
    Raises PermissionRefused, DataRefused for words that are too few or twice the same.
    """
    check(by)
    (first, words), (second, others) = officers
    for number, each in ((1, words), (2, others)):
        if fault := rules.words_fault(each):
            raise DataRefused(fault, f"words_{number}")
    if first.strip().lower() == second.strip().lower():
        raise DataRefused("Il faut deux personnes.", "officer_2")
    if " ".join(words.split()) == " ".join(others.split()):
        raise DataRefused("Chacun choisit ses mots, que l’autre ne connaît pas.", "words_2")
    private, public = sealing.new_pair()
    key = LegalKey.objects.create(public=public, made_by=by.label[:200])
    shares = sealing.split(private, [words, others])
    LegalShare.objects.bulk_create(
        LegalShare(key=key, number=n, officer=name[:120], salt=share.salt, sealed=share.sealed)
        for n, (name, share) in enumerate(zip((first, second), shares, strict=True))
    )
    tell(by, "legal_key_made", {"key": key.pk, "officers": [first, second]})
    return key


def keep_lines(cursor: CursorWrapper, after: int, upto: int) -> None:
    """Seal what these events tell of addresses; nothing while no ceremony has made a key.

    Called in the transaction of the fold: addresses leave the events and enter the log together, or not.
    """
    key = LegalKey.objects.using(settings.FLOWS).order_by("-pk").first()
    if key is None:
        return
    cursor.execute(_LINES, [after, upto])
    lines = [_line(row) for row in cursor.fetchall()]
    if lines:
        _append(key, lines, timezone.localdate())


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    line = dict(zip(_FIELDS, row, strict=True))
    return {**line, "mac": mac_of(line["mac"]) or line["mac"].lower(), "ip": line["ip"] or ""}


def _append(key: LegalKey, lines: list[dict[str, Any]], day: date) -> LegalBatch:
    # The fold holds its own lock: two batches are never appended at once.
    last = LegalBatch.objects.order_by("-number").first()
    number = last.number + 1 if last else 1
    place = sealing.place_of(number, day.isoformat(), key.pk)
    sealed = sealing.seal(lines, bytes(key.public), _day_key(day), place)
    content = sealing.digest(sealed)
    first_us, last_us = min(line["from"] for line in lines), max(line["to"] for line in lines)
    previous = bytes(last.hash) if last else sealing.GENESIS
    return LegalBatch.objects.create(
        number=number, day=day, key=key.pk, count=len(lines), first_us=first_us, last_us=last_us,
        sealed=sealed, content=content,
        hash=sealing.link(previous, place, len(lines), first_us, last_us, content),
    )  # fmt: skip


def _day_key(day: date) -> bytes:
    found = LegalDay.objects.filter(day=day).first()
    if found is None:
        sealed = vault.keyring().seal_field(crypto.random_key(), sealing.place_of_day(day))
        found = LegalDay.objects.create(day=day, sealed=sealed)
    if found.sealed is None:
        raise DataRefused("La clé de ce jour est déjà détruite.")
    return vault.keyring().open_field(bytes(found.sealed), sealing.place_of_day(day))


@transaction.atomic(using=settings.FLOWS)
def shred(before: date) -> int:
    """Destroy the log of the days before that one, its keys and its bytes; returns how many lines."""
    kept = LegalBatch.objects.filter(day__lt=before, sealed__isnull=False)
    lines = sum(kept.values_list("count", flat=True))
    kept.update(sealed=None)
    LegalDay.objects.filter(day__lt=before, sealed__isnull=False).update(
        sealed=None, destroyed_at=timezone.now()
    )
    return lines


@transaction.atomic(using=settings.FLOWS)
def reseal_days() -> int:
    """Seal again the keys of days that are under an old master key; returns how many."""
    ring = vault.keyring()
    old = [
        day
        for day in LegalDay.objects.select_for_update(skip_locked=True).exclude(sealed=None)
        if bytes(day.sealed or b"")[1:5] != bytes.fromhex(ring.active)
    ]
    for day in old[:100]:
        clear = ring.open_field(bytes(day.sealed or b""), sealing.place_of_day(day.day))
        day.sealed = ring.seal_field(clear, sealing.place_of_day(day.day))
        day.save(update_fields=["sealed"])
    return len(old[:100])
