"""Keep, open, schedule and destroy files."""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.database import may_have_committed
from smartsenegal.kernel.documents import intake, queries, registry, rules, storage
from smartsenegal.kernel.documents.errors import FileGone
from smartsenegal.kernel.documents.inspection import parent
from smartsenegal.kernel.documents.inspection.facts import Bounds, Refused
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib import crypto, dates

BATCH = 500


def store(
    stream: intake.Readable,
    *,
    filename: str,
    purpose: str,
    subject: str,
    by: Principal,
    limits: rules.Limits = rules.DEFAULT_LIMITS,
    declared_type: str = "",
    is_identity: bool = False,
) -> StoredFile:
    """Check an upload, encrypt it under a key of its own and keep it; returns its row.

    `stream` is read in blocks of 64 KiB; `declared_type` is the type the browser gave. `purpose` names the
    rule of retention ("piece", "piece:identity" …). Raises UploadRefused with the sentence to show; then
    nothing is kept. The row is only written once the file is durable.
    """
    with intake.receive(stream, filename, declared_type, limits) as incoming:
        try:
            kept = _keep(incoming.chunks())
        except OSError as error:
            raise intake.no_room(error, filename, limits) from error
        fields = incoming.fields()
    fields |= {"purpose": purpose, "subject": subject, "is_identity": is_identity}
    return _register(kept, by, "documents.store", fields)


