"""From accounting events to the state of a hotspot: counted once, judged, alerted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smartsenegal.kernel.notifications.models import Message as Sent
from smartsenegal.wifi.monitoring.actions.alerts import close_alert, comment_alert, take_alert
from smartsenegal.wifi.monitoring.actions.counting import count_events, purge, roll_up, roll_up_lately
from smartsenegal.wifi.monitoring.actions.looking import look
from smartsenegal.wifi.monitoring.api import Day, Hour, Minute, State, Tally
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import Alert, Progress
from smartsenegal.wifi.monitoring.rules import KEPT
from smartsenegal.wifi.network.models import Hotspot, Maintenance, Nas
from tests.wifi.monitoring.conftest import INTERIM, OFF, STOP, at, report

pytestmark = pytest.mark.django_db
Heard = Callable[..., None]


def counted(model: Any = Minute) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in model.objects.all():
        found[row.stage] = found.get(row.stage, 0) + row.count
    return found


def test_each_event_is_counted_once_by_its_growth(heard: Heard, nas: Nas) -> None:
    heard([report(nas, b"a", ago=30), report(nas, b"b", ago=30)])
    assert count_events() > 0
    heard([report(nas, b"a", INTERIM, ago=20, octets_in=100, octets_out=900)])
    count_events()
    heard([report(nas, b"a", STOP, ago=10, octets_in=150, octets_out=1000)])
    count_events()
    assert count_events() == 0
    assert counted() == {"opened": 2, "used": 1, "ended": 1, "octets_up": 150, "octets_down": 1000}


def test_counts_do_not_depend_on_how_events_come_together(heard: Heard, nas: Nas) -> None:
    stop = report(nas, b"a", STOP, ago=10, octets_in=5, octets_out=7)
    heard([stop, report(nas, b"a", ago=30), stop])
    while count_events(limit=1):
        pass
    assert counted() == {"opened": 1, "used": 1, "ended": 1, "octets_up": 5, "octets_down": 7}


def test_a_session_whose_end_nobody_sent_says_that_its_gateway_is_silent(
    heard: Heard, nas: Nas, hotspot: Hotspot
) -> None:
    heard([report(nas, b"a"), report(nas, b"b")])
    count_events()
    look(at())
    state = State.objects.get(hotspot=hotspot.pk)
    assert (state.health, state.clients) == ("up", 2)
    look(at(890))
    state.refresh_from_db()
    assert state.health == "up"
    look(at(910))
    state.refresh_from_db()
    assert (state.health, state.why, state.clients) == ("down", "La passerelle se tait.", 0)


def test_off_is_down_at_once_and_a_report_brings_it_back(heard: Heard, nas: Nas, hotspot: Hotspot) -> None:
    heard([report(nas, b"a", ago=5), report(nas, b"", OFF)])
    count_events()
    look(at())
    assert State.objects.get(hotspot=hotspot.pk).health == "down"
    heard([report(nas, b"c", ago=-1)])
    count_events()
    look(at(2))
    assert State.objects.get(hotspot=hotspot.pk).health == "down"  # for half a minute, lest it flap
    look(at(40))
    assert State.objects.get(hotspot=hotspot.pk).health == "up"


def test_refusals_in_number_are_told_with_their_cause(
    heard: Heard, nas: Nas, hotspot: Hotspot, engineer: Any
) -> None:
    engineer()
    heard([report(nas, b"a")])
    count_events()
    tally = Tally()
    tally.add(hotspot.pk, "accept", 30)
    tally.add(hotspot.pk, "reject:volume", 25)
    tally.add(hotspot.pk, "reject:secret", 5)
    tally.flush()
    for seconds in (0, 60, 120):
        look(at(seconds))
    state = State.objects.get(hotspot=hotspot.pk)
    assert (state.health, state.why) == (
        "failing",
        "50\u00a0% refusés, dont 42\u00a0%\u00a0: le volume du jour est épuisé.",
    )
    alert = Alert.objects.get()
    assert (alert.cause, alert.told_at is not None) == ("failing", True)
    told = Sent.objects.get(channel="page", template="wifi.alert")
    assert "Place du Marché" in told.body
    look(at(125))
    assert Sent.objects.count() == 1


def test_works_and_a_cut_backhaul_silence_an_alert_that_is_told_afterwards(
    heard: Heard, nas: Nas, hotspot: Hotspot, engineer: Any
) -> None:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.kernel.sites import api as sites

    engineer()
    by = system("test")
    backhaul = sites.add_site(
        by, code="relais", name="Relais", kind="hotspot", place=hotspot.site.territory, serves=[]
    )
    sites.add_dependency(by, hotspot.site, backhaul, kind="réseau", criticality=3)
    sites.suspend_site(by, backhaul, reason="Fibre coupée")
    work = Maintenance.objects.create(hotspot=hotspot, starts_at=at(-60), ends_at=at(60), reason="Fibre")
    heard([report(nas, b"a", ago=1), report(nas, b"", OFF)])
    count_events()
    look(at())
    alert = Alert.objects.get()
    assert (alert.silenced, alert.hidden_by, Sent.objects.count()) == (True, "Relais", 0)
    work.delete()
    look(at(10))
    assert Sent.objects.count() == 0
    sites.open_site(by, backhaul)
    look(at(20))
    assert Sent.objects.count() == 1


def test_an_alert_that_nobody_took_closes_with_its_fault_and_a_ticket_waits_for_its_cause(
    heard: Heard, nas: Nas, hotspot: Hotspot, engineer: Any
) -> None:
    by = engineer()
    for start, take in ((0, False), (600, True)):
        heard([report(nas, b"a", ago=1 - start), report(nas, b"", OFF, ago=-start)])
        count_events()
        look(at(start))
        if take:
            alert = take_alert(by, Alert.objects.get(ended_at=None), hotspot)
            comment_alert(by, alert, hotspot, "Équipe en route")
        heard([report(nas, b"d", ago=-start - 2)])
        count_events()
        look(at(start + 3))
        look(at(start + 60))
    first, second = Alert.objects.order_by("id")
    assert (first.ended_at is not None, first.closed_at is not None) == (True, True)
    assert (second.ended_at is not None, second.closed_at) == (True, None)
    closed = close_alert(by, second, hotspot, "Onduleur à plat")
    assert [n.text for n in closed.notes.all()] == [
        "Prise en charge.", "Équipe en route", "Close : Onduleur à plat",
    ]  # fmt: skip
    with pytest.raises(MonitoringRefused):
        close_alert(by, second, hotspot, "Encore")


def test_roll_ups_are_the_same_however_often_they_are_done(heard: Heard, nas: Nas, hotspot: Hotspot) -> None:
    heard([report(nas, b"a", ago=3), report(nas, b"b", octets_in=10, octets_out=20)])
    count_events()
    now = datetime.now(UTC)
    roll_up(now)
    once = (counted(Hour), counted(Day))
    roll_up(now)
    assert (counted(Hour), counted(Day)) == once
    assert once[1] == {"opened": 2, "used": 1, "octets_up": 10, "octets_down": 20, "devices": 2}


def test_the_present_day_is_counted_as_soon_as_its_hours(heard: Heard, nas: Nas) -> None:
    heard([report(nas, b"a", octets_out=20)])
    count_events()
    now = datetime.now(UTC)
    for _ in range(2):
        roll_up_lately(now)
        assert counted(Day) == counted(Hour) == {"opened": 1, "used": 1, "octets_down": 20}


def test_old_counts_leave_and_their_sums_stay(heard: Heard, nas: Nas) -> None:
    heard([report(nas, b"a")])
    count_events()
    now = datetime.now(UTC)
    roll_up(now)
    purge(now + timedelta(days=20), KEPT)
    assert (Minute.objects.count(), counted(Hour)["opened"]) == (0, 1)
    roll_up(now + timedelta(days=20))
    assert counted(Day)["opened"] == 1
    assert Progress.objects.get().event > 0
