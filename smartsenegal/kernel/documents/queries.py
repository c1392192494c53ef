"""Read files, rules and acts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from smartsenegal.kernel import vault
from smartsenegal.kernel.documents import rules, storage
from smartsenegal.kernel.documents.models import Attempt, IssuedAct, RetentionRule, StoredFile
from smartsenegal.lib import crypto


@dataclass(frozen=True)
class Opened:
    """A file and its clear bytes, block by block, each verified before it is given."""

    file: StoredFile
    chunks: Iterator[bytes]

    def read(self) -> bytes:
        """The whole content at once: for small files."""
        return b"".join(self.chunks)


def clear_chunks(file: StoredFile) -> Iterator[bytes]:
    """Clear bytes of a file. Raises crypto.DecryptionFailed when they were altered, FileNotFoundError."""
    key = vault.keyring().unwrap(crypto.Wrapped(file.kid, bytes(file.wrapped_key)))
    return crypto.decrypt_stream(storage.read(file.storage_name), key)


def files_of(subject: str) -> QuerySet[StoredFile]:
    """Files of a subject, oldest first, destroyed ones included."""
    return StoredFile.objects.filter(subject=subject).order_by("id")


def get_files(ids: list[UUID]) -> dict[UUID, StoredFile]:
    """Those files by identifier, in one query."""
    return StoredFile.objects.in_bulk(ids)


def retention_rules() -> list[rules.Retention]:
    """Every dated rule of retention."""
    return [rule.as_rule() for rule in RetentionRule.objects.all()]


def retention_by_purpose() -> dict[str, list[RetentionRule]]:
    """Rules of each purpose, the latest first. One query."""
    found: dict[str, list[RetentionRule]] = {purpose: [] for purpose in rules.PURPOSES}
    for rule in RetentionRule.objects.order_by("-starts_on"):
        found.setdefault(rule.purpose, []).append(rule)
    return found


def due_for_purge(now: datetime, limit: int) -> list[UUID]:
    """Identifiers of files whose time of keeping is over, the oldest first."""
    due = StoredFile.objects.filter(purged_at__isnull=True, purge_after__lte=now)
    return list(due.order_by("purge_after").values_list("pk", flat=True)[:limit])


def names_in_use(names: list[str]) -> set[str]:
    """Which of these storage names belong to a file not destroyed."""
    kept = StoredFile.objects.filter(storage_name__in=names, purged_at__isnull=True)
    return set(kept.values_list("storage_name", flat=True))


def missing_files(limit: int = 100) -> list[StoredFile]:
    """Files whose content is not on the disk in its full size: something to restore from a backup."""
    kept = StoredFile.objects.filter(purged_at__isnull=True).only("storage_name", "size", "subject")
    lost = (f for f in kept.iterator(1000) if storage.size_of(f.storage_name) != crypto.sealed_size(f.size))
    return [file for file, _ in zip(lost, range(limit), strict=False)]


# --- acts -----------------------------------------------------------------------------


@dataclass(frozen=True)
class ActContent:
    """What an act says of its holder, opened: for those who may read the act."""

    holder: str
    fields: Mapping[str, str]
    seal: str


def act_of(subject: str, key: str) -> IssuedAct | None:
    """The act issued for that subject and key, if there is one."""
    return IssuedAct.objects.filter(reservation__subject=subject, reservation__key=key).first()


def acts_of(subject: str) -> QuerySet[IssuedAct]:
    """Acts of a subject, the latest first."""
    return IssuedAct.objects.filter(subject=subject).order_by("-issued_at")


def act_aad(act_id: UUID) -> bytes:
    """Where the sealed part of an act belongs."""
    return f"documents.act:{act_id}".encode()


def act_content(act: IssuedAct) -> ActContent:
    """The sealed part of an act. Raises crypto.DecryptionFailed when it was altered."""
    clear = json.loads(vault.keyring().open_field(bytes(act.sealed), act_aad(act.pk)))
    return ActContent(clear["holder"], clear["fields"], clear["seal"])


def acts_not_under(kid: str, limit: int) -> list[IssuedAct]:
    """Acts whose sealed part is under another master key, locked for update."""
    other = IssuedAct.objects.select_for_update(skip_locked=True).exclude(kid=kid)
    return list(other.only("sealed", "kid").order_by("id")[:limit])


def act_by_code(code: str) -> IssuedAct | None:
    """The act of that verification code, with the one that replaced it. One query."""
    return IssuedAct.objects.select_related("superseded_by").filter(code=code).first()


def act_by_number(number: str) -> IssuedAct | None:
    """The act of that number, with the one that replaced it. One query."""
    return IssuedAct.objects.select_related("superseded_by").filter(number=number).first()


def revocation_state() -> tuple[int, datetime | None]:
    """How many acts are revoked, and when the last was: changes with every revocation."""
    found = IssuedAct.objects.filter(revoked_at__isnull=False).aggregate(n=Count("pk"), at=Max("revoked_at"))
    return found["n"], found["at"]


def revoked_refs() -> list[str]:
    """Revocation references of all revoked acts."""
    revoked = IssuedAct.objects.filter(revoked_at__isnull=False)
    return list(revoked.values_list("revocation_ref", flat=True))


def attempts(address: str, window: datetime) -> int:
    """How often this address has tried in the window that starts then."""
    found = Attempt.objects.filter(address=address, window=window).values_list("count", flat=True)
    return found.first() or 0
