"""What this module asks of a hypervisor and of a store. Each raises BackendError when it fails."""

from dataclasses import dataclass
from typing import Protocol

from smartsenegal.datacenter.hosting.rules.machines import Real


@dataclass(frozen=True)
class Boot:
    """What a machine starts from: names of volumes among the images of the hypervisor."""

    disk: str = ""
    kernel: str = ""
    initrd: str = ""
    arguments: str = ""


@dataclass(frozen=True)
class Spec:
    """A machine to make, by its key. `ssh_key` reaches the guest as a credential of its firmware."""

    key: str
    title: str
    vcpus: int
    memory_mib: int
    disk_gib: int
    boot: Boot
    ssh_key: str = ""


class Hypervisor(Protocol):
    """Machines by their keys; those that are not ours are never seen nor touched."""

    def machines(self) -> dict[str, Real]:
        """All of ours, as they are now."""

    def create(self, spec: Spec) -> None:
        """Make its disk from its image, and itself, stopped; what a failure left half made is taken over."""

    def define(self, spec: Spec) -> None:
        """Give a stopped machine the processors and memory of `spec`."""

    def grow(self, spec: Spec) -> None:
        """Give the disk of a stopped machine the size of `spec`."""

    def act(self, key: str, verb: str) -> None:
        """`start`, `shutdown` (the guest is asked), `destroy` (its power is cut), `reset`, `resume`."""

    def remove(self, key: str) -> None:
        """Forget a stopped machine; its disk stays."""

    def wipe(self, key: str) -> None:
        """Erase its disk and its console."""

    def console(self, key: str, most: int) -> bytes:
        """The end of what it wrote on its serial console; nothing when it never started."""


@dataclass(frozen=True)
class Measure:
    """What a bucket holds, all versions of its objects counted."""

    size: int
    count: int


class Store(Protocol):
    """Buckets and keys, by their names."""

    address: str

    def buckets(self) -> set[str]:
        """All that exist."""

    def create(self, name: str, lock_days: int) -> None:
        """Make a bucket; with `lock_days`, nothing in it can be changed or erased before, by anybody.

        Again, it is the same one. Raises BackendError for one of that name that already holds something.
        """

    def delete(self, name: str) -> None:
        """Erase a bucket. Raises NotEmpty while something is in it, were it an old version."""

    def measure(self, name: str) -> Measure:
        """What it holds."""

    def give(self, user: str) -> tuple[str, str]:
        """A new key of a user that may do nothing yet: its identifier and its secret; older ones are gone."""

    def allow(self, user: str, policy: str) -> None:
        """What its key may do from now on."""

    def withdraw(self, user: str) -> None:
        """No key of it works any more; nothing when it has none."""
