"""Which providers are offered: named in `PAYMENT_PROVIDERS`."""

from collections.abc import Callable

from django.conf import settings

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments.base import Provider
from smartsenegal.kernel.payments.contrib.gsma import MobileMoney
from smartsenegal.kernel.payments.contrib.wave import Wave

# Cash is no provider one is sent to: the payer shows a reference at a counter (`actions.till`).
TILL = "till"
TILL_LABEL = "Espèces au guichet"

_PROVIDERS: dict[str, Callable[[], Provider]] = {"wave": Wave, "mobile": MobileMoney}


# Who pays what a subject owes: "case" → guard(principal, subject).
Guard = Callable[[Principal, str], bool | None]
_payers: dict[str, Guard] = {}


def register_payers(kind: str, guard: Guard) -> None:
    """Let `guard(principal, subject)` say who may see and pay what subjects "<kind>:<id>" owe.

    Without a registration, or when the guard knows nothing of it, only the payer's own account does.
    """
    _payers[kind] = guard


def may_pay_for(principal: Principal, subject: str) -> bool | None:
    """What the guard of this kind of subject says; None without one."""
    guard = _payers.get(subject.partition(":")[0])
    return guard(principal, subject) if guard else None


class UnknownProvider(LookupError):
    """This installation offers no such way to pay."""


def provider_named(name: str) -> Provider:
    """Provider of that name; raises UnknownProvider when it is not offered."""
    if name not in settings.PAYMENT_PROVIDERS or name not in _PROVIDERS:
        raise UnknownProvider(name)
    return _PROVIDERS[name]()


def offered() -> list[tuple[str, str]]:
    """Names and French labels of the ways to pay, in the order of the setting."""
    known = [name for name in settings.PAYMENT_PROVIDERS if name == TILL or name in _PROVIDERS]
    return [(name, label_of(name)) for name in known]


def operators() -> list[Provider]:
    """The operators offered: every way to pay but cash."""
    return [_PROVIDERS[name]() for name in settings.PAYMENT_PROVIDERS if name in _PROVIDERS]


def needs_number(name: str) -> bool:
    """Whether this way to pay asks for the payer's telephone number first."""
    return name in _PROVIDERS and _PROVIDERS[name]().needs_number


def label_of(name: str) -> str:
    """French label of a way to pay, even one no longer offered."""
    return TILL_LABEL if name == TILL else _PROVIDERS[name]().label if name in _PROVIDERS else name
