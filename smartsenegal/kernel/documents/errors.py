"""Refusals of `documents`."""


class UploadRefused(Exception):
    """The file was not kept; the message is the French sentence to show beside the field.

    `code` is one of `rules.REFUSALS`.
    """

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class FileGone(Exception):
    """The file was destroyed after its time of keeping, or its content is missing or damaged."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RetentionRefused(Exception):
    """A rule of retention could not be set; the message is the French sentence to show."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ActRefused(Exception):
    """An act could not be issued or revoked; the message is the French sentence to show."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
