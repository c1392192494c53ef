"""libvirt, through its own command `virsh`: no compiled Python dependency, and remote hosts by its URI.

Three storage pools of libvirt stand on the host, made once by who runs it: `ss-images` (the catalogue),
`ss-disks` and `ss-consoles` (directories). Everything goes through libvirt, files included: the same driver
works from another machine (`qemu+ssh://…`). A machine of ours has the name `ss-<key>`.
"""

import subprocess
import tempfile
import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from smartsenegal.datacenter.hosting.contrib.base import Spec
from smartsenegal.datacenter.hosting.errors import BackendError
from smartsenegal.datacenter.hosting.rules.machines import CRASHED, PAUSED, RUNNING, STOPPED, Real

IMAGES, DISKS, CONSOLES = "ss-images", "ss-disks", "ss-consoles"
PREFIX = "ss-"
TIMEOUT = 60
ACTS = {"start": "start", "shutdown": "shutdown", "destroy": "destroy", "reset": "reset", "resume": "resume"}
# virDomainState: a blocked or a stopping guest still runs.
_STATES = {1: RUNNING, 2: RUNNING, 3: PAUSED, 4: RUNNING, 5: STOPPED, 6: CRASHED, 7: PAUSED}
_GONE = ("failed to get domain", "Domain not found")
_NO_VOLUME = ("Storage volume not found", "failed to get vol")


class Libvirt:
    """The hypervisor behind a libvirt URI."""

    def __init__(self, uri: str, network: str = "") -> None:
        self.uri, self.network = uri, network

    def machines(self) -> dict[str, Real]:
        found: dict[str, Real] = {}
        name, values = "", dict[str, str]()
        for line in [*self._virsh("domstats", "--state", "--vcpu", "--balloon").splitlines(), "Domain: ''"]:
            if line.startswith("Domain: "):
                if name.startswith(PREFIX) and _is_key(name.removeprefix(PREFIX)):
                    found[name.removeprefix(PREFIX)] = _real(values)
                name, values = line.removeprefix("Domain: ").strip("'"), {}
            elif "=" in line:
                field, _, value = line.strip().partition("=")
                values[field] = value
        return found

    def create(self, spec: Spec) -> None:
        volume = _disk(spec.key)
        if not self._has(DISKS, volume):
            self._make_disk(spec, volume)
        self.grow(spec)
        self.define(spec)

    def _make_disk(self, spec: Spec, volume: str) -> None:
        if not spec.boot.disk:
            self._virsh(
                "vol-create-as", DISKS, volume, f"{spec.disk_gib}G", "--allocation", "0", "--format", "raw"
            )
            return
        told = ET.Element("volume")
        ET.SubElement(told, "name").text = volume
        ET.SubElement(told, "capacity", unit="GiB").text = str(spec.disk_gib)
        ET.SubElement(ET.SubElement(told, "target"), "format", type="raw")
        self._with_file(told, "vol-create-from", DISKS, "{}", spec.boot.disk, "--inputpool", IMAGES)

    def define(self, spec: Spec) -> None:
        paths = {
            name: self._virsh("vol-path", "--pool", IMAGES, volume).strip()
            for name, volume in (("kernel", spec.boot.kernel), ("initrd", spec.boot.initrd))
            if volume
        }
        consoles = self._pool_path(CONSOLES)
        kind = "kvm" if _has_kvm(self.uri) else "qemu"
        self._with_file(domain(spec, kind, paths, consoles, self.network), "define", "{}")

    def grow(self, spec: Spec) -> None:
        volume = _disk(spec.key)
        told = self._virsh("vol-info", "--pool", DISKS, "--bytes", volume)
        size = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Capacity:"))
        if size < spec.disk_gib * 1024**3:
            self._virsh("vol-resize", "--pool", DISKS, volume, f"{spec.disk_gib}G")

    def act(self, key: str, verb: str) -> None:
        self._virsh(ACTS[verb], PREFIX + key)

    def remove(self, key: str) -> None:
        self._virsh("undefine", PREFIX + key, missing=_GONE)

    def wipe(self, key: str) -> None:
        self._virsh("pool-refresh", CONSOLES)
        for pool, volume in ((DISKS, _disk(key)), (CONSOLES, _console(key))):
            self._virsh("vol-delete", "--pool", pool, volume, missing=_NO_VOLUME)

    def console(self, key: str, most: int) -> bytes:
        # A file that the hypervisor writes is a volume once its pool was looked at again.
        self._virsh("pool-refresh", CONSOLES)
        told = self._virsh(
            "vol-info", "--pool", CONSOLES, "--bytes", "--physical", _console(key), missing=_NO_VOLUME
        )
        sizes = [int(line.split()[1]) for line in told.splitlines() if line.startswith("Physical:")]
        if not sizes or not sizes[0]:
            return b""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "console"
            self._virsh(
                "vol-download", "--pool", CONSOLES, _console(key), str(file), "--offset",
                str(max(0, sizes[0] - most)),
            )  # fmt: skip
            return file.read_bytes()[-most:]

    def _has(self, pool: str, volume: str) -> bool:
        self._virsh("pool-refresh", pool)
        return bool(self._virsh("vol-key", "--pool", pool, volume, missing=_NO_VOLUME))

    def _pool_path(self, pool: str) -> str:
        told = ET.fromstring(self._virsh("pool-dumpxml", pool))  # noqa: S314 (libvirt's own words)
        return told.findtext("target/path") or ""

    def _with_file(self, given: ET.Element, *command: str) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write(ET.tostring(given, "unicode"))
            file.flush()
            self._virsh(*(file.name if word == "{}" else word for word in command))

    def _virsh(self, *command: str, missing: tuple[str, ...] = ()) -> str:
        """What the command prints; nothing when it fails with one of the words of `missing`."""
        return _run(self.uri, command, missing)


