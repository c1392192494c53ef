"""A libvirt of one's own, without privilege, and a guest that boots in two seconds in software."""

import gzip
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KERNEL = Path("/usr/local/lib/smartsenegal/vmlinuz")
NOBODY = 65534
INIT = b"""#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
echo "INVITE PRET, $(/bin/busybox nproc) vCPU"
/bin/busybox strings /sys/firmware/dmi/tables/DMI | /bin/busybox grep -o "ssh-ed25519 .*"
printf '\\033[31mrouge\\033[0m\\n'
while :; do /bin/busybox sleep 60; done
"""


@dataclass(frozen=True)
class Host:
    """A hypervisor: its address, and where its volumes are."""

    uri: str
    folder: Path

    def virsh(self, *command: str) -> str:
        """What libvirt's own command says of it."""
        done = subprocess.run(
            ["virsh", "-q", "-c", self.uri, *command], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout


@contextmanager
def libvirt() -> Iterator[Host]:
    """A session of libvirt with its three pools, and in the catalogue a kernel with busybox."""
    folder = Path(tempfile.mkdtemp(prefix="lv", dir="/var/tmp"))
    for name in ("run", "images", "disks", "consoles"):
        (folder / name).mkdir()
    shutil.copy(KERNEL, folder / "images" / "vmlinuz")
    (folder / "images" / "initrd.gz").write_bytes(gzip.compress(_archive(), 1))
    become = _give_away(folder)
    places = {
        "HOME": folder, "XDG_RUNTIME_DIR": folder / "run", "XDG_CONFIG_HOME": folder / "conf",
        "XDG_CACHE_HOME": folder / "cache", "XDG_DATA_HOME": folder / "data",
    }  # fmt: skip
    # The environment of the tests is not the guests' business.
    surroundings = {"PATH": os.environ["PATH"] + ":/usr/sbin", **{k: str(v) for k, v in places.items()}}
    with (folder / "libvirtd.log").open("wb") as log:
        daemon = subprocess.Popen([*become, "/usr/sbin/libvirtd"], env=surroundings, stdout=log, stderr=log)
    socket = folder / "run" / "libvirt" / "libvirt-sock"
    host = Host(f"qemu+unix:///session?socket={socket}", folder)
    try:
        _wait_for(socket, daemon, folder / "libvirtd.log")
        for pool in ("images", "disks", "consoles"):
            host.virsh("pool-define-as", f"ss-{pool}", "dir", "--target", str(folder / pool))
            host.virsh("pool-start", f"ss-{pool}")
        yield host
    finally:
        for name in host.virsh("list", "--name").split() if daemon.poll() is None else []:
            host.virsh("destroy", name)
        daemon.terminate()
        daemon.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _give_away(folder: Path) -> list[str]:
    """What runs the daemon as nobody when the tests are root: root has no session of its own."""
    if os.getuid():
        return []
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _wait_for(socket: Path, daemon: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        if socket.exists():
            return
        assert daemon.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _archive() -> bytes:
    """busybox and its first process, in the format that Linux unpacks (newc)."""
    files = [
        ("bin", 0o40755, b""), ("proc", 0o40755, b""), ("sys", 0o40755, b""),
        ("bin/busybox", 0o100755, Path("/bin/busybox").read_bytes()), ("init", 0o100755, INIT),
        ("TRAILER!!!", 0, b""),
    ]  # fmt: skip
    return b"".join(_entry(number, *each) for number, each in enumerate(files, 1))


def _entry(number: int, name: str, mode: int, content: bytes) -> bytes:
    links = 2 if mode & 0o40000 else 1
    fields = (number, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return _padded(head) + _padded(content)


def _padded(part: bytes) -> bytes:
    return part + b"\0" * (-len(part) % 4)
