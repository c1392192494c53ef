"""Concurrent maintainability, fault tolerance, exposure and availability of a graph of parts. Pure."""

from smartsenegal.datacenter.facility.rules.graph import Gate, Looped, Part, Plan, Unknown
from smartsenegal.datacenter.tier.rules.availability import Figures, TooLarge, exact
from smartsenegal.datacenter.tier.rules.exposure import Exposure, Harm, exposure, harms
from smartsenegal.datacenter.tier.rules.method import Step, method
from smartsenegal.datacenter.tier.rules.simulation import Assumptions, Simulated, simulate
from smartsenegal.datacenter.tier.rules.verdict import Verdict, Violator, maintainable, tolerant

__all__ = [
    "Assumptions", "Exposure", "Figures", "Gate", "Harm", "Looped", "Part", "Plan", "Simulated", "Step",
    "TooLarge", "Unknown", "Verdict", "Violator", "exact", "exposure", "harms", "maintainable", "method",
    "simulate", "tolerant",
]  # fmt: skip
