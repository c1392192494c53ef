"""Refusals of `cable.optics`."""

from smartsenegal.lib.refusals import Refused


class OpticsRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
