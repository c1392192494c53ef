"""Refusals of `wifi.monitoring`."""

from smartsenegal.lib.refusals import Refused


class MonitoringRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
