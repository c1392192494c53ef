"""Inspectors read the journal, and their reading is in it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import actions, cli, outside, queries, registry, views
from smartsenegal.kernel.audit.models import Check, Entry, Head
from smartsenegal.kernel.identity.api import Account, Organisation, RoleAssignment
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.lib.actor import SYSTEM, Actor
from tests.jobs import drain

pytestmark = pytest.mark.django_db

MOUSSA = Actor("agent", "a1", "Moussa Fall", "Tribunal de Thiès", "192.0.2.3")


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def agent() -> Callable[[str], Account]:
    place = Territory.objects.create(code="SN", kind="country", name="Sénégal", path="SN")
    office = Organisation.objects.create(
        code="ig", name="Inspection générale", kind="ministry", territory=place
    )

    def make(role: str) -> Account:
        account = Account.objects.create_user(email=f"{role}@example.sn", name=f"Agent {role}")
        RoleAssignment.objects.create(
            account=account, role=role, organisation=office, starts_on=date(2020, 1, 1)
        )
        return account

    return make


@pytest.fixture
def inspector(client: Client, agent: Callable[[str], Account]) -> Client:
    client.force_login(agent("inspector"))
    return client


def shown(response: Any) -> str:
    return response.content.decode().replace("&nbsp;", "\u00a0")


# --- who -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/journal/", "/journal/1/"])
def test_a_visitor_is_asked_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("role", ["officer", "signatory", "administrator", "cashier", "adviser"])
def test_other_agents_are_refused(client: Client, agent: Callable[[str], Account], role: str) -> None:
    client.force_login(agent(role))
    for response in (
        client.get("/journal/"),
        client.get("/journal/1/"),
        client.post("/journal/verification/"),
    ):
        assert response.status_code == 403
        assert "Le journal est lu par les inspecteurs." in shown(response)
    assert not Check.objects.exists()


# --- reading -----------------------------------------------------------------------------------


def test_reading_the_journal_is_journalled_with_what_was_looked_for(inspector: Client) -> None:
    inspector.get("/journal/", {"subject": "case:1", "since": "1/11/2026"})
    entry = Entry.objects.get(verb="audit.read")
    assert entry.actor_label == "Agent inspector"
    assert entry.detail == {"subject": "case:1", "since": "2026-11-01"}


def test_each_filter_keeps_what_it_says(inspector: Client) -> None:
    actions.record(MOUSSA, "documents.read", "case:1", {"file": "f"}, "instruction")
    actions.record(SYSTEM, "documents.purge", "case:2", reason="durée atteinte")
    everything = shown(inspector.get("/journal/"))
    assert "Document ouvert" in everything
    assert "Document détruit" in everything
    for query, kept in (
        ({"subject": "case:1"}, "instruction"),
        ({"actor": "a1"}, "instruction"),
        ({"actor": "Moussa Fall"}, "instruction"),
        ({"verb": "documents.read"}, "instruction"),
        ({"verb": "documents.purge"}, "durée atteinte"),
        ({"subject": "case:2"}, "durée atteinte"),
    ):
        words = shown(inspector.get("/journal/", query))
        assert kept in words
        assert ({"instruction", "durée atteinte"} - {kept}).pop() not in words


def test_the_period_includes_both_its_days(inspector: Client) -> None:
    entry = actions.record(MOUSSA, "documents.read", "case:1", reason="instruction")
    day = Entry.objects.get(pk=entry.pk).at.date()
    inside = {"since": day.isoformat(), "until": day.isoformat()}
    assert "instruction" in shown(inspector.get("/journal/", inside))
    assert "instruction" not in shown(inspector.get("/journal/", {"until": "1/1/2026"}))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "demain"}, "Il y a un problème"),
        ({"since": "2/2/2026", "until": "1/2/2026"}, "La fin précède le début"),
        ({"subject": "x" * 121}, "Il y a un problème"),
        ({"subject": "a\x00b"}, "Il y a un problème"),
    ],
)
def test_a_wrong_filter_is_told_and_kept(inspector: Client, query: dict[str, str], sentence: str) -> None:
    response = inspector.get("/journal/", query)
    assert response.status_code == 422
    assert sentence in shown(response)


def test_pages_follow_each_other_without_loss_or_double(inspector: Client) -> None:
    for n in range(120):
        actions.record(MOUSSA, "x.y", "case:7", reason=f"motif-{n:03d}-")
    seen: list[str] = []
    address = "/journal/?subject=case:7"
    for size in (50, 50, 20):
        words = shown(inspector.get(address))
        found = [f"motif-{n:03d}-" for n in range(119, -1, -1) if f"motif-{n:03d}-" in words]
        assert len(found) == size
        seen += found
        if size == 50:
            href = words.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
            address = "/journal/" + href.replace("&amp;", "&")
    assert seen == [f"motif-{n:03d}-" for n in range(119, -1, -1)]
    assert 'rel="next"' not in words


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1 OR 1", "²"])
def test_a_wrong_place_to_start_from_shows_the_first_page(inspector: Client, before: str) -> None:
    assert inspector.get("/journal/", {"avant": before}).status_code == 200


def test_an_entry_shows_everything_and_its_links(inspector: Client) -> None:
    made = actions.record(MOUSSA, "documents.read", "case:1", {"file": "f-42"}, "instruction")
    words = shown(inspector.get(f"/journal/{made.pk}/"))
    for part in ("Moussa Fall", "Tribunal de Thiès", "192.0.2.3", "case:1", "f-42", "instruction"):
        assert part in words
    assert bytes(Entry.objects.get(pk=made.pk).hash).hex() in words
    assert inspector.get("/journal/99999999/").status_code == 404


def test_what_the_journal_holds_is_shown_and_never_run(inspector: Client) -> None:
    actions.record(
        Actor("person", "<i>", "<script>1</script>"), "x.y", "case:1", {"<b>": "<b>"}, "<img src=x>"
    )
    entry = Entry.objects.get(verb="x.y")
    for words in (shown(inspector.get("/journal/")), shown(inspector.get(f"/journal/{entry.pk}/"))):
        assert "<script>1" not in words
        assert "<img src=x>" not in words


def test_subjects_are_called_as_people_call_them(inspector: Client) -> None:
    registry.register_subjects(
        "folder",
        lambda keys: {k: registry.Named(f"CJ-2026-{k}", f"/dossiers/{k}/") for k in keys},
        lambda words: "000042" if words == "CJ-2026-000042" else None,
    )
    made = actions.record(MOUSSA, "x.y", "folder:000042", reason="instruction")
    actions.record(MOUSSA, "x.y", "case:1", reason="sans rapport")
    try:
        words = shown(inspector.get("/journal/", {"subject": "CJ-2026-000042"}))
        assert "CJ-2026-000042" in words
        assert "instruction" in words
        assert "sans rapport" not in words
        assert 'href="/dossiers/000042/"' in shown(inspector.get(f"/journal/{made.pk}/"))
        unknown = inspector.get("/journal/", {"subject": "CJ-2026-000043"})
        assert unknown.status_code == 422
        assert "Rien ne porte ce numéro" in shown(unknown)
    finally:
        del registry._subjects["folder"]


def test_the_queries_do_not_grow(inspector: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(60):
        actions.record(MOUSSA, "x.y", f"case:{n}")
    with django_assert_max_num_queries(9):
        inspector.get("/journal/")


# --- verifying ------------------------------------------------------------------------------------


def test_a_small_journal_is_verified_on_the_page(inspector: Client) -> None:
    actions.record(MOUSSA, "x.y", "case:1")
    response = inspector.post("/journal/verification/", follow=True)
    words = shown(response)
    assert "Journal intègre\u00a0: " in words
    assert "demandé par Agent inspector" in words
    assert Entry.objects.filter(verb="audit.verify").count() == 1


def test_a_large_one_by_a_job_with_its_last_result_shown(
    inspector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SMALL", 0)
    actions.record(MOUSSA, "x.y", "case:1")
    words = shown(inspector.post("/journal/verification/", follow=True))
    assert "Vérification en cours" in words
    assert drain("audit.verify") == ["audit.verify"]
    assert "Journal intègre\u00a0: " in shown(inspector.get("/journal/"))


def test_faults_are_shown(inspector: Client) -> None:
    from tests.kernel.audit.test_chain import owner

    made = actions.record(MOUSSA, "x.y", "case:1")
    with owner():
        Entry.objects.filter(pk=made.pk).update(reason="changé")
    words = shown(inspector.post("/journal/verification/", follow=True))
    assert "1\u00a0anomalie dans" in words
    assert f"(ligne {made.pk})" in words


def test_the_form_cannot_be_posted_from_elsewhere(agent: Callable[[str], Account]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent("inspector"))
    assert client.post("/journal/verification/").status_code == 403


# --- command and jobs --------------------------------------------------------------------------------


def test_the_command_says_that_all_is_whole_or_names_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.kernel.audit.test_chain import owner

    made = actions.record(MOUSSA, "x.y", "case:1")
    actions.sign_heads(vault.authority())
    assert cli.verify([]) == 0
    assert capsys.readouterr().out == "Journal intègre\u00a0: 1\u00a0écriture, 1\u00a0sceau\n"
    with owner():
        Entry.objects.filter(pk=made.pk).update(reason="changé")
    assert cli.main(["verify"]) == 1
    assert f"(ligne {made.pk})" in capsys.readouterr().out
    assert cli.main([]) == 2


def test_the_job_signs_and_copies_outside_the_database() -> None:
    from smartsenegal.kernel.audit.jobs import sign_heads

    actions.record(MOUSSA, "x.y", "case:1")
    sign_heads(timestamp=0)
    [head] = outside.read()[0]
    assert Head.objects.get().pk == head.number
    assert queries.is_signed(head, vault.trust())
    assert outside.path().stat().st_mode & 0o077 == 0 or outside.path().parent.stat().st_mode & 0o077 == 0
    report = actions.verify_now()
    assert (report.entries, report.heads, report.faults) == (1, 1, ())
