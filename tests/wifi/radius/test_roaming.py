"""Guests of another realm, whose home server is FreeRADIUS: by UDP, by RadSec, and when it is gone."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from smartsenegal.kernel import vault
from smartsenegal.wifi.access.api import HomeServer, Realm, seal_home_secret
from smartsenegal.wifi.network.api import Nas
from smartsenegal.wifi.radius import authority
from smartsenegal.wifi.radius.eap import WifiAuthority
from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem
from smartsenegal.wifi.sessions.api import Event
from tests.wifi.radius.conftest import Radius, free_port, until
from tests.wifi.radius.test_enterprise import failed, login, succeeded
from tests.wifi.radius.test_server import RADCLIENT, radclient

FREERADIUS = shutil.which("freeradius")
EAPOL = shutil.which("eapol_test")
pytestmark = [
    pytest.mark.skipif(
        FREERADIUS is None, reason="freeradius is not installed (Debian's package freeradius)"
    ),
    pytest.mark.skipif(EAPOL is None, reason="eapol_test is not installed (Debian's package eapoltest)"),
    pytest.mark.skipif(RADCLIENT is None, reason="radclient is not installed (freeradius-utils)"),
]

HOME_SECRET = "home-secret"
PASSWORD = "secret-of-awa"

CONFIGURATION = """
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {folder}
logdir = {folder}
run_dir = {folder}
pidfile = {folder}/pid
log {{
    destination = stdout
}}
security {{
    allow_vulnerable_openssl = yes
}}
thread pool {{
    start_servers = 1
    max_servers = 2
    min_spare_servers = 1
    max_spare_servers = 1
}}
modules {{
    pap {{
    }}
    eap {{
        default_eap_type = ttls
        tls-config shown {{
            private_key_file = {folder}/home.key
            certificate_file = {folder}/home.pem
            ca_file = {folder}/home-root.pem
            ecdh_curve = "prime256v1"
        }}
        ttls {{
            tls = shown
            virtual_server = home
        }}
    }}
}}
client ours {{
    ipaddr = 127.0.0.1
    secret = {secret}
    require_message_authenticator = yes
}}
clients radsec {{
    client ours-by-tls {{
        ipaddr = 127.0.0.1
        proto = tls
        secret = radsec
    }}
}}
server home {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {port}
    }}
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {tls_port}
        proto = tcp
        clients = radsec
        tls {{
            private_key_file = {folder}/home.key
            certificate_file = {folder}/home.pem
            ca_file = {folder}/our-root.pem
            require_client_cert = yes
            ecdh_curve = "prime256v1"
            tls_min_version = "1.2"
            tls_max_version = "1.2"
        }}
    }}
    authorize {{
        if (User-Name =~ /^awa/) {{
            update control {{
                Cleartext-Password := "{password}"
            }}
        }}
        eap {{
            ok = return
        }}
        pap
    }}
    authenticate {{
        Auth-Type PAP {{
            pap
        }}
        eap
    }}
    post-auth {{
        update reply {{
            Message-Authenticator := 0x00
            Tunnel-Private-Group-Id := "42"
            Class := 0x7468656972
        }}
        Post-Auth-Type REJECT {{
            update reply {{
                Message-Authenticator := 0x00
            }}
        }}
    }}
}}
"""


class Home:
    """FreeRADIUS of another institution, with an authority of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.port = free_port()
        self.tls_port = self.port + 2
        made = WifiAuthority.ensure(folder / "made", keyring=vault.keyring(), server_name="localhost")
        shown = made.server()
        (folder / "home-root.pem").write_text(made.root_pem())
        (folder / "home.pem").write_bytes(chain_pem(shown.chain))
        (folder / "home.key").write_bytes(key_pem(shown.key))
        (folder / "our-root.pem").write_text(authority.ensure().root_pem())
        (folder / "dictionary").write_text("")
        (folder / "radiusd.conf").write_text(
            CONFIGURATION.format(
                folder=folder, secret=HOME_SECRET, password=PASSWORD, port=self.port, tls_port=self.tls_port
            )
        )

    def start(self) -> None:
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [str(FREERADIUS), "-fxx", "-l", "stdout", "-d", str(self.folder), "-n", "radiusd"],
                stdout=log,
                stderr=log,
            )
        until(lambda: "Ready to process requests" in self.log() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)


@pytest.fixture
def home(gateway: Nas, tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "home")
    found.start()
    try:
        yield found
    finally:
        found.stop()


@contextmanager
def ours(tmp_path: Path, home: Home, transport: str) -> Iterator[Radius]:
    realm = Realm.objects.create(name="ucad.sn", kind="proxy")
    address = "localhost" if transport == "radsec" else "127.0.0.1"
    HomeServer.objects.create(
        realm=realm, address=address, transport=transport,
        port=home.tls_port if transport == "radsec" else home.port,
        secret=seal_home_secret(realm.pk, address, HOME_SECRET.encode()) if transport == "udp" else None,
    )  # fmt: skip
    server = Radius(tmp_path / "radius", workers=2)
    server.environment["SMARTSENEGAL_RADIUS_RADSEC_CA"] = str(home.folder / "home-root.pem")
    server.start()
    try:
        yield server
    finally:
        assert server.stop() == 0, server.log()
        connections.close_all()


@pytest.mark.parametrize("transport", ["udp", "radsec"])
def test_a_guest_logs_in_at_home_and_gets_what_we_give(home: Home, tmp_path: Path, transport: str) -> None:
    with ours(tmp_path, home, transport) as radius:
        ask = f'User-Name = "{{}}@ucad.sn", User-Password = "{PASSWORD}", Message-Authenticator = 0x00'
        ask += ', Calling-Station-Id = "0A-1B-2C-3D-4E-5F", Proxy-State = 0x6f6e65'
        until(lambda: "Received Access-Accept" in radclient(radius.port, "auth", ask.format("awa")), 20)
        said = radclient(radius.port, "auth", ask.format("awa")).partition("Received")[2]
        assert "Session-Timeout = 3600" in said
        assert "Proxy-State = 0x6f6e65" in said
        assert "Tunnel-Private-Group-Id" not in said
        assert "0x7468656972" not in said
        given = next(line.split("=")[1].strip() for line in said.splitlines() if "Class" in line)
        assert "Received Access-Reject" in radclient(radius.port, "auth", ask.format("moussa"))
        # 802.1X through both, and the keys of the home server reach the access point.
        settings = {
            "identity": '"awa@ucad.sn"', "password": f'"{PASSWORD}"',
            "ca_cert": f'"{home.folder}/home-root.pem"', "domain_suffix_match": '"localhost"',
        }  # fmt: skip
        succeeded(login(tmp_path, radius.port, "TTLS", "PAP", **settings))
        failed(login(tmp_path, radius.port, "TTLS", "PAP", **settings | {"password": '"wrong"'}))
        report = f'Acct-Status-Type = Start, Acct-Session-Id = "s1", Class = {given}'
        assert "Received Accounting-Response" in radclient(radius.accounting_port, "acct", report)
        event = Event.objects.get()
        assert (event.credential, event.plan is None, event.holder is None) == (0, False, False)
        assert "REALM=ucad.sn#VISCOUNTRY=SN#VISINST=1" in radius.log()
        assert "RESULT=OK#" in radius.log()
        assert "awa" not in radius.log()
        home.stop()
        assert "Received Access-Reject" in radclient(radius.port, "auth", ask.format("awa"), retries=8)
