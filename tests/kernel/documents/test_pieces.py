"""Who may open a file, how it is shown, and what the journal says of it."""

import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents import api, registry, storage
from smartsenegal.kernel.documents.models import RetentionRule, StoredFile
from smartsenegal.kernel.identity.api import Account, PermissionRefused, Principal, principal_for, system
from smartsenegal.lib import crypto
from tests.kernel.documents import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture
def awa() -> Account:
    return Account.objects.create_user(phone="+221771234567", name="Awa Ndiaye")


@pytest.fixture
def moussa() -> Account:
    return Account.objects.create_user(phone="+221771234568", name="Moussa Fall")


@pytest.fixture(autouse=True)
def _retention() -> None:
    """The rules of the migration, which a test that empties the tables takes away."""
    for purpose, days in (("piece:identity", 30), ("piece", 90), ("act", None)):
        RetentionRule.objects.get_or_create(
            purpose=purpose, starts_on=date(2026, 1, 1), defaults={"days": days, "basis": "essai"}
        )


@pytest.fixture(autouse=True)
def _subject() -> Iterator[None]:
    """Files of `folder:<account>` are for that account alone."""

    def guard(principal: Principal, subject: str, file: StoredFile) -> bool:
        return subject == f"folder:{principal.account_id}"

    registry.register_subject("folder", guard, lambda subject: "Casier judiciaire CJ-2026-000001")
    yield
    del registry._subjects["folder"]


def keep(account: Account, data: bytes, name: str, **options: object) -> StoredFile:
    return api.store(
        io.BytesIO(data), filename=name, purpose="piece", subject=f"folder:{account.pk}",
        by=principal_for(account), **options,
    )  # fmt: skip


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_its_owner_reads_it_and_the_journal_says_so(client: Client, awa: Account) -> None:
    data = hostile.image("PNG")
    file = keep(awa, data, "carte d’Awa.png")
    client.force_login(awa)
    response = client.get(f"/pieces/{file.pk}/")
    assert response.status_code == 200
    assert body(response) == data
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Disposition"].startswith("inline;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in response["Cache-Control"]
    entry = Entry.objects.get(verb="documents.read")
    assert (entry.actor_id, entry.subject, entry.detail["file"]) == (str(awa.pk), file.subject, str(file.pk))
    assert entry.reason == "consultation à l’écran"


def test_a_pdf_is_given_as_a_file_to_save(client: Client, awa: Account) -> None:
    file = keep(awa, hostile.pdf(), "acte.pdf")
    client.force_login(awa)
    response = client.get(f"/pieces/{file.pk}/")
    assert response["Content-Disposition"] == 'attachment; filename="acte.pdf"'
    assert body(response).startswith(b"%PDF-")


def test_another_person_gets_the_same_answer_as_for_nothing(
    client: Client, awa: Account, moussa: Account
) -> None:
    file = keep(awa, hostile.image("PNG"), "a.png")
    client.force_login(moussa)
    refused = client.get(f"/pieces/{file.pk}/")
    missing = client.get("/pieces/0190aaaa-0000-7000-8000-000000000001/")
    assert refused.status_code == missing.status_code == 404
    assert refused.content == missing.content.replace(b"0190aaaa-0000-7000-8000-000000000001", b"")
    assert client.get(f"/pieces/{file.pk}/page/1/").status_code == 404
    assert Entry.objects.filter(verb="documents.refused", actor_id=str(moussa.pk)).count() == 2
    assert not Entry.objects.filter(verb="documents.read").exists()


def test_a_visitor_is_asked_to_sign_in(client: Client, awa: Account) -> None:
    file = keep(awa, hostile.image("PNG"), "a.png")
    for address in (f"/pieces/{file.pk}/", f"/pieces/{file.pk}/page/1/"):
        response = client.get(address)
        assert response.status_code == 302
        assert "next=/pieces/" in response["Location"]


def test_a_subject_nobody_registered_is_closed_to_all_but_the_system(awa: Account) -> None:
    file = api.store(
        io.BytesIO(hostile.pdf()),
        filename="a.pdf",
        purpose="piece",
        subject="unknown:1",
        by=principal_for(awa),
    )
    with pytest.raises(PermissionRefused):
        api.open_file(file.pk, principal_for(awa), "essai")
    assert api.open_file(file.pk, system(), "essai").read()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_identity_piece_is_only_shown_under_its_watermark(client: Client, awa: Account, kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 500), (240, 230, 210)).save(out, kind)
    plain = keep(awa, out.getvalue(), f"a.{kind.lower()}")
    marked = keep(awa, out.getvalue(), f"a.{kind.lower()}", is_identity=True)
    client.force_login(awa)
    response = client.get(f"/pieces/{marked.pk}/")
    assert response.status_code == 302
    assert response["Location"] == f"/pieces/{marked.pk}/page/1/"
    clean, written = (
        Image.open(io.BytesIO(client.get(f"/pieces/{f.pk}/page/1/").content)) for f in (plain, marked)
    )
    assert clean.size == written.size
    assert len(_shades(clean)) < 12
    assert len(_shades(written)) > 60
    for quarter in _quarters(written):  # not a corner is left without words
        assert len(_shades(quarter)) > 30


def _shades(image: Image.Image) -> set[int]:
    return {value for value, count in enumerate(image.convert("L").histogram()) if count}


