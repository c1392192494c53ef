"""The journal tells of every row altered, removed or inserted, whoever did it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import InternalError, connection, connections, transaction
from django.db.utils import ProgrammingError

from smartsenegal.kernel.audit import actions, outside, queries
from smartsenegal.kernel.audit.models import Chain, Entry, Head
from smartsenegal.lib.actor import SYSTEM, Actor
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring

AWA = Actor("person", "p1", "Awa Ndiaye", ip="192.0.2.7")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    place = tmp_path_factory.mktemp("authority")
    return Authority.create(place / "authority", keyring=Keyring.create(place / "keyring"))


@pytest.fixture(autouse=True)
def _data_dir(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


@contextmanager
def owner() -> Iterator[None]:
    """What only who owns the database can do: write without the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def write(count: int = 10) -> list[Entry]:
    made = [actions.record(AWA, "case.read", f"case:{i}", {"n": i}) for i in range(count)]
    return list(Entry.objects.filter(pk__in=[e.pk for e in made]).order_by("id"))


def kinds(report: object) -> list[tuple[str, int]]:
    return [(fault.kind, fault.sequence) for fault in report.faults]  # type: ignore[attr-defined]


# --- whole -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_journal_left_alone_is_whole() -> None:
    write()
    report = queries.check()
    assert report.faults == ()
    assert report.entries == 10
    assert report.sentences == ["Journal intègre\u00a0: 10\u00a0écritures, 0\u00a0sceau"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "detail",
    [
        {"texte": 'Ñandé’ « é » \\ " / \u2028 \U0001f600', "vide": "", "nul": None},
        {"nombre": 1.5, "grand": 12345678901234567890, "vrai": True, "liste": [1, [2, {"a": "b"}]]},
        {"b": 1, "a": 2, "aa": {"z": 1, "y": []}},
    ],
)
def test_whatever_the_detail_holds_the_hash_can_be_found_again(detail: dict[str, object]) -> None:
    actions.record(AWA, "x.y", "case:1", detail, "motif %s % {}")
    assert queries.check().faults == ()


@pytest.mark.django_db
def test_the_first_link_holds_on_to_nothing_and_the_next_to_it() -> None:
    first, second = write(2)
    assert bytes(first.previous_hash) == b""
    assert bytes(second.previous_hash) == bytes(first.hash)
    assert (first.sequence, second.sequence) == (1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'autre'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_head SET kid = 'x'",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
    ],
)
def test_the_database_refuses_to_change_what_is_written(statement: str, authority: Authority) -> None:
    write(2)
    actions.sign_heads(authority)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        connection.cursor().execute(statement)


# --- tampered ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "actor_kind = 'agent'",
        "actor_id = 'p2'",
        "actor_label = 'Awa Ndiay'",
        "organisation = 'Mairie'",
        "ip = '192.0.2.8'",
        "verb = 'case.write'",
        "subject = 'case:99'",
        "detail = '{\"n\": 5.0}'",
        "detail = '{}'",
        "reason = ' '",
    ],
)
def test_any_altered_column_is_found_and_its_row_named(change: str) -> None:
    rows = write()
    with owner():
        connection.cursor().execute(f"UPDATE audit_entry SET {change} WHERE id = %s", [rows[5].pk])
    report = queries.check()
    assert [(f.kind, f.row, f.sequence) for f in report.faults] == [("altered", rows[5].pk, 6)]
    assert f"(ligne {rows[5].pk})" in report.sentences[0]


@pytest.mark.django_db
def test_an_altered_row_with_its_hash_made_again_breaks_the_next_link() -> None:
    rows = write()
    expression = queries.CANONICAL.format(row="e")
    with owner():
        connection.cursor().execute("UPDATE audit_entry SET reason = 'x' WHERE id = %s", [rows[5].pk])
        connection.cursor().execute(
            f"UPDATE audit_entry e SET hash = sha256(previous_hash || convert_to({expression}, 'UTF8')) "
            "WHERE id = %s",
            [rows[5].pk],
        )
    assert kinds(queries.check()) == [("inserted", 7)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("removed", "told"),
    [
        ([0], [("removed", 1)]),
        ([4], [("removed", 5)]),
        ([4, 5], [("removed", 5)]),
        ([2, 7], [("removed", 3), ("removed", 8)]),
        ([9], [("removed", 10)]),
        ([8, 9], [("removed", 9)]),
        (list(range(10)), [("removed", 1)]),
    ],
)
def test_removed_rows_are_found_wherever_they_stood(removed: list[int], told: list[tuple[str, int]]) -> None:
    rows = write()
    with owner():
        Entry.objects.filter(pk__in=[rows[i].pk for i in removed])._raw_delete(using="default")
    assert kinds(queries.check()) == told


@pytest.mark.django_db
def test_a_row_inserted_in_the_middle_is_found() -> None:
    rows = write()
    with owner():
        # Between ranks 5 and 6: what follows is pushed down by one.
        connection.cursor().execute(
            "UPDATE audit_entry SET sequence = -sequence - 1 WHERE id > %s", [rows[4].pk]
        )
        connection.cursor().execute("UPDATE audit_entry SET sequence = -sequence WHERE sequence < 0")
        Entry.objects.create(
            chain=rows[0].chain, sequence=6, actor_kind="person", actor_id="p9", actor_label="x",
            verb="x", subject="case:1", previous_hash=rows[4].hash, hash=b"x" * 32,
        )  # fmt: skip
    told = kinds(queries.check())
    assert ("altered", 6) in told
    assert ("inserted", 7) in told


