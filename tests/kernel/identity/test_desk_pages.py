from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity import actions
from smartsenegal.kernel.identity.models import Account

DESK = "/compte/guichet/"


def page(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def adviser(make_agent: Callable[..., Any], signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(make_agent("adviser", "senegal", name="Ousmane Sow")[0])


@pytest.fixture
def moussa(make_account: Callable[..., Any]) -> Account:
    return make_account(name="Moussa Diop", phone="+221761234567", email="moussa@exemple.sn")


@pytest.mark.parametrize("login", ["76 123 45 67", "moussa@exemple.sn"])
def test_an_identity_is_confirmed_before_the_document(adviser: Client, moussa: Account, login: str) -> None:
    answer = adviser.post(DESK, {"login": login})
    assert answer["Location"] == f"{DESK}{moussa.pk}/"
    assert Entry.objects.filter(subject=f"account:{moussa.pk}").latest("id").verb == "identity.found_at_desk"
    text = page(adviser.get(answer["Location"]))
    assert "Moussa Diop" in text
    assert "76" not in text.split("<main")[1].split("</main")[0]
    assert "Indiquez la pièce" in page(adviser.post(answer["Location"], {}))
    assert adviser.post(answer["Location"], {"document": "card"})["Location"] == DESK
    moussa.refresh_from_db()
    assert moussa.assurance == "desk"


@pytest.mark.parametrize("login", ["", "77 999 99 99", "personne@exemple.sn", "abc", "a" * 300])
def test_an_account_that_is_not_there_gets_a_sentence(adviser: Client, login: str) -> None:
    answer = adviser.post(DESK, {"login": login})
    assert "Il y a un problème" in page(answer)


def test_an_account_nobody_has_used_is_not_there(adviser: Client) -> None:
    pending = actions.account_for_phone("+221701234567")
    assert "Aucun compte" in page(adviser.post(DESK, {"login": "701234567"}))
    assert adviser.get(f"{DESK}{pending.pk}/").status_code == 404


def test_the_desk_is_closed_to_others(
    moussa: Account, make_agent: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    assert Client().get(DESK)["Location"].startswith("/compte/connexion/")
    for account in (moussa, make_agent("officer", "ti-thies", name="Fatou Sarr")[0]):
        client = signed_in(account)
        assert client.get(DESK).status_code == 403
        assert client.post(f"{DESK}{moussa.pk}/", {"document": "card"}).status_code == 403
    moussa.refresh_from_db()
    assert moussa.assurance == "phone"


def test_nobody_confirms_themselves(adviser: Client) -> None:
    own = Account.objects.get(name="Ousmane Sow")
    answer = adviser.post(f"{DESK}{own.pk}/", {"document": "card"})
    assert answer.status_code == 403
    assert "propre identité" in page(answer)
