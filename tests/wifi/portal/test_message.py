"""What an engineer writes is read by those who came in here."""

from urllib.parse import urlsplit

import pytest

from smartsenegal.kernel.identity.api import system
from smartsenegal.wifi.monitoring.actions.acts import withdraw_message, write_message
from tests.wifi.portal.conftest import Phone
from tests.wifi.portal.test_pages import gone_to, text

pytestmark = pytest.mark.django_db


def test_the_page_of_who_is_on_shows_the_engineers_message(phone: Phone) -> None:
    by = system("test")
    page = urlsplit(gone_to(phone.post("entrer/", e=phone.arrive(), w="click"))["dst"]).path
    assert "Coupure" not in text(phone.client.get(page))
    write_message(by, phone.site, text="Coupure à 13 h <b>", minutes=30, reason="Fibre")
    assert "Coupure à 13 h <b>" in text(phone.client.get(page))
    withdraw_message(by, phone.site)
    assert "Coupure" not in text(phone.client.get(page))
