"""The engineer's acts: ordered, journalled, only where they may."""

from collections.abc import Callable
from typing import Any

import pytest

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.monitoring.actions import acts
from smartsenegal.wifi.monitoring.api import message_for
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.sessions.api import Session, orders_of
from tests.wifi.monitoring.conftest import STOP, at, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(heard: Callable[..., None], nas: Nas) -> Session:
    heard([report(nas, b"a")])
    return Session.objects.get()


def last_verb() -> tuple[str, str]:
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    return entry.verb, entry.reason


def test_a_disconnection_is_an_order_in_the_journal(
    session: Session, hotspot: Hotspot, engineer: Any
) -> None:
    order = acts.disconnect(engineer(), session, hotspot, "À sa demande")
    assert [o.pk for o in orders_of(bytes(session.key))] == [order.pk]
    assert (order.asked_by, order.state) == ("Rokhaya Thiam", "pending")
    assert last_verb() == ("wifi.session_disconnected", "À sa demande")


def test_a_rate_is_ordered_and_one_that_says_nothing_is_refused(
    session: Session, hotspot: Hotspot, engineer: Any
) -> None:
    by = engineer()
    order = acts.change_rate(by, session, hotspot, down_kbps=512, up_kbps=None, reason="Essai")
    assert (order.kind, order.limits["down_kbps"], order.limits["up_kbps"]) == ("limits", 512, None)
    with pytest.raises(MonitoringRefused):
        acts.change_rate(by, session, hotspot, down_kbps=None, up_kbps=None, reason="Essai")


def test_nothing_is_ordered_for_who_is_gone(
    session: Session, hotspot: Hotspot, engineer: Any, heard: Any, nas: Nas
) -> None:
    heard([report(nas, b"a", STOP, ago=-1)])
    session.refresh_from_db()
    with pytest.raises(MonitoringRefused):
        acts.disconnect(engineer(), session, hotspot, "Trop tard")


def test_an_engineer_of_elsewhere_does_nothing(session: Session, hotspot: Hotspot, engineer: Any) -> None:
    elsewhere = engineer(territory="SN-DK")
    for act in (acts.disconnect, acts.block, acts.unblock):
        with pytest.raises(PermissionRefused):
            act(elsewhere, session, hotspot, "Essai")
    with pytest.raises(PermissionRefused):
        acts.write_message(elsewhere, hotspot, text="Bonjour", minutes=5, reason="Essai")
    assert orders_of(bytes(session.key)) == []


def test_who_is_blocked_loses_every_access_and_every_connection(
    session: Session, hotspot: Hotspot, engineer: Any
) -> None:
    by = engineer()
    realm = Realm.objects.get_or_create(name="", defaults={"kind": "local"})[0]
    for login in ("a", "b"):
        Credential.objects.create(realm=realm, login=login, kind="password", holder=7)
    other = Credential.objects.create(realm=realm, login="c", kind="password", holder=8)
    assert acts.block(by, session, hotspot, "Attaque vue") == 2
    assert {c.closed_because for c in Credential.objects.filter(holder=7)} == {"blocked"}
    assert [o.kind for o in orders_of(bytes(session.key))] == ["disconnect"]
    assert last_verb() == ("wifi.holder_blocked", "Attaque vue")
    with pytest.raises(MonitoringRefused):
        acts.block(by, session, hotspot, "Encore")
    Credential.objects.create(realm=realm, login="a", kind="password", holder=9)
    assert acts.unblock(by, session, hotspot, "Erreur") == 1
    other.refresh_from_db()
    assert other.closed_because == ""


def test_a_message_replaces_the_one_before_and_ends(hotspot: Hotspot, engineer: Any) -> None:
    by = engineer()
    assert message_for(hotspot.pk) == ""
    acts.write_message(by, hotspot, text="Coupure à midi", minutes=30, reason="Fibre")
    acts.write_message(by, hotspot, text="Coupure à 13 h", minutes=30, reason="Fibre")
    assert message_for(hotspot.pk) == "Coupure à 13 h"
    assert message_for(hotspot.pk, at(1801)) == ""
    assert message_for(hotspot.pk + 1) == ""
    assert acts.withdraw_message(by, hotspot) == 1
    assert message_for(hotspot.pk) == ""
    with pytest.raises(MonitoringRefused):
        acts.write_message(by, hotspot, text="Long", minutes=20_000, reason="Fibre")
