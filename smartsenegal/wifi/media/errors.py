"""Refusals of `wifi.media`."""

from smartsenegal.lib.refusals import Refused


class MediaRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""