def _quarters(image: Image.Image) -> Iterator[Image.Image]:
    width, height = image.size
    for left in (0, width // 2):
        for top in (0, height // 2):
            yield image.crop((left, top, left + width // 2, top + height // 2))


def test_each_page_of_a_pdf_can_be_seen_and_no_other(client: Client, awa: Account) -> None:
    file = keep(awa, hostile.pdf(2), "carte.pdf", is_identity=True)
    client.force_login(awa)
    for number in (1, 2):
        response = client.get(f"/pieces/{file.pk}/page/{number}/")
        assert response["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(response.content)).width == 1800
    for number in (0, 3):
        response = client.get(f"/pieces/{file.pk}/page/{number}/")
        assert response.status_code == 410
    assert [e.detail.get("page") for e in Entry.objects.filter(verb="documents.read").order_by("id")] == [
        1,
        2,
    ]


def test_a_photo_taken_sideways_is_shown_upright(client: Client, awa: Account) -> None:
    picture = Image.new("RGB", (400, 200), "white")
    exif = picture.getexif()
    exif[0x0112] = 6  # the top of the scene is on the right
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    file = keep(awa, out.getvalue(), "a.jpg")
    client.force_login(awa)
    shown = Image.open(io.BytesIO(client.get(f"/pieces/{file.pk}/page/1/").content))
    assert shown.height == 2 * shown.width


def test_an_altered_byte_on_the_disk_is_never_given(awa: Account) -> None:
    file = keep(awa, hostile.image("PNG"), "a.png")
    place = storage.path_of(file.storage_name)
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    with pytest.raises(crypto.DecryptionFailed):
        api.open_file(file.pk, system(), "essai").read()


def test_a_lost_file_is_told_not_crashed_on(client: Client, awa: Account) -> None:
    file = keep(awa, hostile.image("PNG"), "a.png")
    storage.remove(file.storage_name)
    client.force_login(awa)
    response = client.get(f"/pieces/{file.pk}/")
    assert response.status_code == 410
    assert "Prévenez l’administrateur" in response.content.decode()


def test_the_queries_of_a_reading_do_not_grow(
    client: Client, awa: Account, django_assert_max_num_queries: object
) -> None:
    file = keep(awa, hostile.image("PNG"), "a.png")
    client.force_login(awa)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.get(f"/pieces/{file.pk}/")


def test_only_reading_is_possible(client: Client, awa: Account) -> None:
    file = keep(awa, hostile.image("PNG"), "a.png")
    client.force_login(awa)
    for method in (client.post, client.put, client.delete):
        assert method(f"/pieces/{file.pk}/").status_code == 405


# --- time of keeping --------------------------------------------------------------------


def test_after_the_decision_each_file_has_its_term(awa: Account) -> None:
    identity, plain = (
        api.store(
            io.BytesIO(hostile.pdf()), filename="a.pdf", purpose=purpose, subject="folder:1",
            by=principal_for(awa),
        )
        for purpose in ("piece:identity", "piece:other")
    )  # fmt: skip
    act = api.store(
        io.BytesIO(hostile.pdf()), filename="a.pdf", purpose="act", subject="folder:1", by=principal_for(awa)
    )
    decided = timezone.now()
    assert api.schedule_purge("folder:1", decided) == 2
    for file in (identity, plain, act):
        file.refresh_from_db()
    assert identity.purge_after == decided + timedelta(days=30)
    assert plain.purge_after == decided + timedelta(days=90)
    assert act.purge_after is None


def test_a_new_rule_holds_from_its_date_on(awa: Account) -> None:
    RetentionRule.objects.create(purpose="piece", starts_on=date(2026, 6, 1), days=10, basis="essai")
    file = keep(awa, hostile.pdf(), "a.pdf")
    for decided, days in (("2026-05-31T12:00+00:00", 90), ("2026-06-01T12:00+00:00", 10)):
        moment = timezone.datetime.fromisoformat(decided)
        api.schedule_purge(file.subject, moment)
        file.refresh_from_db()
        assert file.purge_after == moment + timedelta(days=days)


def test_purging_destroys_the_key_then_the_file(
    client: Client, awa: Account, django_capture_on_commit_callbacks: object
) -> None:
    due, later = keep(awa, hostile.pdf(), "a.pdf"), keep(awa, hostile.pdf(), "b.pdf")
    StoredFile.objects.filter(pk=due.pk).update(purge_after=timezone.now() - timedelta(seconds=1))
    StoredFile.objects.filter(pk=later.pk).update(purge_after=timezone.now() + timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert api.purge_due(system()) == 1
    due.refresh_from_db()
    assert (bytes(due.wrapped_key), due.is_purged) == (b"", True)
    assert storage.size_of(due.storage_name) is None
    assert storage.size_of(later.storage_name)
    assert Entry.objects.get(verb="documents.purge").detail["file"] == str(due.pk)
    client.force_login(awa)
    response = client.get(f"/pieces/{due.pk}/")
    assert response.status_code == 410
    assert "détruit après la décision" in response.content.decode()
    assert api.purge_due(system()) == 0


def test_a_copy_of_the_file_is_useless_once_its_key_is_destroyed(awa: Account) -> None:
    file = keep(awa, hostile.pdf(), "a.pdf")
    copy = storage.path_of(file.storage_name).read_bytes()
    StoredFile.objects.filter(pk=file.pk).update(purge_after=timezone.now())
    api.purge_due(system())
    file.refresh_from_db()
    storage.path_of(file.storage_name).write_bytes(copy)
    from smartsenegal.kernel.documents.queries import clear_chunks

    with pytest.raises(crypto.DecryptionFailed):
        list(clear_chunks(file))


def test_a_piece_taken_back_is_destroyed_at_once(awa: Account, moussa: Account) -> None:
    file = keep(awa, hostile.pdf(), "a.pdf")
    with pytest.raises(PermissionRefused):
        api.discard(file.pk, principal_for(moussa), "essai")
    api.discard(file.pk, principal_for(awa), "retirée par le demandeur")
    file.refresh_from_db()
    assert file.is_purged
