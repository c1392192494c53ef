"""Refusals of `cable.billing`."""

from smartsenegal.lib.refusals import FileRefused, Refused


class BillingRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""


class ReadingsRefused(FileRefused):
    """A file with faults: nothing of it was written."""
