"""Refusals of `datacenter.facility`."""

from smartsenegal.lib.refusals import FileRefused, Refused


class FacilityRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""


class ImportRefused(FileRefused):
    """A file with faults: nothing of it was written."""
