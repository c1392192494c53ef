"""Hostile and clumsy files of counters: each is read, or refused with the line and the column."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing import files
from smartsenegal.cable.billing.rules.counters import Reading
from tests.cable.billing.terms import unhurried

BITS = {"p1": 64, "p2": 32}
UNTIL = 1_800_000_000
HEAD = "port;at;uptime;received;sent\n"
word = st.text(max_size=12)


def one(text: str) -> Reading:
    (line,), faults = files.read(text, BITS, UNTIL)
    assert faults == []
    return line.reading


@pytest.mark.parametrize(
    "at",
    [
        "1709000000",
        "2024-02-27T02:13:20Z",
        "2024-02-27T02:13:20",
        "2024-02-27T04:13:20+02:00",
        "2024-02-27 02:13:20",
    ],
)
def test_times_are_of_unix_or_of_iso_8601_and_without_a_zone_those_of_dakar(at: str) -> None:
    assert one(f"{HEAD}p1;{at};;7;8\n") == Reading(1_709_000_000, None, 7, 8)


def test_columns_may_stand_in_any_order_and_others_are_left() -> None:
    text = "\ufeffSent,port,Received,note,at,uptime\r\n8,p1,7,x,1709000000,5\r\n\r\n"
    assert one(text) == Reading(1_709_000_000, 5, 7, 8)
    rows = [{"port": "p1", "at": 1_709_000_000, "uptime": None, "received": 7, "sent": 8, "note": [1]}]
    assert one(json.dumps(rows)) == Reading(1_709_000_000, None, 7, 8)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("p1;0001-01-01T00:00:00+23:59;;1;1", "at"),
        ("p1;99999999999999999999;;1;1", "at"),
        ("p1;1700000000;4294967296;1;1", "uptime"),
        ("p2;1700000000;;4294967296;1", "received"),
        ("p1;1700000000;;1;1e9", "sent"),
        ("p1;1700000000;;１;1", "received"),
        ("p\x001;1700000000;;1;1", "port"),
    ],
)
def test_what_is_no_reading_is_named_by_its_column(line: str, column: str) -> None:
    found, faults = files.read(f"{HEAD}{line}\n", BITS, UNTIL)
    assert (found, [(f.line, f.column) for f in faults]) == ([], [(2, column)])


@unhurried
@given(st.lists(st.lists(word, max_size=7), max_size=5), st.booleans())
def test_no_file_breaks_the_reader(rows: list[list[str]], as_json: bool) -> None:
    text = HEAD + "\n".join(";".join(row) for row in rows)
    found, faults = files.read(json.dumps(rows) if as_json else text, BITS, UNTIL)
    assert found == [] or all(line.port in BITS for line in found)
    assert found or faults


def test_a_file_too_long_is_refused_before_it_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READINGS_AT_MOST", 2)
    _, faults = files.read(HEAD + "p1;1700000000;;1;1\n" * 3, BITS, UNTIL)
    assert "plusieurs fichiers" in faults[0].sentence
    monkeypatch.setattr(files, "FAULTS_AT_MOST", 1)
    _, faults = files.read(HEAD + "x;1;;1;1\n" * 2, BITS, UNTIL)
    assert len(faults) == 1
