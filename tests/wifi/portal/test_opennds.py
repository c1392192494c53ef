"""An openNDS gateway, by the questions that its authmon and binauth scripts ask."""

import base64
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.portal import places
from smartsenegal.wifi.portal.models import Admission
from smartsenegal.wifi.sessions.actions import fold_all
from smartsenegal.wifi.sessions.models import Session
from tests.wifi.portal.conftest import Phone
from tests.wifi.portal.test_doors import nds
from tests.wifi.portal.test_pages import gone_to

pytestmark = pytest.mark.django_db
SECRET = b"a secret of the gateway"
NAME = hashlib.sha256(b"gw-opennds").hexdigest()


class Gateway:
    def __init__(self, site: Hotspot) -> None:
        self.base = f"/wifi/{site.site.code}/"
        self.address = "192.0.2.3"
        self.name = NAME

    def ask(self, action: str, payload: str = "none") -> Any:
        """As post-request.php sends it."""
        told = {
            "auth_get": action, "gatewayhash": self.name,
            "payload": base64.b64encode(payload.encode()).decode(),
        }  # fmt: skip
        return Client(REMOTE_ADDR=self.address).post(self.base, told)


@pytest.fixture
def gateway(site: Hotspot) -> Gateway:
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute("DELETE FROM wifi_sessions_event")
    return Gateway(site)


def enter(phone: Phone) -> dict[str, str]:
    state = phone.arrive(urlencode(nds(SECRET, gatewayname="gw-opennds")))
    assert state
    return gone_to(phone.post("entrer/", e=state, w="click"))


def test_a_device_is_let_in_counted_and_let_out(phone: Phone, gateway: Gateway) -> None:
    told = enter(phone)
    # The gateway comes for it: the browser is led to its own page, which waits.
    assert "/etat/" in told["to"]
    listed = gateway.ask("view").content.decode()
    rhid = hashlib.sha256(b"9f86d081" + SECRET).hexdigest()
    assert listed.startswith("* ")
    assert unquote(listed[2:]).split()[:6] == [rhid, "60", "0", "0", "100000", "100000"]
    assert gateway.ask("view", f"* {rhid}").content == b"ack"
    assert gateway.ask("view").content == b"*"
    fold_all()
    session = Session.objects.get()
    row = Admission.objects.get()
    assert (session.holder, session.credential, session.ended_us) == (row.holder, row.credential, None)
    assert session.hotspot == phone.site.pk
    began = session.started_us // 10**6
    end = (
        "method=client_deauth, clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming=900, bytes_outgoing=40,"
        f" session_start={began}, session_end={began + 60}, token=x"
    )
    assert gateway.ask("deauthed", end).content == b"ack"
    assert gateway.ask("deauthed", end).content == b"ack"
    fold_all()
    session.refresh_from_db()
    assert session.ended_us is not None
    assert (session.seconds, session.octets_in, session.octets_out) == (60, 40, 900)
    row.refresh_from_db()
    assert (row.mac, row.address) == ("", None)


def test_a_gateway_that_begins_anew_ends_its_sessions(phone: Phone, gateway: Gateway) -> None:
    enter(phone)
    rhid = Admission.objects.get().rhid
    gateway.ask("view", f"* {rhid}")
    fold_all()
    assert gateway.ask("clear").content == b""
    fold_all()
    assert Session.objects.get().ended_us is not None
    enter(phone)
    assert rhid in gateway.ask("view").content.decode()


def test_nobody_else_gets_the_list(phone: Phone, gateway: Gateway) -> None:
    enter(phone)
    gateway.address = "198.51.100.9"
    assert gateway.ask("view").status_code == 403
    gateway.address, gateway.name = "192.0.2.3", hashlib.sha256(b"gw-coova").hexdigest()
    assert gateway.ask("view").status_code == 403
    assert Client().post(gateway.base, {"auth_get": "view"}).status_code == 403


def test_what_cannot_be_read_changes_nothing(phone: Phone, gateway: Gateway) -> None:
    enter(phone)
    for action, payload in (("view", ""), ("view", "* unknown"), ("deauthed", "x"), ("other", "none")):
        gateway.ask(action, payload)
    assert Admission.objects.filter(entered_at=None, ended_at=None).count() == 1
    Nas.objects.filter(code="gw-opennds").update(network="")
    places.forget()
    assert gateway.ask("view").status_code == 403  # one that has no address is nobody


def test_a_session_was_no_shorter_than_our_clock_says(phone: Phone, gateway: Gateway) -> None:
    """Who is behind the gateway has its address, and may know its name: a forged end gives no time back."""
    enter(phone)
    gateway.ask("view", f"* {Admission.objects.get().rhid}")
    Admission.objects.update(entered_at=timezone.now() - timedelta(seconds=600))
    forged = "clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming=0, bytes_outgoing=0, session_start=5, session_end=5"
    assert gateway.ask("deauthed", forged).content == b"ack"
    fold_all()
    assert Session.objects.get().seconds in (600, 601)
