"""Refusals of `datacenter.billing`."""

from smartsenegal.lib.refusals import Refused


class BillingRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""


class NothingOwed(BillingRefused):
    """A customer used nothing in a month."""

    def __init__(self) -> None:
        super().__init__("Ce client ne doit rien pour ce mois.")
