"""Refusals of `wifi.privacy`."""

from smartsenegal.lib.refusals import Refused


class DataRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
