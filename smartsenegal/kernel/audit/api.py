"""The journal: the only face of `audit`."""

from smartsenegal.kernel.audit.actions import publish_heads, record, record_all, sign_heads, verify_now
from smartsenegal.kernel.audit.holdings import (
    Holder,
    Item,
    Outcome,
    find_person,
    holders,
    register_finder,
    register_holder,
    register_outsiders,
    subjects_of,
)
from smartsenegal.kernel.audit.queries import check, done_since, faults, of_actor, of_subject
from smartsenegal.kernel.audit.registry import Named, register_subjects, register_verbs, verb_label
from smartsenegal.kernel.audit.rules import Fault, Report
from smartsenegal.lib.actor import SYSTEM, Actor

__all__ = [
    "SYSTEM", "Actor", "Fault", "Holder", "Item", "Named", "Outcome", "Report", "check", "done_since",
    "faults",
    "find_person", "holders", "of_actor", "of_subject", "publish_heads", "record", "record_all",
    "register_finder", "register_holder", "register_outsiders", "register_subjects", "register_verbs",
    "sign_heads", "subjects_of", "verb_label", "verify_now",
]  # fmt: skip
