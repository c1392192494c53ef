"""The telephone that is asked to pay: sealed at rest, and kept only while it may have to be asked again."""

from django.db import transaction

from smartsenegal.kernel import vault
from smartsenegal.kernel.payments.models import Attempt

_BATCH = 200


def _place(attempt: Attempt) -> bytes:
    return f"attempt:{attempt.pk}:number".encode()


def seal_number(attempt: Attempt, number: str) -> bytes:
    """The sealed bytes of a number: they open for this attempt alone."""
    return vault.keyring().seal_field(number.encode(), _place(attempt))


def open_number(attempt: Attempt) -> str:
    """The number that is asked to pay, "" once it is kept no more."""
    sealed = attempt.sealed_number
    return vault.keyring().open_field(bytes(sealed), _place(attempt)).decode() if sealed else ""


@transaction.atomic
def reseal_numbers() -> int:
    """Seal again a batch of the numbers that are under an old master key; returns how many."""
    ring = vault.keyring()
    kept = Attempt.objects.select_for_update(skip_locked=True).exclude(sealed_number=None)
    old = [a for a in kept.iterator() if ring.field_kid(bytes(a.sealed_number or b"")) != ring.active]
    for attempt in old[:_BATCH]:
        attempt.sealed_number = seal_number(attempt, open_number(attempt))
    Attempt.objects.bulk_update(old[:_BATCH], ["sealed_number"])
    return len(old[:_BATCH])
