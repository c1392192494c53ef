"""Endpoints and what was sent to them."""

from uuid import UUID

from django.db.models import QuerySet

from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.kernel.webhooks.models import Endpoint, Outgoing

PAGE = 50
_ABOVE = """
    WITH RECURSIVE above(id, parent_id) AS (
        SELECT id, parent_id FROM identity_organisation WHERE id = ANY(%s)
        UNION SELECT o.id, o.parent_id FROM identity_organisation o JOIN above a ON a.parent_id = o.id
    ) SELECT id FROM above
"""


def endpoints(by: Principal) -> QuerySet[Endpoint]:
    """The endpoints of the organisations where this principal manages them."""
    mine = by.organisations_where("webhooks.manage")
    return Endpoint.objects.filter(organisation__in=mine).select_related("organisation")


def listening(kind: str, services: list[int]) -> list[Endpoint]:
    """The endpoints to tell of an event of these services: theirs, and those of the organisations above."""
    above = [row.pk for row in Organisation.objects.raw(_ABOVE, [services])]
    rows = Endpoint.objects.filter(organisation__in=above)
    return [e for e in rows if not e.kinds or kind in e.kinds]


def sent(endpoint: Endpoint, before: UUID | None = None) -> list[Outgoing]:
    """Up to `PAGE` + 1 of what was sent there, the latest first, before one of them."""
    rows = endpoint.sent.order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
