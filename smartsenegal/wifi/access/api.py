"""Who may use the hotspots, and how: the only face of `wifi.access`."""

from smartsenegal.wifi.access.models import (
    Credential,
    Group,
    HomeServer,
    Plan,
    PlanRule,
    Realm,
    VoucherBatch,
)
from smartsenegal.wifi.access.rules import (
    REFUSALS,
    Grant,
    Limits,
    Refusal,
    Right,
    Rule,
    Use,
    Where,
    decide,
    plan_for,
)

__all__ = [
    "REFUSALS", "Credential", "Grant", "Group", "HomeServer", "Limits", "Plan", "PlanRule", "Realm",
    "Refusal", "Right", "Rule", "Use", "VoucherBatch", "Where", "decide", "plan_for",
]  # fmt: skip
