"""Refusals of `webhooks`, with the French sentence to show."""


class WebhookRefused(Exception):
    """What was asked cannot be; `field` is what to correct, "" when it is none."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.field = sentence, field
