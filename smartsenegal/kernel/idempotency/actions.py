"""Do a write once for its key, and answer the same when it is sent again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.kernel.idempotency.models import KeptAnswer
from smartsenegal.kernel.vault import keyring

KEPT = timedelta(days=7)
_BATCH = 5000
_CLAIM = """
    INSERT INTO idempotency_keptanswer (owner, key, fingerprint, status, sealed, kid, at)
    VALUES (%s, %s, %s, 0, '', '', now()) ON CONFLICT (owner, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True)
class Reply:
    """What a write answers: the text of its body, and its status."""

    body: str
    status: int = 200


class KeyReused(Exception):
    """This key came before with another request."""

    sentence = (
        "Cette clé a déjà servi à une autre demande\u00a0: donnez une clé neuve à chaque demande neuve."
    )


def once(owner: str, key: str, fingerprint: str, act: Callable[[], Reply]) -> Reply:
    """What `act` answers, done at most once for this caller and key (none: each time).

    The answer is kept in the transaction of the act: both are there or neither. The same key sent at the same
    moment waits for the first to end. A refusal (an exception) undoes everything and leaves the key free.
    Raises KeyReused when the key came with another request, and whatever `act` raises.
    """
    if not key:
        return act()
    with transaction.atomic():
        if claimed := _claim(owner, key, fingerprint):
            return _keep(claimed, act())
    kept = KeptAnswer.objects.get(owner=owner, key=key)
    if kept.fingerprint != fingerprint:
        raise KeyReused
    return Reply(keyring().open_field(bytes(kept.sealed), _place(kept.pk)).decode(), kept.status)


def _claim(owner: str, key: str, fingerprint: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [owner, key, fingerprint])
        row = cursor.fetchone()
    return row[0] if row else None


def _keep(claimed: int, reply: Reply) -> Reply:
    _seal(claimed, reply.body.encode(), status=reply.status)
    return reply


def _seal(row: int, body: bytes, **more: int) -> None:
    ring = keyring()
    sealed = ring.seal_field(body, _place(row))
    KeptAnswer.objects.filter(pk=row).update(sealed=sealed, kid=ring.active, **more)


@transaction.atomic
def reseal(batch: int = 200) -> int:
    """Put the answers that are under an old master key under the present one; returns how many."""
    ring = keyring()
    kept = KeptAnswer.objects.select_for_update(skip_locked=True).exclude(kid__in=["", ring.active])
    rows = list(kept.order_by("pk")[:batch])
    for row in rows:
        _seal(row.pk, ring.open_field(bytes(row.sealed), _place(row.pk)))
    return len(rows)


def _place(row: int) -> bytes:
    return f"idempotency.answer:{row}".encode()


def forget_old() -> int:
    """Delete the answers older than `KEPT`; returns how many."""
    total, limit = 0, timezone.now() - KEPT
    while old := list(KeptAnswer.objects.filter(at__lt=limit).values_list("pk", flat=True)[:_BATCH]):
        total += KeptAnswer.objects.filter(pk__in=old).delete()[0]
    return total
