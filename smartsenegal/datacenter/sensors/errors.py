"""Refusals of `datacenter.sensors`."""

from smartsenegal.lib.text import typography


class SensorsRefused(ValueError):
    """What was asked cannot be done; `field` is where a form shows the French sentence."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)