@pytest.mark.django_db
def test_a_row_added_behind_the_last_is_found() -> None:
    rows = write()
    with owner():
        Entry.objects.create(
            chain=rows[0].chain, sequence=11, actor_kind="person", actor_id="p9", actor_label="x",
            verb="x", subject="case:1", previous_hash=rows[9].hash, hash=b"x" * 32,
        )  # fmt: skip
    assert ("inserted", 11) in kinds(queries.check())


@pytest.mark.django_db
def test_a_chain_nobody_knows_is_found() -> None:
    rows = write(2)
    with owner():
        Chain.objects.all().delete()
    assert kinds(queries.check()) == [("inserted", 2)]
    assert rows


@pytest.mark.django_db
def test_swapped_rows_are_found() -> None:
    rows = write()
    with owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET sequence = -1 WHERE id = %s", [rows[3].pk])
        cursor.execute("UPDATE audit_entry SET sequence = 4 WHERE id = %s", [rows[4].pk])
        cursor.execute("UPDATE audit_entry SET sequence = 5 WHERE id = %s", [rows[3].pk])
    assert {"altered", "inserted"} <= {kind for kind, _ in kinds(queries.check())}


# --- heads ----------------------------------------------------------------------------------


def rewrite_history(rows: list[Entry], upto: int) -> None:
    """The work of a careful forger: the last rows go, and the chain table agrees."""
    with owner():
        Entry.objects.filter(pk__gt=rows[upto].pk)._raw_delete(using="default")
        Chain.objects.update(sequence=rows[upto].sequence, hash=rows[upto].hash)


@pytest.mark.django_db
def test_a_signed_head_tells_of_a_tail_removed_by_a_careful_forger(authority: Authority) -> None:
    rows = write()
    assert actions.sign_heads(authority) == 1
    rewrite_history(rows, 6)
    assert kinds(queries.check(authority.trust)) == [("head", 10)]


@pytest.mark.django_db
def test_a_head_signed_again_by_another_authority_is_found(authority: Authority, tmp_path: Path) -> None:
    other = Authority.create(tmp_path / "a", keyring=Keyring.create(tmp_path / "k"))
    write()
    actions.sign_heads(other)
    assert kinds(queries.check(authority.trust)) == [("signature", 10)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    ["sequence = 9", "hash = sha256('x')", "signed_at = now()", "signature = sha512('x')", "kid = 'x'"],
)
def test_any_altered_field_of_a_head_is_found(change: str, authority: Authority) -> None:
    write()
    actions.sign_heads(authority)
    with owner():
        connection.cursor().execute(f"UPDATE audit_head SET {change}")
    assert "signature" in [kind for kind, _ in kinds(queries.check(authority.trust))]


@pytest.mark.django_db
def test_heads_are_signed_only_when_their_chain_has_grown(authority: Authority) -> None:
    write(3)
    assert actions.sign_heads(authority) == 1
    assert actions.sign_heads(authority) == 0
    write(1)
    assert actions.sign_heads(authority) == 1
    report = queries.check(authority.trust)
    assert (report.entries, report.heads, report.faults) == (4, 2, ())


@pytest.mark.django_db
def test_the_copy_outside_the_database_tells_of_heads_taken_away(authority: Authority) -> None:
    rows = write()
    actions.sign_heads(authority)
    assert actions.publish_heads() == 1
    assert actions.publish_heads() == 0
    rewrite_history(rows, 6)
    with owner():
        Head.objects.all()._raw_delete(using="default")
    assert queries.check(authority.trust).faults == ()
    copies, damaged = outside.read()
    assert damaged == []
    assert kinds(queries.check(authority.trust, copies)) == [("file", 10)]


@pytest.mark.django_db
def test_a_line_cut_by_a_crash_is_written_again(authority: Authority) -> None:
    write()
    actions.sign_heads(authority)
    actions.publish_heads()
    write()
    actions.sign_heads(authority)
    whole = outside.path().read_bytes()
    outside.path().write_bytes(whole + b'{"number": 2, "cha')
    assert outside.read()[1] == []
    assert actions.publish_heads() == 1
    assert len(outside.read()[0]) == 2
    assert outside.path().read_bytes().startswith(whole)


@pytest.mark.django_db
def test_a_damaged_line_of_the_copy_is_told(authority: Authority) -> None:
    write()
    actions.sign_heads(authority)
    actions.publish_heads()
    line = json.loads(outside.path().read_text())
    outside.path().write_text("rien\n" + json.dumps(line) + "\n")
    heads, faults = outside.read()
    assert len(heads) == 1
    assert "ligne 1" in faults[0].sentence


# --- many writers ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_writers_on_several_connections_keep_the_chains_whole() -> None:
    def lose() -> None:
        with suppress(RuntimeError), transaction.atomic():
            actions.record(AWA, "x.lost", "case:0")
            raise RuntimeError

    def run(number: int) -> None:
        try:
            for i in range(25):
                with transaction.atomic():
                    actions.record(AWA, "x.y", f"case:{number}", {"i": i})
                    actions.record(SYSTEM, "x.z", f"case:{number}", {"i": i})
                if i % 5 == 0:
                    lose()
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = queries.check()
    assert report.entries == 8 * 25 * 2
    assert report.faults == ()
    assert Chain.objects.count() > 1
    assert not Entry.objects.filter(verb="x.lost").exists()
