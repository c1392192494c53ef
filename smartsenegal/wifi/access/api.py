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
    CREDENTIAL_KINDS,
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
from smartsenegal.wifi.access.secrets import (
    installation_key,
    login_of_mac,
    open_password,
    seal_password,
    verifier,
)

__all__ = [
    "CREDENTIAL_KINDS", "REFUSALS", "Credential", "Grant", "Group", "HomeServer", "Limits", "Plan",
    "PlanRule", "Realm", "Refusal", "Right", "Rule", "Use", "VoucherBatch", "Where", "decide",
    "installation_key", "login_of_mac", "open_password", "plan_for", "seal_password", "verifier",
]  # fmt: skip
