"""On whose behalf a person acts: organisations they are members of, mandates they hold."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from smartsenegal.kernel.database import planned_once
from smartsenegal.kernel.identity.models import Invitation, Mandate, Membership, Organisation
from smartsenegal.kernel.identity.queries.people import contact_of
from smartsenegal.kernel.identity.rules import ASKED_LIFE, PARTY_KINDS, PARTY_PERMISSIONS, Party, Principal

PARTY_KEY = "party"  # of the session: the key of the party acted for
_KINDS = [kind for kind, _ in PARTY_KINDS]


def self_party(by: Principal) -> Party:
    """The principal acting for themselves."""
    return Party(f"account:{by.account_id}", by.label, account_id=by.account_id)


def memberships_of(by: Principal) -> list[Party]:
    """Companies and associations this person is a member of, by name; one query."""
    if by.account_id is None:
        return []
    rows = Membership.objects.filter(account=UUID(by.account_id)).select_related("organisation")
    return [_member(m) for m in rows.order_by("organisation__name", "pk")]


def _member(m: Membership) -> Party:
    key = f"organisation:{m.organisation_id}"
    return Party(key, m.organisation.name, "member", organisation_id=m.organisation_id, role=m.role)


def acting_for(by: Principal) -> list[Party]:
    """Those who let this person act for them today, by name; one query."""
    return [_mandated(m) for m in _in_force(by)]


def _in_force(by: Principal) -> list[Mandate]:
    if by.account_id is None:
        return []
    return list(_held_today(UUID(by.account_id)).order_by("name", "created_at"))


def _held_today(account_id: UUID) -> QuerySet[Mandate]:
    today = timezone.localdate()
    held = Mandate.objects.filter(helper=account_id, state="active", starts_on__lte=today, ends_on__gte=today)
    return held.select_related("person", "organisation")


def _mandated(m: Mandate) -> Party:
    key = f"organisation:{m.organisation_id}" if m.organisation_id else f"account:{m.person_id}"
    return Party(
        key,
        str(m.organisation or m.person),
        "mandate",
        account_id=str(m.person_id) if m.person_id else None,
        organisation_id=m.organisation_id,
        mandate_id=str(m.pk),
        procedures=tuple(m.procedures),
        ends_on=m.ends_on,
    )


def parties_of(by: Principal) -> list[Party]:
    """All on whose behalf this person may act: themselves first, then organisations, then mandates."""
    return [self_party(by), *memberships_of(by), *acting_for(by)] if by.account_id else []


def may_act_for(by: Principal, person_key: str, procedure: str = "") -> bool:
    """Whether this principal may file and follow for this person or organisation, for this procedure today.

    `person_key` is "account:<id>" or "organisation:<id>"; "" for `procedure` asks for any. Oneself always.
    """
    return any(p.may("file") and p.covers(procedure) for p in standings(by, person_key))


def standings(by: Principal, person_key: str) -> list[Party]:
    """Every title under which this principal may act for this person or organisation today, none to others.

    As themselves without a query, as a member, by mandates: one query a title at most.
    """
    account, (kind, _, ref) = _uuid(by.account_id), person_key.partition(":")
    if account is None:
        return []
    if kind == "account":
        return [self_party(by)] if ref == by.account_id else _mandates(account, person=_uuid(ref))
    return [*_member_of(account, ref), *_mandates(account, organisation=ref)] if ref.isdigit() else []


def standings_on(by: Principal, person_keys: Iterable[str]) -> dict[str, list[Party]]:
    """The same for several: two queries in all for those who hold a mandate or are members, however many."""
    keys = set(person_keys)
    account = _uuid(by.account_id)
    if account is None:
        return {key: [] for key in keys}
    held = [*memberships_of(by), *map(_mandated, _held_today(account).order_by("created_at"))]
    return {key: [p for p in (self_party(by), *held) if p.key == key] for key in keys}


def _uuid(text: str | None) -> UUID | None:
    # Who answers by a link has no account though they are named: `lien:<id>`.
    try:
        return UUID(text or "")
    except ValueError:
        return None


_EVER_HELD = "SELECT EXISTS (SELECT 1 FROM identity_mandate WHERE helper_id = %s)"


def _mandates(account: UUID, **given_by: Any) -> list[Party]:
    # Asked at each case an agent opens, and almost none was ever given a mandate.
    with planned_once() as cursor:
        cursor.execute(_EVER_HELD, [account])
        (ever,) = cursor.fetchone() or (False,)
    if not ever:
        return []
    return [_mandated(m) for m in _held_today(account).filter(**given_by).order_by("created_at")]


def _member_of(account: UUID, organisation_id: str) -> list[Party]:
    rows = Membership.objects.filter(account=account, organisation=int(organisation_id))
    return [_member(m) for m in rows.select_related("organisation")]


def acted_for(by: Principal, person_key: str) -> bool:
    """Whether this principal once held a mandate of this person or organisation, in force or not."""
    account, (kind, _, ref) = _uuid(by.account_id), person_key.partition(":")
    given = {"person": _uuid(ref)} if kind == "account" else {"organisation": ref}
    return account is not None and Mandate.objects.filter(helper=account, **given).exists()


def members_who_may(what: str, organisation_id: int) -> list[str]:
    """Accounts of the members of an organisation whose role lets them `read`, `file`, `pay` or `manage`."""
    roles = [role for role, allowed in PARTY_PERMISSIONS.items() if what in allowed]
    rows = Membership.objects.filter(organisation=organisation_id, role__in=roles).order_by("pk")
    return [str(account) for account in rows.values_list("account_id", flat=True)]


def current_party(request: HttpRequest) -> Party:
    """On whose behalf this request acts: what was chosen in the account menu, while it is still allowed.

    A member removed or a mandate withdrawn meanwhile is oneself again, at once: it is asked of the database
    at each request (one query, only when something was chosen).
    """
    known = getattr(request, "_party", None)
    if known is None:
        known = request._party = _chosen(request)  # type: ignore[attr-defined]
    return known  # type: ignore[no-any-return]


def _chosen(request: HttpRequest) -> Party:
    by: Principal = request.principal  # type: ignore[attr-defined]
    chosen = request.session.get(PARTY_KEY, "") if by.account_id else ""
    if not chosen:
        return self_party(by)
    return party_with(by, str(chosen)) or self_party(by)


def party_with(by: Principal, choice: str) -> Party | None:
    """The party of this choice ("member:<organisation>" or "mandate:<id>"); None when it is not allowed."""
    kind, _, ref = choice.partition(":")
    found: list[Party] = []
    if kind == "member" and ref.isdigit():
        found = [p for p in memberships_of(by) if p.organisation_id == int(ref)]
    elif kind == "mandate":
        found = [p for p in acting_for(by) if p.mandate_id == ref]
    return found[0] if found else None


def choice_of(party: Party) -> str:
    """What the session keeps of a party; "" for oneself."""
    if party.kind == "member":
        return f"member:{party.organisation_id}"
    return f"mandate:{party.mandate_id}" if party.kind == "mandate" else ""


# --- organisations and their members -----------------------------------------------------------


def may_manage(by: Principal, organisation: Organisation) -> bool:
    """Whether this person is responsible for a company or an association."""
    if by.account_id is None:
        return False
    return Membership.objects.filter(
        account=UUID(by.account_id), organisation=organisation, role="owner"
    ).exists()


def membership(by: Principal, organisation_id: int) -> Membership | None:
    """This person's place in a company or an association, with it; None when they are no member."""
    if by.account_id is None:
        return None
    rows = Membership.objects.select_related("organisation", "account")
    return rows.filter(
        account=UUID(by.account_id), organisation=organisation_id, organisation__kind__in=_KINDS
    ).first()


