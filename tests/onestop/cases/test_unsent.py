"""A session that ends while a form is being sent: what was typed is shown again, to that person alone."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.onestop.cases.world import World

pytestmark = pytest.mark.django_db
TYPED = {"motive": "autre", "details": "Un concours"}


@pytest.fixture
def address(draft: Any) -> str:
    return f"/dossiers/{draft.pk}/questions/motif/"


@pytest.fixture
def stranger(address: str) -> Client:
    """A browser whose session has ended, and that has just sent the form."""
    client = Client()
    answer = client.post(address, {**TYPED, "version": "3", "request_key": "old"})
    assert answer["Location"] == f"/compte/connexion/?next={address}"
    return client


def test_what_was_typed_is_shown_and_not_sent(
    world: World, draft: Any, stranger: Client, address: str
) -> None:
    stranger.force_login(world.account(world.awa))
    page = stranger.get(address).content.decode()
    assert 'value="Un concours"' in page
    assert "old" not in page
    draft.refresh_from_db()
    assert draft.answers["motive"] == "emploi"
    assert "Un concours" not in stranger.get(address).content.decode(), "it is shown once"


def test_another_person_on_the_same_browser_sees_nothing(
    world: World, stranger: Client, address: str
) -> None:
    stranger.force_login(world.account(world.modou))
    answer = stranger.get(address)
    assert answer.status_code == 403
    assert "Un concours" not in answer.content.decode()


def test_another_page_sees_nothing(world: World, draft: Any, stranger: Client) -> None:
    stranger.force_login(world.account(world.awa))
    page = stranger.get(f"/dossiers/{draft.pk}/questions/qui/").content.decode()
    assert 'value="Awa"' in page
    assert "Erreur" not in page


def test_it_is_kept_sealed_and_not_for_long(
    world: World, stranger: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Session.objects.get(pk=stranger.cookies["session"].value).get_decoded()["cases.unsent"]
    assert "concours" not in str(kept)
    stranger.force_login(world.account(world.awa))
    monkeypatch.setattr("smartsenegal.onestop.cases.views.unsent.KEPT_SECONDS", -1)
    assert "Un concours" not in stranger.get(address).content.decode()


def test_too_much_is_not_kept(address: str) -> None:
    client = Client()
    client.post(address, {"details": "x" * 50_000})
    assert "session" not in client.cookies


def test_an_agent_finds_the_words_of_a_refusal_again(world: World, filed: Any) -> None:
    address = f"/dossiers/{filed.pk}/instruction/refuser/"
    client = Client()
    client.post(address, {"text": "La copie est illisible."})
    client.force_login(world.account(world.moussa))
    assert "La copie est illisible." in client.get(address).content.decode()
    filed.refresh_from_db()
    assert filed.state == "in_review"
