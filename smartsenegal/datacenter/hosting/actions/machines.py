"""What is wanted of machines. Nothing is done here: the worker brings the hypervisor to it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.datacenter.hosting.actions.base import check_fits, locked, tell_project
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.errors import BackendError, HostingRefused
from smartsenegal.datacenter.hosting.models import Image, Machine, Project, Step
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.datacenter.hosting.rules.machines import DELETED, RUNNING, STOPPED, printable
from smartsenegal.datacenter.hosting.rules.quotas import Amounts, memory
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.ids import uuid7

FIELDS = {name: name for name in ("vcpus", "memory_mib", "disk_gib")}
CONSOLE = 16_000


@transaction.atomic
def create(
    by: Principal,
    project: Project,
    image: Image,
    *,
    name: str,
    vcpus: int,
    memory_mib: int,
    disk_gib: int,
    ssh_key: str = "",
) -> Machine:
    """Want a machine, running. Raises PermissionRefused, HostingRefused: quota, image, a name twice."""
    project = locked(by, project, roles.OPERATE)
    if image.pool_id != project.pool_id or image.closed_at is not None:
        raise HostingRefused("Cette image n’est pas proposée ici : choisissez-en une autre.", "image")
    _check_size(image, memory_mib, disk_gib)
    check_fits(project, Amounts(vcpus, memory_mib, disk_gib), FIELDS)
    now = timezone.now()
    try:
        with transaction.atomic():
            made = Machine.objects.create(
                project=project, image=image, key=uuid7(), name=name, vcpus=vcpus, memory_mib=memory_mib,
                disk_gib=disk_gib, ssh_key=ssh_key, wanted=RUNNING, wanted_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise HostingRefused("Une machine du projet a déjà ce nom.", "name") from None
    _note(made)
    tell_project(by, project, "machine_asked", machine=made.pk, name=name, vcpus=vcpus, memory_mib=memory_mib)
    return made


def _check_size(image: Image, memory_mib: int, disk_gib: int) -> None:
    if memory_mib < image.least_memory_mib:
        raise HostingRefused(f"Cette image demande {memory(image.least_memory_mib)} au moins.", "memory_mib")
    if disk_gib < image.least_disk_gib:
        raise HostingRefused(
            f"Cette image demande {image.least_disk_gib} Gio de disque au moins.", "disk_gib"
        )


@transaction.atomic
def start(by: Principal, machine: Machine) -> Machine:
    """Want it running. Raises PermissionRefused, HostingRefused once deleted."""
    return _want(by, machine, RUNNING)


@transaction.atomic
def stop(by: Principal, machine: Machine) -> Machine:
    """Want it stopped: the guest is asked, and its power is cut when it does not obey. Raises as `start`."""
    return _want(by, machine, STOPPED)


@transaction.atomic
def cut(by: Principal, machine: Machine) -> Machine:
    """Want it stopped, its power cut at once. Raises as `start`."""
    return _want(by, machine, STOPPED, hard=True)


@transaction.atomic
def delete(by: Principal, machine: Machine) -> Machine:
    """Want it away, disk included. Raises as `start`, and while the register says that data lies in it."""
    if machine.datasets.filter(closed_at=None).exists():
        raise HostingRefused(
            "Le registre dit que des données s’y trouvent : déplacez-les et sortez-les du registre d’abord."
        )
    return _want(by, machine, DELETED, hard=True)


@transaction.atomic
def reboot(by: Principal, machine: Machine) -> Machine:
    """Want one more reboot. Raises as `start`, and HostingRefused while it is not wanted running."""
    project, machine = _locked(by, machine)
    if machine.wanted != RUNNING:
        raise HostingRefused("Cette machine est arrêtée : démarrez-la plutôt.")
    machine.reboots += 1
    machine.save(update_fields=["reboots"])
    tell_project(by, project, "machine_changed", machine=machine.pk, reboots=machine.reboots)
    return machine


@transaction.atomic
def resize(by: Principal, machine: Machine, *, vcpus: int, memory_mib: int, disk_gib: int) -> Machine:
    """Change what a stopped machine has; a disk only grows.

    Raises as `start`, and HostingRefused: running, quota, a smaller disk.
    """
    project, machine = _locked(by, machine)
    if machine.wanted != STOPPED:
        raise HostingRefused("Arrêtez d’abord la machine : sa taille ne change qu’à l’arrêt.")
    if disk_gib < machine.disk_gib:
        raise HostingRefused("Un disque ne rétrécit pas : gardez au moins sa taille.", "disk_gib")
    _check_size(machine.image, memory_mib, disk_gib)
    more = Amounts(vcpus, memory_mib, disk_gib) - machine.amounts
    check_fits(project, more, FIELDS)
    machine.vcpus, machine.memory_mib, machine.disk_gib = vcpus, memory_mib, disk_gib
    machine.save(update_fields=list(FIELDS))
    _note(machine)
    tell_project(
        by, project, "machine_resized", machine=machine.pk, vcpus=vcpus, memory_mib=memory_mib,
        disk_gib=disk_gib,
    )  # fmt: skip
    return machine


def _want(by: Principal, machine: Machine, state: str, hard: bool = False) -> Machine:
    project, machine = _locked(by, machine)
    if (machine.wanted, machine.hard) == (state, hard):
        return machine
    was = machine.wanted
    machine.wanted, machine.hard = state, hard
    if was != state or hard:
        machine.wanted_at = timezone.now()
    machine.save(update_fields=["wanted", "hard", "wanted_at"])
    if was != state:
        _note(machine)
    tell_project(by, project, "machine_changed", machine=machine.pk, wanted=state, hard=hard)
    return machine


def _locked(by: Principal, machine: Machine) -> tuple[Project, Machine]:
    project = locked(by, machine.project, roles.OPERATE)
    fresh = Machine.objects.select_for_update(of=("self",)).select_related("image").get(pk=machine.pk)
    if fresh.wanted == DELETED:
        raise HostingRefused("Cette machine est supprimée.")
    return project, fresh


def _note(machine: Machine) -> None:
    """Append what is wanted from now on: bills are made of it."""
    away = machine.wanted == DELETED
    Step.objects.create(
        machine=machine, at=timezone.now(), running=machine.wanted == RUNNING, vcpus=machine.vcpus,
        memory_mib=machine.memory_mib, disk_gib=0 if away else machine.disk_gib,
    )  # fmt: skip


def read_console(by: Principal, machine: Machine) -> str | None:
    """The end of its console, its reading journalled; None without hypervisor.

    Raises PermissionRefused, HostingRefused when the hypervisor does not answer.
    """
    with transaction.atomic():
        project = locked(by, machine.project, roles.READ)
        detail = {"machine": machine.pk}
        audit.record(by.actor, "hosting.console_read", f"project:{project.pk}", detail)
    found = registry.hypervisor()
    if found is None:
        return None
    try:
        return printable(found.console(str(machine.key), CONSOLE))
    except BackendError:
        raise HostingRefused("L’hyperviseur ne répond pas : réessayez dans une minute.") from None
