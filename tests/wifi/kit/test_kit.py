"""Two installations: one prepares a kit, the other lives a day of events alone and brings them back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests.database import template_name
from tests.wifi.kit.conftest import central, counted, plain

if TYPE_CHECKING:
    from smartsenegal.wifi.access.api import VoucherBatch
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.network.api import Nas

pytestmark = pytest.mark.django_db(transaction=True)


class Other:
    """Another installation: its own data, secrets and database."""

    def __init__(self, folder: Path) -> None:
        self.database = f"kit_{os.getpid()}"
        here = connections["default"].settings_dict
        self.admin = {
            "host": here["HOST"],
            "port": here["PORT"],
            "user": here["USER"],
            "password": here["PASSWORD"],
        }
        with self.connect("postgres") as link:
            link.execute(f"DROP DATABASE IF EXISTS {self.database}")
            # What an installation begins with, but for what `migrate` does beyond the migrations.
            link.execute(f"CREATE DATABASE {self.database} TEMPLATE {template_name()}")
        self.environment = {
            **os.environ,
            "SMARTSENEGAL_DATA": str(folder),
            "SMARTSENEGAL_DATABASE": self.database,
            "DATABASE_URL": self.url(here),
        }
        (folder / "tmp").mkdir(parents=True)
        self.run(
            sys.executable, "-c",
            "import os; from smartsenegal.run.config import Config; from smartsenegal.run.secrets import "
            "ensure_secrets; ensure_secrets(Config.from_environment(os.environ))",
        )  # fmt: skip
        self.command("migrate")

    def url(self, here: dict[str, Any]) -> str:
        who = f"{here['USER']}:{here['PASSWORD'] or ''}"
        return f"postgresql://{who}@/{self.database}?host={here['HOST']}&port={here['PORT']}"

    def connect(self, database: str = "") -> psycopg.Connection[Any]:
        given = {k: v for k, v in self.admin.items() if v}
        return psycopg.connect(dbname=database or self.database, autocommit=True, **given)

    def command(self, *words: str, code: int = 0, **environment: str) -> str:
        return self.run(sys.executable, "-m", "smartsenegal", *words, code=code, **environment)

    def run(self, *words: str, code: int = 0, **environment: str) -> str:
        done = subprocess.run(
            words, env={**self.environment, **environment}, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def drop(self) -> None:
        with self.connect("postgres") as link:
            link.execute(f"DROP DATABASE {self.database} WITH (FORCE)")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Other]:
    made = Other(tmp_path / "kit")
    yield made
    made.drop()


INSERT = """
    INSERT INTO wifi_sessions_event (day, received_us, happened_us, kind, nas, session, nas_session,
        credential, holder, plan, access_point, device, calling, seconds, octets_in, octets_out)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, NULL, '', %s, 'AA-BB', %s, %s, %s)
"""
KEYS = """
import django; django.setup()
from hashlib import sha256
from smartsenegal.wifi.access.api import installation_key
from smartsenegal.wifi.network.api import Nas, open_secret
gateway = Nas.objects.get()
print("class", sha256(installation_key("class")).hexdigest())
print("secret", sha256(open_secret(gateway.code, bytes(gateway.secret))).hexdigest())
print("dates", gateway.answered_from.isoformat(), gateway.answered_until.isoformat(), gateway.state)
"""


def a_day_of_events(kit: Other, made: Kit, voucher: Any, sessions: int) -> None:
    """Sessions of a day as the kit's own RADIUS server writes them: start, report, stop."""
    begin = int(made.starts_at.timestamp() * 1_000_000) + 60_000_000
    with kit.connect() as link:
        for n in range(sessions):
            for kind, octets in ((1, 0), (3, 70_000 + n), (2, 5_000_000_000 + 7 * n)):
                at = begin + 10 * n + kind * 10**8
                link.execute(
                    INSERT,
                    [made.starts_at.date(), at, at, kind, made.gateways[0], n.to_bytes(16, "big"), f"s{n}",
                     voucher.pk, voucher.holder, b"d" * 16, 100 * kind, octets, 3 * octets],
                )  # fmt: skip


