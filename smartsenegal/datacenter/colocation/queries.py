"""Reads of `datacenter.colocation`: what is left of each rack, leases, visits and requests."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from smartsenegal.datacenter.colocation import rules
from smartsenegal.datacenter.colocation.models import Cross, Hands, Lease, Reading, Tariff, Terms, Visit
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.graph import COOLING, Plan
from smartsenegal.kernel.identity.api import (
    PERMISSIONS,
    Organisation,
    Principal,
    RoleAssignment,
    members_who_may,
    parties_of,
    standings,
)

OWN = "hosting.use"
LEASE = (
    "customer", "reservation__rack__room__center__site__territory", "reservation__rack__room__center__site",
)  # fmt: skip


def manages(by: Principal, center: facility.DataCenter) -> bool:
    """Whether `by` lets places of this datacentre."""
    site = center.site
    return by.may(
        facility.PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path
    )


def owns(by: Principal, organisation_id: int, what: str = "read") -> bool:
    """Whether `by` may `read` or `file` for this customer: a member, or who administers this very body.

    A role in a body above it is not enough: what a customer keeps here is theirs alone.
    """
    if any(_administers(grant, organisation_id) for grant in by.grants):
        return True
    found = standings(by, f"organisation:{organisation_id}")
    return any(party.kind == "member" and party.may(what) for party in found)


def _administers(grant: Any, organisation_id: int) -> bool:
    held = OWN in grant.permissions and grant.organisation_id == organisation_id
    return held and not grant.territory_path and not grant.delegated


def organisations_of(by: Principal) -> list[Organisation]:
    """The customers of which `by` may read what they have here, by name."""
    keys = {p.organisation_id for p in parties_of(by) if p.kind == "member" and p.may("read")}
    keys |= {g.organisation_id for g in by.grants if _administers(g, g.organisation_id)}
    return list(Organisation.objects.filter(pk__in=[k for k in keys if k]).order_by("name"))


def accounts_who_may(what: str, organisation_id: int) -> list[str]:
    """Accounts that may `read`, `file` or `pay` for this customer: its members, and who administers that very
    body today."""
    today = timezone.localdate()
    roles = [role for role, allowed in PERMISSIONS.items() if OWN in allowed]
    held = RoleAssignment.objects.filter(
        organisation=organisation_id, role__in=roles, territory=None, starts_on__lte=today
    ).exclude(ends_on__lt=today)
    administers = {str(account) for account in held.values_list("account", flat=True)}
    return sorted(administers | set(members_who_may(what, organisation_id)))


def customer_of(organisation_id: int) -> Organisation | None:
    """The body of that number."""
    return Organisation.objects.filter(pk=organisation_id).first()


def customer(typed: str) -> list[Organisation]:
    """Bodies that a code, a NINEA or an exact name designates, four at most."""
    exact = Q(code=typed) | Q(registration=typed) | Q(name__iexact=typed)
    found = Organisation.objects.filter(exact).select_related("territory").order_by("pk")
    return list(found[:4]) if typed else []


# --- capacity ---------------------------------------------------------------------------------


def stands(of: facility.DataCenter) -> list[rules.Stand]:
    """Every rack of a datacentre today as admission sees it, in its order; what is held counts."""
    plan, claims = facility.plan(of, held=True), facility.all_claims(of)
    racks = list(facility.racks(of).prefetch_related("cooling"))
    above = _Above(plan, _phases(racks, claims))
    return [_stand(rack, claims.get(rack.pk, []), above) for rack in racks]


def _stand(rack: facility.Rack, claims: list[ledger.Claim], above: "_Above") -> rules.Stand:
    feeds = {"A": (rack.feed_a, rack.phase_a), "B": (rack.feed_b, rack.phase_b)}
    paths = {name: above.path(feed, phase) for name, (feed, phase) in feeds.items() if above.stands(feed)}
    cold = tuple(sorted(c.code for c in rack.cooling.all() if above.stands(c)))
    return rules.Stand(
        rack.pk, rack.code, rack.room.code, rack.row, rack.place, facility.limits(rack), tuple(claims), paths,
        above.left(cold, COOLING) if cold else None,
    )  # fmt: skip


class _Above:
    """What is left above racks: asked once for each part, however many racks hang from it."""

    def __init__(self, plan: Plan, phases: dict[int, dict[str, int]]) -> None:
        self.plan, self.phases = plan, phases
        self.known: dict[tuple[str, ...], rules.Left] = {}

    def stands(self, part: facility.Component | None) -> bool:
        return part is not None and part.code in self.plan.index

    def left(self, codes: tuple[str, ...], system: str = "power") -> rules.Left:
        if codes not in self.known:
            narrow = ledger.headroom(self.plan, codes, system)
            self.known[codes] = rules.Left(narrow.left, narrow.code) if narrow else rules.Left()
        return self.known[codes]

    def path(self, feed: facility.Component | None, phase: str) -> rules.Path:
        assert feed is not None
        left = self.left((feed.code,))
        if not feed.three_phase or not phase or feed.capacity is None:
            return rules.Path(left)
        on, share = self.phases.get(feed.pk, {}), feed.capacity // 3
        least = min(share - w for w in on.values()) * 3 if phase == "3" else share - on.get(phase, 0)
        return rules.Path(left, phase, least)


def _phases(
    racks: Iterable[facility.Rack], claims: dict[int, list[ledger.Claim]]
) -> dict[int, dict[str, int]]:
    loads: dict[int, list[tuple[str, int]]] = {}
    for rack in racks:
        for path, feed, phase in (("A", rack.feed_a_id, rack.phase_a), ("B", rack.feed_b_id, rack.phase_b)):
            if feed:
                watts = ledger.on_path(claims.get(rack.pk, ()), path)[1]
                loads.setdefault(feed, []).append((phase, watts))
    return {feed: ledger.phases(each) for feed, each in loads.items()}


def measured(of: facility.DataCenter) -> dict[int, Reading]:
    """The last reading of each rack."""
    found = Reading.objects.filter(rack__room__center=of).order_by("rack", "-read_at").distinct("rack")
    return {reading.rack_id: reading for reading in found}


def last_reading(rack: facility.Rack) -> Reading | None:
    """The last reading of a rack."""
    return Reading.objects.filter(rack=rack).order_by("-read_at").first()


# --- leases -----------------------------------------------------------------------------------


def state(lease: Lease) -> str:
    """The state of a lease now."""
    return rules.lease_state(lease.signed_at, lease.closed_at, lease.reservation.expires_at, timezone.now())


def asked(lease: Lease) -> rules.Ask:
    """What a lease takes, as rules have it."""
    range_ = lease.reservation
    return rules.Ask(range_.units, range_.watts, range_.kg, range_.ports, range_.feeds, lease.whole)


def leases(of: facility.DataCenter) -> QuerySet[Lease]:
    """Leases of a datacentre, the last asked for first."""
    found = Lease.objects.filter(reservation__rack__room__center=of)
    return found.select_related(*LEASE).order_by("-asked_at", "-pk")


def leases_of(customer_id: int) -> QuerySet[Lease]:
    """Leases of a customer, the last asked for first."""
    return Lease.objects.filter(customer=customer_id).select_related(*LEASE).order_by("-asked_at", "-pk")


def lease(lease_id: int) -> Lease | None:
    """A lease by its number."""
    return Lease.objects.select_related(*LEASE).filter(pk=lease_id).first()


def center_of(found: Lease) -> facility.DataCenter:
    """The datacentre where a lease is."""
    return found.reservation.rack.room.center


def spot(found: Lease) -> str:
    """`salle-1/B01, U4 à U9`."""
    held = found.reservation
    return f"{facility.load_code(held.rack)}, {rules.spot(range(held.first, held.first + held.units))}"


def prices(of: facility.DataCenter, day: date) -> dict[str, int | None]:
    """The price of each kind on a day; None where nobody entered one."""
    return {kind: rules.in_force(dated, day) for kind, dated in _dated(of).items()}


def tariffs(of: facility.DataCenter) -> QuerySet[Tariff]:
    """Every price of a datacentre, by kind, the last first."""
    found: QuerySet[Tariff] = of.tariffs.order_by("kind", "-starts_on")
    return found


def dues(
    of: facility.DataCenter, start: date, end: date, customer_id: int | None = None
) -> dict[int, list[rules.Due]]:
    """What each customer of a datacentre (or one of them) owes for places, cables and works between two days,
    the end excluded."""
    found: dict[int, list[rules.Due]] = {}
    whose = {} if customer_id is None else {"customer": customer_id}
    let = leases(of).filter(signed_at__isnull=False, starts_on__lt=end, **whose).order_by("pk")
    for lease_ in let.exclude(closed_at__date__lte=start):
        told = f"Bail {lease_}, {spot(lease_)}"
        # Past its term nothing says what a place costs, even while its devices still stand there.
        ends = min((d for d in (lease_.ends_on, _day(lease_.closed_at)) if d), default=None)
        due = rules.Due("lease", told, lease_.monthly, lease_.starts_on, ends)
        found.setdefault(lease_.customer_id, []).append(due)
    about = {f"lease__{name}": value for name, value in whose.items()}
    here = {"lease__reservation__rack__room__center": of, **about}
    laid = Cross.objects.filter(installed_at__date__lt=end, **here).exclude(closed_at__date__lte=start)
    for cross in laid.select_related("lease", "other", "carrier").order_by("pk"):
        far = cross.carrier.name if cross.carrier else str(cross.other)
        due = rules.Due(
            "cross", f"Raccordement {cross}, {cross.lease} à {far}", cross.monthly,
            timezone.localdate(cross.installed_at), _day(cross.closed_at),
        )  # fmt: skip
        found.setdefault(cross.lease.customer_id, []).append(due)
    done = Hands.objects.filter(done_at__date__gte=start, done_at__date__lt=end, **here)
    hourly = _dated(of)["hands"]
    for work in done.select_related("lease").order_by("pk"):
        day, minutes = timezone.localdate(work.done_at), work.minutes or 0
        # Its amount is that of its day; a tariff that was entered since for that day holds.
        amount = work.amount
        if amount is None:
            amount = rules.hands_amount(rules.in_force(hourly, day), minutes)
        due = rules.Due("hands", f"Geste {work}, {minutes} min", amount, day, minutes=minutes)
        found.setdefault(work.lease.customer_id, []).append(due)
    return found


def _day(at: datetime | None) -> date | None:
    return None if at is None else timezone.localdate(at)


def _dated(of: facility.DataCenter) -> dict[str, list[tuple[date, int]]]:
    dated: dict[str, list[tuple[date, int]]] = {kind: [] for kind in rules.TARIFF_NAMES}
    for kind, starts_on, amount in of.tariffs.values_list("kind", "starts_on", "amount"):
        dated[kind].append((starts_on, amount))
    return dated


def terms(of: facility.DataCenter) -> Terms | None:
    """What a datacentre decided, if it did."""
    return Terms.objects.filter(center=of).first()


# --- visits, hands, cross-connects --------------------------------------------------------------


def visits(of: facility.DataCenter) -> QuerySet[Visit]:
    """Visits of a datacentre that are to come or inside, then the others, the last first."""
    return Visit.objects.filter(center=of).select_related("customer").order_by("-starts_at", "-pk")


def visits_of(customer_id: int) -> QuerySet[Visit]:
    """Visits of a customer, the last first."""
    found = Visit.objects.filter(customer=customer_id).select_related("center__site")
    return found.order_by("-starts_at", "-pk")


def visit(visit_id: int) -> Visit | None:
    """A visit by its number."""
    found = Visit.objects.select_related("customer", "center__site__territory", "center__site__organisation")
    return found.filter(pk=visit_id).first()


def hands(**about: Any) -> QuerySet[Hands]:
    """Requests for hands, those that wait first, then the last."""
    found = Hands.objects.filter(**about).select_related(*(f"lease__{name}" for name in LEASE))
    settled = Coalesce("done_at", "declined_at")
    return found.order_by(settled.desc(nulls_first=True), "asked_at")


def hands_in(of: facility.DataCenter) -> QuerySet[Hands]:
    """Requests for hands of a datacentre."""
    return hands(lease__reservation__rack__room__center=of)


def hands_of(customer_id: int) -> QuerySet[Hands]:
    """Requests for hands of a customer."""
    return hands(lease__customer=customer_id)


def crosses(about: Q) -> QuerySet[Cross]:
    """Cross-connects that stand or wait."""
    names = [f"{end}__{name}" for end in ("lease", "other") for name in LEASE]
    found = Cross.objects.filter(about, closed_at=None).select_related("carrier", *names)
    return found.order_by("-asked_at", "-pk")


def crosses_in(of: facility.DataCenter) -> QuerySet[Cross]:
    """Cross-connects of a datacentre."""
    return crosses(Q(lease__reservation__rack__room__center=of))


def crosses_of(customer_id: int) -> QuerySet[Cross]:
    """Cross-connects at either end of which this customer is."""
    return crosses(Q(lease__customer=customer_id) | Q(other__customer=customer_id))


def taken_ports(found: Lease) -> set[int]:
    """Ports of a lease where a cross-connect ends, or is to: what others ask for takes none before it is
    accepted, or anybody could take all the ports of another."""
    near = found.crosses.filter(closed_at=None).values_list("port", flat=True)
    agreed = found.crosses_in.filter(closed_at=None, accepted_at__isnull=False)
    far = agreed.values_list("other_port", flat=True)
    return {*near, *(port for port in far if port)}


def carriers(of: facility.DataCenter) -> list[facility.Component]:
    """Arrivals of carriers in a datacentre today."""
    return [part for part in facility.components(of) if part.kind == "carrier"]
