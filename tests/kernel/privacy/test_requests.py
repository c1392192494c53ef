"""People get what is held about them, and have erased what the law allows."""

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.kernel.identity.api import PermissionRefused, add_identifier
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.privacy import actions, archives, queries, rules
from smartsenegal.kernel.privacy.errors import PrivacyRefused
from smartsenegal.kernel.privacy.models import PrivacyRequest
from smartsenegal.kernel.privacy.rules import Delays, delays_on, due_on, is_late
from smartsenegal.onestop.cases import actions as cases
from smartsenegal.onestop.cases.models import Case
from tests.jobs import drain
from tests.onestop.cases.world import World, fill, make_world

# A busy machine draws values slowly.
unhurried = hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
NUMBER = "2 751 1994 02738"


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.DATA_DIR = tmp_path
    return make_world()


def _client(world: World, who: Any) -> Client:
    client = Client()
    client.force_login(world.account(who))
    return client


def _ask(client: Client, kind: str) -> Any:
    return client.post("/mes-donnees/demander/", {"kind": kind, "words": "Tout, s’il vous plaît"})


def _archive(world: World) -> zipfile.ZipFile:
    person, officer = _client(world, world.awa), _client(world, world.lamine)
    assert _ask(person, "access").status_code == 302
    asked = PrivacyRequest.objects.get(kind="access")
    assert officer.post(f"/mes-donnees/traitement/{asked.pk}/accepter/").status_code == 302
    drain()
    answer = person.get(f"/mes-donnees/{asked.pk}/archive.zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def test_the_archive_holds_everything_and_is_sealed(world: World) -> None:
    add_identifier(world.account(world.awa), "nin", NUMBER, world.awa)
    case = cases.submit(fill(world).pk, world.awa).case
    cases.take(case.pk, world.moussa)
    fill(world, who=world.modou)
    held = _archive(world)
    assert held.testzip() is None
    account = json.loads(held.read("compte.json"))
    assert account["numeros"][0]["numero"].replace(" ", "") == NUMBER.replace(" ", "")
    told = json.loads(held.read(f"demandes/{case.reference}/demande.json"))
    assert told["reponses"]["identity"]["last_name"] == "Ndiaye"
    assert [a["acte"] for a in told["historique"]][-1] == "taken"
    pieces = [n for n in held.namelist() if "/pieces/" in n]
    assert len(pieces) == 1
    journal = held.read("journal.jsonl").decode()
    assert "Moussa Diop" in journal
    assert "Modou" not in "".join(held.namelist()) + journal
    manifest = held.read("sceau.json")
    listed = {f["chemin"]: f["sha256"] for f in json.loads(manifest)["fichiers"]}
    assert set(listed) == set(held.namelist()) - {"sceau.json", "sceau.sig"}
    assert all(hashlib.sha256(held.read(name)).hexdigest() == digest for name, digest in listed.items())
    key = vault.trust().seal_keys[json.loads(manifest)["cle"]]
    assert key.verifies(bytes.fromhex(held.read("sceau.sig").decode()), manifest)


def test_the_archive_lies_encrypted_and_is_destroyed_in_time(world: World) -> None:
    _archive(world)
    asked = PrivacyRequest.objects.get()
    assert b"compte.json" not in archives.path_of(asked.pk).read_bytes()
    assert actions.destroy_expired(timezone.localdate()) == 0
    assert actions.destroy_expired(asked.archive_until + timedelta(days=1)) == 1  # type: ignore[operator]
    assert not archives.path_of(asked.pk).exists()
    person = _client(world, world.awa)
    assert person.get(f"/mes-donnees/{asked.pk}/archive.zip")["Location"] == "/mes-donnees/"


def test_a_job_run_twice_makes_one_archive(world: World) -> None:
    _archive(world)
    asked = PrivacyRequest.objects.get()
    before = bytes(asked.archive_key)
    actions.make_archive(asked.pk)
    asked.refresh_from_db()
    assert bytes(asked.archive_key) == before
    assert Message.objects.filter(template="privacy.ready", channel="page").count() == 1


def test_nobody_else_downloads_it(world: World) -> None:
    _archive(world)
    asked = PrivacyRequest.objects.get()
    for who in (world.modou, world.lamine, world.moussa):
        assert _client(world, who).get(f"/mes-donnees/{asked.pk}/archive.zip").status_code == 403


def test_erasure_erases_what_it_may_and_says_what_is_kept(world: World) -> None:
    add_identifier(world.account(world.awa), "nin", NUMBER, world.awa)
    filed = cases.submit(fill(world).pk, world.awa).case
    draft = fill(world)
    drain()
    person, officer = _client(world, world.awa), _client(world, world.lamine)
    assert _ask(person, "erasure").status_code == 302
    asked = PrivacyRequest.objects.get()
    officer.post(f"/mes-donnees/traitement/{asked.pk}/accepter/")
    assert Case.objects.get(pk=draft.pk).state == "withdrawn"
    assert StoredFile.objects.get(subject=draft.subject).purged_at is not None
    assert StoredFile.objects.get(subject=filed.subject).purged_at is None
    assert not world.account(world.awa).identifiers.exists()
    page = person.get("/mes-donnees/").content.decode()
    assert "Effacé&nbsp;: 1\u00a0brouillon" in page
    assert "Gardé&nbsp;: 1\u00a0demande en cours" in page
    assert "retirez-la d’abord" in page
    entry = Entry.objects.get(verb="privacy.erased")
    assert entry.actor_label == "Lamine Sy"
    assert _ask(person, "erasure").status_code == 302  # answered: one may ask again


def test_the_same_request_is_not_made_twice(world: World) -> None:
    person = _client(world, world.awa)
    assert _ask(person, "access").status_code == 302
    again = _ask(person, "access")
    assert again.status_code == 422
    page = again.content.decode()
    assert "Vous avez déjà demandé cela" in page
    assert "Tout, s’il vous plaît" in page
    assert _ask(person, "erasure").status_code == 302


def test_a_refusal_gives_its_reason(world: World) -> None:
    person, officer = _client(world, world.awa), _client(world, world.lamine)
    _ask(person, "erasure")
    asked = PrivacyRequest.objects.get()
    address = f"/mes-donnees/traitement/{asked.pk}/refuser/"
    assert officer.post(address, {"why": ""}).status_code == 422
    assert officer.post(address, {"why": "Une inspection est en cours."}).status_code == 302
    assert "Une inspection est en cours." in person.get("/mes-donnees/").content.decode()
    with pytest.raises(PrivacyRefused):
        actions.treat(asked.pk, world.lamine)


def test_officers_alone_treat(world: World) -> None:
    _ask(_client(world, world.awa), "access")
    asked = PrivacyRequest.objects.get()
    for who in (world.awa, world.moussa, world.fatou):
        with pytest.raises(PermissionRefused):
            actions.treat(asked.pk, who)
    page = _client(world, world.lamine).get("/mes-donnees/traitement/").content.decode()
    assert "Awa Ndiaye" in page
    assert _client(world, world.lamine).get(f"/mes-donnees/traitement/{asked.pk}/").status_code == 200
    assert Entry.objects.filter(verb="privacy.read", subject=asked.subject).exists()


def test_delays_are_dated(world: World) -> None:
    officer = _client(world, world.lamine)
    today = timezone.localdate()
    given = {
        "effective_from": f"{today:%d/%m/%Y}",
        "access": "15",
        "erasure": "20",
        "archive": "10",
        "basis": "CDP",
    }
    assert officer.get("/mes-donnees/traitement/delais/").status_code == 200
    assert officer.post("/mes-donnees/traitement/delais/", {**given, "basis": ""}).status_code == 422
    assert officer.post("/mes-donnees/traitement/delais/", given).status_code == 302
    _ask(_client(world, world.awa), "access")
    assert PrivacyRequest.objects.get().due_on == today + timedelta(days=15)
    assert queries.delays_on(today - timedelta(days=1)) == rules.STARTING


def test_archive_keys_follow_a_rotation(world: World) -> None:
    _archive(world)
    ring = vault.keyring()
    old = ring.active
    ring.rotate()
    try:
        assert actions.reseal_archives() == 1
        assert actions.reseal_archives() == 0
        asked = PrivacyRequest.objects.get()
        assert asked.archive_kid != old
        assert b"".join(actions.download(asked.pk, world.awa))[:2] == b"PK"
    finally:
        assert old in ring.kids


@unhurried
@given(st.text(max_size=40))
def test_a_file_stays_inside_the_archive(name: str) -> None:
    parts = archives._safe(f"demandes/{name}").split("/")
    assert ".." not in parts
    assert parts[0] == "demandes"


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@unhurried
@given(days, st.lists(st.builds(Delays, *[st.integers(1, 90)] * 3, days), max_size=4))
def test_the_delays_in_force_are_the_latest_begun(day: date, known: list[Delays]) -> None:
    found = delays_on(day, known)
    begun = [d.effective_from for d in known if d.effective_from <= day]
    assert found.effective_from == max(begun, default=date.min)
    due = due_on("access", day, found)
    assert not is_late("asked", due, due)
    assert is_late("asked", due, due + timedelta(days=1))
    assert not is_late("done", due, due + timedelta(days=1))


# --- alerts before and after the last day ----------------------------------------------------------


@unhurried
@given(st.sampled_from(["asked", "preparing", "done", "refused"]), st.integers(-40, 40))
def test_alerts_come_before_and_after_the_last_day(state: str, left: int) -> None:
    today = date(2026, 11, 25)
    found = rules.alert(state, today + timedelta(days=left), today)
    if state not in rules.OPEN or left > 7:
        assert found == ""
    elif left < 0:
        assert found == f"late{(6 - left) // 7}"
    else:
        assert found == ("last" if left <= 1 else "soon")


def _told(asked: PrivacyRequest) -> list[tuple[str, str]]:
    about = Message.objects.filter(about=asked.subject, channel="page").order_by("created_at")
    return [(m.template, m.recipient) for m in about]


def test_officers_are_alerted_once_a_stage(world: World) -> None:
    person = _client(world, world.awa)
    _ask(person, "access")
    asked = PrivacyRequest.objects.get()
    officer, due = str(world.account(world.lamine).pk), asked.due_on
    days = [due - timedelta(days=d) for d in (20, 7, 6, 1, 1, 0, -1, -2, -8)]
    assert [actions.alert_officers(day) for day in days] == [0, 1, 0, 1, 0, 0, 1, 0, 1]
    names = ["privacy.due", "privacy.due", "privacy.late", "privacy.late"]
    assert _told(asked) == [(name, officer) for name in names]
    assert Entry.objects.filter(verb="privacy.alerted").count() == 4
    actions.refuse(asked.pk, world.lamine, "Identité non établie.")
    assert actions.alert_officers(due + timedelta(days=30)) == 0


def test_pages_say_how_many_days_are_left_or_late(world: World) -> None:
    person, officer = _client(world, world.awa), _client(world, world.lamine)
    _ask(person, "erasure")
    asked = PrivacyRequest.objects.get()
    assert "Échéance dans 30" in officer.get("/mes-donnees/traitement/").content.decode()
    assert "en retard" not in person.get("/mes-donnees/").content.decode()
    PrivacyRequest.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    page = officer.get("/mes-donnees/traitement/").content.decode()
    assert "Une réponse est en retard" in page
    assert "En retard de 3" in officer.get(f"/mes-donnees/traitement/{asked.pk}/").content.decode()
    assert "elle est en retard" in person.get("/mes-donnees/").content.decode()
