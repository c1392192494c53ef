"""Alarms of the network: the only face of `cable.noc`."""

from smartsenegal.cable.noc.queries import alarms

__all__ = ["alarms"]
