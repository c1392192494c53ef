"""Buckets that are wanted. The worker makes them in the store."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.datacenter.hosting.actions.base import check_fits, locked, tell_project
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Bucket, Project
from smartsenegal.datacenter.hosting.rules import objects, roles
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.identity.api import Principal

FIELDS = {"buckets": "name", "object_gib": "gib"}
LONGEST_LOCK = 36_500


@transaction.atomic
def add(by: Principal, project: Project, *, name: str, gib: int, lock_days: int = 0) -> Bucket:
    """Want a bucket, its room reserved; with `lock_days`, its objects cannot be changed nor erased before.

    Raises PermissionRefused, HostingRefused: quota, a name badly written or taken.
    """
    project = locked(by, project, roles.OPERATE)
    try:
        full = objects.bucket_name(project.code, name)
    except ValueError as refused:
        raise HostingRefused(str(refused), "name") from None
    check_fits(project, Amounts(buckets=1, object_gib=gib), FIELDS)
    if Bucket.objects.filter(name=full, real=True).exclude(closed_at=None).exists():
        raise HostingRefused(
            "Un espace de ce nom est en cours de suppression : attendez, ou changez-en.", "name"
        )
    try:
        with transaction.atomic():
            made = Bucket.objects.create(project=project, name=full, gib=gib, lock_days=lock_days)
    except IntegrityError:
        raise HostingRefused("Le projet a déjà un espace de ce nom.", "name") from None
    tell_project(by, project, "bucket_asked", bucket=full, gib=gib, lock_days=lock_days)
    return made


@transaction.atomic
def close(by: Principal, bucket: Bucket) -> Bucket:
    """Want a bucket away.

    Raises PermissionRefused, HostingRefused: closed, not known to be empty, or data of the register in it.
    """
    project = locked(by, bucket.project, roles.OPERATE)
    bucket = Bucket.objects.select_for_update(of=("self",)).get(pk=bucket.pk)
    if bucket.closed_at is not None:
        raise HostingRefused("Cet espace est déjà supprimé.")
    if bucket.datasets.filter(closed_at=None).exists():
        raise HostingRefused("Le registre dit que des données s’y trouvent : sortez-les du registre d’abord.")
    if bucket.objects_count:
        raise HostingRefused(
            "Cet espace n’est pas vide : effacez ses objets d’abord, versions comprises. Ceux qui sont"
            " verrouillés restent jusqu’à leur terme."
        )
    bucket.closed_at = timezone.now()
    bucket.save(update_fields=["closed_at"])
    tell_project(by, project, "bucket_closed", bucket=bucket.name)
    return bucket
