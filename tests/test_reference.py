"""Reference data written again for a test are what the loaders wrote, and overwrite nothing else."""

from typing import Any

import pytest
from django.db import connection

from smartsenegal.kernel.audit.api import SYSTEM, record
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.sites import actions as sites
from smartsenegal.kernel.territory.api import Territory
from tests import reference

pytestmark = pytest.mark.django_db
_first: list[Any] = []


def _digests() -> list[Any]:
    return reference._digests([(table, count) for table, count in reference._counts() if count])


@pytest.mark.parametrize("time", ["first", "again"])
def test_what_is_written_again_is_what_was_loaded(time: str) -> None:
    reference.load("territory", "sites")
    _first.append(_digests())
    assert _first[0] == _digests()
    assert sites.load_reference() == 0
    made = Organisation.objects.create(
        code="nouveau", name="Nouveau", kind="ministry", territory=Territory.objects.get(pk="SN")
    )
    assert Organisation.objects.filter(pk=made.pk).count() == 1, "new rows find a number of their own"


def test_a_journal_that_says_something_else_is_left_alone() -> None:
    reference.load("territory")
    kept = reference.Kept([], [reference._read("audit_entry")], reference._digests([("audit_entry", 1)]))
    assert kept.fits()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # nobody else may change it
        cursor.execute("UPDATE audit_entry SET verb = 'essai'")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert not kept.fits()


def test_what_stood_before_stays() -> None:
    record(SYSTEM, "documents.read", "case:1")
    reference.load("territory", "sites")
    assert Entry.objects.filter(verb="documents.read").count() == 1
    assert Organisation.objects.count() > 500
