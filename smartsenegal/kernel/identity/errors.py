"""Refusals of `identity`."""

from smartsenegal.lib.refusals import Refused
from smartsenegal.lib.text import typography


class PermissionRefused(Exception):
    """The principal may not do this; the message is the French sentence to show (answered 403)."""

    def __init__(self, sentence: str = "Votre compte ne permet pas cette action.") -> None:
        self.sentence = typography(sentence)
        super().__init__(self.sentence)


class IdentityRefused(Refused):
    """What was asked cannot be done; `field` is where a form shows the French sentence ("" for none)."""
