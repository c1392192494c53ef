"""The day of a NOC: an alarm rises, is told, taken, commented, ends and is closed; works tell whom they
touch."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.cable.network.models import Circuit, Link, Node, Step
from smartsenegal.cable.noc import actions, queries
from smartsenegal.cable.noc.errors import NocRefused
from smartsenegal.cable.noc.listeners import tell_work_off
from smartsenegal.cable.noc.models import Alarm, Contact, Notice
from smartsenegal.cable.peering.actions.hearing import hear
from smartsenegal.cable.peering.models import Session
from smartsenegal.cable.peering.reading.base import Heard
from smartsenegal.cable.peering.rules.differences import Count
from smartsenegal.cable.resilience.actions import cancel_work
from smartsenegal.cable.resilience.api import Work, declare, plan_work, repair
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.api import EventData
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.notifications.models import Message
from tests.cable.billing.world import SYSTEM
from tests.cable.peering.world import router, session

pytestmark = pytest.mark.django_db
BASE = "/cable/exploitation/"


@pytest.fixture
def circuit(country: None) -> Circuit:
    """A circuit of a customer on one link, with another that protects nothing."""
    a, b = (Node.objects.create(code=c, name=c.upper(), role="abroad", country="Ailleurs") for c in "ab")
    link = Link.objects.create(code="ab", name="Liaison AB", a=a, b=b)
    made = Circuit.objects.create(
        code="c1", name="Circuit de transit", a=a, b=b, customer="Client SA", priority=1
    )
    Step.objects.create(circuit=made, path=1, order=1, link=link)
    return made


@pytest.fixture
def meant(circuit: Circuit) -> Session:
    return session(router(), role="upstream", circuit=circuit, limit4=100)


def told(meant: Session, now: datetime, state: str = "established", count: int = 40) -> None:
    """The router says how its session is."""
    said = Heard(
        meant.address, meant.asn, state, None, {"ipv4": Count(count, count, 100)}, "Hold timer expired"
    )
    hear(meant.router_id, [said], "bird", now)


def looked(meant: Session, now: datetime, seconds: int, **said: Any) -> list[str]:
    """A look so many seconds later: the causes that were told."""
    at = now + timedelta(seconds=seconds)
    told(meant, at, **said)
    return [alarm.cause for alarm in actions.look(at)]


def test_a_session_that_falls_is_an_alarm_then_a_ticket_then_closed_with_its_cause(
    meant: Session, engineer: Callable[..., Any]
) -> None:
    by, now = engineer(), timezone.now() - timedelta(hours=1)
    assert looked(meant, now, 0) == []
    assert looked(meant, now, 60, state="active") == []
    assert looked(meant, now, 180, state="active") == ["session_down"]
    assert looked(meant, now, 240, state="active") == []  # told once
    (found,) = queries.alarms()
    assert found.sentence == (
        "La session est en attente du voisin (Active)\u00a0: Hold timer expired. "
        "Aucun autre transit ne tient."
    )
    assert [(h["code"], h["customer"]) for h in found.hits] == [("c1", "Client SA")]
    mail = Message.objects.filter(template="cable.alarm", channel="page").get()
    assert "Client SA" in mail.body
    actions.take(by, found)
    actions.comment(by, found, "Appel au fournisseur.")
    with pytest.raises(NocRefused, match="dure encore"):
        actions.close(by, found, "neighbour")
    assert looked(meant, now, 300) == []
    assert looked(meant, now, 400, state="active") == []  # a flap does not end it
    looked(meant, now, 500)
    looked(meant, now, 800)
    found = Alarm.objects.get()
    assert found.ended_at is not None
    assert list(queries.alarms()) == [found]  # somebody took it: it is to be closed
    with pytest.raises(NocRefused):
        actions.close(by, found, "rien")
    actions.close(by, found, "neighbour", "Carte changée chez lui.")
    found.refresh_from_db()
    assert (found.ending, found.closed_by) == ("neighbour", by.label)
    assert [n.text for n in found.notes.all()] == [
        "Prise en charge.", "Appel au fournisseur.",
        "Close : Faute du voisin ou du client. Carte changée chez lui.",
    ]  # fmt: skip
    assert [str(a) for a in queries.alarms()] == []
    verbs = Entry.objects.filter(subject=f"cable_alarm:{found.pk}").values_list("verb", flat=True)
    assert set(verbs) == {"cable.alarm_taken", "cable.alarm_noted", "cable.alarm_closed"}


def test_an_alarm_that_nobody_took_closes_itself_and_a_flap_is_none(meant: Session) -> None:
    now = timezone.now() - timedelta(hours=1)
    looked(meant, now, 0, state="active")
    looked(meant, now, 60)
    assert not Alarm.objects.exists()
    looked(meant, now, 100, state="active")
    assert looked(meant, now, 300, state="active") == ["session_down"]
    for seconds in (400, 800):
        looked(meant, now, seconds)
    found = Alarm.objects.get()
    assert (found.ending, found.closed_by) == ("itself", "")
    assert found.closed_at == found.ended_at


def test_a_count_near_its_limit_warns_until_it_is_far_from_it(meant: Session) -> None:
    now = timezone.now() - timedelta(hours=3)
    assert looked(meant, now, 0, count=80) == []
    assert looked(meant, now, 600, count=80) == ["prefixes_near"]
    for seconds in (4_400, 8_100):
        looked(meant, now, seconds, count=77)  # between both: it stays
    assert Alarm.objects.get().ended_at is None
    assert looked(meant, now, 8_200, count=101) == ["prefixes_over"]


def test_a_silent_router_is_alarmed_of_and_its_sessions_are_not(meant: Session) -> None:
    now = timezone.now()
    told(meant, now - timedelta(hours=1), state="established")
    assert [a.cause for a in actions.look(now)] == ["router_silent"]
    meant.stopped = True
    meant.save()
    actions.look(now + timedelta(minutes=1))
    actions.look(now + timedelta(minutes=7))
    assert Alarm.objects.get().ended_at is not None  # nothing is expected of it any more


def test_works_that_run_explain_an_alarm_which_is_then_not_told(meant: Session, circuit: Circuit) -> None:
    now = timezone.now()
    work = plan_work(
        SYSTEM, reason="Remplacement de fibre", starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        links=list(Link.objects.all()),
    )  # fmt: skip
    assert looked(meant, now, 0, state="active") == []
    assert looked(meant, now, 180, state="active") == []
    assert Alarm.objects.get().silenced == "Remplacement de fibre"
    work.cancelled_at = now
    work.save()
    assert looked(meant, now, 240, state="active") == ["session_down"]  # what lasts after works is told


def _work() -> Work:
    now = timezone.now()
    return plan_work(
        SYSTEM, reason="Remplacement de fibre", starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
        links=list(Link.objects.all()),
    )  # fmt: skip


def test_those_whom_works_touch_are_told_once(circuit: Circuit, engineer: Callable[..., Any]) -> None:
    by, work = engineer(), _work()
    (hurt,) = queries.hurt_by_work(work)
    assert (hurt.customer, hurt.cut, hurt.contacts) == ("Client SA", ["Circuit de transit"], [])
    assert actions.tell_of_work(by, work) == 0
    contact = actions.add_contact(
        by, customer="Client SA", name="Awa Sow", email="noc@client.sn", phone="77 123 45 67"
    )
    for bad in ({"email": ""}, {"email": "noc@client.sn", "phone": "77 123 45 67"}, {"phone": "12"}):
        with pytest.raises(NocRefused):
            actions.add_contact(by, customer="Client SA", name="X", **bad)
    assert actions.tell_of_work(by, work) == 1
    assert actions.tell_of_work(by, work) == 0
    sent = {m.channel: m.body for m in Message.objects.filter(template="cable.work_notice")}
    assert set(sent) == {"email", "sms"}
    assert "Circuit de transit" in sent["email"]
    (hurt,) = queries.hurt_by_work(work)
    assert list(hurt.told) == [contact.pk]
    cancel_work(by, work)
    event = Event.objects.filter(kind="cable.work_cancelled").get()
    for _ in range(2):
        tell_work_off(EventData(event.id, event.kind, event.subject, event.payload, event.at))
    off = {m.channel: m.body for m in Message.objects.filter(template="cable.work_off")}
    assert set(off) == {"email", "sms"}
    assert off["sms"].endswith("annulés.")
    actions.remove_contact(by, contact)
    assert not Contact.objects.exists()
    assert not Notice.objects.exists()


def test_a_failure_is_an_alarm_and_those_it_cuts_are_told_of_its_end(
    circuit: Circuit, engineer: Callable[..., Any]
) -> None:
    by, now = engineer(), timezone.now()
    contact = actions.add_contact(by, customer="Client SA", name="Awa Sow", phone="77 123 45 67")
    actions.add_contact(by, customer="Autre SA", name="Moussa Ba", email="noc@autre.sn")
    failure = declare(by, reason="Ancre", links=list(Link.objects.all()))
    works = plan_work(
        SYSTEM, reason="Ailleurs", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1),
        links=list(Link.objects.all()),
    )  # fmt: skip
    (found,) = actions.look(now)  # works do not explain what was declared
    assert (found.cause, found.title, found.sentence) == ("network_cut", "Ancre", "Coupé : Liaison AB.")
    assert found.holds_since == failure.began_at
    assert actions.tell_of_alarm(by, found) == 1
    assert "Circuit de transit" in Message.objects.get(template="cable.alarm_notice").body
    repair(by, failure)
    assert actions.look(now + timedelta(minutes=1)) == []
    over = Message.objects.get(template="cable.alarm_over")
    assert (over.address, "Circuit de transit" in over.body) == (contact.phone, True)
    assert Alarm.objects.get().ended_at is not None
    works.ends_at = now
    works.save()
    with pytest.raises(NocRefused, match="finis"):
        actions.tell_of_work(by, works)


def test_the_page_of_the_day_leads_to_each_act(planner: Client, meant: Session) -> None:
    work, now = _work(), timezone.now() - timedelta(minutes=5)
    looked(meant, now, 0, state="active")
    looked(meant, now, 180, state="active")
    found = Alarm.objects.get()
    shown = planner.get(BASE).content.decode()
    for words in (
        "Session BGP coupée",
        "1\u00a0alarme, dont 1 à prendre",
        "Remplacement de fibre",
        "1\u00a0client touché",
    ):
        assert words in shown
    assert "contacts/?client=Client%20SA" in planner.get(f"{BASE}travaux/{work.pk}/").content.decode()
    assert "Prévenir" not in planner.get(f"{BASE}alarmes/{found.pk}/").content.decode()  # nobody to tell yet
    filled = {"customer": "Client SA", "name": "Awa Sow", "email": "noc@client.sn"}
    assert "Donnez un courriel" in planner.post(f"{BASE}contacts/", {**filled, "email": ""}).content.decode()
    unknown = planner.post(f"{BASE}contacts/", {**filled, "customer": "Cliente SA"}).content.decode()
    assert "Choisissez le client." in unknown  # a name misspelt would never be told
    assert planner.post(f"{BASE}contacts/", filled).status_code == 302
    page = f"{BASE}alarmes/{found.pk}/"
    planner.post(f"{page}prendre/")
    planner.post(f"{page}prevenir/")
    planner.post(f"{page}commenter/", {"text": "Fournisseur appelé"})
    shown = planner.get(page).content.decode()
    for words in ("Prise en charge", "prévenu", "Fournisseur appelé", "Client SA"):
        assert words in shown
    assert "Clore" not in shown  # it lasts
    refused = planner.post(f"{page}clore/", {"ending": "fibre", "text": "Déjà tapé"}).content.decode()
    assert "L’alarme dure encore" in refused
    assert "Déjà tapé" in refused
    for seconds in (200, 600):
        looked(meant, now, seconds)
    assert planner.post(f"{page}clore/", {"ending": "fibre"}).status_code == 302
    assert "Fibre ou câble coupé" in planner.get(f"{BASE}closes/").content.decode()
    assert planner.get(f"{BASE}alarmes/999999/").status_code == 404
