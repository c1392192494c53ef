"""Uploads that nobody goes on with leave neither a row nor bytes; one that is going on is left alone."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
OLD = NOW - timedelta(days=8)


@pytest.fixture
def begin(manager: Any, settings: Any, tmp_path: Path) -> Any:
    """Begin an upload at a time, with a piece written at another (None: nothing came)."""
    from smartsenegal.wifi.media import actions, actions_files, store
    from smartsenegal.wifi.media.models import Upload

    settings.FILES_DIR = tmp_path
    package = actions.add_package(manager, title="Le fleuve", kind="film", licence="CC BY 4.0", language="fr")

    def make(begun: datetime, written: datetime | None) -> Any:
        upload = actions_files.begin_upload(
            manager, package, role="main", language="", name="f.mp4", size=1000
        )
        Upload.objects.filter(pk=upload.pk).update(begun_at=begun)
        if written:
            actions_files.take_piece(manager, upload.pk, 0, b"x" * 100)
            os.utime(store.incoming(upload.pk), (written.timestamp(), written.timestamp()))
        return upload

    return make


def test_only_what_is_quiet_for_a_week_is_given_up(begin: Any) -> None:
    from smartsenegal.wifi.media import actions_files, store
    from smartsenegal.wifi.media.models import Upload

    quiet, empty = begin(OLD, OLD), begin(OLD, None)
    going_on, fresh = begin(OLD, NOW - timedelta(days=1)), begin(NOW - timedelta(days=6), None)
    assert actions_files.forget_abandoned(NOW) == 2
    assert set(Upload.objects.values_list("pk", flat=True)) == {going_on.pk, fresh.pk}
    assert not store.incoming(quiet.pk).exists()
    assert not store.incoming(empty.pk).exists()
    assert store.incoming(going_on.pk).stat().st_size == 100
    assert actions_files.forget_abandoned(NOW) == 0


def test_bytes_whose_upload_is_gone_are_removed_too(begin: Any) -> None:
    from smartsenegal.wifi.media import actions_files, store

    kept = begin(OLD, NOW - timedelta(days=1))
    stray = store.incoming(uuid.uuid4())
    stray.write_bytes(b"x")
    os.utime(stray, (OLD.timestamp(), OLD.timestamp()))
    assert actions_files.forget_abandoned(NOW) == 0
    assert not stray.exists()
    assert store.incoming(kept.pk).exists()
