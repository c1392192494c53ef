"""Who is this, and what may they do."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone

from smartsenegal.kernel.database import planned_once
from smartsenegal.kernel.identity.models import Account, Organisation
from smartsenegal.kernel.identity.rules import ANONYMOUS, Grant, Principal
from smartsenegal.kernel.identity.rules_delegations import Delegated
from smartsenegal.kernel.identity.sessions import SessionStore


def client_ip(request: HttpRequest) -> str:
    """Address of the client: behind a proxy, the last one that our own proxy wrote down."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", ""))


def principal_of(request: HttpRequest) -> Principal:
    """Principal of a web request; the anonymous one when nobody is signed in."""
    if not request.user.is_authenticated:
        return Principal(**{**vars(ANONYMOUS), "ip": client_ip(request)})
    assert isinstance(request.user, Account)
    return principal_for(request.user, client_ip(request))


def principal_now(request: HttpRequest) -> Principal:
    """Who the session of a request that lasts belongs to by now: the anonymous one once it was ended."""
    fresh = HttpRequest()
    fresh.META = request.META
    fresh.session = SessionStore(request.session.session_key)
    fresh.user = get_user(fresh)  # type: ignore[assignment]
    return principal_of(fresh)


def principal_for(account: Account, ip: str = "") -> Principal:
    """Principal of an account with the roles it holds today: two queries, one for those without roles."""
    grants = tuple(_grants(account))
    return Principal(
        account_id=str(account.pk),
        label=str(account),
        assurance=account.assurance,
        grants=grants,
        ip=ip,
        kind="agent" if grants else "person",
        language=account.language,
    )


def _grants(account: Account) -> list[Grant]:
    with planned_once() as cursor:
        cursor.execute(_GRANTS, {"account": account.pk, "today": timezone.localdate()})
        return [
            Grant(role, organisation, name, frozenset(covered), path, delegated=_delegated(origin))
            for role, organisation, name, path, covered, *origin in cursor.fetchall()
        ]


def _delegated(origin: list[Any]) -> Delegated | None:
    delegation, kind, giver_id, giver, quality, number, act_on, covers = origin
    if delegation is None:
        return None
    return Delegated(str(delegation), kind, str(giver_id), giver, quality, number, act_on, tuple(covers))


_BELOW = """ARRAY(
        WITH RECURSIVE below(id) AS (
            SELECT o.id UNION ALL
            SELECT c.id FROM identity_organisation c JOIN below ON c.parent_id = below.id
        ) SELECT id FROM below)"""
# Each page of an agent asks it, so it is one statement: the roles held that day, with what each covers; then
# what is signed for others, as long as they sign there themselves. It is the one place where a delegation is
# enforced: one that is over is in no principal of the next request.
_GRANTS = f"""
    SELECT r.role, r.organisation_id, o.name, coalesce(t.path, ''), {_BELOW},
        NULL::uuid, NULL, NULL::uuid, NULL, NULL, NULL, NULL::date, NULL::varchar[]
    FROM identity_roleassignment r JOIN identity_organisation o ON o.id = r.organisation_id
    LEFT JOIN territory_territory t ON t.code = r.territory_id
    WHERE r.account_id = %(account)s AND r.starts_on <= %(today)s
        AND (r.ends_on IS NULL OR r.ends_on >= %(today)s)
    UNION ALL
    SELECT 'signatory', d.organisation_id, o.name, coalesce(t.path, ''), {_BELOW},
        d.id, d.kind, d.giver_id, g.name, d.quality, d.number, d.act_on, d.covers
    FROM identity_delegation d JOIN identity_organisation o ON o.id = d.organisation_id
    JOIN identity_account g ON g.id = d.giver_id
    LEFT JOIN territory_territory t ON t.code = d.territory_id
    WHERE d.deputy_id = %(account)s AND d.ended_at IS NULL
        AND d.starts_on <= %(today)s AND d.ends_on >= %(today)s
        AND EXISTS (
            SELECT 1 FROM identity_roleassignment r LEFT JOIN territory_territory h ON h.code = r.territory_id
            WHERE r.account_id = d.giver_id AND r.role = 'signatory' AND r.organisation_id = d.organisation_id
                AND r.starts_on <= %(today)s AND (r.ends_on IS NULL OR r.ends_on >= %(today)s)
                AND (h.path IS NULL OR t.path = h.path OR starts_with(t.path, h.path || '/'))
        )
"""  # noqa: S608 - our own fragments

_DESCENDANTS = """
    WITH RECURSIVE below(root, id) AS (
        SELECT id, id FROM identity_organisation WHERE id = ANY(%s)
        UNION ALL
        SELECT below.root, o.id FROM identity_organisation o JOIN below ON o.parent_id = below.id
    ) SELECT root AS id, array_agg(id) AS descendants FROM below GROUP BY root
"""


def below(roots: set[int]) -> dict[int, frozenset[int]]:
    """Each of these organisations, with those under it and itself; one query."""
    if not roots:
        return {}
    rows = Organisation.objects.raw(_DESCENDANTS, [sorted(roots)])
    return {row.id: frozenset(row.descendants) for row in rows}  # type: ignore[attr-defined]
