"""Customers of the carrier: organisations, seen by their members, by who administers that very body, and by
its own system with a token. Shared by the modules of the cable; nothing of others."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from smartsenegal.kernel.identity.api import Organisation, Principal, parties_of, standings

OWN = "cable.buy"
# Stands for who pays when an organisation does: whoever may pay in its name.
NOBODY = str(UUID(int=0))


def owns(by: Principal, organisation_id: int | None, what: str = "read") -> bool:
    """Whether `by` may `read`, `file` or `pay` for this customer.

    A role in a body above it is not enough: what a customer buys is theirs alone."""
    if organisation_id is None:
        return False
    if any(_holds(grant, organisation_id) for grant in by.grants):
        return True
    found = standings(by, f"organisation:{organisation_id}")
    return any(party.kind == "member" and party.may(what) for party in found)


def _holds(grant: Any, organisation_id: int) -> bool:
    held = OWN in grant.permissions and grant.organisation_id == organisation_id
    return held and not grant.territory_path and not grant.delegated


def owned_ids(by: Principal) -> set[int]:
    """The customers of which `by` may read what they buy."""
    keys = {p.organisation_id for p in parties_of(by) if p.kind == "member" and p.may("read")}
    keys |= {g.organisation_id for g in by.grants if _holds(g, g.organisation_id)}
    return {key for key in keys if key}


def organisations_of(by: Principal) -> list[Organisation]:
    """The same, by name."""
    return list(Organisation.objects.filter(pk__in=owned_ids(by)).order_by("name"))


def organisation(pk: int) -> Organisation | None:
    """The body of that key, or None."""
    return Organisation.objects.filter(pk=pk).first()


def named(typed: str) -> list[Organisation]:
    """Bodies that a code, a NINEA or an exact name designates, four at most."""
    exact = Q(code=typed) | Q(registration=typed) | Q(name__iexact=typed)
    return list(Organisation.objects.filter(exact).order_by("pk")[:4]) if typed else []
