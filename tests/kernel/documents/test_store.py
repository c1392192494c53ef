import errno
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pypdf.generic import ArrayObject, NameObject, NumberObject

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents import api, intake, queries, rules, storage
from smartsenegal.kernel.documents.actions import files
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.lib import crypto
from tests.kernel.documents import hostile

pytestmark = pytest.mark.django_db

AWA = Principal(account_id="0190aaaa-0000-7000-8000-000000000001", label="Awa Ndiaye")
FLATE = NameObject("/FlateDecode")


def keep(data: bytes, name: str = "piece.pdf", **options: object) -> StoredFile:
    return api.store(io.BytesIO(data), filename=name, purpose="piece", subject="case:1", by=AWA, **options)


def refusal(data: bytes, name: str = "piece.pdf", **options: object) -> api.UploadRefused:
    with pytest.raises(api.UploadRefused) as caught:
        keep(data, name, **options)
    assert StoredFile.objects.count() == 0
    assert kept_on_disk() == []
    return caught.value


def kept_on_disk() -> list[Path]:
    return [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]


# --- what is kept -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [
        ("JPEG", "carte.jpg", "image/jpeg"),
        ("PNG", "carte.png", "image/png"),
        ("WEBP", "carte.webp", "image/webp"),
    ],
)
def test_an_image_is_kept_as_sent(kind: str, name: str, media_type: str) -> None:
    data = hostile.image(kind)
    file = keep(data, name, declared_type=media_type)
    assert (file.media_type, file.size, file.pixels, file.pages) == (media_type, len(data), 64 * 48, 1)
    assert api.open_file(file.pk, system(), "test").read() == data


def test_a_pdf_is_kept_and_its_pages_counted() -> None:
    data = hostile.pdf(3)
    file = keep(data)
    assert (file.media_type, file.pages, file.owner) == ("application/pdf", 3, AWA.account_id)
    assert api.open_file(file.pk, system(), "test").read() == data


def test_what_lies_on_the_disk_is_not_the_file() -> None:
    data = hostile.image("PNG")
    file = keep(data, "a.png")
    [place] = kept_on_disk()
    raw = place.read_bytes()
    assert len(raw) == crypto.sealed_size(len(data))
    assert data[1000:1040] not in raw
    assert place == storage.path_of(file.storage_name)


def test_each_file_has_its_own_key() -> None:
    first, second = keep(hostile.image("PNG"), "a.png"), keep(hostile.image("PNG"), "b.png")
    assert first.sha256 == second.sha256
    a, b = (storage.path_of(f.storage_name).read_bytes() for f in (first, second))
    assert a != b
    second.wrapped_key, second.kid = first.wrapped_key, first.kid
    with pytest.raises(crypto.DecryptionFailed):
        list(queries.clear_chunks(second))


def test_an_image_with_another_images_name_is_kept_under_its_true_type() -> None:
    file = keep(hostile.image("WEBP"), "IMG-20261124-WA0003.jpg", declared_type="image/jpeg")
    assert (file.filename, file.media_type) == ("IMG-20261124-WA0003.webp", "image/webp")


def test_a_phone_photo_with_a_moving_picture_behind_it_is_kept() -> None:
    moving = hostile.image("JPEG") + b"\x00\x00\x00\x18ftypmp42" + bytes(4000)
    assert keep(moving, "photo.jpg").media_type == "image/jpeg"


def test_the_journal_tells_of_the_upload() -> None:
    file = keep(hostile.pdf())
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject, entry.detail["file"]) == ("documents.store", "case:1", str(file.pk))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "C:\\Users\\awa\\passwd.pdf", "x\x00y/passwd.pdf", "\u202epasswd.pdf"]
)
def test_names_lose_folders_and_invisible_marks(name: str) -> None:
    assert keep(hostile.pdf(), name).filename == "passwd.pdf"


# --- what is refused ------------------------------------------------------------------

