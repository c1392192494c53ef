"""One million cases by COPY, on both cores.

The columns of each row are those that `rules.fold` gives for its actions, its answers are sealed under the
installation's keys: any page opens. Secondary indexes are dropped, then made again over the whole. The journal, the
outbox and the ledger stay empty: no page under measure reads them but for the case it opens.
"""

import hashlib
import json
import multiprocessing
import random
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from bench.stories import FIRST, LAST, Plan, Service, Share, Story, stories

CASES, HEAVY_OPEN, ACCOUNTS = 1_000_000, 50_000, 300_000
SHARES = 8
PROCESSES = 2
BATCH = 10_000
# The first one's first service is the heavy one.
PROCEDURES = ("casier-judiciaire-b3", "certificat-residence", "extrait-naissance", "certificat-nationalite")
# What `actions` seals of each action.
SEALED = frozenset({"answers", "items", "title", "name", "text", "fields", "note"})
CASE_COLUMNS = (
    "id procedure revision_id applicant_id filed_by_id mandate_id reference title service_id territory_path state step waiting_for due_on "
    "sort_on timing suspended badges version sealed_answers assigned_to_id act_id act_number submitted_at decided_at "
    "created_at updated_at search"
).split()
ACTION_COLUMNS = "case_id sequence kind actor_kind actor_id actor_label at payload sealed".split()
TABLES = ("cases_case", "cases_caseaction")


def digest(cases: int) -> str:
    """What the seed is made of: a database seeded from the same may be used again."""
    sources = [Path(__file__), Path(__file__).with_name("stories.py")]
    return hashlib.sha256(b"".join(p.read_bytes() for p in sources) + str(cases).encode()).hexdigest()


