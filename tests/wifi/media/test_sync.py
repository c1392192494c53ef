"""A cache that follows the centre through real sockets: cut lines, bad bytes, full disks, counts once."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smartsenegal.wifi.media.cache.store import BLOCK, BadBlock, Store
from smartsenegal.wifi.media.cache.sync import Sync
from tests.wifi.media.conftest import Line, mp4

if TYPE_CHECKING:
    from smartsenegal.wifi.network.models import Hotspot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sync(line: Line, token: str, tmp_path: Path) -> Sync:
    return Sync(Store(tmp_path / "site"), line.url, token, reserve=0)


def bytes_of(store: Store, sha: str, size: int) -> bytes:
    return b"".join(store.block(sha, n) for n in range(-(-size // BLOCK)))


def test_a_site_holds_what_was_published(sync: Sync, published: Callable[..., Any]) -> None:
    film = mp4(700_000)
    package = published("Le fleuve", film, captions=b"WEBVTT\n\n00:01.000 --> 00:02.000\nDex\n")
    assert sync.round() == []
    (shown,) = sync.store.shown()
    assert (shown.code, shown.duration_seconds, len(shown.files)) == ("le-fleuve", 90, 2)
    assert bytes_of(sync.store, shown.main.sha256, shown.main.size) == film
    # The centre knows it from the report.
    from smartsenegal.wifi.media.models import Cache

    assert Cache.objects.get().held == {"le-fleuve": package.revision}


def test_a_cut_line_goes_on_where_it_stopped(sync: Sync, line: Line, published: Callable[..., Any]) -> None:
    film = mp4(4_000_000)
    published("Le fleuve", film)
    line.cut_after = 1_500_000
    assert any("coupée" in fault for fault in sync.round())
    assert sync.store.shown() == []
    (partial,) = (sync.store.folder / "partial").iterdir()
    have = partial.stat().st_size
    assert 0 < have < len(film)
    line.cut_after, line.carried = None, 0
    assert sync.round() == []
    assert [m.code for m in sync.store.shown()] == ["le-fleuve"]
    # What was there already did not come twice.
    assert line.carried < len(film) - have + 100_000
    sha = sync.store.shown()[0].main.sha256
    assert bytes_of(sync.store, sha, len(film)) == film


def test_a_bad_byte_on_the_way_is_fetched_again(
    sync: Sync, line: Line, published: Callable[..., Any]
) -> None:
    film = mp4(2_000_000)
    published("Le fleuve", film)
    line.cut_after = 1_000_000
    sync.round()
    (partial,) = (sync.store.folder / "partial").iterdir()
    flip(partial, 500_000)
    line.cut_after = None
    assert sync.round() == []
    (shown,) = sync.store.shown()
    assert bytes_of(sync.store, shown.main.sha256, len(film)) == film


def test_a_byte_that_goes_bad_on_the_disk_is_never_read(sync: Sync, published: Callable[..., Any]) -> None:
    film = mp4(2_000_000)
    published("Le fleuve", film)
    sync.round()
    sha = sync.store.shown()[0].main.sha256
    flip(sync.store.path(sha), BLOCK + 7)
    sync.store.block(sha, 0)
    with pytest.raises(BadBlock):
        sync.store.block(sha, 1)
    # It is shown no more, and mended even outside the window.
    assert sync.store.shown() == []
    sync.now = lambda: datetime(2026, 11, 26, 12, tzinfo=UTC)
    close_window()
    assert sync.round() == []
    assert bytes_of(sync.store, sha, len(film)) == film


def test_by_day_only_the_list_is_followed(sync: Sync, published: Callable[..., Any], manager: Any) -> None:
    from smartsenegal.wifi.media import actions

    package = published("Le fleuve", mp4(100_000))
    sync.round()
    published("La mer", mp4(100_000))
    close_window()
    sync.now = lambda: datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert sync.round() == []
    assert [m.code for m in sync.store.shown()] == ["le-fleuve"]
    # What is withdrawn goes at once.
    actions.withdraw(manager, package)
    sync.round()
    assert sync.store.shown() == []
    assert sync.store.files() == {}
    sync.now = lambda: datetime(2026, 11, 27, 2, tzinfo=UTC)
    sync.round()
    assert [m.code for m in sync.store.shown()] == ["la-mer"]


def test_a_centre_that_is_away_for_days_changes_nothing(
    sync: Sync, line: Line, published: Callable[..., Any]
) -> None:
    film = mp4(300_000)
    published("Le fleuve", film)
    sync.round()
    line.down = True
    again = Sync(Store(sync.store.folder), line.url, sync.token, reserve=0)
    assert any("ne répond pas" in fault for fault in again.round())
    (shown,) = again.store.shown()
    assert bytes_of(again.store, shown.main.sha256, len(film)) == film


def test_a_disk_that_is_full_keeps_what_it_has(
    sync: Sync, published: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    published("Le fleuve", mp4(300_000))
    sync.round()
    published("La mer", mp4(1_000_000))
    with monkeypatch.context() as patched:
        patched.setattr(Store, "free", lambda self: 500_000)
        assert any("plein" in fault for fault in sync.round())
    assert [m.code for m in sync.store.shown()] == ["le-fleuve"]
    limited(sync, 400_000)
    assert [m.code for m in sync.store.shown()] == ["le-fleuve"]
    assert sync.round() == []
    assert {m.code for m in sync.store.shown()} == {"le-fleuve", "la-mer"}


def test_what_does_not_fit_in_the_quota_gives_way_to_what_is_watched(
    sync: Sync, published: Callable[..., Any], hotspot: Hotspot, manager: Any
) -> None:
    from smartsenegal.wifi.media.models import Cache

    published("Le fleuve", mp4(300_000), position=1)
    published("La mer", mp4(300_000), position=2)
    Cache.objects.update(quota=500_000)
    assert any("place réservée" in fault for fault in sync.round())
    assert [m.code for m in sync.store.shown()] == ["le-fleuve"]
    from smartsenegal.wifi.media.models import Package, Watched

    Watched.objects.create(
        package=Package.objects.get(code="la-mer"), hotspot=hotspot, day=datetime.now(UTC).date(), count=5
    )
    sync.round()
    assert [m.code for m in sync.store.shown()] == ["la-mer"]
    assert sum(sync.store.files().values()) < 500_000


def test_counts_reach_the_centre_once_whatever_is_lost(
    sync: Sync, line: Line, published: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.wifi.media.models import Watched

    published("Le fleuve", mp4(50_000))
    sync.round()
    today = datetime.now(UTC).date()
    for _ in range(3):
        sync.store.count("le-fleuve", today)
    line.down = True
    sync.round()
    sync.store.count("le-fleuve", today)
    line.down = False
    # The centre takes the report, and its answer is lost: it comes again, and adds nothing.
    with monkeypatch.context() as patched:
        patched.setattr(Store, "taken", lambda self, number: None)
        sync.round()
        sync.round()
    for _ in range(3):
        sync.round()
    assert [w.count for w in Watched.objects.all()] == [4]
    assert sync.store.counted() == {}


def test_a_new_disk_counts_from_one_again(
    sync: Sync, line: Line, published: Callable[..., Any], tmp_path: Path
) -> None:
    from smartsenegal.wifi.media.models import Watched

    published("Le fleuve", mp4(50_000))
    sync.round()
    sync.store.count("le-fleuve", datetime.now(UTC).date())
    sync.round()
    other = Sync(Store(tmp_path / "other"), line.url, sync.token, reserve=0)
    other.store.count("le-fleuve", datetime.now(UTC).date())
    other.round()
    assert [w.count for w in Watched.objects.all()] == [2]


def test_a_wrong_secret_opens_nothing(sync: Sync, published: Callable[..., Any]) -> None:
    published("Le fleuve", mp4(50_000))
    stranger = Sync(Store(sync.store.folder.parent / "other"), sync.centre, "wrong", reserve=0)
    assert any("ne reconnaît pas" in fault for fault in stranger.round())
    assert stranger.store.shown() == []


def test_a_manifest_that_another_signed_is_not_shown(sync: Sync, published: Callable[..., Any]) -> None:
    from smartsenegal.wifi.media.models import Package

    published("Le fleuve", mp4(50_000))
    package = Package.objects.get()
    signed = bytearray(package.manifest)
    signed[-1] ^= 1
    Package.objects.update(manifest=bytes(signed))
    assert any("signature" in fault for fault in sync.round())
    assert sync.store.shown() == []
    assert list((sync.store.folder / "files").glob("*/*")) == []


def close_window() -> None:
    from datetime import time

    from smartsenegal.wifi.media.models import Cache

    Cache.objects.update(window_start=time(1), window_end=time(5))


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def limited(sync: Sync, at_most: int) -> None:
    """A round while the system refuses to let any file grow beyond this size, as a full disk does."""
    import resource
    import signal

    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (at_most, at_most))
        refused = Sync(Store(sync.store.folder), sync.centre, sync.token, reserve=0).round()
        os._exit(0 if any("refuse d’écrire" in fault for fault in refused) else errno.EFBIG)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
