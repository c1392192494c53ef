"""The port to those who carry messages."""

from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):
    """Nothing was sent and trying again later may work; the message is a French sentence for operators."""


class Refused(Exception):
    """Nothing was sent and trying again would not help (wrong number, account closed)."""


class Unknown(Exception):
    """The call broke after the message may have left: ask before sending again."""


@dataclass(frozen=True)
class Outgoing:
    """A message as a carrier receives it. `id` is our reference, the same at every attempt."""

    id: str
    channel: str
    address: str
    subject: str
    body: str
    secret: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the carrier answered: its reference, and whether the message is in the addressee's hands."""

    reference: str
    delivered: bool = False


class Carrier(Protocol):
    """Sends messages of one channel.

    `idempotent`: the far side drops a second message with the same `id`.
    `can_be_asked`: `query` works.
    """

    name: str
    idempotent: bool
    can_be_asked: bool

    def send(self, message: Outgoing) -> Receipt:
        """Send it. Raises Unreachable, Refused or Unknown."""
        ...

    def query(self, message_id: str) -> Receipt | None:
        """What became of a message; None when the carrier never had it.

        Raises Refused when it will not arrive, Unreachable or Unknown when the carrier cannot be asked.
        """
        ...
