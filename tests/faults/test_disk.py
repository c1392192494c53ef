"""A disk full in the middle of the main job, then room again: what was acknowledged is there, once."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from smartsenegal.run.check.browser import Browser
from smartsenegal.run.check.filling import photograph
from tests.faults.conftest import Ill
from tests.faults.people import Applicant, post
from tests.faults.test_kills import expect_nothing_wrong
from tests.instance import free_port

pytestmark = pytest.mark.fault

ROOM = "900m"
CHUNK = 1024 * 1024


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk of its own, which an ordinary user may not mount."""
    if os.getuid() != 0:
        pytest.skip("mounting a small disk asks for root")
    place = tmp_path_factory.mktemp("disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=755", "none", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(scope="module")
def cramped(disk: Path, prepared: Path) -> Iterator[Ill]:
    made = Ill(disk / "data", free_port(), {"SMARTSENEGAL_RESTART_SECONDS": "1"})
    made.begin_from(prepared)
    made.start()
    try:
        yield made
    finally:
        assert made.stop() == 0


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not one byte of room for the time of the block."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as out:
            for size in (CHUNK, 4096, 1):
                fill(out.fileno(), size)
        yield
    finally:
        ballast.unlink()


def fill(descriptor: int, size: int) -> None:
    while True:
        try:
            os.write(descriptor, b"\0" * size)
        except OSError:
            return


def sent(browser: Browser, applicant: Applicant) -> int:
    """Status of one attempt to send the request; 0 when the line was cut."""
    form = applicant.person.page.form(button="Envoyer")
    try:
        return post(browser, form).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.parametrize("blow", ["", "postgres"])
def test_a_request_sent_while_the_disk_is_full_is_kept_or_refused_never_lost(
    cramped: Ill, disk: Path, blow: str
) -> None:
    cramped.wait_healthy()
    applicant = Applicant(cramped.url)
    applicant.sign_up()
    applicant.ready()
    with full(disk):
        if blow:
            cramped.kill(blow)
        until = time.monotonic() + 8
        states = set()
        while time.monotonic() < until and 302 not in states:
            states.add(sent(applicant.person, applicant))
        assert not cramped.healthy()
    assert states <= {0, 302, 503}, states
    cramped.wait_healthy(120)
    applicant.person.open(f"/dossiers/{applicant.case}/")
    if 302 not in states:
        applicant.ready()
        applicant.submit()
    applicant.pay()
    truth = cramped.truth()
    found = truth["cases"][applicant.case]
    assert found["kinds"]["submitted"] == 1
    expect_nothing_wrong(truth)
    cramped.verify_journal()


def test_a_piece_that_finds_no_room_is_refused_in_a_sentence(cramped: Ill, disk: Path) -> None:
    """Nothing is half-written: no row without its file, no file without its row, and the page says why."""
    cramped.wait_healthy()
    applicant = Applicant(cramped.url)
    applicant.sign_up()
    page = applicant.to_piece()
    with full(disk):
        refused = browse_file(applicant)
    assert refused.status_code in (422, 503), refused.status_code
    assert "place" in refused.text
    cramped.wait_healthy(120)
    applicant.person.open(page.url)
    applicant.send_file("photo.jpg", photograph(), "image/jpeg")
    truth = cramped.truth()
    assert truth["files"]["missing"] == []
    expect_nothing_wrong(truth)


def browse_file(applicant: Applicant) -> httpx.Response:
    form = next(f for f in applicant.person.page.forms if f.names("file"))
    files = {form.names("file")[0]: ("photo.jpg", photograph(), "image/jpeg")}
    return post(applicant.person, form, files=files)
