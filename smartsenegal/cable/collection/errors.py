"""Refusals of `cable.collection`."""

from smartsenegal.lib.refusals import Refused


class CollectionRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