def test_a_kit_lives_alone_and_its_events_come_back_once(
    kit: Other, gateway: Nas, vouchers: VoucherBatch, tmp_path: Path
) -> None:
    from smartsenegal.wifi.access.api import Credential, installation_key
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.network.api import open_secret
    from smartsenegal.wifi.sessions.api import Session, fold_all

    prepared, events = tmp_path / "kit.sealed", tmp_path / "events.sealed"
    code, said, _ = central("export", gateway.hotspot.site.code, "--out", str(prepared))
    assert code == 0
    key = re.search(r"(?:[A-Z2-7]{4}-){12}[A-Z2-7]{4}", said)
    assert key
    # The file tells nothing without its key, and the key of another opens nothing.
    assert b"Smart Wifi" not in prepared.read_bytes()
    wrong = kit.command("kit", "import", str(prepared), code=1, SMARTSENEGAL_KIT_KEY="AAAA-" * 12 + "AAAA")
    assert "abîmé, ou sa clé" in wrong
    assert "sert « " in plain(kit.command("kit", "import", str(prepared), SMARTSENEGAL_KIT_KEY=key[0]))
    again = kit.command("kit", "import", str(prepared), code=1, SMARTSENEGAL_KIT_KEY=key[0])
    assert "machine neuve" in again
    made = Kit.objects.get()
    told = dict(line.split(" ", 1) for line in kit.run(sys.executable, "-c", KEYS).splitlines())
    own = sha256(open_secret(gateway.code, bytes(gateway.secret))).hexdigest()
    assert told["secret"] != own
    assert told["class"] != sha256(installation_key("class")).hexdigest()
    ends = made.expires_at + timedelta(hours=1)
    assert told["dates"] == f"{made.starts_at.isoformat()} {ends.isoformat()} active"
    one = Credential.objects.filter(batch=vouchers).first()
    assert one is not None
    with kit.connect() as link:
        row = link.execute("SELECT count(*), min(id) FROM wifi_access_credential").fetchone()
        assert row is not None
        assert row[0] == 20
        known = link.execute("SELECT holder FROM wifi_access_credential WHERE id = %s", [one.pk]).fetchone()
        assert known == (one.holder,)
        # Sealed under the kit's own keys: what the centre keeps of a code is useless there.
        logins = link.execute("SELECT login FROM wifi_access_credential").fetchall()
        assert one.login not in {login for (login,) in logins}
    a_day_of_events(kit, made, one, 40)
    assert "120 événements" in plain(kit.command("kit", "pack", "--out", str(events)))

    # Cut in the middle: nothing of what is missing is taken, and the balance says so.
    cut = tmp_path / "cut.sealed"
    cut.write_bytes(events.read_bytes()[:-50])
    code, said, why = central("reconcile", str(cut))
    assert (code, "Le solde n’est pas juste" in said, "coupé" in why) == (1, True, True)
    assert counted()[0] == 0
    code, said, _ = central("reconcile", str(events))
    assert (code, "Le solde est juste." in said) == (0, True)
    assert "Connexions : 40. Tickets utilisés : 1 sur 20." in said
    sent, taken = (line.split(" : ")[1] for line in said.splitlines()[1:3])
    assert sent == taken
    total = sum(70_000 + n + 5_000_000_000 + 7 * n for n in range(40))
    assert counted() == (120, total, 3 * total)
    # The same file again, and a later one of the same kit: only what is new.
    assert "Nouveaux paquets : 0." in central("reconcile", str(events))[1]
    assert counted() == (120, total, 3 * total)
    with kit.connect() as link:
        link.execute("UPDATE wifi_sessions_event SET calling = ''")  # as its fold does
    a_day_of_events(kit, made, one, 2)
    kit.command("kit", "pack", "--out", str(events))
    code, said, _ = central("reconcile", str(events))
    assert (code, "Nouveaux paquets : 1." in said) == (0, True)
    fold_all()
    assert Session.objects.count() == 40
    assert {s.hotspot for s in Session.objects.all()} == {gateway.hotspot_id}
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wifi_sessions_event WHERE calling <> ''")
        assert cursor.fetchone() == (0,)
