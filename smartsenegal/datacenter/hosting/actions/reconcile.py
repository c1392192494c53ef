"""The worker's side: bring what is real to what is wanted, and note what was seen.

Nothing else writes the columns of what is real. A step that fails leaves the words of the failure on its row
and the next round tries again; each step may be done twice without harm.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions import keys
from smartsenegal.datacenter.hosting.actions.base import tell_project
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.contrib.base import Hypervisor, Store
from smartsenegal.datacenter.hosting.errors import BackendError, NotEmpty
from smartsenegal.datacenter.hosting.models import Bucket, Key, Machine, Project, Sample
from smartsenegal.datacenter.hosting.rules import machines, objects
from smartsenegal.kernel.identity.api import system

log = logging.getLogger(__name__)
SAMPLE_EVERY = 3600


def reconcile_machines() -> int:
    """One round over all machines; how many steps were done. Nothing without hypervisor."""
    found = registry.hypervisor()
    if found is None:
        return 0
    try:
        before = found.machines()
    except BackendError as error:
        # Whoever does not answer says nothing of any machine: what was seen stays, with its time.
        log.warning("hosting: %s", error)
        return 0
    count = 0
    for machine in queries.to_reconcile():
        count += _bring(found, machine, before.get(str(machine.key), machines.Real()))
    return count


def _bring(hypervisor: Hypervisor, machine: Machine, real: machines.Real) -> int:
    now = timezone.now()
    todo = machines.steps(queries.wanted(machine, now), real, queries.done(machine))
    trouble, count = "", 0
    for step in todo:
        try:
            _do(hypervisor, machine, step)
        except BackendError as error:
            trouble = str(error)
            log.warning("hosting: %s: %s", machine.key, error)
            break
        count += 1
    try:
        after = hypervisor.machines().get(str(machine.key), machines.Real()) if todo else real
    except BackendError:
        after = real
    _note(machine, after, trouble, now)
    return count


def _do(hypervisor: Hypervisor, machine: Machine, step: str) -> None:
    key, spec = str(machine.key), queries.spec(machine)
    if step in ("create", "define", "grow"):
        getattr(hypervisor, step)(spec)
    elif step in ("remove", "wipe"):
        getattr(hypervisor, step)(key)
    else:
        hypervisor.act(key, step)
    if step in ("create", "grow"):
        machine.made_disk_gib = machine.disk_gib
    elif step == "wipe":
        machine.made_disk_gib = 0
    elif step in ("start", "reset"):
        # A start serves every reboot that was wanted before it.
        machine.made_reboots = machine.reboots


def _note(machine: Machine, real: machines.Real, trouble: str, now: datetime) -> None:
    there = real.state != machines.ABSENT or machine.made_disk_gib
    made = {"made_at": Coalesce("made_at", now)} if there else {}
    # Never the columns of what is wanted: somebody may have changed their mind meanwhile.
    Machine.objects.filter(pk=machine.pk).update(
        real=real.state, real_vcpus=real.vcpus, real_memory_mib=real.memory_mib, seen_at=now,
        made_disk_gib=machine.made_disk_gib, made_reboots=machine.made_reboots, trouble=trouble[:300],
        **made,
    )  # fmt: skip


# --- the store --------------------------------------------------------------------------------


def reconcile_objects() -> int:
    """One round over buckets, then keys; how many things were changed. Nothing without store."""
    found = registry.store()
    if found is None:
        return 0
    buckets = Bucket.objects.filter(Q(closed_at=None) | Q(real=True)).select_related("project").order_by("pk")
    return sum(_bring_bucket(found, each) for each in buckets) + reconcile_keys(found)


def reconcile_keys(store: Store) -> int:
    """The keys alone, by what was last measured; how many things were changed."""
    rows = Key.objects.filter(Q(closed_at=None) | Q(real=True)).select_related("project").order_by("pk")
    projects: dict[int, list[Key]] = {}
    for each in rows:
        projects.setdefault(each.project_id, []).append(each)
    return sum(_bring_keys(store, keys_[0].project, keys_) for keys_ in projects.values())


def _bring_bucket(store: Store, bucket: Bucket) -> int:
    was, now = bucket.real, timezone.now()
    try:
        if bucket.closed_at is not None:
            store.delete(bucket.name)
            bucket.real = False
        else:
            if not bucket.real:
                store.create(bucket.name, bucket.lock_days)
                bucket.real = True
            _measure(store, bucket, now)
        bucket.trouble = ""
    except NotEmpty:
        # Something was put in it since its last measure: it is given back rather than lost from sight.
        _give_back(bucket)
    except BackendError as error:
        bucket.trouble = str(error)
        log.warning("hosting: %s: %s", bucket.name, error)
    bucket.save(update_fields=["real", "size", "objects_count", "seen_at", "trouble"])
    return int(was != bucket.real)


@transaction.atomic
def _give_back(bucket: Bucket) -> None:
    Bucket.objects.filter(pk=bucket.pk).update(closed_at=None)
    tell_project(system("hébergement"), bucket.project, "bucket_kept", bucket=bucket.name)


def _measure(store: Store, bucket: Bucket, now: datetime) -> None:
    last = bucket.samples.order_by("-at").first()
    found = store.measure(bucket.name)
    bucket.size, bucket.objects_count, bucket.seen_at = found.size, found.count, now
    # A measure is kept when it changed, and each hour anyway: a bill shows that it was looked at.
    if last is None or last.size != found.size or (now - last.at).total_seconds() >= SAMPLE_EVERY:
        Sample.objects.create(bucket=bucket, at=now, size=found.size)


def _bring_keys(store: Store, project: Project, rows: list[Key]) -> int:
    names = [each.name for each in project.spaces.filter(closed_at=None, real=True)]
    over, count = queries.over(project), 0
    for key in rows:
        try:
            count += _bring_key(store, key, objects.policy(names, objects.rights(key.write, over)))
            trouble = ""
        except BackendError as error:
            trouble = str(error)
            log.warning("hosting: %s: %s", key.user, error)
        Key.objects.filter(pk=key.pk).update(trouble=trouble)
    return count


def _bring_key(store: Store, key: Key, policy: str) -> int:
    if key.closed_at is not None:
        store.withdraw(key.user)
        Key.objects.filter(pk=key.pk).update(real=False)
        return 1
    count = 0
    if not key.real:
        access, secret = store.give(key.user)
        # Only while it is still wanted: one that was withdrawn meanwhile is taken out at the next round.
        sealed = keys.seal(key, secret)
        kept = Key.objects.filter(pk=key.pk, closed_at=None).update(access=access, sealed=sealed, real=True)
        if not kept:
            Key.objects.filter(pk=key.pk).update(real=True)
            return 1
        count += 1
    if key.policy != policy:
        store.allow(key.user, policy)
        Key.objects.filter(pk=key.pk).update(policy=policy)
        count += 1
    return count
