"""Portal, data plane and accounting together: a token lets in, and its use comes back as time left."""

import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.sessions.models import Session
from tests.wifi.portal.conftest import SECRET, Phone
from tests.wifi.portal.test_lines import MACS, Device, look
from tests.wifi.portal.test_pages import gone_to, text
from tests.wifi.radius.conftest import Radius, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        shutil.which("radclient") is None, reason="radclient is not installed (freeradius-utils)"
    ),
]


@pytest.fixture
def radius(site: Hotspot, tmp_path: Path) -> Any:
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute("TRUNCATE wifi_sessions_event")
    # The gateway of the site asks from this machine.
    Nas.objects.filter(code="gw-mikrotik").update(network="127.0.0.1/32", interim_seconds=60)
    server = Radius(tmp_path / "radius")
    server.start()
    try:
        yield server
    finally:
        assert server.stop() == 0, server.log()
        connections.close_all()


def radclient(port: int, command: str, attributes: str) -> str:
    done = subprocess.run(
        ["radclient", "-x", "-r", "2", "-t", "2", f"127.0.0.1:{port}", command, SECRET.decode()],
        input=attributes, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_a_place_that_is_held_is_kept_by_the_radius_server(
    radius: Radius, phone: Phone, on: Callable[..., Any]
) -> None:
    """One place, two devices: the second, with as good a token, does not get the place of the first."""
    Hotspot.objects.update(clients_at_most=2)
    on(holder=98, credential=98, device=b"1")
    on(holder=99, credential=99, device=b"2")
    Nas.objects.filter(code="gw-coova").update(interim_seconds=3600)
    look()
    first = Device(phone, MACS[0])
    assert first.number == 1
    stranger = access.give_token(5, timezone.now() + timedelta(hours=1))
    assert stranger is not None
    Session.objects.filter(credential=98).update(ended_us=time.time_ns() // 1000)
    look()
    told = gone_to(first.again().tap())

    def asks(login: str, password: str, mac: str) -> str:
        named = f'User-Name = "{login}", User-Password = "{password}", Calling-Station-Id = "{mac}"'
        return radclient(radius.port, "auth", f"{named}, Message-Authenticator = 0x00")

    until(lambda: "Received Access-Accept" in asks(told["username"], told["password"], MACS[0]), 5)
    for login, password, why in (
        (stranger.login, stranger.password, "plein"),
        (told["username"], told["password"], "mot de passe"),  # one tap lets in the device that made it
    ):
        said = asks(login, password, MACS[1])
        assert "Received Access-Reject" in said
        assert why in said


def test_one_tap_a_login_an_hour_and_what_is_left(radius: Radius, phone: Phone) -> None:
    told = gone_to(phone.post("entrer/", e=phone.arrive(), w="click"))
    mac = 'Calling-Station-Id = "0A-1B-2C-3D-4E-5F"'
    login = f'User-Name = "{told["username"]}", User-Password = "{told["password"]}", {mac}'
    said = ""

    def accepted() -> bool:
        nonlocal said
        said = radclient(radius.port, "auth", f"{login}, Message-Authenticator = 0x00")
        return "Received Access-Accept" in said

    # The page waits a second before it goes to the gateway; the data plane hears of the token in less.
    began = time.monotonic()
    until(accepted, 5)
    assert time.monotonic() - began < 5
    assert "Session-Timeout = 3600" in said or "Session-Timeout = 35" in said
    wrong = login.replace(told["password"], "x" * 16)
    assert "Received Access-Reject" in radclient(
        radius.port, "auth", f"{wrong}, Message-Authenticator = 0x00"
    )
    given = next(line.split("=")[1].strip() for line in said.splitlines() if "Class" in line)
    common = f'Acct-Session-Id = "s1", Class = {given}, {mac}, Framed-IP-Address = 10.20.0.9'
    for more in (
        "Acct-Status-Type = Start",
        "Acct-Status-Type = Interim-Update, Acct-Session-Time = 600, Acct-Input-Octets = 10000000",
    ):
        assert "Accounting-Response" in radclient(radius.accounting_port, "acct", f"{common}, {more}")
    until(lambda: Session.objects.filter(seconds=600).exists(), 20)
    path = told["dst"].partition(phone.base)[2]
    page = text(phone.get(path))
    assert "Vous êtes en ligne" in page
    assert "Temps qui reste 0 h 50 min" in page
    assert "Volume qui reste 90 Mo" in page
