"""Master keys: a new one, and what was sealed under the old ones sealed again."""

from collections.abc import Callable

from django.db import transaction

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents import queries
from smartsenegal.kernel.documents.models import IssuedAct, StoredFile
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib import crypto

BATCH = 500
Progress = Callable[[str, int], None]


def rotate_master_key(by: Principal, progress: Progress = lambda what, done: None) -> str:
    """Make a new master key and seal again under it all that the old ones sealed; returns its name.

    Files are not touched, only their keys. Cut half-way, `reseal_all` goes on: old keys stay until told.
    """
    kid = vault.keyring().rotate()
    audit.record(by.actor, "documents.rotate", "keyring:master", {"kid": kid})
    reseal_all(progress)
    return kid


def reseal_all(progress: Progress = lambda what, done: None) -> int:
    """Seal again, in batches, what is not under the active master key; returns how many things were."""
    total = 0
    for what, batch in {"fichiers": _rewrap_files, "actes": _reseal_acts, **vault.resealers()}.items():
        done = 0
        while count := batch():
            done += count
            progress(what, done)
        total += done
    vault.authority().reseal()
    return total


@transaction.atomic
def _rewrap_files() -> int:
    ring = vault.keyring()
    files = list(
        StoredFile.objects.select_for_update(skip_locked=True)
        .filter(purged_at__isnull=True)
        .exclude(kid=ring.active)
        .only("kid", "wrapped_key")
        .order_by("id")[:BATCH]
    )
    for file in files:
        wrapped = ring.rewrap(crypto.Wrapped(file.kid, bytes(file.wrapped_key)))
        file.wrapped_key, file.kid = wrapped.blob, wrapped.kid
    StoredFile.objects.bulk_update(files, ["wrapped_key", "kid"])
    return len(files)


@transaction.atomic
def _reseal_acts() -> int:
    ring = vault.keyring()
    acts = queries.acts_not_under(ring.active, BATCH)
    for act in acts:
        aad = queries.act_aad(act.pk)
        act.sealed = ring.seal_field(ring.open_field(bytes(act.sealed), aad), aad)
        act.kid = ring.active
    IssuedAct.objects.bulk_update(acts, ["sealed", "kid"])
    return len(acts)
