"""Read the day: alarms, works with their risk, those whom they touch."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from smartsenegal.cable.billing.api import Contract
from smartsenegal.cable.capacity.api import customers as ordered
from smartsenegal.cable.network.api import Circuit
from smartsenegal.cable.noc.models import Alarm, Contact, Notice
from smartsenegal.cable.noc.reach import reached
from smartsenegal.cable.resilience.api import Harm, Work, residual, study, works
from smartsenegal.lib.text import without_accents

AHEAD = timedelta(days=14)
CLOSED_SHOWN = 200


def alarms() -> QuerySet[Alarm]:
    """Those that last, or that are over and that somebody took and did not close; the gravest, then the
    oldest first is for pages to sort."""
    still = Q(ended_at=None) | Q(closed_at=None)
    return Alarm.objects.filter(still, raised_at__isnull=False).order_by("raised_at", "pk")


def closed_alarms() -> list[Alarm]:
    """Those that are closed, the latest first."""
    return list(Alarm.objects.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")[:CLOSED_SHOWN])


def alarm(pk: int) -> Alarm | None:
    """The alarm of that number, once it is raised."""
    return Alarm.objects.filter(pk=pk, raised_at__isnull=False).first()


@dataclass(frozen=True)
class Planned:
    """Works that run or are to come: what they cut, what single failure would then hurt the most, how many
    customers they touch, and how many contacts of theirs were told."""

    work: Work
    running: bool
    cut: Harm
    worst: Harm
    culprit: str
    at_once: list[Work]
    customers: int
    told: int


def planned(now: datetime) -> list[Planned]:
    """Works of the next days, the next first."""
    coming = works(now)
    soon = [work for work in coming if work.starts_at <= now + AHEAD]
    if not soon:
        return []
    found, effects, rows = study(), ordered.Effects(), []
    for work in soon:
        risk = residual(found, work, coming)
        told = Notice.objects.filter(work=work).count()
        rows.append(
            Planned(
                work, work.starts_at <= now, risk.cut, risk.worst, risk.culprit, risk.at_once,
                len(hurt_by_work(work, effects)), told,
            )
        )  # fmt: skip
    return rows


def work(pk: int) -> Work | None:
    """The works of that number that are not cancelled."""
    return Work.objects.filter(pk=pk, cancelled_at=None).first()


@dataclass
class Hurt:
    """A customer who is touched: names of what is cut and of what lives on one path only, whom to tell, and
    who was told when. `customer` is "" when nobody said whose these are."""

    customer: str
    cut: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    told: dict[int, datetime] = field(default_factory=dict)


def hurt_by_work(of: Work, effects: ordered.Effects | None = None) -> list[Hurt]:
    """The customers whose circuits and services works touch, by name."""
    touched = reached([of], effects or ordered.Effects())
    found: dict[str, Hurt] = {}
    for how, hits in (("cut", touched.cut), ("weak", touched.weak)):
        for hit in hits:
            getattr(found.setdefault(hit.customer, Hurt(hit.customer)), how).append(hit.name)
    return _with_contacts(found, Notice.objects.filter(work=of))


def hurt_by_alarm(of: Alarm) -> list[Hurt]:
    """The customers whom an alarm touches, by name."""
    found: dict[str, Hurt] = {}
    for hit in of.hits:
        found.setdefault(hit["customer"], Hurt(hit["customer"])).cut.append(hit["name"])
    return _with_contacts(found, Notice.objects.filter(alarm=of))


def _with_contacts(found: dict[str, Hurt], notices: QuerySet[Notice]) -> list[Hurt]:
    for contact in Contact.objects.filter(customer__in=[name for name in found if name]):
        found[contact.customer].contacts.append(contact)
    told = dict(notices.values_list("contact", "at"))
    for hurt in found.values():
        hurt.told = {c.pk: told[c.pk] for c in hurt.contacts if c.pk in told}
    return [found[name] for name in sorted(found)]


def contacts() -> QuerySet[Contact]:
    """Whom to tell, by customer."""
    return Contact.objects.all()


def customers() -> list[str]:
    """The names under which somebody may be touched: those of circuits, and of contracts with their
    services."""
    named = Circuit.objects.exclude(customer="").values_list("customer", flat=True).distinct()
    return sorted(
        {*named, *Contract.objects.values_list("customer", flat=True).distinct()}, key=without_accents
    )


def notices_of(row: Work | Alarm) -> QuerySet[Notice]:
    """Who was told of works or of an alarm."""
    found = Notice.objects.filter(alarm=row) if isinstance(row, Alarm) else Notice.objects.filter(work=row)
    return found.select_related("contact").order_by("pk")
