"""Whatever a gateway says becomes a row that PostgreSQL takes, or is dropped for a cause that has a name."""

import socket
import struct
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.accounting import AccountingDoor
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.doors import AuthDoor
from smartsenegal.wifi.radius.writing import COPY
from smartsenegal.wifi.sessions.api import INTERIM, OFF, ON, START, STOP, Event, Session, Usage, fold_all
from tests.wifi.radius.known import SECRET, access_request, network

PEER = struct.pack("=H", socket.AF_INET) + (4000).to_bytes(2, "big") + bytes((127, 0, 0, 1)) + bytes(8)
STRANGER = PEER[:4] + bytes((10, 0, 0, 1)) + bytes(8)
UNBOUND = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# Attributes that are read, with values of any length, and any others.
READ = (
    codec.USER_NAME, codec.FRAMED_IP_ADDRESS, codec.CLASS, codec.CALLED_STATION, codec.CALLING_STATION,
    codec.SESSION_ID, codec.DELAY_TIME, codec.INPUT_OCTETS, codec.OUTPUT_OCTETS, codec.SESSION_TIME,
    codec.TERMINATE_CAUSE, codec.INPUT_GIGAWORDS, codec.OUTPUT_GIGAWORDS, codec.EVENT_TIMESTAMP,
    codec.FRAMED_IPV6, codec.FRAMED_IPV6_PREFIX, codec.FRAMED_INTERFACE,
)  # fmt: skip
kinds = st.sampled_from(READ) | st.integers(1, 255).filter(lambda k: k != codec.MESSAGE_AUTHENTICATOR)
octets = (
    st.binary(max_size=60) | st.binary(min_size=4, max_size=4) | st.text(max_size=20).map(str.encode)
    | st.sampled_from([b"\\N", b"\\.", b"a\tb", b"a\nb\r", b"\0", b"\xed\xa0\x80", b"\xff" * 16])
)  # fmt: skip
status = st.sampled_from([START, STOP, INTERIM, ON, OFF]).map(
    lambda kind: codec.attribute(codec.STATUS_TYPE, kind)
)
reports = st.tuples(
    status, st.binary(min_size=1, max_size=30).map(lambda v: codec.attribute(codec.SESSION_ID, v)),
    st.lists(st.builds(codec.attribute, kinds, octets), max_size=12).map(b"".join),
).map(b"".join)  # fmt: skip


class Kept:
    """A writer that keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, lines: list[str]) -> str:
        self.lines += lines
        return "database"


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def counters(tmp_path: Path) -> Counters:
    return Counters(tmp_path, "test")


@pytest.fixture
def door(kept: Kept, counters: Counters) -> AccountingDoor:
    return AccountingDoor(network(), kept, counters)  # type: ignore[arg-type]


@UNBOUND
@given(st.lists(reports, min_size=1, max_size=20))
def test_what_is_acknowledged_is_a_row(db: None, counters: Counters, told: list[bytes]) -> None:
    kept = Kept()
    door = AccountingDoor(network(), kept, counters)  # type: ignore[arg-type]
    sent = [codec.request(codec.ACCOUNTING_REQUEST, n, SECRET, body) for n, body in enumerate(told)]
    answers = door.handle([(packet, PEER) for packet in sent])
    assert counters.counts["dropped fault"] == 0
    assert len(answers) == len(kept.lines)
    before = Event.objects.count()
    with connections[django_settings.FLOWS].cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write("".join(line + "\n" for line in kept.lines))
    assert Event.objects.count() == before + len(answers)


def test_a_gateway_that_counts_beyond_reason_stops_the_fold_of_nobody(
    db: None, door: AccountingDoor, kept: Kept
) -> None:
    most = b"\xff" * 4
    body = b"".join(
        codec.attribute(kind, value)
        for kind, value in (
            (codec.STATUS_TYPE, STOP), (codec.SESSION_ID, "liar"), (codec.SESSION_TIME, most),
            (codec.INPUT_OCTETS, most), (codec.INPUT_GIGAWORDS, most), (codec.OUTPUT_OCTETS, most),
            (codec.OUTPUT_GIGAWORDS, most),
        )
    )  # fmt: skip
    assert door.handle([(codec.request(codec.ACCOUNTING_REQUEST, 1, SECRET, body), PEER)])
    (line,) = kept.lines
    words = line.split("\t")
    words[7:10] = ["3", "7", "1"]  # somebody's, who had used nearly all that fits
    day = int(words[2]) // 86_400_000_000
    Usage.objects.create(holder=7, day=_day(day), seconds=0, octets=(1 << 63) - 2)
    with connections[django_settings.FLOWS].cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write("\t".join(words) + "\n")
    fold_all()
    assert Session.objects.get().octets_in == 1 << 50
    assert Usage.objects.get(holder=7).octets == (1 << 63) - 1


def _day(number: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_who_has_not_the_secret_gets_no_answer(
    door: AccountingDoor, kept: Kept, counters: Counters, data: st.DataObject
) -> None:
    """Random octets, and real packets of which some octets were changed, cut or repeated."""
    report = codec.request(
        codec.ACCOUNTING_REQUEST, 1, SECRET, codec.attribute(40, START) + codec.attribute(44, "s1")
    )
    real = data.draw(st.sampled_from([report, access_request()]))
    at, end = sorted(data.draw(st.tuples(st.integers(0, len(real)), st.integers(0, len(real)))))
    put = data.draw(st.binary(max_size=80))
    wrong = data.draw(st.sampled_from([put, real[:at] + put + real[end:], real + put, real[:at]]))
    login = AuthDoor(network(), counters)
    said = login.handle(wrong, PEER), *door.handle([(wrong, PEER)])
    if codec_same(wrong, real):
        return
    assert counters.counts["dropped fault"] == 0
    assert [s for s in said if s] == []
    assert login.handle(real, STRANGER) is None
    assert door.handle([(real, STRANGER)]) == []


def codec_same(wrong: bytes, real: bytes) -> bool:
    """Whether it is the packet itself, or the packet with what RFC 2865 §3 calls padding."""
    return wrong.startswith(real)


@pytest.mark.parametrize(("since", "until", "said"), [(-60, 60, True), (60, 120, False), (-60, -1, False)])
def test_the_gateway_of_a_kit_is_answered_in_its_dates_only(
    kept: Kept, counters: Counters, since: int, until: int, said: bool
) -> None:
    known, now = network(), time.time()
    known.gateways[1] = replace(known.gateways[1], since=now + since, until=now + until)
    known.index_gateways()
    login, door = AuthDoor(known, counters), AccountingDoor(known, kept, counters)  # type: ignore[arg-type]
    body = codec.attribute(codec.STATUS_TYPE, START) + codec.attribute(codec.SESSION_ID, "s")
    report = codec.request(codec.ACCOUNTING_REQUEST, 1, SECRET, body)
    assert (login.handle(access_request(), PEER) is not None) is said
    assert (door.handle([(report, PEER)]) != []) is said
    assert counters.counts["dropped dates"] == (0 if said else 2)
    assert len(kept.lines) == said
