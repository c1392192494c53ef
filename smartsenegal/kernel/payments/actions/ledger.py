"""Write in the ledger."""

from collections.abc import Sequence

from django.db import transaction

from smartsenegal.kernel.audit.api import record
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused, Principal
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.models import LedgerAccount, Posting, Transaction
from smartsenegal.kernel.payments.queries.scope import holds_all
from smartsenegal.kernel.payments.rules import NATIONAL, Entry, LineRefused, Place
from smartsenegal.kernel.territory import api as territory

_REFERENCE = [
    *((code, rules.accountant_label(code), rules.BENEFICIARY) for code in rules.PUBLIC_ACCOUNTANTS),
    (rules.TO_REFUND, "À rembourser aux payeurs", rules.REFUND),
    (rules.ON_HOLD, "Retenu, à vérifier", rules.HELD),
    (rules.TILL_DIFFERENCE, "Écarts de caisse", rules.DIFFERENCE),
    ("operateur:wave", "Wave", rules.OPERATOR),
]


def load_reference() -> int:
    """Make the accounts that every installation needs, labelled as today; returns how many were new."""
    new = sum(_account(code, label, kind)[1] for code, label, kind in _REFERENCE)
    for code, label, _ in _REFERENCE:
        LedgerAccount.objects.filter(code=code).exclude(label=label).update(label=label)
    return new


def _account(code: str, label: str, kind: str) -> tuple[LedgerAccount, bool]:
    return LedgerAccount.objects.get_or_create(code=code, defaults={"label": label, "kind": kind})


def beneficiary(code: str) -> LedgerAccount:
    """Account of a public accountant, made at its first use; a commune's bears its name.

    Raises LineRefused for a carrier that no administrator entered."""
    known = LedgerAccount.objects.filter(code=code).first()
    if known:
        return known
    kind, _, which = code.partition(":")
    if kind == rules.CARRIER_CODE:
        raise LineRefused(f"{code}: no such carrier was entered")
    name = territory.label(which) if kind == rules.COMMUNE and which else ""
    return _account(code, rules.accountant_label(code, name)[:200], rules.BENEFICIARY)[0]


@transaction.atomic
def enter_carrier(by: Principal, organisation: Organisation, label: str = "") -> LedgerAccount:
    """Open the account of a carrier that invoices for the State, called as the organisation is unless
    `label` says otherwise; the same one again. Raises PermissionRefused: only who administers the whole
    State says for whom money is collected."""
    if not (by.is_system or holds_all(by, "identity.manage")):
        raise PermissionRefused("Seul un administrateur de tout l’État ouvre le compte d’un exploitant.")
    code = rules.carrier(organisation.code)
    account, new = _account(code, (label or organisation.name)[:200], rules.CARRIER)
    if new:
        record(by.actor, "payments.carrier_entered", f"ledger:{code}", {"organisation": organisation.code})
    return account


def operator(provider: str, label: str) -> LedgerAccount:
    """Account of the money a provider holds for us."""
    return _account(f"operateur:{provider}", label, rules.OPERATOR)[0]


def to_refund() -> LedgerAccount:
    """Account of what is owed back to payers."""
    return _account(rules.TO_REFUND, "À rembourser aux payeurs", rules.REFUND)[0]


def drawer(code: str, label: str) -> LedgerAccount:
    """Account of the cash of a counter."""
    return _account(f"caisse:{code}", label, rules.TILL)[0]


@transaction.atomic
def book(key: str, description: str, entries: Sequence[Entry], place: Place = NATIONAL) -> Transaction:
    """Write one balanced transaction in the caller's own; the database refuses what does not add up.

    The same `key` again returns what was booked then. Raises LookupError when an account does not exist.
    """
    known = Transaction.objects.filter(key=key).first()
    if known:
        return known
    accounts = {a.code: a for a in _accounts_of(entries)}
    missing = {e.account for e in entries} - accounts.keys()
    if missing:
        raise LookupError(f"no ledger account {', '.join(sorted(missing))}")
    written = Transaction.objects.create(
        key=key,
        description=description[:200],
        entries=len(entries),
        organisation_id=place.organisation_id,
        territory=place.territory,
    )
    Posting.objects.bulk_create(
        [Posting(transaction=written, account=accounts[e.account], amount=e.amount) for e in entries]
    )
    return written


def _accounts_of(entries: Sequence[Entry]) -> list[LedgerAccount]:
    codes = {e.account for e in entries}
    own = {code: (label, kind) for code, label, kind in _REFERENCE if code in codes}
    return [
        *LedgerAccount.objects.filter(code__in=codes - own.keys()),
        *(_account(code, label, kind)[0] for code, (label, kind) in own.items()),
    ]
