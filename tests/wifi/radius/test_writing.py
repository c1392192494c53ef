"""What is acknowledged is durable, once: PostgreSQL away, a commit without an answer, a disk that is full."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from smartsenegal.wifi.radius import writing
from smartsenegal.wifi.radius.loading import connect
from smartsenegal.wifi.radius.writing import HEADER, MARK, Writer, read_records
from smartsenegal.wifi.sessions.api import Event, Segment

LINE = (
    "2026-11-26\t0\t1\t1\t1\t\\\\x00\t{}\t\\N\t\\N\t\\N\t\t\\\\x\t\t\\N\t0\t0\t0\t\\N"
)  # fmt: skip


class Line:
    """A way to PostgreSQL that can be cut."""

    def __init__(self) -> None:
        self.away = False

    def connect(self) -> psycopg.Connection[object]:
        if self.away:
            raise psycopg.OperationalError("away")
        return connect(settings.FLOWS)


@pytest.fixture
def line(no_events: None) -> Line:
    return Line()


@pytest.fixture
def writer(line: Line, tmp_path: Path) -> Iterator[Writer]:
    found = Writer(tmp_path, line.connect)
    yield found
    found.close()


def again(writer: Writer) -> None:
    writer._retry_at = 0.0
    writer.tend()


def names() -> list[str]:
    return sorted(Event.objects.values_list("nas_session", flat=True))


def test_events_go_into_the_database(writer: Writer) -> None:
    assert writer.write([LINE.format("a"), LINE.format("b")]) == "database"
    assert names() == ["a", "b"]


def test_events_of_an_outage_are_taken_in_once(writer: Writer, line: Line, tmp_path: Path) -> None:
    line.away = True
    assert writer.write([LINE.format("a")]) == "segment"
    assert writer.write([LINE.format("b")]) == "segment"
    (path,) = tmp_path.glob("*.segment")
    whole = path.read_bytes()
    line.away = False
    again(writer)
    assert names() == ["a", "b"]
    assert not path.exists()
    # A crash between the commit and the removal of the file: it is found again at the next start.
    path.write_bytes(whole)
    Writer(tmp_path, line.connect).tend()
    assert names() == ["a", "b"]
    assert Segment.objects.get().events == 2


@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_without_an_answer_is_asked_about(
    writer: Writer, line: Line, committed: bool, tmp_path: Path
) -> None:
    text = (LINE.format("a") + "\n").encode()
    connection = connect(settings.FLOWS)
    connection.execute("BEGIN")
    row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    with connection.cursor().copy(writing.COPY) as copy:
        copy.write(text)
    writer._transaction = row[0]  # type: ignore[index]
    assert writer._append(text, 1)
    again(writer)
    assert writer.behind == 1  # under way: not yet
    connection.execute("COMMIT" if committed else "ROLLBACK")
    connection.close()
    again(writer)
    assert writer.behind == 0
    assert names() == ["a"]


def test_a_record_cut_short_was_never_acknowledged(tmp_path: Path) -> None:
    import zlib

    text = b"whole\n"
    whole = HEADER.pack(MARK, len(text), 1, zlib.crc32(text), 0) + text
    for cut in range(len(whole)):
        (tmp_path / "f").write_bytes(whole + whole[:cut])
        assert list(read_records(tmp_path / "f")) == [(1, 0, text)]


def test_a_disk_that_is_full_leaves_silence_and_no_half_record(
    writer: Writer, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.away = True
    assert writer.write([LINE.format("a")]) == "segment"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", _full)
        assert writer.write([LINE.format("b")]) == ""
    assert writer.write([LINE.format("c")]) == "segment"
    line.away = False
    again(writer)
    assert names() == ["a", "c"]


def _full(_file: int) -> None:
    raise OSError(28, "No space left on device")
