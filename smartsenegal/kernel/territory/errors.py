"""Refusals of `territory`."""

from django.core.exceptions import PermissionDenied

from smartsenegal.lib.refusals import Refused
from smartsenegal.lib.text import typography


class NotAllowed(PermissionDenied):
    """The principal may not change this place (answered 403 with the sentence)."""

    def __init__(self, sentence: str) -> None:
        self.sentence = typography(sentence)
        super().__init__(self.sentence)


class TerritoryRefused(Refused):
    """What was asked of a place cannot be done; `field` is where a form shows the French sentence."""
