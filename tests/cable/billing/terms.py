"""A contract as tests write it: each convention can be changed."""

from typing import Any

from hypothesis import HealthCheck, settings

from smartsenegal.cable.billing.rules.conventions import Measure, Terms, Tier

# However slow the machine is at drawing examples.
unhurried = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MEASURE = Measure(slot_seconds=300, spread_slots=2)
MONTH = {
    "percent": 95,
    "direction": "slot_max",
    "missing": "leave_out",
    "gap_slots": 3,
    "least_known": 50,
    "step_kbps": 1000,
    "rate_rounding": "up",
    "commit_kbps": 100_000,
    "price": 5_000,
    "tiers": (Tier(100_000, 6_000), Tier(None, 4_000)),
    "tier_mode": "graduated",
    "part_month": "days",
    "money_rounding": "nearest",
    "credit_percent": 100,
    "credit_free_seconds": 3_600,
    "credit_cap_percent": 50,
}


def terms(**changed: Any) -> Terms:
    """The conventions of the tests, with these changed."""
    return Terms(**{**MONTH, **changed})
