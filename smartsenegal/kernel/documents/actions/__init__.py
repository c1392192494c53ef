"""Every write of `documents`."""

from smartsenegal.kernel.documents.actions.acts import issue, reserve, revoke
from smartsenegal.kernel.documents.actions.attempts import count_attempt, forget_attempts
from smartsenegal.kernel.documents.actions.files import (
    discard,
    open_file,
    purge_due,
    readable,
    schedule_purge,
    show_page,
    store,
    sweep_orphans,
)
from smartsenegal.kernel.documents.actions.keys import reseal_all, rotate_master_key
from smartsenegal.kernel.documents.actions.retention import set_retention

__all__ = [
    "count_attempt", "discard", "forget_attempts", "issue", "open_file", "purge_due", "readable",
    "reseal_all", "reserve", "revoke", "rotate_master_key", "schedule_purge", "set_retention",
    "show_page", "store", "sweep_orphans",
]  # fmt: skip
