"""A wired switch port (hostapd) and a device (wpa_supplicant) on one cable between two network namespaces.

Neither is ours: hostapd asks our server who may come in, reports the session to it, and obeys its orders on
`das_port` (RFC 5176). It needs root.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

TOOLS = ("ip", "hostapd", "wpa_supplicant", "wpa_cli")
INTERIM_SECONDS = 2  # hostapd's own setting: what the server asks for is a minute at least


def missing() -> str:
    """Why this machine cannot have a network of its own; "" when it can."""
    if absent := [t for t in TOOLS if which(t) is None]:
        return f"missing: {', '.join(absent)} (Debian's iproute2, hostapd, wpasupplicant)"
    if os.geteuid() != 0:
        return "network namespaces need root"
    done = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    return "" if done.returncode == 0 else "this machine gives no network namespace"


def which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


needs_namespaces = pytest.mark.skipif(bool(missing()), reason=missing())


class Lan:
    """One port and one device; both stop with the context."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.port_end, self.device_end = f"{name}p", f"{name}d"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start_port(self, radius_port: int, secret: str, das_port: int = 0) -> None:
        """hostapd, whose RADIUS server is on the loopback."""
        orders = (
            f"radius_das_port={das_port}\nradius_das_client=127.0.0.1 {secret}\n"
            "radius_das_require_event_timestamp=1\n"
            if das_port
            else ""
        )
        (self.folder / "hostapd.conf").write_text(
            f"""interface={self.port_end}
driver=wired
ctrl_interface={self.folder}/hostapd
logger_stdout=-1
logger_stdout_level=1
ieee8021x=1
eap_reauth_period=3600
use_pae_group_addr=1
own_ip_addr=127.0.0.1
nas_identifier=gw
auth_server_addr=127.0.0.1
auth_server_port={radius_port}
auth_server_shared_secret={secret}
acct_server_addr=127.0.0.1
acct_server_port={radius_port + 1}
acct_server_shared_secret={secret}
radius_acct_interim_interval={INTERIM_SECONDS}
{orders}"""
        )
        self._start("hostapd", "hostapd", "-d", str(self.folder / "hostapd.conf"))
        self.wait_for(lambda: "AP-ENABLED" in self.log("hostapd"))

    def start_device(self, **settings: str) -> None:
        """wpa_supplicant with these settings of a network, as in its own file."""
        values = {"key_mgmt": "IEEE8021X", "eapol_flags": "0", **settings}
        lines = "".join(f"  {key}={value}\n" for key, value in values.items())
        (self.folder / "device.conf").write_text(
            f"ctrl_interface={self.folder}/device\nap_scan=0\nnetwork={{\n{lines}}}\n"
        )
        self._start(
            "device", "ip", "netns", "exec", self.name, which("wpa_supplicant") or "", "-D", "wired",
            "-i", self.device_end, "-c", str(self.folder / "device.conf"),
        )  # fmt: skip

    def cli(self, command: str) -> str:
        """What wpa_cli says of the device."""
        done = subprocess.run(
            [which("wpa_cli") or "", "-p", str(self.folder / "device"), "-i", self.device_end, command],
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def is_in(self) -> bool:
        """Whether the port lets the device through, as the device sees it."""
        said = self.cli("status")
        return "suppPortStatus=Authorized" in said and "EAP state=SUCCESS" in said

    def log(self, who: str) -> str:
        """What "hostapd" or "device" printed."""
        return (self.folder / f"{who}.log").read_text(errors="replace")

    def wait_for(self, condition: object, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < end, "\n".join(self.log(who)[-3000:] for who in self._running)
            time.sleep(0.1)

    def stop(self) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def _start(self, who: str, *command: str) -> None:
        program = which(command[0]) or command[0]
        with (self.folder / f"{who}.log").open("wb") as log:
            self._running[who] = subprocess.Popen([program, *command[1:]], stdout=log, stderr=log)


@contextmanager
def lan(folder: Path) -> Iterator[Lan]:
    """The cable and the device's namespace, taken away in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Lan(folder, f"ss{secrets.token_hex(3)}")
    _ip("netns", "add", made.name)
    try:
        _ip("link", "add", made.port_end, "type", "veth", "peer", "name", made.device_end, "netns", made.name)
        _ip("link", "set", made.port_end, "up")
        _ip("-n", made.name, "link", "set", made.device_end, "up")
        yield made
    finally:
        made.stop()
        _ip("netns", "del", made.name)  # the cable goes with its end


def _ip(*words: str) -> None:
    subprocess.run([which("ip") or "ip", *words], check=True, capture_output=True)
