"""Refusals of `cable.peering`."""

from smartsenegal.lib.refusals import Refused


class PeeringRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
