"""Refusals of `cable.resilience`."""

from smartsenegal.lib.refusals import Refused


class ResilienceRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
