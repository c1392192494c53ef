"""What is owed without its place, or to a commune that nothing names."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from smartsenegal.kernel.payments.models import Payable, PayableLine, Posting
from smartsenegal.kernel.payments.registry import placed_kinds
from smartsenegal.kernel.payments.rules import COMMUNE, Place
from smartsenegal.kernel.territory.api import Territory

_CHUNK = 500


def commune_of(place: Place) -> str:
    """Code of the commune of a place; "" when it is larger than one, or abroad."""
    return _communes().filter(path=place.territory).values_list("code", flat=True).first() or ""


def _communes() -> QuerySet[Territory]:
    return Territory.objects.filter(kind="commune")


def to_place() -> Iterator[UUID]:
    """Identifiers of the sums to which a place or a commune may be given, read in pieces."""
    found, after = Payable.objects.filter(_nowhere() | _unnamed()).order_by("pk"), Q()
    while ids := list(found.filter(after).values_list("pk", flat=True)[:_CHUNK]):
        yield from ids
        after = Q(pk__gt=ids[-1])


def _nowhere() -> Q:
    told = Q(pk__in=[])
    for kind in placed_kinds():
        told |= Q(subject__startswith=f"{kind}:")
    return Q(organisation_id=None, territory="") & told


def _unnamed() -> Q:
    lines = PayableLine.objects.filter(payable=OuterRef("pk"), beneficiary__code=COMMUNE)
    return Q(Exists(lines)) & Q(Exists(_communes().filter(path=OuterRef("territory"))))


def owed_on(account: str, payable: Payable) -> int:
    """Francs booked on an account for a payable, less those given back from it."""
    attempts = [f"attempt:{key}" for key in payable.attempts.values_list("key", flat=True)]
    back = payable.attempts.filter(refunds__isnull=False).values_list("refunds", flat=True)
    keys = [*attempts, *(f"refund:{refund.hex}" for refund in back)]
    found = Posting.objects.filter(account__code=account, transaction__key__in=keys)
    return -int(found.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"])
