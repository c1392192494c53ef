"""Callbacks: kept as they come, dealt with by a job. A callback is believed in nothing but its reference."""

import logging
from collections.abc import Mapping

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from smartsenegal.kernel.audit.api import Actor, record
from smartsenegal.kernel.payments.actions.attempts import read_back
from smartsenegal.kernel.payments.base import Forged
from smartsenegal.kernel.payments.models import Attempt, ProviderEvent
from smartsenegal.kernel.payments.registry import provider_named

log = logging.getLogger(__name__)


def receive(provider: str, headers: Mapping[str, str], body: bytes, ip: str) -> bool:
    """Keep one callback, once; returns whether it was new. Its job is deferred in the same transaction.

    Raises Forged, after journalling it, when the signature is wrong; UnknownProvider.
    """
    far = provider_named(provider)
    try:
        callback = far.verify_webhook(headers, body)
    except Forged:
        _journal_forgery(provider, ip, len(body))
        raise
    with transaction.atomic():
        event, created = ProviderEvent.objects.get_or_create(
            provider=provider,
            event_id=callback.event_id,
            defaults={
                "kind": callback.kind,
                "provider_ref": callback.ref,
                "key": callback.key,
                "body": body.decode("utf-8", "replace").replace("\x00", ""),
            },
        )
        if created:
            from smartsenegal.kernel.payments.jobs import callback as job

            job.defer(event_id=event.pk)
    return created


def _journal_forgery(provider: str, ip: str, size: int) -> None:
    """One entry a minute and address: whoever forges callbacks does not fill the journal."""
    log.warning("forged callback for %s from %s (%s bytes)", provider, ip, size)
    if cache.add(f"payments.forged:{provider}:{ip}", 1, timeout=60):
        actor = Actor("public", "public", f"Appelant de /paiements/rappels/{provider}/", ip=ip)
        record(actor, "payments.callback_forged", f"provider:{provider}", {"bytes": size})


def deal_with(event_id: int) -> Attempt | None:
    """Read back the payment a callback is about; returns its attempt, None when it is none of ours.

    Raises Unreachable, Unknown or Refused while the provider cannot be asked: the job tries again.
    """
    event = ProviderEvent.objects.get(pk=event_id)
    attempt = _attempt_of(event)
    if attempt is not None:
        attempt = read_back(attempt.pk, ref=event.provider_ref)
    ProviderEvent.objects.filter(pk=event_id, processed_at=None).update(processed_at=timezone.now())
    return attempt


def _attempt_of(event: ProviderEvent) -> Attempt | None:
    named = Q(pk=None)
    if event.provider_ref:
        named |= Q(provider_ref=event.provider_ref)
    if event.key:
        named |= Q(key=event.key)
    return Attempt.objects.filter(named, provider=event.provider).order_by("id").first()
