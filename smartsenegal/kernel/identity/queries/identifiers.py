"""Read sealed numbers: masked for their owner, whole with a trace."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.errors import PermissionRefused
from smartsenegal.kernel.identity.models import Account, Identifier
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.lib import identifiers


@dataclass(frozen=True)
class ShownIdentifier:
    """A number as a page shows it."""

    id: int
    kind: str
    label: str
    masked: str
    added_at: datetime


def place_of(account: Account, kind: str) -> bytes:
    """Where a sealed number belongs: it opens for this account and kind alone."""
    return f"identity.identifier:{account.pk}:{kind}".encode()


def blind_of(kind: str, value: str) -> str:
    """Keyed fingerprint of a normalised number, equal for equal numbers of one kind."""
    return vault.keyring().blind_index(value, f"identifier:{kind}")


def identifiers_of(account: Account) -> list[ShownIdentifier]:
    """Numbers of an account, all but their last characters hidden."""
    found = account.identifiers.order_by("kind", "id")
    return [
        ShownIdentifier(i.pk, i.kind, i.get_kind_display(), identifiers.mask(_open(i)), i.added_at)
        for i in found
    ]


def reveal(identifier: Identifier, by: Principal, reason: str) -> str:
    """The number itself, journalled as `identity.read` unless its owner reads it.

    Raises PermissionRefused for those who are neither its owner nor a desk agent.
    """
    own = by.account_id == str(identifier.account_id)
    if not own and not by.may("identity.assure"):
        raise PermissionRefused("Ce numéro n’est pas le vôtre.")
    if not own:
        subject = f"account:{identifier.account_id}"
        audit.record(by.actor, "identity.read", subject, {"identifier": identifier.kind}, reason)
    return _open(identifier)


def _open(identifier: Identifier) -> str:
    place = place_of(identifier.account, identifier.kind)
    return vault.keyring().open_field(bytes(identifier.sealed), place).decode()


def accounts_with_identifier(kind: str, value: str) -> QuerySet[Account]:
    """Accounts that gave this number. Raises IdentifierRefused when the text cannot be one."""
    normalised = identifiers.normalise(kind, value)  # type: ignore[arg-type]
    return Account.objects.filter(identifiers__kind=kind, identifiers__blind=blind_of(kind, normalised.value))
