"""A real guest under a real libvirt, from the button of a page to its console, and back."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions.reconcile import reconcile_machines
from smartsenegal.datacenter.hosting.models import Machine, Project, Step
from smartsenegal.kernel.identity import api as identity
from tests.datacenter.facility.test_pages import page
from tests.datacenter.hosting.guest import Host, libvirt

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtGcAXy2AgVnYf"
ROOT = "/datacentre/hebergement/projets/jokko/"


def test_a_guest_is_booted_watched_resumed_resized_and_erased(
    project: Project,
    owner: tuple[identity.Principal, identity.Organisation],
    signed_in: Callable[[identity.Principal], Client],
    settings: Any,
) -> None:
    browser = signed_in(owner[0])
    with libvirt() as host:
        settings.HOSTING_LIBVIRT_URI = host.uri
        host.virsh("define", str(_stranger(host)))
        address = _created(browser, project)
        machine = Machine.objects.get()
        assert reconcile_machines() == 2
        text = _console(browser, address)
        assert f"INVITE PRET, 2 vCPU\n{KEY}\nrouge\n" in text
        assert "En marche" in page(browser.get(address))
        assert reconcile_machines() == 0

        # It is paused behind our back: that is seen, and the machine that is wanted running runs again.
        host.virsh("suspend", f"ss-{machine.key}")
        assert reconcile_machines() == 1
        assert host.virsh("domstate", f"ss-{machine.key}").strip() == "running"

        # It is asked to stop, does not obey, and its power is cut when its time is over.
        browser.post(f"{address}arreter/")
        assert reconcile_machines() == 1
        assert Machine.objects.get().real == "running"
        assert "Arrêt en cours" in page(browser.get(address))
        Machine.objects.update(wanted_at=timezone.now() - timedelta(minutes=2))
        assert reconcile_machines() == 1
        assert Machine.objects.get().real == "stopped"

        given = {"vcpus": "1", "memory_mib": "0,25", "disk_gib": "3"}
        assert browser.post(f"{address}taille/", given).status_code == 302
        assert reconcile_machines() == 2
        machine.refresh_from_db()
        assert (machine.real_vcpus, machine.real_memory_mib, machine.made_disk_gib) == (1, 256, 3)
        disk = host.folder / "disks" / f"ss-{machine.key}.img"
        assert (disk.stat().st_size, disk.stat().st_blocks) == (3 * 1024**3, 0)

        assert browser.post(f"{address}supprimer/").status_code == 302
        assert queries.used(project).disk_gib == 3
        assert reconcile_machines() == 2
        assert "Aucune machine" in page(browser.get(ROOT))
        assert not disk.exists()
        assert queries.used(project).disk_gib == 0
        assert host.virsh("list", "--all", "--name").split() == ["etranger"]
        assert reconcile_machines() == 0
    assert Machine.objects.get().made_at
    sizes = Step.objects.order_by("pk").values_list("running", "vcpus", "disk_gib")
    assert list(sizes) == [(True, 2, 2), (False, 2, 2), (False, 1, 3), (False, 1, 0)]


def test_a_hypervisor_that_is_away_changes_nothing_of_what_was_seen(
    project: Project, owner: tuple[identity.Principal, identity.Organisation], settings: Any
) -> None:
    from tests.datacenter.hosting.world import make_machine

    make_machine(owner[0], project)
    Machine.objects.update(real="running")
    settings.HOSTING_LIBVIRT_URI = "qemu+unix:///session?socket=/nonexistent/libvirt-sock"
    assert reconcile_machines() == 0
    assert Machine.objects.get().real == "running"
    assert Machine.objects.get().seen_at is None


def _created(browser: Client, project: Project) -> str:
    given = {
        "name": "web-1", "image": str(project.pool.images.get().pk), "vcpus": "2", "memory_mib": "0,125",
        "disk_gib": "2", "ssh_key": f"{KEY} awa@exemple.sn",
    }  # fmt: skip
    told = page(browser.post(f"{ROOT}machines/nouvelle/", {**given, "vcpus": "5", "ssh_key": "clé"}))
    assert "Ce n’est pas une clé publique SSH" in told
    told = page(browser.post(f"{ROOT}machines/nouvelle/", {**given, "vcpus": "5"}))
    assert "il manque 1 vCPU (processeurs virtuels)" in told
    assert 'value="0,125"' in told
    answer = browser.post(f"{ROOT}machines/nouvelle/", given)
    assert answer.status_code == 302, page(answer)
    return str(answer.headers["Location"])


def _console(browser: Client, address: str) -> str:
    """The console as the page shows it, once the guest has booted."""
    found = ""

    def booted() -> bool:
        nonlocal found
        found = page(browser.get(f"{address}console/"))
        return "rouge" in found

    _until(booted)
    return found[found.index("<pre") : found.index("</pre>")]


def _until(true: Callable[[], bool]) -> None:
    for _ in range(300):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come in 30 seconds")


def _stranger(host: Host) -> object:
    """A machine of somebody else on the same hypervisor: never seen, never touched."""
    path = host.folder / "etranger.xml"
    path.write_text(
        "<domain type='qemu'><name>etranger</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
        "<os><type arch='x86_64'>hvm</type></os></domain>"
    )
    return path
