"""Refusals of `wifi.planner`."""

from smartsenegal.lib.refusals import Refused


class PlanRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
