"""Refusals of `wifi.kit`."""

from smartsenegal.lib.text import typography


class KitRefused(ValueError):
    """What was asked cannot be done; `sentence` says why and how to mend it, in French, beside `field`."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)
