"""Read messages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from smartsenegal.kernel.notifications import rules
from smartsenegal.kernel.notifications.models import DemoDelivery, Message, Tariff
from smartsenegal.kernel.notifications.rules import DEMO_SECRET_LIFE


def inbox(account_id: str) -> QuerySet[Message]:
    """Messages of an account's inbox, newest first."""
    return Message.objects.inbox(account_id)


def unread_count(account_id: str) -> int:
    """How many messages of its inbox an account has not read."""
    return Message.objects.inbox(account_id).filter(read_at=None).count()


def about(subject: str) -> QuerySet[Message]:
    """Messages sent about a subject ("case:<id>"), oldest first; those that carry secrets left out."""
    return Message.objects.filter(about=subject, secret=False).order_by("created_at", "id")


def demo_deliveries(search: str = "") -> QuerySet[DemoDelivery]:
    """What the demonstration's phones and mailboxes received, newest first.

    `search` is a part of a number (blanks and +221 do not matter) or of an address. Secrets show for a
    quarter of an hour.
    """
    fresh = Q(secret=False) | Q(at__gte=timezone.now() - DEMO_SECRET_LIFE)
    received = DemoDelivery.objects.filter(fresh).order_by("-at", "-id")
    wanted = search.strip().replace("\x00", "")
    digits = "".join(c for c in wanted if c.isdigit()).removeprefix("221")
    if "@" in wanted or (wanted and not digits):
        return received.filter(address__icontains=wanted)
    return received.filter(address__contains=digits) if digits else received


def stuck() -> QuerySet[Message]:
    """Messages given up or failing, newest first."""
    return Message.objects.stuck().order_by("-created_at", "-id")


@dataclass(frozen=True)
class Page:
    """A slice of a list in the order of its creation dates; `after` continues it, empty at its end."""

    messages: list[Message]
    after: str


def page(found: QuerySet[Message], before: str, size: int) -> Page:
    """The `size` messages older than the cursor `before` (an earlier page's `after`)."""
    if cursor := _cursor(before):
        found = found.filter(Q(created_at__lt=cursor[0]) | Q(created_at=cursor[0], pk__lt=cursor[1]))
    rows = list(found[: size + 1])
    more = len(rows) > size
    last = rows[size - 1] if more else None
    return Page(rows[:size], f"{last.created_at.timestamp()!r}_{last.pk}" if last else "")


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    moment, _, key = text.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), UTC), UUID(key)
    except (ValueError, OverflowError, OSError):
        return None


@dataclass(frozen=True)
class OutboxFigures:
    """Messages by state, and what the month cost: `unknown` of them have no known tariff."""

    waiting: int
    failing: int
    given_up: int
    sent_this_month: int
    cost_this_month: int
    unknown: int


def outbox_figures() -> OutboxFigures:
    """Figures of the messages, cost in F CFA since the first of the month."""
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    waiting = Q(state__in=[rules.QUEUED, rules.SENDING])
    month = Q(channel="sms", sent_at__gte=first)
    figures = Message.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        failing=Count("pk", filter=Q(state=rules.FAILED)),
        given_up=Count("pk", filter=Q(state=rules.GIVEN_UP)),
        sent_this_month=Count("pk", filter=month),
        cost_this_month=Coalesce(Sum("cost", filter=month), 0),
        unknown=Count("pk", filter=month & Q(cost=None)),
    )
    return OutboxFigures(**figures)


def tariffs() -> QuerySet[Tariff]:
    """Tariffs of each gateway, newest first."""
    return Tariff.objects.all()
