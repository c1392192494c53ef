"""Refusals of `cable.capacity`."""

from smartsenegal.lib.refusals import Refused


class CapacityRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
