"""Which providers are offered: named in `PAYMENT_PROVIDERS`."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings

from smartsenegal.kernel.identity.api import Party, Principal
from smartsenegal.kernel.payments.base import Provider
from smartsenegal.kernel.payments.rules import NATIONAL, Place

# Cash is no provider one is sent to: the payer shows a reference at a counter (`actions.till`).
TILL = "till"
TILL_LABEL = "Espèces au guichet"

_PROVIDERS = {"wave": "wave.Wave", "mobile": "gsma.MobileMoney"}


# Who pays what a subject owes: "case" → guard(principal, subject).
Guard = Callable[[Principal, str], bool | None]


class Subjects(NamedTuple):
    """What a module says of the subjects that owe: who may pay, in whose name, and whose service asks."""

    guard: Guard
    party: Callable[[str], Party | None] | None = None
    place: Callable[[str], Place] | None = None


_subjects: dict[str, Subjects] = {}


def register_payers(kind: str, guard: Guard, **more: Any) -> None:
    """Let `guard(principal, subject)` say who may see and pay what subjects "<kind>:<id>" owe.

    Without a registration, or when the guard knows nothing of it, only the payer's own account does. `more`
    are the other fields of `Subjects`: `party(subject)`, `place(subject)`.
    """
    _subjects[kind] = Subjects(guard, **more)


def may_pay_for(principal: Principal, subject: str) -> bool | None:
    """What the guard of this kind of subject says; None without one."""
    known = _subjects_of(subject)
    return known.guard(principal, subject) if known else None


def party_of(subject: str) -> Party | None:
    """The person or the organisation that owes, as `identity` names parties; None when nobody says it."""
    known = _subjects_of(subject)
    return known.party(subject) if known and known.party else None


def place_of_subject(subject: str) -> Place:
    """Whose service asks what this subject owes; the State as a whole when nobody says it."""
    known = _subjects_of(subject)
    return known.place(subject) if known and known.place else NATIONAL


def placed_kinds() -> list[str]:
    """The kinds of subjects whose place somebody tells."""
    return [kind for kind, known in _subjects.items() if known.place]


def _subjects_of(subject: str) -> Subjects | None:
    return _subjects.get(subject.partition(":")[0])


class UnknownProvider(LookupError):
    """This installation offers no such way to pay."""


def provider_named(name: str) -> Provider:
    """Provider of that name; raises UnknownProvider when it is not offered."""
    if name not in settings.PAYMENT_PROVIDERS or name not in _PROVIDERS:
        raise UnknownProvider(name)
    return _provider(name)


@cache
def _provider(name: str) -> Provider:
    """Loaded when it is first asked for: few processes call an operator."""
    module, _, cls = _PROVIDERS[name].partition(".")
    make: Callable[[], Provider] = getattr(
        import_module(f"smartsenegal.kernel.payments.contrib.{module}"), cls
    )
    return make()


def offered() -> list[tuple[str, str]]:
    """Names and French labels of the ways to pay, in the order of the setting."""
    known = [name for name in settings.PAYMENT_PROVIDERS if name == TILL or name in _PROVIDERS]
    return [(name, label_of(name)) for name in known]


def operators() -> list[Provider]:
    """The operators offered: every way to pay but cash."""
    return [_provider(name) for name in settings.PAYMENT_PROVIDERS if name in _PROVIDERS]


def needs_number(name: str) -> bool:
    """Whether this way to pay asks for the payer's telephone number first."""
    return name in _PROVIDERS and _provider(name).needs_number


def label_of(name: str) -> str:
    """French label of a way to pay, even one no longer offered."""
    return TILL_LABEL if name == TILL else _provider(name).label if name in _PROVIDERS else name