def _run(uri: str, command: tuple[str, ...], missing: tuple[str, ...] = ()) -> str:
    try:
        done = subprocess.run(
            ["virsh", "--quiet", "--connect", uri, *command],
            capture_output=True, text=True, errors="replace", timeout=TIMEOUT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackendError(f"virsh : {error}"[:300]) from None
    if done.returncode == 0:
        return done.stdout
    if any(words in done.stderr for words in missing):
        return ""
    raise BackendError(f"{command[0]} : {done.stderr.strip()}"[:300])


@lru_cache
def _has_kvm(uri: str) -> bool:
    """Whether the host accelerates guests; where it does not, they run in software."""
    asked = ("domcapabilities", "--virttype", "kvm", "--arch", "x86_64")
    return bool(_run(uri, asked, missing=("is not supported",)))


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _real(values: dict[str, str]) -> Real:
    state = _STATES.get(int(values.get("state.state", 0)), CRASHED)
    memory = int(values.get("balloon.maximum", 0)) // 1024
    return Real(state, int(values.get("vcpu.maximum", 0)), memory)


def _disk(key: str) -> str:
    return f"{PREFIX}{key}.img"


def _console(key: str) -> str:
    return f"{PREFIX}{key}.log"


def domain(spec: Spec, kind: str, paths: dict[str, str], consoles: str, network: str) -> ET.Element:
    """A machine in libvirt's words."""
    root = ET.Element("domain", type=kind)
    _add(root, "name", PREFIX + spec.key)
    _add(root, "uuid", spec.key)
    _add(root, "title", spec.title)
    _add(root, "memory", str(spec.memory_mib), unit="MiB")
    _add(root, "vcpu", str(spec.vcpus))
    system = _add(root, "os")
    _add(system, "type", "hvm", arch="x86_64")
    for name, path in paths.items():
        _add(system, name, path)
    if spec.boot.arguments:
        _add(system, "cmdline", spec.boot.arguments)
    if spec.ssh_key:
        # systemd reads credentials among the strings of the firmware (systemd.system-credentials).
        _add(system, "smbios", mode="sysinfo")
        strings = _add(_add(root, "sysinfo", type="smbios"), "oemStrings")
        _add(strings, "entry", f"io.systemd.credential:ssh.authorized_keys.root={spec.ssh_key}")
    _add(_add(root, "features"), "acpi")
    _add(root, "on_crash", "destroy")
    devices = _add(root, "devices")
    disk = _add(devices, "disk", type="volume", device="disk")
    _add(disk, "driver", name="qemu", type="raw", discard="unmap")
    _add(disk, "source", pool=DISKS, volume=_disk(spec.key))
    _add(disk, "target", dev="vda", bus="virtio")
    if network:
        card = _add(devices, "interface", type="network")
        _add(card, "source", network=network)
        _add(card, "model", type="virtio")
    serial = _add(devices, "serial", type="file")
    _add(serial, "source", path=f"{consoles}/{_console(spec.key)}", append="on")
    _add(_add(devices, "rng", model="virtio"), "backend", "/dev/urandom", model="random")
    return root


def _add(parent: ET.Element, tag: str, text: str = "", **given: str) -> ET.Element:
    made = ET.SubElement(parent, tag, given)
    made.text = text or None
    return made
