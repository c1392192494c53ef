"""Read the journal, and check it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.audit import rules
from smartsenegal.kernel.audit.models import CANONICAL, Chain, Check, Entry, Head
from smartsenegal.kernel.database import planned_once

MAX_FAULTS = 1000


class HeadVerifier(Protocol):
    """What holds the public keys of heads: `lib.trust.Trust`."""

    @property
    def seal_keys(self) -> Any: ...


# --- reading -----------------------------------------------------------------------


def of_subject(subject: str) -> QuerySet[Entry]:
    """Entries about one subject, newest first."""
    return Entry.objects.filter(subject=subject).order_by("-id")


_DONE = (
    "SELECT EXISTS (SELECT 1 FROM audit_entry"
    " WHERE subject = %s AND actor_id = %s AND verb = %s AND at >= %s)"
)


def done_since(actor_id: str, verb: str, subject: str, since: datetime) -> bool:
    """Whether an actor did this to a subject since that moment; planned once, each page of a case asks it."""
    with planned_once() as cursor:
        cursor.execute(_DONE, [subject, actor_id, verb, since])
        (done,) = cursor.fetchone() or (False,)
    return bool(done)


def of_actor(actor_id: str) -> QuerySet[Entry]:
    """Entries of one actor, newest first."""
    return Entry.objects.filter(actor_id=actor_id).order_by("-id")


@dataclass(frozen=True)
class Filters:
    """What an inspector looks for; an empty part does not filter. `verb` may end with "*"."""

    subject: str = ""
    actor: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None

    def told(self) -> dict[str, str]:
        """The parts that filter, as the journal keeps them."""
        parts = {name: getattr(self, name) for name in ("subject", "actor", "verb", "since", "until")}
        return {name: str(value) for name, value in parts.items() if value}


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    older: int | None  # identifier to go on from, None on the last page


def page(filters: Filters, before: int | None = None, size: int = 50) -> Page:
    """One page of the journal, newest first, beginning under identifier `before`. One query."""
    found = _matching(filters)
    if before is not None:
        found = found.filter(id__lt=before)
    entries = list(found.order_by("-id")[: size + 1])
    return Page(entries[:size], entries[size - 1].pk if len(entries) > size else None)


def _matching(filters: Filters) -> QuerySet[Entry]:
    found = Entry.objects.all()
    if filters.subject:
        found = found.filter(subject=filters.subject)
    if filters.actor:
        found = found.filter(Q(actor_id=filters.actor) | Q(actor_label=filters.actor))
    if filters.verb:
        prefix = filters.verb.removesuffix("*")
        found = found.filter(verb__startswith=prefix) if prefix != filters.verb else found.filter(verb=prefix)
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def last_check() -> Check | None:
    """The verification asked for last, finished or not."""
    return Check.objects.order_by("-id").first()


# --- checking -----------------------------------------------------------------------


def check(verifier: HeadVerifier | None = None, copies: Iterable[rules.SignedHead] = ()) -> rules.Report:
    """Everything wrong with the journal (the first thousand faults), in one consistent snapshot.

    `verifier` checks the signatures of the heads; `copies` are the heads kept outside the database.
    """
    with _snapshot():
        found = _Found()
        last = {c.chain: (c.sequence, bytes(c.hash)) for c in Chain.objects.all()}
        found.take(rules.chain_faults(found.counting(_links()), last))
        kept: dict[int, bytes] = {}
        for head, place in _heads():
            kept[head.number] = head.signature
            found.take(rules.head_faults(head, place, verifier is None or is_signed(head, verifier)))
        found.take(rules.copy_faults(copies, kept))
        return rules.Report(found.entries, len(kept), tuple(found.faults))


class _Found:
    def __init__(self) -> None:
        self.entries = 0
        self.faults: list[rules.Fault] = []

    def counting(self, links: Iterator[rules.Link]) -> Iterator[rules.Link]:
        for link in links:
            self.entries += 1
            yield link

    def take(self, faults: Iterator[rules.Fault]) -> None:
        for fault in faults:
            if len(self.faults) < MAX_FAULTS:
                self.faults.append(fault)


def faults(verifier: HeadVerifier | None = None) -> list[rules.Fault]:
    """The faults alone of `check`; an empty list when the journal is whole."""
    return list(check(verifier).faults)


def is_signed(head: rules.SignedHead, verifier: HeadVerifier) -> bool:
    """Whether the head bears the signature of a known key; False for an unknown key."""
    key = verifier.seal_keys.get(head.kid)
    return key is not None and key.verifies(head.signature, head.message)


@contextmanager
def _snapshot() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


_LINKS = (
    "SELECT id, chain, sequence, previous_hash, hash, "  # noqa: S608 - our own words
    + CANONICAL.format(row="e")
    + " FROM audit_entry e ORDER BY chain, sequence, id"
)
_HEADS = """
    SELECT h.id, h.chain, h.sequence, h.hash, h.signed_at, h.kid, h.signature, e.id, e.hash
    FROM audit_head h LEFT JOIN audit_entry e ON e.chain = h.chain AND e.sequence = h.sequence
    ORDER BY h.chain, h.sequence
"""


def _links() -> Iterator[rules.Link]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS)
        for row_id, chain, sequence, previous, digest, canonical in cursor:
            yield rules.Link(row_id, chain, sequence, bytes(previous), bytes(digest), canonical)


def _heads() -> Iterator[tuple[rules.SignedHead, rules.Place]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_HEADS)
        for number, chain, sequence, digest, at, kid, signature, row, found in cursor:
            head = rules.SignedHead(number, chain, sequence, bytes(digest), at, kid, bytes(signature))
            yield head, rules.Place(row, None if found is None else bytes(found))


def heads_after(number: int) -> list[rules.SignedHead]:
    """Heads signed after the one of that number, in the order of signing."""
    return [
        rules.SignedHead(h.pk, h.chain, h.sequence, bytes(h.hash), h.signed_at, h.kid, bytes(h.signature))
        for h in Head.objects.filter(id__gt=number).order_by("id")
    ]


def entry_count() -> int:
    """About how many entries there are (the planner's count when they are many)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Entry._meta.db_table])
        estimate = int(cursor.fetchone()[0])
    return estimate if estimate > 100_000 else Entry.objects.count()
