"""The register of where data lies, under which law, and who answers for it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.hosting.actions.base import locked, tell_project
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Bucket, Dataset, Machine, Project
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.datacenter.hosting.rules.machines import DELETED
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def note(by: Principal, project: Project, place: Bucket | Machine, **values: Any) -> Dataset:
    """Enter a set of data, and where it lies. Raises PermissionRefused, HostingRefused for a lost place."""
    project = locked(by, project, roles.OWN)
    _check_place(project, place)
    held = {"bucket": place} if isinstance(place, Bucket) else {"machine": place}
    made = Dataset.objects.create(project=project, noted_at=timezone.now(), **held, **values)
    tell_project(by, project, "dataset_noted", dataset=made.pk, name=made.name)
    return made


def _check_place(project: Project, place: Bucket | Machine) -> None:
    gone = place.closed_at is not None if isinstance(place, Bucket) else place.wanted == DELETED
    if gone or place.project_id != project.pk:
        raise HostingRefused("Cet endroit n’est plus au projet : choisissez-en un autre.", "place")


@transaction.atomic
def close(by: Principal, dataset: Dataset) -> Dataset:
    """Say that a set of data is no longer there; the line stays. Raises PermissionRefused."""
    project = locked(by, dataset.project, roles.OWN)
    if dataset.closed_at is None:
        dataset.closed_at = timezone.now()
        dataset.save(update_fields=["closed_at"])
        tell_project(by, project, "dataset_closed", dataset=dataset.pk, name=dataset.name)
    return dataset
