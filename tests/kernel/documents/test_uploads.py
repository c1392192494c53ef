"""What Django reads of a form's files before any view looks at it."""

import os

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest
from django.test import Client

from smartsenegal.kernel.documents import api, rules
from smartsenegal.kernel.identity.api import Principal

LONGEST = rules.DEFAULT_LIMITS.max_bytes
BLOCK = 64 * 1024


def received(length: int) -> object:
    """A file of that many bytes, as the handler of the settings makes it of a request."""
    [path] = settings.FILE_UPLOAD_HANDLERS
    handler = load_handler(path, HttpRequest())
    handler.new_file("file", "carte.jpg", "image/jpeg", length)
    for start in range(0, length, BLOCK):
        handler.receive_data_chunk(b"\xff" * min(BLOCK, length - start), start)
    return handler.file_complete(length)


def test_what_is_too_long_is_not_written_to_its_end() -> None:
    with received(LONGEST + 5 * rules.MEGABYTE) as file:
        assert os.fstat(file.fileno()).st_size == LONGEST + 1
        assert file.size == LONGEST + 5 * rules.MEGABYTE


def test_what_is_short_is_written_whole() -> None:
    with received(3 * BLOCK + 7) as file:
        assert file.read() == b"\xff" * (3 * BLOCK + 7)


def test_an_upload_has_no_name_that_a_killed_process_would_leave() -> None:
    with received(BLOCK) as file:
        assert os.fstat(file.fileno()).st_nlink == 0


@pytest.mark.django_db
def test_what_is_too_long_is_told_with_the_limit() -> None:
    awa = Principal(account_id="0190aaaa-0000-7000-8000-000000000001", label="Awa Ndiaye")
    with received(LONGEST + 5 * rules.MEGABYTE) as file, pytest.raises(api.UploadRefused) as refused:
        api.store(file, filename="carte.jpg", purpose="piece", subject="case:1", by=awa)
    assert refused.value.code == "too_big"


@pytest.mark.django_db
def test_a_request_of_very_many_files_is_refused(client: Client) -> None:
    many = [SimpleUploadedFile(f"{n}.jpg", b"x", "image/jpeg") for n in range(60)]
    assert client.post("/verifier/", {"file": many}).status_code == 400
