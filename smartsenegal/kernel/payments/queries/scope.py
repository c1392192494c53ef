"""Which part of the accounts somebody may see: that of the places where they hold a role."""

from functools import reduce
from operator import or_

from django.db.models import Q

from smartsenegal.kernel.identity.api import ROOT_ORGANISATION, Grant, Principal, organisation
from smartsenegal.kernel.payments.models import Gap
from smartsenegal.kernel.payments.rules import NATIONAL, Place


def holds_all(by: Principal, permission: str) -> bool:
    """Whether this is allowed for the accounts of the whole State: a role in its root, without territory."""
    root = organisation(ROOT_ORGANISATION)
    if root is None:
        return by.may(permission, territory_path="")
    return by.may(permission, organisation_id=root.pk, territory_path=root.territory.path)


def covers(by: Principal, permission: str, place: Place) -> bool:
    """Whether this is allowed for the sums of a place; what is the State's, to those who hold all."""
    if place.organisation_id is None:
        return holds_all(by, permission)
    return by.may(permission, organisation_id=place.organisation_id, territory_path=place.territory)


def within(by: Principal, path: str = "", permission: str = "payments.read") -> Q:
    """What this principal may see; `path` leads from the rows to what has a place ("attempt__payable__")."""
    if holds_all(by, permission):
        return Q()
    held = [_of(grant, path) for grant in by.grants if permission in grant.permissions]
    return reduce(or_, held) if held else Q(pk__in=[])


def _of(grant: Grant, path: str) -> Q:
    mine = Q(**{f"{path}organisation_id__in": grant.organisation_ids})
    if not grant.territory_path:
        return mine
    here = Q(**{f"{path}territory": grant.territory_path})
    return mine & (here | Q(**{f"{path}territory__startswith": f"{grant.territory_path}/"}))


def place_of(gap: Gap) -> Place:
    """Whose a disagreement is: that of the payment it is about, the State's when it is about none of ours."""
    return gap.payable.place if gap.payable else NATIONAL
