"""Refusals of `datacenter.hosting`, and what a hypervisor or a store answers when it fails."""

from smartsenegal.lib.refusals import Refused


class HostingRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""


class BackendError(RuntimeError):
    """The hypervisor or the store refused or did not answer: its own words, for who runs the platform."""


class NotEmpty(BackendError):
    """The store keeps a bucket because objects are in it."""
