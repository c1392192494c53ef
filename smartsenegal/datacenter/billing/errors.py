"""Refusals of `datacenter.billing`."""

from smartsenegal.lib.text import typography


class BillingRefused(ValueError):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)


class NothingOwed(BillingRefused):
    """A customer used nothing in a month."""

    def __init__(self) -> None:
        super().__init__("Ce client ne doit rien pour ce mois.")
