"""A person's own Wi-Fi password, for all their devices: made, renewed, withdrawn by themselves."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal, principal_for, system
from smartsenegal.wifi.access import queries_devices as queries
from smartsenegal.wifi.access import rules
from smartsenegal.wifi.access.actions.base import tell
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.access.secrets import holder_of, letters, new_password, seal_password, verifier


@dataclass(frozen=True)
class Made:
    """A password that was made: shown once. 100 bits, `7kq2m-x40tb-…`; the dashes are part of it."""

    credential: Credential
    password: str


@transaction.atomic
def make_password(by: Principal, realm: Realm) -> Made:
    """Make or renew the password of `by` in a realm; a renewed one ends the former and its resumed sessions.

    Raises AccessRefused for a realm that is not theirs, or while devices could not check the network.
    """
    if queries.opening() is None:
        raise AccessRefused("Le Wi-Fi sécurisé n’est pas encore ouvert ici.")
    if realm not in queries.realms_for(by):
        raise AccessRefused("Ce domaine n’est pas ouvert à votre compte.")
    realm = Realm.objects.select_for_update().get(pk=realm.pk)
    password = new_password()
    found = queries.password_in(by, realm) or Credential(
        realm=realm, login=letters(10), kind="password", account_id=UUID(by.account_id),
        holder=holder_of("account", str(by.account_id)),
    )  # fmt: skip
    renewed = found.pk is not None
    found.verifier, found.made_at = verifier(password), timezone.now()
    readable = rules.needs_readable(realm.methods)
    found.sealed = seal_password(realm.pk, found.login, password) if readable else None
    found.save()
    verb = "password_renewed" if renewed else "password_made"
    tell(by, verb, {"realm": realm.name}, _subject(found))
    return Made(found, password)


@transaction.atomic
def withdraw_password(by: Principal, realm: Realm) -> bool:
    """Close the password of `by` in a realm; whether there was one."""
    found = queries.password_in(by, realm)
    if found is None:
        return False
    _close(by, found)
    return True


@transaction.atomic
def close_strangers() -> int:
    """Close the passwords of who has left the organisation of a realm, or has no account any more."""
    left = 0
    by = system("worker")
    open_ones = Credential.objects.filter(kind="password", closed_because="", account__isnull=False)
    for found in open_ones.select_related("account", "realm").iterator():
        account = found.account
        assert account is not None
        if not account.is_active or found.realm not in queries.realms_for(principal_for(account)):
            _close(by, found)
            left += 1
    return left


def _close(by: Principal, found: Credential) -> None:
    found.closed_because, found.verifier, found.sealed = "withdrawn", None, None
    found.save(update_fields=["closed_because", "verifier", "sealed"])
    tell(by, "password_withdrawn", {"realm": found.realm.name}, _subject(found))


def _subject(found: Credential) -> str:
    return f"wifi_holder:{found.holder}"
