import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.wifi.access.api import Credential, local_realm
from smartsenegal.wifi.privacy import holdings, own, registry
from smartsenegal.wifi.privacy.actions import own as actions
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.models import Erasure, OwnCode
from smartsenegal.wifi.sessions.api import Event, Session, Usage, fold_all
from smartsenegal.wifi.sessions.rules import Heard
from tests.wifi.privacy import test_legal
from tests.wifi.privacy.conftest import Events
from tests.wifi.privacy.test_legal import START, STOP

BASE = "/wifi/donnees/moi/"
PHONE = "+221771234567"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def heard(kind: int, minute: int, session: bytes = b"one") -> Heard:
    """Told this many minutes after midnight today: what is kept of a day depends on which day it is."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = test_legal.heard(kind, minute, session=session)
    return replace(told, happened_us=int(midnight.timestamp()) * 1_000_000 + minute * test_legal.MINUTE)


@pytest.fixture
def awa(country: None, events: Events, monkeypatch: Any) -> Events:
    """Holder 7 is the phone's, with an access, a connection that is over and one that is on."""
    monkeypatch.setattr(registry, "_finders", [lambda phone: [7] if phone == PHONE else []])
    Credential.objects.create(realm=local_realm(), login="x", kind="token", holder=7, verifier=b"v")
    events.write([heard(START, 0), heard(STOP, 5), heard(START, 6, session=b"two")])
    fold_all()
    today = Usage.objects.get()
    assert today.day == timezone.localdate()
    Usage.objects.create(holder=7, day=today.day - timedelta(days=1), seconds=1)
    Usage.objects.filter(day=today.day).update(seconds=300)
    return events


def code() -> str:
    found = re.search(r"\d{6}", Message.objects.latest("pk").body)
    assert found
    return found[0]


def signed_in(client: Client) -> None:
    text = page(client.post(BASE, {"phone": "77 123 45 67"}))
    who = re.search(r'name="who" value="([0-9a-f]+)"', text)
    assert who
    assert PHONE not in text
    assert "n’est pas le bon" in page(client.post(BASE, {"code": "0", "who": who[1]}))
    assert client.post(BASE, {"code": code(), "who": who[1]}).status_code == 302


def test_a_person_sees_and_erases_by_a_code(client: Client, awa: Events) -> None:
    for path in ("donnees/", "effacer/"):
        assert client.get(BASE + path).status_code == 302
        assert client.post(BASE + path).status_code == 302
    assert "Indiquez votre numéro." in page(client.post(BASE, {"phone": ""}))
    assert "Erreur" in page(client.post(BASE, {"phone": "33 800"}))
    signed_in(client)
    text = page(client.get(BASE + "donnees/"))
    assert "Entrée par le portail" in text
    assert "Site non connu" in text
    assert "Effacer mes données" in text
    assert "cette nuit" in page(client.get(BASE + "effacer/"))
    assert "C’est effacé" in page(client.post(BASE + "effacer/"))
    assert client.get(BASE + "donnees/").status_code == 302
    verbs = [e.verb for e in audit.of_subject("wifi_holder:7").order_by("id")]
    assert verbs == ["wifi.own_read", "wifi.own_erased"]
    credential = Credential.objects.get()
    assert (credential.closed_because, credential.verifier) == ("erased", None)


def test_to_be_forgotten_gives_no_second_quota(awa: Events) -> None:
    actions.erase([7])
    assert Session.objects.filter(holder=7).count() == 1  # the one that is on
    assert [u.day for u in Usage.objects.filter(holder=7)] == [timezone.localdate()]
    assert actions.finish_erasures() == 0
    tomorrow = timezone.localdate() + timedelta(days=1)
    awa.write([heard(STOP, 9, session=b"two")])
    fold_all()
    assert actions.finish_erasures(tomorrow) == 1
    assert not Session.objects.filter(holder=7).exists()
    assert not Usage.objects.filter(holder=7).exists()
    assert not Event.objects.filter(holder=7).exists()
    assert not Erasure.objects.exists()


@pytest.mark.django_db
def test_codes_are_few_and_tried_a_few_times(country: None) -> None:
    for _ in range(3):
        actions.send_code(PHONE)
    with pytest.raises(DataRefused, match="quart d’heure"):
        actions.send_code(PHONE)
    right = code()
    for _ in range(actions.TRIES):
        with pytest.raises(DataRefused):
            actions.check_code(PHONE, "x")
    with pytest.raises(DataRefused):
        actions.check_code(PHONE, right)
    kept = OwnCode.objects.latest("pk")
    assert right.encode() not in bytes(kept.code)
    assert PHONE not in kept.phone
    assert actions.purge_codes(timezone.localdate() + timedelta(days=1)) == 3


def test_a_code_serves_once_and_a_forged_phone_is_refused(client: Client, awa: Events) -> None:
    actions.send_code(PHONE)
    right = code()
    actions.check_code(PHONE, right)
    with pytest.raises(DataRefused):
        actions.check_code(PHONE, right)
    assert client.post(BASE, {"code": right, "who": "00" * 40}).status_code == 302
    assert client.post(BASE, {"code": right, "who": "é"}).status_code == 302


def test_an_account_gets_its_archive_and_its_erasure(awa: Events) -> None:
    system = identity.system("test")
    account = identity.create_account(system, name="Awa Ndiaye", phone=PHONE, verified=True)
    Credential.objects.update(account=account)
    assert holdings.subjects(str(account.pk)) == ["wifi_holder:7"]
    (item,) = holdings.export(str(account.pk))
    assert b"connexions" in b"".join(item.chunks)
    (outcome,) = holdings.erase(str(account.pk), system)
    assert outcome.erased == 2
    assert holdings.erase(str(account.pk), system) == []
    assert own.holders_of_account(str(account.pk)) == []


def test_a_phone_that_came_in_by_the_portal_is_found_by_its_number() -> None:
    from smartsenegal.wifi.portal.actions import by_phone

    assert registry.holders_of(PHONE) == [by_phone(PHONE).holder]
    assert registry.holders_of(PHONE) != registry.holders_of("+221771234568")
