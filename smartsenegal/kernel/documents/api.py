"""Files kept, acts issued, verified, revoked: the only face of `documents`."""

from smartsenegal.kernel.documents.actions import (
    discard,
    issue,
    open_file,
    purge_due,
    revoke,
    schedule_purge,
    show_page,
    store,
)
from smartsenegal.kernel.documents.errors import ActRefused, FileGone, UploadRefused
from smartsenegal.kernel.documents.models import IssuedAct, StoredFile
from smartsenegal.kernel.documents.queries import (
    ActContent,
    Opened,
    act_content,
    acts_of,
    files_of,
    get_files,
    retention_rules,
)
from smartsenegal.kernel.documents.registry import register_subject
from smartsenegal.kernel.documents.rules import (
    DEFAULT_LIMITS,
    REVOCATION_REASONS,
    Limits,
    Retention,
    Signer,
    kept_days,
)
from smartsenegal.kernel.documents.sending import alone, streamed
from smartsenegal.kernel.documents.verification import Verification
from smartsenegal.kernel.documents.verification import by_bytes as verify_bytes
from smartsenegal.kernel.documents.verification import by_code as verify_code
from smartsenegal.kernel.documents.verification import by_seal as verify_seal

__all__ = [
    "DEFAULT_LIMITS", "REVOCATION_REASONS", "ActContent", "ActRefused", "FileGone", "IssuedAct", "Limits",
    "Opened", "Retention", "Signer", "StoredFile", "UploadRefused", "Verification", "act_content",
    "acts_of", "alone", "discard", "files_of", "get_files", "issue", "kept_days", "open_file", "purge_due",
    "register_subject", "retention_rules", "revoke", "schedule_purge", "show_page", "store", "streamed",
    "verify_bytes", "verify_code", "verify_seal",
]  # fmt: skip
