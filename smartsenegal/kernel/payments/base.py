"""The port to payment providers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


class Unreachable(Exception):
    """The call did not reach the provider: nothing was done there."""


class Refused(Exception):
    """The provider answered no; the message is a French sentence for the payer."""


class Unknown(Exception):
    """The call broke after it may have been carried out: look before doing it again."""


class Forged(Exception):
    """A callback whose signature is wrong."""


@dataclass(frozen=True)
class Checkout:
    """What a provider needs to let someone pay. `key` is our reference, searchable at the provider.

    `number` is the payer's (E.164), for a provider that sends the request to a phone.
    """

    key: str
    amount: int
    title: str
    success_url: str
    error_url: str
    number: str = ""


@dataclass(frozen=True)
class Reading:
    """What the provider says of a payment or a refund, now. `status` is one of `rules.READ_*`; in francs.

    `transaction_ref` is how the provider's statement calls it, once there is money.
    """

    ref: str
    key: str
    status: str
    amount: int
    currency: str
    checkout_url: str = ""
    error: str = ""
    transaction_ref: str = ""
    minimal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Callback:
    """A callback whose signature is right: what it is about, and nothing to be believed yet."""

    event_id: str
    kind: str
    ref: str
    key: str


@dataclass(frozen=True)
class StatementLine:
    """A movement of the provider's own statement; amount in francs, signed (money in is positive).

    `fee` is None when the statement does not tell it.
    """

    transaction_ref: str
    kind: str
    amount: int
    fee: int | None
    key: str
    at: datetime


class Provider(Protocol):
    """An operator one pays through on its pages or one's phone. Calls raise Unreachable, Refused, Unknown."""

    name: str
    needs_number: bool  # the payer gives a telephone number first
    can_close: bool  # a payment not yet made can be closed
    refunds_parts: bool  # part of a payment can be given back

    @property
    def label(self) -> str:
        """French name of this way to pay."""
        ...

    def create(self, checkout: Checkout) -> Reading:
        """Open a payment at the provider."""
        ...

    def query(self, ref: str, key: str) -> Reading | None:
        """Read a payment back by the provider's reference (and ours); None when it does not exist."""
        ...

    def find(self, key: str) -> Sequence[Reading]:
        """Payments opened under our reference, empty when none ever arrived."""
        ...

    def expire(self, ref: str) -> bool:
        """Close an unpaid payment; False when it can no longer be closed (it is paid, or closed)."""
        ...

    def refund(self, ref: str, key: str, amount: int, whole: bool) -> Reading:
        """Give francs of a payment back, once a `key`; the reading is paid once they are given back."""
        ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Check a callback's signature. Raises Forged."""
        ...

    def reconcile(self, day: date) -> Sequence[StatementLine]:
        """The provider's statement of one day (UTC, which is Dakar's time)."""
        ...
