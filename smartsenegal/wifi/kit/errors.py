"""Refusals of `wifi.kit`."""

from smartsenegal.lib.refusals import Refused


class KitRefused(Refused):
    """What was asked cannot be done; `sentence` says why and how to mend it, in French, beside `field`."""
