"""What failures of the transport network cut: the only face of `cable.resilience`."""

from smartsenegal.cable.resilience.actions import declare, repair
from smartsenegal.cable.resilience.queries import Study, study
from smartsenegal.cable.resilience.rules.flow import UNLIMITED, Flow

__all__ = ["UNLIMITED", "Flow", "Study", "declare", "repair", "study"]
