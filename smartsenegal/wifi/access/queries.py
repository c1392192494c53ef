"""Reads of plans, rules and vouchers, shaped for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.access import policies as reading
from smartsenegal.wifi.access.models import Credential, Group, HomeServer, Plan, PlanRule, Realm, VoucherBatch
from smartsenegal.wifi.access.rules import Limits, Right, Rule, Where, plan_for
from smartsenegal.wifi.access.secrets import login_of_voucher, read_voucher
from smartsenegal.wifi.network.api import Hotspot, Zone

READ = "wifi.read"


def may_read(by: Principal, hotspot: Hotspot) -> bool:
    """Whether `by` sees this hotspot."""
    site = hotspot.site
    return by.may(READ, organisation_id=site.organisation_id, territory_path=site.territory.path)


def hotspots(by: Principal) -> list[Hotspot]:
    """The hotspots that `by` sees, by name."""
    found = Hotspot.objects.select_related("site__territory", "site__organisation").order_by("site__name")
    return [h for h in found if may_read(by, h)]


def zones(found: list[Hotspot]) -> list[Zone]:
    """The zones of these hotspots, by site and name."""
    return list(
        Zone.objects.filter(hotspot__in=found)
        .select_related("hotspot__site")
        .order_by("hotspot__site__name", "name")
    )


def plans() -> QuerySet[Plan]:
    """All plans, with the number of rules that give each today or later."""
    now = timezone.now()
    live = Q(rules__ends_at=None) | Q(rules__ends_at__gt=now)
    return Plan.objects.annotate(live=Count("rules", filter=live)).order_by("name")


def groups() -> QuerySet[Group]:
    """All groups, by name."""
    return Group.objects.order_by("name")


def rules(now: datetime) -> list[PlanRule]:
    """The rules that are not over, the oldest first."""
    return list(
        PlanRule.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("plan", "group", "hotspot__site__territory", "zone__hotspot__site__territory")
        .order_by("pk")
    )


def rule(pk: int) -> PlanRule | None:
    """A rule with its plan and place, or None."""
    found = PlanRule.objects.select_related("plan", "group", "hotspot__site", "zone__hotspot__site")
    return found.filter(pk=pk).first()


def bare(row: PlanRule) -> Rule:
    """A row as `rules.plan_for` reads it."""
    return Rule(
        plan=row.plan_id,
        group=row.group_id,
        hotspot=row.hotspot_id,
        zone=row.zone_id,
        hours=row.hours or None,
        starts_at=row.starts_at.timestamp() if row.starts_at else None,
        ends_at=row.ends_at.timestamp() if row.ends_at else None,
        closed=row.closed,
        number=row.pk,
    )


def find_voucher(typed: str, hotspot: int | None = None) -> Credential | None:
    """The voucher with this code, however it was typed; None when there is none, or none for that hotspot.

    Whether it is still good is `rules.decide`'s to say. Callers limit how often somebody asks.
    """
    code = read_voucher(typed)
    found = Credential.objects.filter(kind="voucher", realm__name="", login=login_of_voucher(code))
    if hotspot is not None:
        found = found.filter(Q(batch__hotspot=hotspot) | Q(batch__hotspot=None))
    return found.select_related("batch").order_by("closed_because").first() if code else None


def policies() -> tuple[list[Rule], dict[int, Limits]]:
    """Every rule that is not over, and every plan by number, as `rules.decide` takes them; two queries."""
    live = PlanRule.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).order_by("pk")
    plans = {
        p.pk: Limits(
            p.pk, p.session_seconds, p.daily_seconds, p.daily_octets, p.idle_seconds, p.down_kbps, p.up_kbps,
            p.devices, p.priority,
        )
        for p in Plan.objects.all()
    }  # fmt: skip
    return [bare(row) for row in live], plans


def right_of(credential: Credential) -> Right:
    """What a credential gives, as `rules.decide` takes it."""
    return Right(
        credential.holder,
        credential.group_id,
        credential.valid_from.timestamp() if credential.valid_from else None,
        credential.valid_until.timestamp() if credential.valid_until else None,
        credential.seconds_in_all,
        credential.octets_in_all,
        credential.closed_because,
        credential.hotspot,
    )


def is_blocked(holder: int) -> bool:
    """Whether an engineer has blocked this holder: another way in gives nothing then."""
    return Credential.objects.filter(holder=holder, closed_because="blocked").exists()


def token(pk: int) -> Credential | None:
    """A token that the portal gave, whether or not it is still good; None when it was deleted."""
    return Credential.objects.filter(pk=pk, kind="token").first()


def realms() -> QuerySet[Realm]:
    """The named realms that we answer for, by name, with the number of their accesses in `open_ones`."""
    count = Count("credentials", filter=Q(credentials__closed_because=""))
    found = Realm.objects.filter(kind="local").exclude(name="").select_related("organisation__territory")
    return found.annotate(open_ones=count).order_by("name")


def realms_elsewhere() -> QuerySet[Realm]:
    """The realms of others, by name, with the number of the servers that answer for each in `servers`."""
    count = Count("home_servers", filter=Q(home_servers__closed_at=None))
    return Realm.objects.filter(kind="proxy").annotate(servers=count).order_by("name")


def home_servers(realm: Realm) -> list[HomeServer]:
    """The servers that answer for a realm, the one asked first in front."""
    return list(realm.home_servers.filter(closed_at=None).order_by("rank", "pk"))


def home_server(pk: int) -> HomeServer | None:
    """A server that answers for a realm, or None."""
    return HomeServer.objects.filter(pk=pk, closed_at=None).select_related("realm").first()


def batches(by: Principal) -> list[VoucherBatch]:
    """The batches that `by` sees, the latest first, with `used` and `left`."""
    found = _batches().order_by("-pk")
    everywhere = by.may(READ, territory_path="")
    return [b for b in found if (may_read(by, b.hotspot) if b.hotspot else everywhere)]


def batch(pk: int) -> VoucherBatch | None:
    """A batch with its counts, or None."""
    return _batches().filter(pk=pk).first()


def _batches() -> QuerySet[VoucherBatch]:
    return VoucherBatch.objects.select_related("group", "hotspot__site__territory").annotate(
        used=Count("credentials", filter=Q(credentials__first_used_at__isnull=False)),
        left=Count(
            "credentials",
            filter=Q(credentials__closed_because="", credentials__valid_until__gt=timezone.now()),
        ),
    )


@dataclass(frozen=True)
class Faults:
    """What is wrong with rules: by number, the rule that hides it, or that takes some of its time."""

    hidden: dict[int, Rule]
    overlaps: dict[int, Rule]


def faults(found: list[PlanRule]) -> Faults:
    """Rules that never hold, and rules that a later one contradicts at some moments."""
    bared = [bare(row) for row in found]
    where = {zone.pk: zone.hotspot_id for zone in (row.zone for row in found) if zone}
    return Faults(reading.hidden(bared, where), reading.overlaps(bared, where))


@dataclass(frozen=True)
class Told:
    """What a group (None: the public) gets somewhere at some moment, and what became of each rule."""

    group: Group | None
    rule: PlanRule | None
    reasons: list[tuple[PlanRule, reading.Reason]]


def preview(found: list[PlanRule], where: Where, at: datetime) -> list[Told]:
    """What the public and each group get there and then: asked of the function that lets people in."""
    by_number = {row.pk: row for row in found}
    bared = [bare(row) for row in found]
    now = at.timestamp()
    told = []
    for group in (None, *groups()):
        number = group.pk if group else None
        holds = plan_for(bared, where, number, now)
        reasons = [(by_number[r.rule.number], r) for r in reading.explain(bared, where, number, now)]
        told.append(Told(group, by_number[holds.number] if holds else None, reasons))
    return told
