"""What failures of the transport network cut: the only face of `cable.resilience`."""

from smartsenegal.cable.resilience.actions import declare, plan_work, repair
from smartsenegal.cable.resilience.models import Failure, Work
from smartsenegal.cable.resilience.queries import (
    Study,
    circuits_cut,
    failure,
    open_failures,
    residual,
    study,
    work,
    works,
)
from smartsenegal.cable.resilience.rules import Harm
from smartsenegal.cable.resilience.rules.flow import UNLIMITED, Flow

__all__ = [
    "UNLIMITED", "Failure", "Flow", "Harm", "Study", "Work", "circuits_cut", "declare", "failure",
    "open_failures", "plan_work", "repair", "residual", "study", "work",
    "works",
]  # fmt: skip
