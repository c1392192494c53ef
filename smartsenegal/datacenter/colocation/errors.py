"""Refusals of `datacenter.colocation`."""

from smartsenegal.lib.refusals import Refused


class ColocationRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
