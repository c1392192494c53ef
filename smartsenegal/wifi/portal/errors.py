"""Refusals of `wifi.portal`."""


class PortalRefused(ValueError):
    """What was asked cannot be done: `word` names the sentence (`words`), `field` what is to be mended."""

    def __init__(self, word: str, field: str = "") -> None:
        self.word, self.field = word, field
        super().__init__(word)
