"""Refusals of `cable.noc`."""

from smartsenegal.lib.text import typography


class NocRefused(ValueError):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)
