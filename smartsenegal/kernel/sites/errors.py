"""Refusals of `sites`."""

from smartsenegal.lib.text import typography


class SiteRefused(ValueError):
    """What was asked of a site cannot be done; `field` is where a form shows the French sentence."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = typography(sentence)
        self.field = field
        super().__init__(self.sentence)
