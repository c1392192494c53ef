"""Refusals of `datacenter.sensors`."""

from smartsenegal.lib.refusals import Refused


class SensorsRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
