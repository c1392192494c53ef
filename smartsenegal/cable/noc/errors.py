"""Refusals of `cable.noc`."""

from smartsenegal.lib.refusals import Refused


class NocRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
