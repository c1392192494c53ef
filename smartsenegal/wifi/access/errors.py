"""Refusals of `wifi.access`."""

from smartsenegal.lib.refusals import FileRefused, Refused


class AccessRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""


class RosterRefused(FileRefused):
    """A list with faults: nothing of it was written."""