REFUSED = {
    "empty": (b"", "piece.pdf", "empty"),
    "text": (b"Bonjour, voici mon dossier", "piece.pdf", "unknown_type"),
    "web page": (b"<html><script>alert(1)</script></html>", "piece.pdf", "unknown_type"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png", "unknown_type"),
    "program": (b"MZ" + bytes(300), "facture.pdf", "unknown_type"),
    "archive": (hostile.archive(), "piece.pdf", "unknown_type"),
    "gif": (hostile.image("GIF"), "a.png", "unknown_type"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(300), "IMG_0001.HEIC", "heif"),
    "pdf called photo": (hostile.pdf(), "photo.jpg", "disguised"),
    "photo called pdf": (hostile.image("JPEG"), "acte.pdf", "disguised"),
    "photo called program": (hostile.image("JPEG"), "photo.exe", "disguised"),
    "double extension": (hostile.image("JPEG"), "photo.jpg.html", "disguised"),
    "encrypted": (hostile.pdf_encrypted(), "piece.pdf", "encrypted"),
    "encrypted, no password": (hostile.pdf_encrypted(""), "piece.pdf", "encrypted"),
    "javascript": (hostile.pdf_with_javascript(), "piece.pdf", "active"),
    "masked javascript": (hostile.pdf_with_masked_javascript(), "piece.pdf", "active"),
    "launch": (hostile.pdf_with_launch(), "piece.pdf", "active"),
    "attachment": (hostile.pdf_with_attachment(), "piece.pdf", "active"),
    "form that sends": (
        hostile.pdf_with_catalogue(OpenAction=hostile.action("SubmitForm")), "piece.pdf", "active",
    ),
    "no page": (hostile.pdf(0), "piece.pdf", "no_page"),
    "too many pages": (hostile.pdf(61), "piece.pdf", "pages"),
    "pdf cut in two": (hostile.pdf(5)[:-200], "piece.pdf", "truncated"),
    "pdf without its end": (hostile.pdf()[:-6], "piece.pdf", "truncated"),
    "jpeg cut in two": (hostile.image("JPEG", 300, 300)[:-3000], "a.jpg", "truncated"),
    "jpeg without its end": (hostile.image("JPEG")[:-2], "a.jpg", "truncated"),
    "png cut in two": (hostile.image("PNG")[:-500], "a.png", "truncated"),
    "webp cut in two": (hostile.image("WEBP")[:-50], "a.webp", "truncated"),
    "png with a changed byte": (
        hostile.image("PNG")[:60] + b"\x00" + hostile.image("PNG")[61:], "a.png", "unreadable",
    ),
    "png that grows": (hostile.png(100, 100, hostile.deflated_zeros(50)), "a.png", "bomb"),
    "png of a billion points": (hostile.png(40_000, 40_000, b""), "a.png", "pixels"),
    "jpeg of a billion points": (
        hostile.image("JPEG").replace(b"\x08\x00\x30\x00\x40", b"\x08\xff\xff\xff\xff", 1), "a.jpg", "pixels",
    ),
    "pdf that grows": (
        hostile.pdf_with_stream(hostile.deflated_zeros(200), Filter=FLATE), "piece.pdf", "bomb",
    ),
    "pdf that grows twice": (
        hostile.pdf_with_stream(hostile.deflated_zeros(600, 2), Filter=ArrayObject([FLATE, FLATE])),
        "piece.pdf", "bomb",
    ),
    "pdf with a huge image": (
        hostile.pdf_with_stream(
            b"x", Subtype=NameObject("/Image"), Width=NumberObject(60_000), Height=NumberObject(60_000)
        ),
        "piece.pdf", "pixels",
    ),
    "pdf and archive": (hostile.pdf() + hostile.archive(), "piece.pdf", "polyglot"),
    "pdf and page": (hostile.pdf() + b"<html><script>1</script>", "piece.pdf", "polyglot"),
    "page before a pdf": (b"<html><!--" + hostile.pdf(), "piece.pdf", "polyglot"),
    "jpeg and archive": (hostile.image("JPEG") + hostile.archive(), "a.jpg", "polyglot"),
    "jpeg and page": (hostile.image("JPEG") + b"<html><body>", "a.jpg", "polyglot"),
    "jpeg holding a script": (
        hostile.image("JPEG", comment=b"<script >alert(1)</script>"), "a.jpg", "polyglot",
    ),
    "jpeg holding php": (hostile.image("JPEG", comment=b"<?php system($_GET[0]);"), "a.jpg", "polyglot"),
    "jpeg that is a pdf": (hostile.image("JPEG", comment=b"%PDF-1.7 1 0 obj"), "a.jpg", "polyglot"),
    "png and archive": (hostile.image("PNG") + hostile.archive(), "a.png", "polyglot"),
    "png and page": (hostile.image("PNG") + b"<body onload=alert(1)>", "a.png", "polyglot"),
    "webp and more": (hostile.image("WEBP") + b"more than the image", "a.webp", "polyglot"),
    "nonsense after the signature": (b"\xff\xd8\xff" + bytes(500), "a.jpg", "unreadable"),
    "pdf of nonsense": (b"%PDF-1.7\n" + bytes(range(256)) * 8, "piece.pdf", "truncated"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused_with_its_sentence(case: str) -> None:
    data, name, code = REFUSED[case]
    error = refusal(data, name)
    assert error.code == code
    assert error.sentence.endswith(".")
    assert "\u00a0" in error.sentence
    assert "{" not in error.sentence


def test_a_declared_type_that_lies_is_refused() -> None:
    assert refusal(hostile.image("JPEG"), "photo.jpg", declared_type="text/html").code == "disguised"


def test_too_big_is_told_with_the_limit() -> None:
    error = refusal(hostile.pdf(), limits=rules.Limits(max_bytes=100))
    assert error.code == "too_big"
    assert "0 Mo" in error.sentence.replace("\u00a0", " ") or "Mo" in error.sentence


def test_a_stream_longer_than_the_limit_is_not_read_to_its_end() -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 65_536
            yield bytes(65_536)

    with pytest.raises(api.UploadRefused):
        api.store(hostile.Stream(endless()), filename="a.pdf", purpose="piece", subject="case:1", by=AWA)
    assert given < 12 * rules.MEGABYTE


def test_a_type_not_wanted_here_is_refused() -> None:
    limits = rules.Limits(media_types=frozenset({"application/pdf"}))
    assert refusal(hostile.image("PNG"), "a.png", limits=limits).code == "not_allowed"


# --- memory, disk, transactions ----------------------------------------------------------


def test_memory_does_not_grow_with_the_file() -> None:
    size = 200 * rules.MEGABYTE
    limits = rules.Limits(max_bytes=size + rules.MEGABYTE)
    tracemalloc.start()
    try:
        file = api.store(
            hostile.Stream(hostile.long_jpeg(size)),
            filename="long.jpg", purpose="piece", subject="case:1", by=AWA, limits=limits,
        )  # fmt: skip
        total = sum(len(chunk) for chunk in api.open_file(file.pk, system(), "test").chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == file.size
    assert total > size - 70_000
    assert peak < 4 * rules.MEGABYTE


def test_a_full_disk_keeps_nothing_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refusal(hostile.pdf()).code == "disk_full"


def test_a_truly_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers as a disk without room does."""
    monkeypatch.setattr(storage, "spool", lambda: open("/dev/full", "w+b", buffering=0))  # noqa: SIM115
    error = None
    try:
        api.store(
            hostile.Stream(iter([hostile.pdf()])), filename="a.pdf", purpose="piece", subject="case:1", by=AWA
        )
    except api.UploadRefused as refused:
        error = refused
    assert error is not None
    assert error.code == "disk_full"
    assert StoredFile.objects.count() == 0


def test_another_error_of_the_disk_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        keep(hostile.pdf())
    assert kept_on_disk() == []


def test_a_row_that_cannot_be_written_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("journal")

    monkeypatch.setattr(files.audit, "record", broken)
    with pytest.raises(RuntimeError):
        keep(hostile.pdf())
    assert StoredFile.objects.count() == 0
    assert kept_on_disk() == []


def test_a_temporary_upload_is_read_from_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(hostile.pdf())
    with path.open("rb") as file:
        file.read(10)  # whatever was read before
        stored = api.store(file, filename="a.pdf", purpose="piece", subject="case:1", by=AWA)
    assert api.open_file(stored.pk, system(), "test").read() == path.read_bytes()


def test_a_child_killed_by_its_limits_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed:
        def hand(self, file: int, talk: int) -> None:
            """The child has closed its end without a word."""

    monkeypatch.setattr(intake.parent, "_nursery", Killed())
    assert refusal(hostile.pdf()).code == "bomb"
