"""A person's own password and profile, against the server as it runs, by wpa_supplicant's eapol_test."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from smartsenegal.kernel.identity import api as identity
from smartsenegal.wifi.access.actions import add_realm, retire_realm
from smartsenegal.wifi.access.actions import devices as actions
from smartsenegal.wifi.access.models import Realm
from smartsenegal.wifi.access.profiles import supplicant
from smartsenegal.wifi.access.queries_devices import profile
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.radius import authority
from tests.wifi.radius.conftest import Radius, until
from tests.wifi.radius.known import SECRET

pytestmark = pytest.mark.skipif(
    shutil.which("eapol_test") is None,
    reason="eapol_test is missing: it comes with Debian's package eapoltest",
)


@pytest.fixture
def radius(shop: Hotspot, tmp_path: Path) -> Iterator[Radius]:
    Hotspot.objects.update(secure_ssid="Smart Wifi+")
    authority.ensure()
    server = Radius(tmp_path / "radius")
    server.start()
    try:
        yield server
    finally:
        assert server.stop() == 0, server.log()
        connections.close_all()


def enters(place: Path, port: int, block: str, password: str) -> bool:
    """Whether a device with this profile, whose holder types this password, is let in."""
    settings = place / "device.conf"
    settings.write_text(block.replace("  phase2=", f'  password="{password}"\n  phase2='))
    command = ["eapol_test", "-c", str(settings), "-a", "127.0.0.1", "-p", str(port), "-s", SECRET.decode()]
    done = subprocess.run([*command, "-t", "10"], capture_output=True, text=True, timeout=40)
    return done.stdout.rstrip().endswith("SUCCESS")


@pytest.mark.parametrize("method", ["ttls-pap", "ttls-mschapv2", "peap-mschapv2"])
def test_a_device_enters_by_its_profile_until_its_password_is_renewed_or_withdrawn(
    radius: Radius, tmp_path: Path, method: str
) -> None:
    system = identity.system("test")
    realm: Realm = add_realm(system, name="wifi.sn", methods=[method])
    account = identity.create_account(system, name="Awa Ndiaye", phone="+221771234567", verified=True)
    by = identity.principal_for(account)
    made = actions.make_password(by, realm)
    given = profile(by, realm)
    assert given is not None
    block = supplicant(given)
    until(lambda: enters(tmp_path, radius.port, block, made.password))
    assert not enters(tmp_path, radius.port, block, "another-password")
    false_name = block.replace(given.server_name, "radius.elsewhere.sn")
    assert not enters(tmp_path, radius.port, false_name, made.password)
    renewed = actions.make_password(by, realm)
    until(lambda: enters(tmp_path, radius.port, block, renewed.password))
    assert not enters(tmp_path, radius.port, block, made.password)
    actions.withdraw_password(by, realm)
    until(lambda: not enters(tmp_path, radius.port, block, renewed.password))
    retire_realm(system, realm)
