"""A full site: who waits, who is called, and that portal and RADIUS server say the same."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.access import line
from smartsenegal.wifi.access.models import Credential, Line, Plan, Ticket
from smartsenegal.wifi.network.models import Hotspot
from smartsenegal.wifi.portal import lines, places
from smartsenegal.wifi.sessions.models import Session
from tests.wifi.portal.conftest import Phone, redirect
from tests.wifi.portal.test_pages import gone_to, text, told

pytestmark = pytest.mark.django_db
MACS = [f"02:00:00:00:00:{n:02x}" for n in range(1, 9)]


def look() -> None:
    """Let the process look at the sites anew: it writes what was noted and calls whom it is the turn of."""
    places.forget()
    places.known()


class Device:
    """One phone, which follows what its page tells it."""

    def __init__(self, phone: Phone, mac: str) -> None:
        self.phone, self.mac = phone, mac
        self.page = phone.get(query=redirect(phone.site, mac=mac))

    def again(self) -> "Device":
        """The page looks again by itself, as its meta refresh says."""
        found = re.search(
            r'http-equiv="refresh" content="\d+;url=[^?]+\?([^"]+)"', self.page.content.decode()
        )
        assert found, text(self.page)
        self.page = self.phone.get(query=found[1].replace("&amp;", "&"))
        return self

    @property
    def number(self) -> int | None:
        """Its number in line; None for who is not in line."""
        found = re.search(r"Votre numéro dans la file (\d+)", text(self.page))
        return int(found[1]) if found else None

    def tap(self) -> Any:
        state = self.page.content.decode().partition('name="e" value="')[2].partition('"')[0]
        return self.phone.post("entrer/", e=state, w="click")


@pytest.fixture
def full(phone: Phone, on: Callable[..., Any]) -> Phone:
    """A site with two places, both taken."""
    Hotspot.objects.update(clients_at_most=2)
    on(holder=98, credential=98, device=b"1")
    on(holder=99, credential=99, device=b"2")
    look()
    return phone


def test_who_comes_first_is_called_first_and_goes_in(full: Phone) -> None:
    first, second, third = (Device(full, mac) for mac in MACS[:3])
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert "pas encore connue" in text(first.page)
    look()
    # Coming anew gives no second number, and looking again no other.
    assert Device(full, MACS[1]).number == 2
    assert [d.again().number for d in (third, first, second)] == [3, 1, 2]
    Session.objects.filter(credential=98).update(ended_us=time.time_ns() // 1000)
    look()
    assert second.again().number == 1
    # Whoever taps from an old page, or comes now, gets nothing of the place that is held.
    assert "Vous êtes dans la file" in text(second.tap())
    assert Device(full, MACS[3]).number == 3
    assert first.again().number is None
    assert "une place vous est gardée" in text(first.page)
    entered = gone_to(first.tap())
    assert Credential.objects.filter(login=entered["username"]).exists()
    assert Ticket.objects.get(device=access.ticket_device(MACS[0].replace(":", ""))).credential


def test_a_place_is_released_once_its_device_is_on(full: Phone, on: Callable[..., Any]) -> None:
    first, second = Device(full, MACS[0]), Device(full, MACS[1])
    Session.objects.filter(credential=98).update(ended_us=time.time_ns() // 1000)
    look()
    gone_to(first.again().tap())
    token = Credential.objects.get(kind="token")
    on(token.holder, token.pk)
    look()
    assert places.known().clients[full.site.pk] == 2
    assert second.again().number == 1
    assert places.known().lines[full.site.pk].claimed == 1
    Session.objects.filter(credential=99).update(ended_us=time.time_ns() // 1000)
    look()
    assert second.again().number is None


def test_a_line_that_nobody_stands_in_is_forgotten_with_its_devices(full: Phone) -> None:
    Device(full, MACS[0])
    look()
    assert (Ticket.objects.count(), Line.objects.get().claimed) == (1, 1)
    Ticket.objects.update(seen_us=0)
    look()
    look()
    assert not Ticket.objects.exists()
    assert (Line.objects.get().claimed, Line.objects.get().until_us) == (0, 0)


def test_tickets_of_a_site_that_nobody_opens_are_forgotten(full: Phone) -> None:
    from smartsenegal.wifi.access import actions_line

    Device(full, MACS[0])
    look()
    assert actions_line.forget_tickets() == 0
    Ticket.objects.update(seen_us=1)
    assert actions_line.forget_tickets() == 1


def test_a_ticket_that_a_process_lost_comes_back_in_its_place(full: Phone) -> None:
    first, second = Device(full, MACS[0]), Device(full, MACS[1])
    lines.forget()  # killed before it wrote
    look()
    assert not Ticket.objects.exists()
    assert second.again().number == 1
    look()
    assert first.again().number == 1
    look()
    assert second.again().number == 2


def test_the_wait_is_told_from_the_departures_of_the_last_quarter(full: Phone) -> None:
    now = time.time_ns() // 1000
    for n in range(15):
        Session.objects.create(
            key=b"left%012d" % n, nas=1, hotspot=full.site.pk, device=b"d", nas_session="s",
            started_us=now - 3600_000_000, updated_us=now - n * 60_000_000, ended_us=now - n * 59_000_000,
        )  # fmt: skip
    Device(full, MACS[0])
    look()
    last = Device(full, MACS[1])
    assert "1–4 min" in text(last.page)


def test_rescue_stands_in_no_line(full: Phone) -> None:
    device = Device(full, MACS[0])
    assert "Personnel et secours" in text(device.page)
    Plan.objects.update(priority=2)
    look()
    assert gone_to(device.tap())


def test_many_told_at_once_are_no_more_than_the_places(phone: Phone) -> None:
    Hotspot.objects.update(clients_at_most=3)
    look()
    went = [Device(phone, mac).tap() for mac in MACS[:5]]
    assert ["refresh" in page.content.decode() and "dans la file" not in text(page) for page in went] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert Credential.objects.filter(kind="token").count() == 3


def test_the_api_of_a_device_in_line_leads_back_to_its_place(full: Phone) -> None:
    device = Device(full, MACS[0])
    state = re.search(r";e=([\w-]+)", device.page.content.decode())
    assert state
    found = told(full.get(f"capport/{state[1]}"))
    assert found["captive"] is True
    assert found["user-portal-url"].endswith(f"?e={state[1]}")


def test_two_processes_call_nobody_twice(full: Phone) -> None:
    Device(full, MACS[0])
    Device(full, MACS[1])
    look()
    Session.objects.filter(credential=98).update(ended_us=time.time_ns() // 1000)
    limits = {full.site.pk: (2, 1)}
    with transaction.atomic():
        before = access.take_turns(limits, ())
    after = access.take_turns(limits, ())
    assert len(before[full.site.pk].called) == len(after[full.site.pk].called) == 1


def test_a_page_in_line_asks_the_database_nothing(full: Phone, django_assert_num_queries: Any) -> None:
    from smartsenegal.wifi.portal.arrivals import first_page

    place = places.known().places[full.site.site.code]
    with django_assert_num_queries(0):
        body = first_page(place, redirect(full.site), "fr")
    assert b"dans la file" in body
    assert len(body) < 14 * 1024


def test_the_radius_server_keeps_the_place_for_its_ticket(full: Phone) -> None:
    """Its own decision, with what it reads of the same rows."""
    from smartsenegal.wifi.access.rules import Limits, Refusal, Right, Rule, Use, decide
    from smartsenegal.wifi.radius.snapshot import Gateway, Snapshot

    first = Device(full, MACS[0])
    Session.objects.filter(credential=98).update(ended_us=time.time_ns() // 1000)
    look()
    gone_to(first.again().tap())
    look()
    row = Ticket.objects.get()
    told_to = Line.objects.get()
    snapshot, hotspot = Snapshot(), full.site.pk
    snapshot.hotspots[hotspot], snapshot.clients[hotspot] = 2, 1
    snapshot.lines[hotspot] = (told_to.claimed, told_to.until_us)
    assert row.credential is not None
    snapshot.seats[row.credential] = (bytes(row.device), row.until_us)
    where = snapshot.where(Gateway(1, "g", "coova", "", b"", False, 300, hotspot), None)
    now_us, mac = time.time_ns() // 1000, MACS[0].replace(":", "")

    def said(seated: bool) -> Any:
        plans = {1: Limits(plan=1)}
        return decide(Right(5), [Rule(plan=1)], plans, Use(), where, b"", now_us / 1e6, seated=seated)

    assert not isinstance(said(snapshot.is_seated(row.credential, mac, now_us)), Refusal)
    # Another device with the same token, a token without a place, the same one later: full.
    assert not snapshot.is_seated(row.credential, MACS[1].replace(":", ""), now_us)
    assert not snapshot.is_seated(row.credential + 1, mac, now_us)
    assert not snapshot.is_seated(row.credential, mac, now_us + line.ENTER_SECONDS * line.SECOND + 1)
    assert said(False) == Refusal("full")
    snapshot.forget_seats(row.until_us)
    assert not snapshot.seats
    # The count of a line that no web process renews holds nobody up.
    snapshot.lines[hotspot] = (told_to.claimed, 1)
    assert snapshot.where(Gateway(1, "g", "coova", "", b"", False, 300, hotspot), None).claimed == 0


def test_a_storm_in_line_is_one_statement(full: Phone, django_assert_max_num_queries: Any) -> None:
    from smartsenegal.wifi.portal.doors.base import Arrival

    known = places.known()
    place = known.places[full.site.site.code]

    async def come() -> list[Any]:
        return [
            lines.stand(known, place, Arrival(1, f"{n:012x}", "", "", {}), 1_800_000_000 + n / 1000)
            for n in range(500)
        ]

    stood = asyncio.run(come())
    assert [s.number for s in stood] == list(range(1, 501))
    with django_assert_max_num_queries(4):
        access.note_seen(lines.noted.take())
    assert Ticket.objects.count() == 500