def members_of(organisation: Organisation) -> list[Membership]:
    """Members, by name, with their accounts."""
    return list(organisation.memberships.select_related("account").order_by("account__name", "pk"))


def invitations_of(organisation: Organisation) -> list[Invitation]:
    """Invitations that wait for an answer, the oldest first."""
    return list(organisation.invitations.order_by("created_at"))


def invitation_with(link: str) -> Invitation | None:
    """The invitation of this link, with its organisation."""
    return Invitation.objects.select_related("organisation").filter(link=link).first()


# --- mandates as their pages show them -----------------------------------------------------------


def mandate_with(link: str) -> Mandate | None:
    """The mandate of the link sent to the person."""
    found = Mandate.objects.select_related("helper", "person", "organisation")
    return found.filter(link=link).first()


def mandates_asked_of(phone: str) -> list[Mandate]:
    """Mandates asked of the person of this phone (E.164) that still wait for an answer, the latest first."""
    since = timezone.now() - ASKED_LIFE
    return _listed(Mandate.objects.filter(state="asked", phone=phone, created_at__gte=since)) if phone else []


def asked_mandate(mandate_id: UUID) -> Mandate | None:
    """A mandate that waits for an answer, by its identifier: for a desk."""
    since = timezone.now() - ASKED_LIFE
    asked = Mandate.objects.select_related("helper").filter(state="asked", created_at__gte=since)
    return asked.filter(pk=mandate_id).first()


def mandates_held(by: Principal) -> list[Mandate]:
    """Mandates that this person asked for or holds, the latest first."""
    return _listed(Mandate.objects.filter(helper=UUID(by.account_id))) if by.account_id else []


def mandates_given(by: Principal) -> list[Mandate]:
    """Mandates by which others act for this person or for the organisations they are responsible for.

    What is asked of their verified phone is among them.
    """
    if by.account_id is None:
        return []
    contact = contact_of(by.account_id)
    mine = Mandate.objects.filter(person=UUID(by.account_id))
    owned = Membership.objects.filter(account=UUID(by.account_id), role="owner").values("organisation")
    theirs = Mandate.objects.filter(organisation__in=owned)
    asked = Mandate.objects.filter(state="asked", phone=contact.phone if contact and contact.phone else "-")
    return _listed(mine | theirs | asked)


def _listed(found: QuerySet[Mandate]) -> list[Mandate]:
    return list(found.select_related("helper", "person", "organisation").order_by("-created_at")[:100])


def mandate_of(by: Principal, mandate_id: UUID) -> Mandate | None:
    """A mandate this person holds or gave; None for others."""
    for mandate in (*mandates_held(by), *mandates_given(by)):
        if mandate.pk == mandate_id:
            return mandate
    return None
