"""Subscribe addresses, put events in their queues, send, note what came of it."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events.api import EventData
from smartsenegal.kernel.identity.api import (
    Account,
    Organisation,
    PermissionRefused,
    Principal,
    RoleAssignment,
)
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.kernel.webhooks import calling, queries, registry, rules
from smartsenegal.kernel.webhooks.errors import WebhookRefused
from smartsenegal.kernel.webhooks.models import Endpoint, Outgoing

TEMPLATE = "webhooks.disabled"


@transaction.atomic
def subscribe(
    by: Principal, organisation: Organisation, url: str, kinds: Iterable[str]
) -> tuple[Endpoint, str]:
    """Subscribe an address to events; returns it and its secret, shown this once and kept sealed.

    Raises PermissionRefused, WebhookRefused for an address or an event that cannot be.
    """
    _check(by, organisation)
    _check_url(url)
    wanted = _known(kinds)
    endpoint = Endpoint(organisation=organisation, url=url, kinds=wanted, created_by=by.label[:200])
    secret = _new_secret(endpoint)
    endpoint.save(force_insert=True)
    audit.record(by.actor, "webhooks.subscribed", _subject(endpoint), {"url": url, "kinds": wanted})
    return endpoint, secret


def _check_url(url: str) -> None:
    if fault := rules.fault_of_url(url, demo=settings.DEMO):
        raise WebhookRefused(fault, "url")


def _known(kinds: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(kinds))
    if unknown := [k for k in wanted if k not in registry.kinds()]:
        raise WebhookRefused(f"Cet événement n’existe pas\u00a0: {unknown[0][:60]}.", "kinds")
    return wanted


@transaction.atomic
def change(
    by: Principal, endpoint_id: UUID, url: str | None = None, kinds: Iterable[str] | None = None
) -> Endpoint:
    """Give an endpoint another address, or other events (None keeps what it has); its secret stays.

    What waits goes to the new address: what had failed at the old one, at once. Returns the endpoint; raises
    as `subscribe`, and as `disable`.
    """
    endpoint = _locked(by, endpoint_id)
    before = {"url": endpoint.url, "kinds": list(endpoint.kinds)}
    if url is not None and url != endpoint.url:
        _check_url(url)
        endpoint.url, endpoint.failing_since = url, None
        _again(endpoint.sent.filter(state=rules.WAITING, attempts__gt=0))
    if kinds is not None:
        endpoint.kinds = _known(kinds)
    after = {"url": endpoint.url, "kinds": list(endpoint.kinds)}
    if after != before:
        endpoint.save()
        audit.record(by.actor, "webhooks.changed", _subject(endpoint), {"before": before, "after": after})
    return endpoint


@transaction.atomic
def rotate(by: Principal, endpoint_id: UUID) -> str:
    """Give an endpoint another secret; for a day both sign. Returns it; raises as `mine`."""
    endpoint = _locked(by, endpoint_id)
    endpoint.sealed_before, endpoint.before_until = endpoint.sealed, timezone.now() + rules.BOTH_VALID
    secret = _new_secret(endpoint)
    endpoint.save()
    audit.record(by.actor, "webhooks.rotated", _subject(endpoint))
    return secret


@transaction.atomic
def disable(by: Principal, endpoint_id: UUID, reason: str = "Arrêté par l’administrateur") -> None:
    """Stop calling an address; what happens meanwhile is held for it. Raises Endpoint.DoesNotExist."""
    endpoint = _locked(by, endpoint_id)
    _stop(endpoint, reason)
    audit.record(by.actor, "webhooks.disabled", _subject(endpoint), reason=reason)


@transaction.atomic
def enable(by: Principal, endpoint_id: UUID) -> int:
    """Call an address again, first with what was held for it; returns how many. Raises as `disable`."""
    endpoint = _locked(by, endpoint_id)
    endpoint.disabled_at, endpoint.disabled_reason, endpoint.failing_since = None, "", None
    endpoint.save()
    held = _again(endpoint.sent.filter(state__in=[rules.HELD, rules.GIVEN_UP, rules.WAITING]))
    audit.record(by.actor, "webhooks.enabled", _subject(endpoint), {"held": held})
    return held


@transaction.atomic
def resend(by: Principal, endpoint_id: UUID, outgoing_id: UUID) -> Outgoing:
    """Send once more, under the same identifier. Raises Outgoing.DoesNotExist, WebhookRefused."""
    endpoint = _locked(by, endpoint_id)
    if endpoint.disabled_at:
        raise WebhookRefused("Ce webhook est arrêté. Remettez-le d’abord en marche.")
    row = endpoint.sent.select_for_update().get(pk=outgoing_id)
    _again(endpoint.sent.filter(pk=row.pk))
    row.refresh_from_db()
    audit.record(by.actor, "webhooks.resent", _subject(endpoint), {"message": str(row.pk)})
    return row


def _again(rows: QuerySet[Outgoing]) -> int:
    """Send these once more, the oldest first; returns how many. Three statements, however many there are."""
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    Outgoing.objects.filter(pk__in=ids).update(
        state=rules.WAITING, attempts=0, error="", next_attempt=timezone.now()
    )
    _defer(ids)
    return len(ids)


def _check(by: Principal, organisation: Organisation) -> None:
    if not by.may("webhooks.manage", organisation_id=organisation.pk):
        raise PermissionRefused("Vous n’administrez pas cet organisme.")


def _locked(by: Principal, endpoint_id: UUID) -> Endpoint:
    mine = by.organisations_where("webhooks.manage")
    return Endpoint.objects.select_for_update().get(pk=endpoint_id, organisation__in=mine)


def _subject(endpoint: Endpoint) -> str:
    return f"webhook:{endpoint.pk}"


def _place(endpoint: Endpoint) -> bytes:
    return f"webhooks.endpoint:{endpoint.pk}".encode()


def _new_secret(endpoint: Endpoint) -> str:
    secret, ring = secrets.token_bytes(32), vault.keyring()
    endpoint.sealed, endpoint.kid = ring.seal_field(secret, _place(endpoint)), ring.active
    return rules.shown(secret)


def secrets_of(endpoint: Endpoint) -> list[bytes]:
    """The secrets that sign now: the present one, and for a day the one before."""
    ring, kept = vault.keyring(), [bytes(endpoint.sealed)]
    if endpoint.sealed_before and endpoint.before_until and endpoint.before_until > timezone.now():
        kept.append(bytes(endpoint.sealed_before))
    return [ring.open_field(blob, _place(endpoint)) for blob in kept]


@transaction.atomic
def reseal(batch: int = 100) -> int:
    """Put the secrets that are under an old master key under the present one; returns how many."""
    ring = vault.keyring()
    rows = list(Endpoint.objects.select_for_update(skip_locked=True).exclude(kid=ring.active)[:batch])
    for row in rows:
        for name in ("sealed", "sealed_before"):
            if blob := bytes(getattr(row, name)):
                setattr(row, name, ring.seal_field(ring.open_field(blob, _place(row)), _place(row)))
        row.kid = ring.active
        row.save()
    return len(rows)


# --- from the outbox to the queues ------------------------------------------------------------


def publish(event: EventData, services: list[int], data: Mapping[str, Any]) -> int:
    """Queue an event for every endpoint that listens to these services; returns for how many it is new.

    `data` holds identifiers, states and addresses: never what a person said or is.
    """
    listening = queries.listening(event.kind, services)
    return sum(_queue(endpoint, event, data) for endpoint in listening)


def _queue(endpoint: Endpoint, event: EventData, data: Mapping[str, Any]) -> bool:
    told = {"type": event.kind, "timestamp": event.at.isoformat(), "data": dict(data)}
    row, created = Outgoing.objects.get_or_create(
        endpoint=endpoint,
        event_id=event.id,
        defaults={
            "kind": event.kind,
            "subject": event.subject,
            "body": json.dumps(told, ensure_ascii=False, separators=(",", ":")),
            "state": rules.HELD if endpoint.disabled_at else rules.WAITING,
            "next_attempt": None if endpoint.disabled_at else timezone.now(),
        },
    )
    if created and not endpoint.disabled_at:
        _defer([row.pk])
    return created


def _defer(ids: Sequence[UUID], wait: timedelta | None = None) -> None:
    """A job for each, in one statement; each has its own lock, so that one slow address delays no other."""
    from smartsenegal.kernel.webhooks.jobs import send

    later = timezone.now() + wait if wait else None
    jobs = [
        send.configure(lock=f"webhook:{pk}", schedule_at=later).make_new_job(outgoing_id=str(pk))
        for pk in ids
    ]
    if jobs:
        app.job_manager.batch_defer_jobs(jobs)


# --- sending ------------------------------------------------------------------------------------


def send(outgoing_id: UUID | str) -> None:
    """Call the endpoint and note what it answered. Killed between the two, the job sends the same again."""
    row = Outgoing.objects.select_related("endpoint").filter(pk=outgoing_id, state=rules.WAITING).first()
    if row is None or row.endpoint.disabled_at:
        return
    answer = calling.post(row.endpoint.url, _headers(row), row.body)
    _note(row.pk, answer)


def _headers(row: Outgoing) -> dict[str, str]:
    message, at = f"msg_{row.pk.hex}", int(timezone.now().timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": rules.signature(secrets_of(row.endpoint), message, at, row.body),
    }


@transaction.atomic
def _note(outgoing_id: UUID, answer: calling.Answer) -> None:
    # The endpoint first, as every act on it: taken the other way round, two would wait for each other.
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(sent=outgoing_id)
    row = Outgoing.objects.select_for_update(of=("self",)).get(pk=outgoing_id)
    row.attempts, row.status, row.error = row.attempts + 1, answer.status, answer.error[:300]
    if answer.received:
        row.state, row.delivered_at, row.next_attempt = rules.DELIVERED, timezone.now(), None
        endpoint.failing_since = None
    else:
        _retry(row, endpoint, answer)
    row.save()
    endpoint.save()


def _retry(row: Outgoing, endpoint: Endpoint, answer: calling.Answer) -> None:
    now, wait = timezone.now(), rules.delay_after(row.attempts)
    endpoint.failing_since = endpoint.failing_since or now
    if answer.status == calling.GONE:
        _give_up(endpoint, "L’adresse répond qu’elle n’existe plus (410).")
    elif now - endpoint.failing_since >= rules.DISABLED_AFTER:
        _give_up(endpoint, f"Aucun envoi reçu depuis {rules.DISABLED_AFTER.days} jours.")
    if endpoint.disabled_at:
        row.state, row.next_attempt = rules.HELD, None
    elif wait is None:
        row.state, row.next_attempt = rules.GIVEN_UP, None
    else:
        row.next_attempt = now + wait
        _defer([row.pk], wait)


def _stop(endpoint: Endpoint, reason: str) -> None:
    endpoint.disabled_at, endpoint.disabled_reason = timezone.now(), reason[:300]
    endpoint.save()


def _give_up(endpoint: Endpoint, reason: str) -> None:
    if endpoint.disabled_at:
        return
    _stop(endpoint, reason)
    held = RoleAssignment.objects.filter(
        organisation=endpoint.organisation_id, role="administrator", ends_on=None
    )
    for account in Account.objects.filter(pk__in=held.values("account"), is_active=True):
        notifications.send(
            f"webhook:{endpoint.pk}:{endpoint.disabled_at:%Y%m%d%H%M}:{account.pk}",
            TEMPLATE,
            notifications.Address("page", str(account.pk)),
            {"url": endpoint.url, "reason": reason},
            about=_subject(endpoint),
        )


def forget_old() -> int:
    """Delete what was sent more than a month ago; returns how many."""
    return Outgoing.objects.filter(created_at__lt=timezone.now() - rules.KEPT).delete()[0]
