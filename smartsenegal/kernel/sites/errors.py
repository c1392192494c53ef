"""Refusals of `sites`."""

from smartsenegal.lib.refusals import Refused


class SiteRefused(Refused):
    """What was asked of a site cannot be done; `field` is where a form shows the French sentence."""
