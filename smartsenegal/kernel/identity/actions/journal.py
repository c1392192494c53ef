"""What the journal says of accounts."""

from collections.abc import Mapping
from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.lib.actor import Actor


def subject_of(account: Account) -> str:
    """`account:<id>`, as the journal and the outbox name an account."""
    return f"account:{account.pk}"


def record(
    verb: str,
    account: Account,
    actor: Actor | None = None,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
    ip: str = "",
) -> None:
    """Journal an act on an account, by its owner unless another actor is named."""
    owner = Actor("person", str(account.pk), str(account), ip=ip)
    audit.record(actor or owner, f"identity.{verb}", subject_of(account), detail, reason)


def record_and_tell(verb: str, account: Account, by: Principal, detail: Mapping[str, Any]) -> None:
    """Journal an act and emit the event `account.<verb>`, in the caller's transaction."""
    record(verb, account, by.actor, detail)
    events.emit(f"account.{verb}", subject_of(account), detail)
