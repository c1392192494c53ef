"""An openNDS gateway, by the questions that its authmon and binauth scripts ask."""

import base64
import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from smartsenegal.wifi.network.contrib.base import Gateway as GatewayOfSite
from smartsenegal.wifi.network.contrib.opennds import OpenNDS
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.portal import places
from smartsenegal.wifi.portal.models import Admission
from smartsenegal.wifi.sessions.actions import fold_all
from smartsenegal.wifi.sessions.models import Session
from tests.wifi.network.test_gateways import CENTRAL
from tests.wifi.portal.conftest import Phone
from tests.wifi.portal.test_doors import nds
from tests.wifi.portal.test_pages import gone_to

pytestmark = pytest.mark.django_db
SECRET = b"a secret of the gateway"
TOKEN = "0f3a77c1"
HID = hashlib.sha256(TOKEN.encode()).hexdigest()
RHID = hashlib.sha256(HID.encode() + SECRET).hexdigest()
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
    state = phone.arrive(urlencode(nds(SECRET, gatewayname="gw-opennds", hid=HID)))
    assert state
    return gone_to(phone.post("entrer/", e=state, w="click"))


def test_a_device_is_let_in_counted_and_let_out(phone: Phone, gateway: Gateway) -> None:
    told = enter(phone)
    # The gateway comes for it: the browser is led to its own page, which waits.
    assert "/etat/" in told["to"]
    listed = gateway.ask("view").content.decode()
    rhid = RHID
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
        f" session_start={began}, session_end={began + 60}, token={TOKEN}"
    )
    assert gateway.ask("deauthed", end).content == b"ack"
    assert gateway.ask("deauthed", end).content == b"ack"
    fold_all()
    session.refresh_from_db()
    assert session.ended_us is not None
    assert (session.seconds, session.octets_in, session.octets_out) == (60, 40, 900)
    row.refresh_from_db()
    assert (row.mac, row.address) == ("", None)


def test_a_gateway_that_begins_anew_ends_its_sessions(phone: Phone, gateway: Gateway, tmp_path: Path) -> None:
    """By the lines its configuration puts into rc.local, run by a shell."""
    enter(phone)
    gateway.ask("view", f"* {RHID}")
    fold_all()
    said = told_by_rc_local(tmp_path)
    word, _, proof = said.split()
    Admission.objects.update(asked_at=timezone.now() - timedelta(seconds=90))
    assert gateway.ask("custom", f"{word} 0 {proof}").content == b"ack"
    fold_all()
    assert Session.objects.get().ended_us is not None
    enter(phone)
    assert RHID in gateway.ask("view").content.decode()
    # It began before this one came: said again, it ends nothing.
    gateway.ask("view", f"* {RHID}")
    assert gateway.ask("custom", f"{word} 40 {proof}").content == b"ack"
    assert Admission.objects.filter(ended_at=None).exclude(entered_at=None).count() == 1


def told_by_rc_local(folder: Path) -> str:
    """What the lines of rc.local say, with a libopennds that notes it and no waiting."""
    files = OpenNDS().files(
        GatewayOfSite("gw-opennds", "gw-opennds", SECRET.decode(), "Marché", "Wifi"), CENTRAL
    )
    text = next(f.text for f in files if f.where == "/etc/rc.local")
    said, tool = folder / "said", folder / "libopennds.sh"
    tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {said}\nprintf ack\n')
    tool.chmod(0o700)
    script = text.replace("/usr/lib/opennds/libopennds.sh", str(tool)).replace("sleep 30", ":")
    subprocess.run(["sh", "-c", f"{script}wait"], check=True, timeout=30)
    action, payload = said.read_text().splitlines()
    assert action == "send_to_fas_custom"
    return payload


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("clear", "none"),
        ("custom", "restarted 0 SECRET-A-RENOUVELER"),
        ("custom", "restarted 0"),
        ("deauthed", "clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming=1, bytes_outgoing=1, session_start=5,"
         " session_end=6, token=00000000"),
        ("deauthed", "clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming=1, bytes_outgoing=1, session_start=5,"
         " session_end=6"),
    ],
)  # fmt: skip
def test_a_device_behind_the_gateway_ends_no_session_of_others(
    phone: Phone, gateway: Gateway, action: str, payload: str
) -> None:
    """It has the gateway's address and may read its name: neither is a proof."""
    enter(phone)
    gateway.ask("view", f"* {RHID}")
    gateway.ask(action, payload)
    fold_all()
    assert Session.objects.get().ended_us is None
    assert Admission.objects.get().ended_at is None


def test_who_says_that_its_own_session_is_over_gains_nothing(phone: Phone, gateway: Gateway) -> None:
    enter(phone)
    gateway.ask("view", f"* {RHID}")
    end = (
        "clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming={0}, bytes_outgoing={0}, session_start=5,"
        " session_end={1}, token=" + TOKEN
    )
    gateway.ask("deauthed", end.format(0, 5))
    fold_all()
    gateway.ask("deauthed", end.format(700, 905))  # what the gateway says when it is over
    fold_all()
    session = Session.objects.get()
    assert (session.seconds, session.octets_in, session.octets_out) == (900, 700, 700)


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
    """Who has a token may say that its session was short: that gives no time back."""
    enter(phone)
    gateway.ask("view", f"* {Admission.objects.get().rhid}")
    Admission.objects.update(entered_at=timezone.now() - timedelta(seconds=600))
    forged = (
        "clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming=0, bytes_outgoing=0, session_start=5, session_end=5,"
        f" token={TOKEN}"
    )
    assert gateway.ask("deauthed", forged).content == b"ack"
    fold_all()
    assert Session.objects.get().seconds in (600, 601)
