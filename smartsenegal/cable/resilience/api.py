"""What failures of the transport network cut: the only face of `cable.resilience`."""

from smartsenegal.cable.resilience.actions import declare, repair
from smartsenegal.cable.resilience.models import Failure, Work
from smartsenegal.cable.resilience.queries import Study, circuits_cut, failure, open_failures, study, works
from smartsenegal.cable.resilience.rules.flow import UNLIMITED, Flow

__all__ = [
    "UNLIMITED", "Failure", "Flow", "Study", "Work", "circuits_cut", "declare", "failure", "open_failures",
    "repair", "study", "works",
]  # fmt: skip
