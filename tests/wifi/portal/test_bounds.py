"""How many codes by SMS are sent in a day: from elsewhere, and at a site."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.wifi.portal import actions_bounds, queries_bounds, rules
from smartsenegal.wifi.portal.models import PhoneCode, SmsBound
from tests.wifi.network.conftest import network
from tests.wifi.portal.conftest import Phone, redirect

__all__ = ["network"]
pytestmark = pytest.mark.django_db


def bound(name: str, at_most: int, days: int = 0) -> None:
    actions_bounds.set_bound(
        system("test"), name, at_most=at_most, basis="Essai", confirmed=True,
        effective_from=timezone.localdate() + timedelta(days=days),
    )  # fmt: skip


def asks(phone: Phone, number: int, address: str) -> Any:
    state = phone.arrive(redirect(phone.site, mac=f"02:00:00:00:00:{number:02x}"))
    given = {"e": state, "w": "sms", "phone": f"77 123 45 {number:02}"}
    return phone.client.post(f"{phone.base}entrer/", given, REMOTE_ADDR=address)


def test_one_address_elsewhere_gets_so_many_codes_a_day(phone: Phone) -> None:
    bound("outside", 2)
    said = [asks(phone, n, "203.0.113.9") for n in range(3)]
    assert [r.status_code for r in said] == [200, 200, 422]
    page = said[2].content.decode()
    assert "Entrez autrement" in page
    assert 'value="77 123 45 02"' in page
    assert 'name="w" value="click"' in page
    # Neither another address nor a device of the site pays for it; its day over, it may ask again.
    assert [asks(phone, n, a).status_code for n, a in ((3, "203.0.113.8"), (4, "10.20.0.9"))] == [200, 200]
    assert PhoneCode.objects.exclude(origin="").count() == 3
    PhoneCode.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    assert asks(phone, 5, "203.0.113.9").status_code == 200
    assert Message.objects.filter(channel="sms").count() == 5


def test_a_site_gets_so_many_codes_a_day(phone: Phone) -> None:
    bound("site", 1)
    phone.site.kinds_of_access = ["sms"]
    phone.site.save()
    assert [asks(phone, n, "10.20.0.9").status_code for n in range(2)] == [200, 422]
    assert "demandez au personnel" in asks(phone, 2, "10.20.0.9").content.decode().replace("\u00a0", " ")


def test_the_latest_decision_in_force_counts() -> None:
    today = timezone.localdate()
    assert queries_bounds.bounds_on(today) == rules.DEFAULT_BOUNDS
    bound("outside", 50)
    bound("outside", 10, days=2)
    bound("outside", 40)
    assert queries_bounds.bounds_on(today)["outside"].at_most == 40
    assert queries_bounds.bounds_on(today + timedelta(days=2))["outside"].at_most == 10
    assert queries_bounds.bounds_on(today)["site"] == rules.DEFAULT_BOUNDS["site"]
    assert [row.at_most for row in queries_bounds.coming(today)] == [10]


def test_an_engineer_sets_a_bound_and_sees_the_sites(phone: Phone, network: Client) -> None:
    bound("site", 1)
    asks(phone, 1, "10.20.0.9")
    page = network.get("/wifi/codes/").content.decode()
    assert phone.site.site.name in page
    assert "Au plafond" in page
    assert "À confirmer" in page
    given = {"at_most": "x", "basis": "Facture d’octobre", "effective_from": "1er janvier 2020"}
    today = {"effective_from": timezone.localdate().strftime("%d/%m/%Y")}
    wrong = network.post("/wifi/codes/outside/", given).content.decode()
    assert "Écrivez un nombre entier" in wrong
    assert "Ce jour est passé" in wrong
    assert "Facture d’octobre" in wrong
    assert network.post("/wifi/codes/outside/", {**given, **today, "at_most": "80"}).status_code == 302
    row = SmsBound.objects.get(bound="outside")
    assert (row.at_most, row.effective_from, row.confirmed) == (80, timezone.localdate(), False)
    assert network.get("/wifi/codes/autre/").status_code == 404