def keep_own(data: bytes) -> dict[str, Any]:
    """Fields of a file of our own making, encrypted and durable; its row is the caller's to write."""
    return _keep([data]) | {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _keep(chunks: Iterable[bytes]) -> dict[str, Any]:
    key = crypto.random_key()
    wrapped = vault.keyring().wrap(key)
    name = storage.write(crypto.encrypt_stream(chunks, key))
    return {"storage_name": name, "wrapped_key": wrapped.blob, "kid": wrapped.kid}


def _register(kept: dict[str, Any], by: Principal, verb: str, fields: dict[str, Any]) -> StoredFile:
    try:
        with transaction.atomic():
            file = StoredFile.objects.create(owner=by.account_id or "", **kept, **fields)
            audit.record(by.actor, verb, file.subject, _named(file))
            return file
    except BaseException as error:
        forget_unless_named(kept["storage_name"], error)
        raise


def forget_unless_named(name: str, error: BaseException) -> None:
    """Delete a file whose row was not written; one whose row may be there is left to the sweep."""
    if not may_have_committed(error):
        storage.remove(name)


def _named(file: StoredFile, **more: Any) -> dict[str, Any]:
    return {"file": str(file.pk), "purpose": file.purpose, "size": file.size, **more}


# --- opening ------------------------------------------------------------------------


def open_file(file_id: UUID | str, by: Principal, reason: str) -> queries.Opened:
    """The clear content of a file, decrypted as it is read; the reading is in the journal beforehand.

    Raises StoredFile.DoesNotExist, PermissionRefused when the subject's guard says no, FileGone when the
    file was destroyed or its content is missing. Iterating raises crypto.DecryptionFailed at an altered byte.
    """
    file = readable(file_id, by, reason)
    audit.record(by.actor, "documents.read", file.subject, _named(file), reason)
    return queries.Opened(file, queries.clear_chunks(file))


def show_page(file_id: UUID | str, by: Principal, reason: str, page: int = 1) -> bytes:
    """JPEG of one page (from 1) of a file; identity pieces bear the watermark that names the reader.

    Raises as `open_file`, and FileGone for a page that cannot be drawn.
    """
    file = readable(file_id, by, reason)
    if not 1 <= page <= file.pages:
        raise FileGone(f"Ce document n’a pas de page {page}.")
    audit.record(by.actor, "documents.read", file.subject, _named(file, page=page), reason)
    return _draw(file, page, _watermark(file, by) if file.is_identity else "")


def readable(file_id: UUID | str, by: Principal, reason: str) -> StoredFile:
    """The file, once its subject's guard has let this reader in; a refusal is journalled.

    Raises as `open_file`.
    """
    file = StoredFile.objects.get(pk=file_id)
    if not registry.may_open(by, file):
        audit.record(by.actor, "documents.refused", file.subject, _named(file), reason)
        raise PermissionRefused("Votre compte ne permet pas d’ouvrir ce document.")
    if file.is_purged:
        raise FileGone("Ce document a été détruit après la décision, comme la règle le veut.")
    if storage.size_of(file.storage_name) != crypto.sealed_size(file.size):
        raise FileGone("Le contenu de ce document est introuvable ou abîmé. Prévenez l’administrateur.")
    return file


def _watermark(file: StoredFile, by: Principal) -> str:
    who = ", ".join(part for part in (by.label, by.actor.organisation) if part)
    return rules.watermark(registry.label_of(file.subject), who, dates.format_datetime(timezone.now()))


def _draw(file: StoredFile, page: int, words: str) -> bytes:
    limits = rules.DEFAULT_LIMITS
    bounds = Bounds(max(limits.max_pixels, file.pixels), limits.max_pages, limits.max_expanded)
    with os.fdopen(os.memfd_create("piece"), "wb") as memory:  # never in clear on the disk
        for chunk in queries.clear_chunks(file):
            memory.write(chunk)
        memory.flush()
        try:
            return parent.render(memory.fileno(), file.media_type, page, words, bounds)
        except Refused as error:
            raise FileGone("Cette page ne peut pas être affichée. Téléchargez le document.") from error


# --- keeping and destroying -----------------------------------------------------------


@transaction.atomic
def schedule_purge(subject: str, decided_at: datetime) -> int:
    """Set when each file of the subject must be destroyed, by the rules in force; returns how many are.

    Called when the case is decided; called again with a later date it moves the term.
    """
    known = queries.retention_rules()
    files = list(StoredFile.objects.select_for_update().filter(subject=subject, purged_at__isnull=True))
    for file in files:
        file.purge_after = rules.purge_after(file.purpose, decided_at, known)
    StoredFile.objects.bulk_update(files, ["purge_after"])
    return sum(file.purge_after is not None for file in files)


def discard(file_id: UUID | str, by: Principal, reason: str) -> None:
    """Destroy a file at once (a piece taken back from a draft).

    Raises StoredFile.DoesNotExist, PermissionRefused.
    """
    file = StoredFile.objects.get(pk=file_id)
    if not registry.may_open(by, file):
        raise PermissionRefused("Votre compte ne permet pas de retirer ce document.")
    _destroy([file.pk], by, reason)


def purge_due(by: Principal, now: datetime | None = None) -> int:
    """Destroy the files whose time has come; returns how many. Safe to run twice at once."""
    now, total = now or timezone.now(), 0
    while due := queries.due_for_purge(now, BATCH):
        total += _destroy(due, by, "durée de conservation atteinte")
        if len(due) < BATCH:
            break
    return total


def _destroy(ids: list[UUID], by: Principal, reason: str) -> int:
    """The keys first, in a transaction with the journal; then the files, which are unreadable already."""
    with transaction.atomic():
        files = list(
            StoredFile.objects.select_for_update(skip_locked=True).filter(pk__in=ids, purged_at__isnull=True)
        )
        for file in files:
            file.wrapped_key, file.purged_at = b"", timezone.now()
            audit.record(by.actor, "documents.purge", file.subject, _named(file), reason)
        StoredFile.objects.bulk_update(files, ["wrapped_key", "purged_at"])
        names = [file.storage_name for file in files]
        transaction.on_commit(lambda: _remove_all(names))
    return len(files)


def _remove_all(names: list[str]) -> None:
    for name in names:
        with contextlib.suppress(OSError):  # what stays is swept later
            storage.remove(name)


def sweep_orphans(older_than: datetime) -> int:
    """Delete files on the disk that no row names and that are older than this; returns how many.

    They are left by uploads cut before their row was committed, and by purges cut after.
    """
    removed = 0
    for batch in _batches(storage.older_than(older_than.timestamp())):
        known = queries.names_in_use([name for name, _ in batch])
        for name, place in batch:
            if name not in known:
                place.unlink(missing_ok=True)
                removed += 1
    return removed


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