def seed(dsn: str, cases: int = CASES, processes: int = PROCESSES) -> dict[str, Any]:
    """Fill an empty database; returns the seconds it took and the heavy service. Django must be set up."""
    began = time.perf_counter()
    heavy = min(HEAVY_OPEN, cases // 20)
    plans = read_plans()
    now = datetime.now(UTC)
    with psycopg.connect(dsn, autocommit=True) as connection:
        people = _accounts(connection, max(min(ACCOUNTS, cases * 3 // 10), SHARES * 40), now)
        shares = [_share(rank, cases, heavy, people, now) for rank in range(SHARES)]
        with _without_indexes(connection):
            _in_processes(dsn, plans, shares, processes)
        _set_counters(connection)
        connection.execute("VACUUM (ANALYZE)")
    service = plans[0].services[0]
    return {
        "seconds": round(time.perf_counter() - began),
        "cases": cases,
        "service": service.id,
        "heavy": heavy,
    }


def read_plans() -> list[Plan]:
    """The procedures of the seed, as published, with the services that answer them."""
    from smartsenegal.kernel.sites.models import Site
    from smartsenegal.onestop.procedures import api as procedures

    generator = random.Random(2026)
    plans = []
    for code in PROCEDURES:
        revision = procedures.published_revision(code)
        assert revision is not None
        found = Site.objects.filter(kind=revision.definition.authority.unit, organisation__isnull=False)
        services = {
            s.organisation_id: Service(s.organisation_id, s.organisation.name, s.territory.path)
            for s in found.select_related("organisation", "territory").order_by("code")
        }
        shuffled = list(services.values())
        generator.shuffle(shuffled)
        plans.append(Plan(code, revision.pk, revision.definition, shuffled))
    return plans


def _accounts(connection: psycopg.Connection[Any], count: int, now: datetime) -> list[tuple[uuid.UUID, str]]:
    generator = random.Random(1960)
    made = []
    columns = (
        "id, password, phone, phone_verified, name, language, assurance, assured_with, is_active, created_at"
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY identity_account ({columns}) FROM STDIN") as copy:
        for number in range(count):
            key = uuid.UUID(int=generator.getrandbits(128), version=4)
            name = f"{generator.choice(FIRST)} {generator.choice(LAST)}"
            made.append((key, name))
            copy.write_row((key, "!", f"+22170{number:07d}", True, name, "fr", "phone", "", True, now))
    return made


def _share(
    rank: int, cases: int, heavy: int, people: Sequence[tuple[uuid.UUID, str]], now: datetime
) -> Share:
    def part(total: int) -> int:
        return total // SHARES + (rank < total % SHARES)

    return Share(rank, SHARES, part(cases), part(heavy), people[rank::SHARES], now)


# --- writing -----------------------------------------------------------------------


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Drop what is not a primary key, and make it again at the end."""
    found = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, c.conrelid::regclass::text,"
        " pg_get_constraintdef(c.oid) FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid"
        " AND c.conrelid = i.indrelid WHERE NOT i.indisprimary AND i.indrelid::regclass::text = ANY(%s)",
        [list(TABLES)],
    ).fetchall()
    for index, _, constraint, table, _ in found:
        connection.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
        )
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _, definition, constraint, table, words in found:
        connection.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {words}" if constraint else definition
        )


def _in_processes(dsn: str, plans: Sequence[Plan], shares: Sequence[Share], processes: int) -> None:
    from django.db import connections

    connections.close_all()
    if processes == 1:
        _write_shares(dsn, plans, shares)
        return
    context = multiprocessing.get_context("fork")  # the plans and the people are shared as they are
    parts = [shares[rank::processes] for rank in range(processes)]
    running = [context.Process(target=_write_shares, args=(dsn, plans, part)) for part in parts]
    for process in running:
        process.start()
    for process in running:
        process.join()
    if any(process.exitcode for process in running):
        raise RuntimeError("a process of the seed failed")


def _write_shares(dsn: str, plans: Sequence[Plan], shares: Sequence[Share]) -> None:
    with psycopg.connect(dsn) as connection:
        # The rows are right by construction; the triggers of foreign keys would check millions one by one.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        for share in shares:
            _write(connection, stories(plans, share))


def _write(connection: psycopg.Connection[Any], told: Iterable[Story]) -> None:
    told = iter(told)
    while batch := list(islice(told, BATCH)):
        _copy(connection, "cases_case", CASE_COLUMNS, map(case_row, batch))
        _copy(
            connection,
            "cases_caseaction",
            ACTION_COLUMNS,
            (row for story in batch for row in action_rows(story)),
        )
        connection.commit()


def _copy(
    connection: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _set_counters(connection: psycopg.Connection[Any]) -> None:
    """The next case takes the number after the last one."""
    connection.execute("""
        INSERT INTO cases_counter AS k (prefix, year, last)
        SELECT split_part(reference, '-', 1), split_part(reference, '-', 2)::int, max(split_part(reference, '-', 3)::int)
        FROM cases_case WHERE reference IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (prefix, year) DO UPDATE SET last = greatest(k.last, excluded.last)""")


# --- rows -----------------------------------------------------------------------------


def case_row(story: Story) -> tuple[Any, ...]:
    """The row of a case, its cached columns folded by the rules themselves."""
    from smartsenegal.onestop.cases import rules

    view = rules.fold(story.plan.definition, story.actions, _calendar())
    columns = rules.columns(view)
    found = {
        **columns,
        "timing": json.dumps(columns["timing"]),
        "id": story.id,
        "procedure": story.plan.code,
        "revision_id": story.plan.revision,
        "applicant_id": story.applicant,
        "sealed_answers": _sealed(view.record.answers, f"case:{story.id}"),
        "created_at": story.actions[0].at,
    }
    return tuple(found[name] for name in CASE_COLUMNS)


def action_rows(story: Story) -> Iterator[tuple[Any, ...]]:
    """The rows of its actions, with what a person said or is sealed."""
    for action in story.actions:
        plain = {k: v for k, v in action.data.items() if k not in SEALED}
        hidden = {k: v for k, v in action.data.items() if k in SEALED}
        sealed = _sealed(hidden, f"case:{story.id}:{action.sequence}")
        who = (action.actor_kind, action.actor_id, action.actor_label)
        yield (story.id, action.sequence, action.kind, *who, action.at, json.dumps(plain), sealed)


@lru_cache
def _calendar() -> Any:
    from smartsenegal.onestop.cases.calendar import country_calendar

    return country_calendar()


@lru_cache
def _ring() -> Any:
    from smartsenegal.kernel.vault import keyring

    return keyring()


def _sealed(data: Mapping[str, Any], place: str) -> bytes:
    """What `cases.sealing` makes, without asking each time whether the keys have changed."""
    if not data:
        return b""
    clear = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    found: bytes = _ring().seal_field(clear, place.encode())
    return found
