"""Requests to open the sealed log: asked, approved or refused by a second person, opened by both shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.privacy import queries, rules, sealing
from smartsenegal.wifi.privacy.actions.base import APPROVE, check, tell
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.models import LegalBatch, LegalKey, LegalRequest

MOST_LINES = 2_000
WRONG_WORDS = "Ces mots n’ouvrent pas les parts de la clé : chaque officier tape les siens."


@transaction.atomic
def ask(
    by: Principal,
    *,
    reference: str,
    authority: str,
    ground: str,
    starts_at: datetime,
    ends_at: datetime,
    hotspot: Hotspot | None = None,
    address: str | None = None,
    mac: str = "",
) -> LegalRequest:
    """Note a request with its legal ground, and what it looks for: a site, an IP address or a device.

    Raises PermissionRefused, DataRefused for a period too long or a request that looks for everybody.
    """
    check(by)
    if fault := rules.period_fault(starts_at, ends_at):
        raise DataRefused(fault, "ends_on")
    if hotspot is None and not address and not mac:
        raise DataRefused("Indiquez un site, une adresse IP ou un appareil : on n’ouvre pas tout.", "hotspot")
    made = LegalRequest.objects.create(
        reference=reference, authority=authority, ground=ground, starts_at=starts_at, ends_at=ends_at,
        hotspot=hotspot.pk if hotspot else None, place=hotspot.site.name if hotspot else "",
        address=address or None, mac=mac, asked_by=by.label[:200], asked_account=by.account_id or "",
    )  # fmt: skip
    tell(by, "legal_asked", {"reference": reference, "authority": authority}, _subject(made), ground)
    return made


@transaction.atomic
def decide(by: Principal, request: LegalRequest, *, approve: bool, reason: str) -> LegalRequest:
    """Approve or refuse a request that somebody else made. Raises PermissionRefused, DataRefused."""
    check(by, APPROVE)
    request = _locked(request)
    if request.asked_account and request.asked_account == by.account_id:
        raise PermissionRefused("Qui demande n’approuve pas.")
    if request.state != "asked":
        raise DataRefused("Cette réquisition a déjà reçu sa réponse.")
    request.state = "approved" if approve else "refused"
    request.decided_by, request.decided_at, request.reason = by.label[:200], timezone.now(), reason[:500]
    request.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    tell(by, f"legal_{request.state}", {"reference": request.reference}, _subject(request), reason)
    return request


@dataclass(frozen=True)
class Opened:
    """What an opening gave: its request, the lines, and how many batches could no more be read."""

    request: LegalRequest
    lines: list[dict[str, Any]]
    shredded: int


def open_log(by: Principal, request: LegalRequest, words: tuple[str, str]) -> Opened:
    """The lines that answer an approved request, once, with the words of both officers.

    Raises PermissionRefused, DataRefused; an opening that fails is in the journal too.
    """
    check(by)
    try:
        with transaction.atomic():
            return _opened(by, _locked(request), words)
    except DataRefused as refused:
        tell_failed(by, request, refused.sentence)
        raise


@transaction.atomic
def tell_failed(by: Principal, request: LegalRequest, why: str) -> None:
    """Note in the journal an opening that gave nothing."""
    tell(by, "legal_failed", {"reference": request.reference}, _subject(request), why)


def _opened(by: Principal, request: LegalRequest, words: tuple[str, str]) -> Opened:
    if request.state != "approved":
        raise DataRefused("Seule une réquisition approuvée s’ouvre, et une seule fois.")
    asked = queries.asked(request)
    lines: list[dict[str, Any]] = []
    shredded = 0
    keys: dict[int, bytes] = {}
    found = LegalBatch.objects.filter(first_us__lte=asked.ends_us, last_us__gte=asked.starts_us)
    for batch in found.order_by("number").iterator(50):
        if batch.sealed is None:
            shredded += 1
            continue
        if batch.key not in keys:
            keys[batch.key] = _private(batch.key, words)
        lines += rules.matching(_lines(batch, keys[batch.key]), asked)
        if len(lines) > MOST_LINES:
            raise DataRefused(f"Plus de {MOST_LINES} lignes répondent : restreignez la période ou le lieu.")
    request.state, request.opened_at, request.lines = "opened", timezone.now(), len(lines)
    request.save(update_fields=["state", "opened_at", "lines"])
    tell(by, "legal_opened", {"reference": request.reference, "lines": len(lines)}, _subject(request))
    return Opened(request, lines, shredded)


def _private(number: int, words: tuple[str, str]) -> bytes:
    key = LegalKey.objects.get(pk=number)
    shares = [sealing.Share(bytes(s.salt), bytes(s.sealed)) for s in key.shares.order_by("number")]
    try:
        return sealing.join(shares, words)
    except sealing.WordsRefused:
        raise DataRefused(WRONG_WORDS, "words_1") from None


def _lines(batch: LegalBatch, private: bytes) -> list[dict[str, Any]]:
    day_key = queries.day_key(batch.day)
    place = sealing.place_of(batch.number, batch.day.isoformat(), batch.key)
    if day_key is None:
        raise DataRefused("La clé d’un de ces jours est détruite.")
    try:
        return sealing.unseal(bytes(batch.sealed or b""), private, day_key, place)
    except sealing.SealBroken:
        raise DataRefused(f"Le lot {batch.number} a été altéré : rien n’est remis.") from None


def _subject(request: LegalRequest) -> str:
    return f"wifi_legal:{request.pk}"


def _locked(request: LegalRequest) -> LegalRequest:
    with transaction.atomic(using=settings.FLOWS):
        return LegalRequest.objects.select_for_update().get(pk=request.pk)
