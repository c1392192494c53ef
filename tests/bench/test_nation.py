"""The made-up day of the nation: what it sends, and the sums that the server's are held against."""

from random import Random

import pytest

from bench import nation
from bench.nation import Ledger, Report, Visit
from bench.nation_load import Door, Line, secret_of
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.sessions.rules import INTERIM, START, STOP, Heard, fold


def a_visit(**other: object) -> Visit:
    return Visit(**{"user": 7, "hotspot": 3, "point": 0, "begins": 100.5, "interims": 2, "rest": 50.0,
                    "down": 1e7, **other})  # type: ignore[arg-type]  # fmt: skip


def test_a_million_people_come_once_each() -> None:
    assert sum(nation.HOURS) == 1000
    assert nation.visits_before(24 * 60) == nation.USERS
    turns = [nation.visits_before(minute) for minute in range(24 * 60 + 1)]
    assert turns == sorted(turns)
    some = range(0, nation.USERS, 997)
    assert len({nation.user_of(turn) for turn in some}) == len(some)
    assert nation.BUSIEST == 20 * 3600


def test_a_minute_gives_the_same_visits_each_time_about_eight_reports_each() -> None:
    once, twice = ([(v.user, v.hotspot, v.begins) for v in nation.visits_of(1230)] for _ in range(2))
    assert once == twice
    assert len(once) == nation.visits_before(1231) - nation.visits_before(1230)
    visits = list(nation.visits_of(1230))
    sent = sum(len(nation.reports(visit)) for visit in visits)
    assert 7.5 < sent / len(visits) < 8.5
    assert all(visit.ends - visit.begins <= nation.LONGEST for visit in visits)
    assert {visit.hotspot for visit in visits} <= set(range(nation.HOTSPOTS))


def test_some_reports_leave_after_the_next_and_some_twice() -> None:
    told = [nation.reports(visit) for visit in nation.visits_of(1230)]
    late = sum(leaves > report.at + 60 for leaving in told for leaves, report in leaving)
    again = sum(report.delay > 0 for leaving in told for _, report in leaving)
    assert late > 50
    assert again > 20


def test_a_report_beyond_four_gibibytes_says_so_in_gigawords() -> None:
    report = a_visit(interims=11, down=9e6).report(STOP, 3000)
    packet = codec.read(
        codec.request(codec.ACCOUNTING_REQUEST, 1, b"secret", report.attributes(1_700_000_000))
    )
    assert report.octets_out > 1 << 32
    assert packet.octets(codec.OUTPUT_OCTETS, codec.OUTPUT_GIGAWORDS) == report.octets_out
    assert packet.octets(codec.INPUT_OCTETS, codec.INPUT_GIGAWORDS) == report.octets_in
    assert packet.number(codec.EVENT_TIMESTAMP) == 1_700_003_000


def test_the_ledger_adds_up_what_the_fold_keeps_in_any_order() -> None:
    ledger, heard = Ledger(), []
    visits = list(nation.visits_of(1230))[:40]
    sent = [(visit, report) for visit in visits for _, report in nation.reports(visit)]
    Random(1).shuffle(sent)
    for visit, report in sent[: len(sent) * 2 // 3]:
        ledger.note(visit, report)
        heard.append(_heard(visit, report))
    states = fold(heard).values()
    assert ledger.events == len(heard)
    assert ledger.sessions == len(states)
    assert ledger.octets == sum(state.octets_in + state.octets_out for state in states)
    assert sum(total.seconds for total in ledger.hotspots) == sum(state.seconds for state in states)
    assert ledger.stopped == sum(state.ended_us is not None for state in states)
    assert 0 < ledger.stopped < len(states)


def _heard(visit: Visit, report: Report) -> Heard:
    return Heard(
        report.kind, visit.hotspot, str(visit.user).encode(), int(report.at) * 1_000_000, report.seconds,
        report.octets_in, report.octets_out,
    )  # fmt: skip


def test_what_a_restart_ends_was_told_of_and_had_not_stopped() -> None:
    ledger, never, on, over = Ledger(), a_visit(), a_visit(), a_visit()
    ledger.note(on, on.report(START, on.begins))
    ledger.note(over, over.report(STOP, over.ends))
    for visit in (never, on, over):
        ledger.cut(visit)
    assert (ledger.sessions, ledger.open, ledger.stopped, ledger.restarted) == (2, 0, 1, 1)


def test_who_was_cut_off_comes_back_for_the_rest() -> None:
    back = a_visit(interims=8, rest=50.0).again(1100.0, at=1000.0)
    assert back.begins == 1100.0
    assert back.interims == 5
    assert back.told is None


@pytest.fixture
def line() -> Line:
    found = Line(5, 9, Door())
    found.socket.close()  # it hears what the test says
    return found


def _answer(request: bytes, secret: bytes, code: int = codec.ACCOUNTING_RESPONSE) -> bytes:
    return codec.answer(code, codec.read(request), secret, sign=False)


def _asked(line: Line, turn: int, identifier: int = 1) -> bytes:
    from bench.nation_load import Asked

    body = Report(INTERIM, float(turn), turn, turn, turn).attributes(0)
    packet = codec.request(codec.ACCOUNTING_REQUEST, identifier, line.secret, body)
    line.waits[identifier] = Asked(packet, codec.ACCOUNTING_RESPONSE, 0.0, None)
    return packet


def test_only_an_answer_under_the_secret_and_of_the_code_is_right(line: Line) -> None:
    packet = _asked(line, 1)
    assert line.take(_answer(packet, b"another")) is None
    assert line.take(_answer(packet, secret_of(5))) is not None
    packet = _asked(line, 2)
    assert line.take(_answer(packet, secret_of(5), codec.ACCESS_REJECT)) is not None
    assert (line.door.right, line.door.wrong) == (1, 2)


def test_the_second_answer_to_a_packet_sent_twice_is_no_fault(line: Line) -> None:
    first = _asked(line, 1)
    answer = _answer(first, line.secret)
    assert line.take(answer) is not None
    assert line.take(answer) is None
    second = _asked(line, 2)
    assert line.take(answer) is None
    assert line.take(_answer(second, line.secret)) is not None
    assert (line.door.right, line.door.wrong) == (2, 0)


def test_identifiers_in_flight_are_not_used_again(line: Line) -> None:
    given = set()
    while (identifier := line.identifier()) is not None:
        given.add(identifier)
        _asked(line, 1, identifier)
    assert given == set(range(256))
