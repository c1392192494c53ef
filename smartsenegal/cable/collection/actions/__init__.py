"""Every write of `cable.collection`: who is asked, what is billed by what, and what was answered."""

from smartsenegal.cable.collection.actions.agents import bill_by, release, set_agent, stop_agent
from smartsenegal.cable.collection.actions.taking import collect, take

__all__ = ["bill_by", "collect", "release", "set_agent", "stop_agent", "take"]
