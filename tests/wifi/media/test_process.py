"""The machine of a site as people meet it: its pages, its films by ranges, and its power that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from smartsenegal.wifi.media.cache.store import BLOCK, Store
from tests.wifi.media.conftest import Line, Machine, mp4
from tests.wifi.media.test_sync import flip

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_site_shows_and_plays_what_it_holds(machine: Machine, published: Callable[..., Any]) -> None:
    film = mp4(1_000_000)
    published("Le fleuve", film, captions=b"WEBVTT\n\n00:01.000 --> 00:02.000\nDex\n")
    machine.start()
    machine.until(lambda: "Le fleuve" in httpx.get(f"{machine.url}/").text)
    page = httpx.get(f"{machine.url}/le-fleuve/").text
    assert '<track kind="captions"' in page
    assert 'srclang="wo"' in page
    assert len(page.encode()) + len(httpx.get(f"{machine.url}/site.css").content) < 14_000
    source = machine.url + page.split('<source src="')[1].split('"')[0]
    whole = httpx.get(source)
    assert (whole.status_code, whole.content) == (200, film)
    assert whole.headers["accept-ranges"] == "bytes"
    # A player jumps: across blocks, to the end, beyond it.
    for first, last in ((0, 0), (BLOCK - 5, BLOCK + 5), (700_000, 900_000)):
        part = httpx.get(source, headers={"Range": f"bytes={first}-{last}"})
        assert (part.status_code, part.content) == (206, film[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{len(film)}"
    assert httpx.get(source, headers={"Range": "bytes=-100"}).content == film[-100:]
    beyond = httpx.get(source, headers={"Range": f"bytes={len(film)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(film)}")
    kept = {"If-None-Match": whole.headers["etag"]}
    assert httpx.get(source, headers=kept).status_code == 304
    other = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert httpx.get(source, headers=other).status_code == 200
    head = httpx.head(source)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(film)))
    assert httpx.post(source).status_code == 405
    assert httpx.get(f"{machine.url}/fichiers/{'0' * 64}/x.mp4").status_code == 404


def test_one_viewing_of_many_ranges_counts_once(machine: Machine, published: Callable[..., Any]) -> None:
    from smartsenegal.wifi.media.models import Watched

    film = mp4(600_000)
    published("Le fleuve", film)
    machine.start()
    machine.until(lambda: "Le fleuve" in httpx.get(f"{machine.url}/").text)
    sha = Store(machine.folder).shown()[0].main.sha256
    for asked in ("bytes=0-1", "bytes=0-", "bytes=300000-", "bytes=0-"):
        httpx.get(f"{machine.url}/fichiers/{sha}/film.mp4", headers={"Range": asked})
    machine.until(lambda: Watched.objects.exists())
    httpx.get(f"{machine.url}/fichiers/{sha}/film.mp4")
    machine.until(lambda: Store(machine.folder).counted() == {} and not Store(machine.folder).reports())
    assert [w.count for w in Watched.objects.all()] == [1]


def test_a_bad_byte_is_not_served_and_is_mended(machine: Machine, published: Callable[..., Any]) -> None:
    film = mp4(1_500_000)
    published("Le fleuve", film)
    machine.start()
    machine.until(lambda: "Le fleuve" in httpx.get(f"{machine.url}/").text)
    store = Store(machine.folder)
    sha = store.shown()[0].main.sha256
    url = f"{machine.url}/fichiers/{sha}/film.mp4"
    flip(store.path(sha), 2 * BLOCK + 9)
    at_the_bad_one = {"Range": f"bytes={2 * BLOCK}-{2 * BLOCK + 20}"}
    first = httpx.get(url, headers=at_the_bad_one)
    assert (first.status_code, first.content) == (503, b"")

    def mended() -> bool:
        answer = httpx.get(url)
        assert answer.status_code in (200, 404, 503)
        assert answer.status_code != 200 or answer.content == film
        return answer.status_code == 200

    machine.until(mended)


def test_power_that_fails_in_the_middle_loses_nothing(
    machine: Machine, line: Line, published: Callable[..., Any]
) -> None:
    films = {f"film-{n}": mp4(1_500_000) for n in range(3)}
    for code, data in films.items():
        published(code.replace("-", " ").capitalize(), data)
    machine.start()
    for cut in (1_000_000, 2_000_000, 3_500_000):
        machine.until(lambda cut=cut: line.carried > cut)
        machine.kill()
        machine.start()
    machine.until(lambda: len(Store(machine.folder).shown()) == 3)
    machine.kill()
    machine.start()
    for manifest in Store(machine.folder).shown():
        url = f"{machine.url}/fichiers/{manifest.main.sha256}/film.mp4"
        assert httpx.get(url).content == films[manifest.code]
    assert list((machine.folder / "partial").iterdir()) == []
