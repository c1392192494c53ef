"""Reads about one person's account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import device_name
from smartsenegal.lib.phones import PhoneRefused, parse_phone


@dataclass(frozen=True)
class Contact:
    """How to reach a person: proved addresses only, "" for none."""

    account_id: str
    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True)
class SessionRow:
    """A device on which the account is signed in."""

    id: int
    device: str
    ip: str
    opened_at: datetime
    is_current: bool


def contact_of(account_id: UUID | str) -> Contact | None:
    """How to reach one account; None when it is gone or closed."""
    return contacts_of([account_id]).get(str(account_id))


def contacts_of(account_ids: Iterable[UUID | str]) -> dict[str, Contact]:
    """How to reach each account, by its identifier: two queries whatever their number."""
    accounts = Account.objects.filter(pk__in=list(account_ids), is_active=True)
    found = accounts.prefetch_related("emailaddress_set")
    return {str(a.pk): _contact(a) for a in found}


def _contact(account: Account) -> Contact:
    # allauth is untyped: its reverse relations are unknown to the type checker.
    proved = [e for e in account.emailaddress_set.all() if e.verified]  # type: ignore[attr-defined]
    primary = next((e.email for e in proved if e.primary), proved[0].email if proved else "")
    phone = account.phone if account.phone and account.phone_verified else ""
    return Contact(str(account.pk), account.name, phone, primary, account.language)


def find_account(login: str) -> Account | None:
    """The account that signs in with this phone, however it is typed, or this e-mail."""
    if "@" in login:
        return Account.objects.filter(email=login.strip().lower()).first()
    try:
        return Account.objects.filter(phone=parse_phone(login)).first()
    except PhoneRefused:
        return None


def has_second_factor(account: Account) -> bool:
    """Whether the account is protected by an authenticator application or a key."""
    return bool(factor_types(account))


def factor_types(account: Account) -> frozenset[str]:
    """Kinds of second factor of the account: "totp" (an application), "webauthn" (a key); one query."""
    found = Authenticator.objects.filter(user=account, type__in=("totp", "webauthn"))
    return frozenset(found.values_list("type", flat=True))


def sessions_of(account: Account, current_key: str) -> list[SessionRow]:
    """Devices signed in to the account, the present one first, then the latest."""
    sessions = UserSession.objects.purge_and_list(account)
    rows = [
        SessionRow(s.pk, device_name(s.user_agent), s.ip, s.created_at, s.session_key == current_key)
        for s in sessions
    ]
    return sorted(rows, key=lambda r: (not r.is_current, -r.opened_at.timestamp()))


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Names of those of these accounts that exist, by identifier; one query. Others are left out."""
    known = [key for key in ids if _is_uuid(key)]
    return {str(account.pk): str(account) for account in Account.objects.filter(pk__in=known)}


def account_with_login(words: str) -> str | None:
    """Identifier of the account that signs in with this phone or e-mail."""
    account = find_account(words)
    return str(account.pk) if account else None


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
