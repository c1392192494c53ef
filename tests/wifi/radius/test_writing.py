"""What is acknowledged is durable, once: PostgreSQL away, a commit without an answer, a disk that is full."""

import contextlib
import os
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from smartsenegal.wifi.radius import writing
from smartsenegal.wifi.radius.loading import connect
from smartsenegal.wifi.radius.pulse import files
from smartsenegal.wifi.radius.writing import HEADER, MARK, Writer, records_of
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
    found = Writer(tmp_path / "segments", line.connect)
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


def test_a_large_file_is_taken_in_by_a_slow_database(
    writer: Writer, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than a commit may take, and at the first try: or it would begin again without end."""
    monkeypatch.setattr(writing, "COMMIT_SECONDS", 0.2)
    line.away = True
    many = [LINE.format(f"s{n:06}") for n in range(6_000)]
    assert writer.write(many) == "segment"
    line.away = False
    with connect(settings.FLOWS) as slow, slow.transaction():
        slow.execute("LOCK TABLE wifi_sessions_segment")
        threading.Timer(1.0, slow.cancel_safe).start()
        with contextlib.suppress(psycopg.errors.QueryCanceled):
            threading.Thread(target=again, args=(writer,)).start()
            slow.execute("SELECT pg_sleep(60)")
    until = time.monotonic() + 30
    while list((tmp_path / "segments").glob("*.segment")) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(names()) == 6_000
    assert Segment.objects.count() == 1


def test_events_of_an_outage_are_taken_in_once(writer: Writer, line: Line, tmp_path: Path) -> None:
    line.away = True
    assert writer.write([LINE.format("a")]) == "segment"
    assert writer.write([LINE.format("b")]) == "segment"
    (path,) = (tmp_path / "segments").glob("*.segment")
    whole = path.read_bytes()
    line.away = False
    again(writer)
    assert names() == ["a", "b"]
    assert not path.exists()
    # A crash between the commit and the removal of the file: it is found again at the next start.
    path.write_bytes(whole)
    Writer(tmp_path / "segments", line.connect).tend()
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
    writer._take_at = 0.0
    again(writer)
    assert writer.behind == 0
    assert names() == ["a"]


def test_a_commit_that_a_restored_database_never_saw_holds_up_nothing(writer: Writer, line: Line) -> None:
    """A copy of yesterday numbers its transactions from yesterday: this one is of its future."""
    writer._transaction = (1 << 50) + 1000
    assert writer._append((LINE.format("a") + "\n").encode(), 1)
    writer._close_file()
    assert writer._append((LINE.format("b") + "\n").encode(), 1)
    again(writer)
    writer.tend()
    assert names() == ["a", "b"]
    assert writer.behind == 0


def record(text: bytes) -> bytes:
    return HEADER.pack(MARK, len(text), 1, zlib.crc32(text), 0) + text


def test_a_record_cut_short_was_never_acknowledged() -> None:
    whole = record(b"whole\n")
    for cut in range(len(whole)):
        assert list(records_of(whole + whole[:cut])) == [(1, 0, b"whole\n")]


def test_one_octet_that_changed_on_the_disk_loses_one_record_at_most() -> None:
    one, two = record(b"one\n"), record(b"two\n")
    for at in range(len(one)):
        wrong = bytes([*one[:at], one[at] ^ 1, *one[at + 1 :]])
        found = [text for _, _, text in records_of(wrong + two)]
        # What stands before the text but for its checksum and its length says nothing of the text.
        assert found in ([b"two\n"], [b"one\n", b"two\n"])


def test_a_file_that_was_damaged_is_kept_once_its_whole_records_are_in(
    writer: Writer, line: Line, tmp_path: Path
) -> None:
    line.away = True
    for name in "abc":
        assert writer.write([LINE.format(name)]) == "segment"
    (path,) = (tmp_path / "segments").glob("*.segment")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    line.away = False
    again(writer)
    assert names() == ["a", "c"]
    assert [p.suffix for p in (tmp_path / "segments").iterdir()] == [".damaged"]
    assert files(tmp_path).set_aside == 1


def test_a_row_that_is_refused_is_set_aside_alone_and_holds_up_nothing(
    writer: Writer, line: Line, tmp_path: Path
) -> None:
    """Whatever made it: it was acknowledged, so that a person finds it."""
    wrong = LINE.format("wrong").replace("2026-11-26", "no day")
    batch = [LINE.format(f"s{n:02}") for n in range(20)]
    assert writer.write([*batch[:7], wrong, *batch[7:]]) == "segment"
    assert writer.write([LINE.format("next")]) == "database"  # the way to PostgreSQL stays open
    writer.tend()
    assert names() == ["next", *(f"s{n:02}" for n in range(20))]
    (path,) = (tmp_path / "segments").iterdir()
    assert (path.suffix, path.read_text()) == (".refused", wrong + "\n")
    assert files(tmp_path).set_aside == 1
    writer.tend()
    assert Segment.objects.get().events == 21


def test_a_file_that_cannot_be_read_holds_up_no_other(
    writer: Writer, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.away = True
    for name in ("a", "b"):
        assert writer.write([LINE.format(name)]) == "segment"
        writer._close_file()
    first = min((tmp_path / "segments").glob("*.segment"))
    line.away = False
    read = Path.read_bytes
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda path: _full(0) if path == first else read(path))
        again(writer)
        writer._take_at = 0.0
        again(writer)
    assert names() == ["b"]
    writer._take_at = 0.0
    again(writer)
    assert names() == ["a", "b"]
    assert writer.behind == 0


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


def _full(_file: int) -> bytes:
    raise OSError(28, "No space left on device")
