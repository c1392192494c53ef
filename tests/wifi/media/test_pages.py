"""The pages of content: publish, destine, set a cache, and what a site shows before login."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.wifi.media.conftest import mp4
from tests.wifi.network.conftest import network  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from smartsenegal.wifi.network.models import Hotspot

pytestmark = pytest.mark.django_db
BASE = "/wifi/contenus/"
WORDS = {"title": "Le fleuve Sénégal", "kind": "film", "language": "fr", "licence": "CC BY-SA 4.0"}


def text(answer: Any) -> str:
    said = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")
    return " ".join(said.split())


def test_a_film_goes_from_the_form_to_the_page_of_a_site(network: Client, hotspot: Hotspot) -> None:  # noqa: F811
    assert "Ajouter un contenu" in text(network.get(BASE))
    assert network.post(f"{BASE}nouveau/", WORDS).headers["Location"] == f"{BASE}paquets/le-fleuve-senegal/"
    page = f"{BASE}paquets/le-fleuve-senegal/"
    refused = text(network.post(f"{page}publier/", follow=True))
    assert "Ajoutez d’abord le fichier à regarder ou à lire." in refused
    film = mp4(200_000, seconds=3900)
    sent = {"role": "main", "language": "", "file": SimpleUploadedFile("video.avi", film)}
    added = network.post(f"{page}fichiers/", sent, follow=True)
    assert "video.mp4" in text(added)
    assert "1 h 05" in text(added)
    assert "Publié : les sites le prendront" in text(network.post(f"{page}publier/", follow=True))
    site = f"{BASE}ici/{hotspot.site.code}/"
    assert "Rien à voir ici" in text(Client().get(site))
    network.post(f"{page}destinations/", {"where": f"h:{hotspot.site.code}", "position": "1"})
    shown = text(Client().get(site))
    assert "Le fleuve Sénégal" in shown
    one = Client().get(f"{site}le-fleuve-senegal/")
    assert "script" not in text(one)
    url = one.content.decode().split('<source src="')[1].split('"')[0]
    part = Client().get(url, headers={"Range": "bytes=10-19", "Accept-Encoding": "gzip"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == film[10:20]
    # What is changed is seen once it is published again.
    network.post(f"{page}modifier/", {**WORDS, "title": "Le fleuve"})
    assert "Modifié, à publier" in text(network.get(page))
    assert "Le fleuve Sénégal" in text(Client().get(site))
    network.post(f"{page}publier/")
    assert "Le fleuve Sénégal" not in text(Client().get(site))
    network.post(f"{page}retirer/")
    assert "Rien à voir ici" in text(Client().get(site))
    assert Client().get(url).status_code == 404


def test_a_file_comes_by_pieces_and_a_lost_one_is_asked_again(network: Client) -> None:  # noqa: F811
    network.post(f"{BASE}nouveau/", WORDS)
    film = mp4(150_000)
    begun = network.post(
        f"{BASE}paquets/le-fleuve-senegal/envois/", {"role": "main", "name": "f.mp4", "size": len(film)}
    )
    url = begun.json()["url"]

    def put(at: int, data: bytes) -> Any:
        return network.put(url, data, "application/octet-stream", headers={"Upload-Offset": str(at)})

    assert put(0, film[:100_000]).json()["received"] == 100_000
    # The answer was lost: the same piece comes again, and is told where to go on.
    again = put(0, film[:100_000])
    assert (again.status_code, again.json()["received"]) == (409, 100_000)
    assert put(100_000, film[100_000:] + b"more").status_code == 422
    assert network.get(url).json()["received"] == 100_000
    assert put(100_000, film[100_000:]).json()["done"].endswith("/le-fleuve-senegal/")
    assert network.get(url).status_code == 404


@pytest.mark.parametrize(
    ("role", "data", "sentence"),
    [
        ("main", b"MZ\x90\0" * 50, "ni une vidéo MP4"),
        ("main", mp4(5000)[:-100], "Cette vidéo est coupée"),
        ("main", b"%PDF-1.7 nothing more", "Ce PDF est coupé"),
        ("captions", b"1\n00:00:01 --> 00:00:02\nDex\n", "leur première ligne est « WEBVTT »"),
        ("captions", b"WEBVTT\n\n\xff\xfe", "pas en UTF-8"),
        ("poster", b"<svg onload=alert(1)>", "ni JPEG ni PNG"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    network: Client,  # noqa: F811
    role: str,
    data: bytes,
    sentence: str,
) -> None:
    from smartsenegal.wifi.media.models import Upload

    network.post(f"{BASE}nouveau/", WORDS)
    sent = {"role": role, "language": "wo", "file": SimpleUploadedFile("f", data)}
    answer = network.post(f"{BASE}paquets/le-fleuve-senegal/fichiers/", sent)
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert not Upload.objects.exists()


def test_a_cache_is_declared_and_its_secret_shown_once(network: Client, hotspot: Hotspot) -> None:  # noqa: F811
    page = f"{BASE}caches/{hotspot.site.code}/"
    assert "Sans cache" in text(network.get(f"{BASE}caches/"))
    given = {
        "address": "http://contenus.lan", "quota": "20", "window_start": "01:00", "window_end": "05:00",
        "rate_kbps": "4000",
    }  # fmt: skip
    bad = network.post(f"{page}reglages/", {**given, "address": "contenus", "quota": "0"})
    assert "sans chemin" in text(bad)
    assert "Au moins 1 Go." in text(bad)
    network.post(f"{page}reglages/", given)
    assert "De 1 h à 5 h" in text(network.get(page))
    told = text(network.post(f"{page}secret/"))
    secret = told.split("SMARTSENEGAL_CACHE_TOKEN=")[1].split()[0]
    assert secret not in text(network.get(page))
    asked = {"Authorization": f"Bearer {secret}"}
    assert Client().get(f"{BASE}cache/liste", headers=asked).json()["site"] == hotspot.site.code
    network.post(f"{page}secret/")
    assert Client().get(f"{BASE}cache/liste", headers=asked).status_code == 401


def test_destinations_are_those_of_ones_territory(
    published: Callable[..., Any], hotspot: Hotspot, engineer: Callable[..., Any]
) -> None:
    from smartsenegal.kernel.identity.api import PermissionRefused
    from smartsenegal.kernel.territory.models import Territory
    from smartsenegal.wifi.media import actions, sources

    package = published("Le fleuve", mp4(1000), territory=Territory.objects.get(code="SN-TH"), position=3)
    assert [o.position for o in sources.offers(hotspot)] == [3]
    local = engineer(territory="SN-DK")
    with pytest.raises(PermissionRefused):
        actions.assign(local, package, hotspot=hotspot)
    with pytest.raises(PermissionRefused):
        actions.publish(local, package)
    actions.assign(engineer(territory="SN-TH"), package, hotspot=hotspot, pinned=True, position=9)
    assert [(o.pinned, o.position) for o in sources.offers(hotspot)] == [(True, 9)]


def test_open_figures_leave_small_numbers_out(published: Callable[..., Any], hotspot: Hotspot) -> None:
    from datetime import date

    from smartsenegal.wifi.media.models import Watched

    package = published("Le fleuve", mp4(1000))
    for day, count in ((1, 9), (2, 10), (3, 250)):
        Watched.objects.create(package=package, hotspot=hotspot, day=date(2026, 11, day), count=count)
    rows = Client().get(f"{BASE}ouvertures.csv").content.decode().split()
    code = hotspot.site.code
    assert rows[1:] == [f"2026-11-03;{code};le-fleuve;250", f"2026-11-02;{code};le-fleuve;10"]


@pytest.mark.parametrize(
    "report",
    [b"[]", b"{", b'{"number": 1}', b'{"number": true, "teller": "x"}',
     b'{"number": 1, "teller": "5f1f3f4e-0000-4000-8000-000000000000", "watched": [["a", "b", 1]]}',
     b'{"number": 1, "teller": "5f1f3f4e-0000-4000-8000-000000000000", "watched": [["a", "2026-01-01", -1]]}',
     b'{"number": 1, "teller": "5f1f3f4e-0000-4000-8000-000000000000", "held": {"a": "b"}}'],
)  # fmt: skip
def test_a_report_of_another_form_is_refused(token: str, report: bytes) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client().post(f"{BASE}cache/rapport", report, "application/json", headers=headers)
    assert answer.status_code == 422
    from smartsenegal.wifi.media.models import Teller

    assert not Teller.objects.exists()
