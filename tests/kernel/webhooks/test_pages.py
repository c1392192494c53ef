"""The page of webhooks: the secret is shown once, each organisation keeps its own, nothing sent is lost."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

pytestmark = pytest.mark.django_db
URL = "https://exemple.sn/webhooks"


def page(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ")


def browser_of(by: Any) -> Client:
    from smartsenegal.kernel.identity.models import Account

    client = Client()
    client.force_login(Account.objects.get(pk=by.account_id))
    return client


@pytest.fixture
def world(db: Any) -> Any:
    from tests.onestop.cases.world import make_world

    return make_world()


@pytest.fixture
def manager(world: Any) -> Any:
    from tests.onestop.cases.partner import manager_of

    return manager_of(world.thies)


@pytest.fixture
def client(manager: Any) -> Client:
    return browser_of(manager)


@pytest.fixture
def hook(world: Any, manager: Any) -> Any:
    from smartsenegal.kernel.webhooks import actions

    return actions.subscribe(manager, world.thies, URL, [])[0]


def sent(hook: Any, state: str = "given_up", **more: Any) -> Any:
    from smartsenegal.kernel.webhooks.models import Outgoing

    return Outgoing.objects.create(
        endpoint=hook,
        event_id=uuid4(),
        kind="case.submitted",
        subject="case:1",
        body="{}",
        state=state,
        **more,
    )


def test_a_webhook_is_made_and_its_secret_shown_once(client: Client, world: Any) -> None:
    from smartsenegal.kernel.webhooks import actions, rules
    from smartsenegal.kernel.webhooks.models import Endpoint

    assert "Aucun webhook" in page(client.get("/webhooks/"))
    asked = {"organisation": world.thies.name, "url": URL, "kinds": ["case.submitted"]}
    answer = client.post("/webhooks/nouveau/", asked)
    found = re.search(r"<code>(whsec_[^<]+)</code>", page(answer))
    assert found
    assert "no-store" in answer.headers["Cache-Control"]
    hook = Endpoint.objects.get()
    assert found[1] == rules.shown(actions.secrets_of(hook)[0])
    assert (hook.organisation, hook.url, hook.kinds) == (world.thies, URL, ["case.submitted"])
    later = page(client.get(f"/webhooks/{hook.pk}/"))
    assert found[1] not in later
    assert "Aucun envoi pour l’instant" in later
    listed = page(client.get("/webhooks/"))
    assert URL in listed
    assert "1 événement" in listed


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": ""}, "Indiquez l’adresse de votre système"),
        ({"url": "http://exemple.sn/x"}, "doit commencer par https"),
        ({"url": "https://moi:secret@exemple.sn/"}, "ni mot de passe"),
        ({"organisation": "Ministère de la Lune"}, "Aucun organisme que vous administrez"),
        ({"organisation": ""}, "Indiquez l’organisme"),
        ({"kinds": ["case.invented"]}, "Cet événement n’existe pas"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    client: Client, world: Any, changed: dict[str, Any], told: str
) -> None:
    from smartsenegal.kernel.webhooks.models import Endpoint

    asked = {"organisation": world.thies.name, "url": URL, "kinds": ["case.signed"], **changed}
    answer = page(client.post("/webhooks/nouveau/", asked))
    assert told in answer
    assert asked["url"] in answer
    assert changed.get("kinds") or re.search(r'value="case.signed"[^>]*checked', answer)
    assert not Endpoint.objects.exists()


def test_its_address_and_its_events_are_changed_and_its_secret_kept(client: Client, hook: Any) -> None:
    before, path = bytes(hook.sealed), f"/webhooks/{hook.pk}/modifier/"
    assert f'value="{URL}"' in page(client.get(path))
    wrong = page(client.post(path, {"url": "http://exemple.sn/x", "kinds": ["case.signed"]}))
    assert "doit commencer par https" in wrong
    assert 'value="http://exemple.sn/x"' in wrong
    assert re.search(r'value="case.signed"[^>]*checked', wrong)
    asked = {"url": f"{URL}/nouveau", "kinds": ["case.signed"]}
    shown = page(client.post(path, asked, follow=True))
    assert "Le webhook est modifié. Son secret reste le même." in shown
    assert f"{URL}/nouveau" in shown
    hook.refresh_from_db()
    assert (hook.url, hook.kinds, bytes(hook.sealed)) == (asked["url"], ["case.signed"], before)


def test_another_secret_after_a_question(client: Client, hook: Any) -> None:
    from smartsenegal.kernel.audit.models import Entry

    before = bytes(hook.sealed)
    assert "24 heures" in page(client.get(f"/webhooks/{hook.pk}/secret/"))
    hook.refresh_from_db()
    assert bytes(hook.sealed) == before
    assert "Copiez le secret maintenant" in page(client.post(f"/webhooks/{hook.pk}/secret/"))
    hook.refresh_from_db()
    assert bytes(hook.sealed_before) == before
    assert Entry.objects.filter(verb="webhooks.rotated", subject=f"webhook:{hook.pk}").exists()


def test_it_is_stopped_with_a_reason_and_started_again_with_what_was_held(client: Client, hook: Any) -> None:
    base = f"/webhooks/{hook.pk}/"
    assert "Indiquez le motif" in page(client.post(f"{base}arreter/", {"reason": ""}))
    assert client.post(f"{base}arreter/", {"reason": "Entretien de nuit"})["Location"] == base
    held = sent(hook, "held")
    shown = page(client.get(base))
    assert "Entretien de nuit" in shown
    assert "Retenu, webhook arrêté" in shown
    assert "/renvoyer/" not in shown
    assert "Arrêté" in page(client.get("/webhooks/"))
    refused = page(client.post(f"{base}envois/{held.pk}/renvoyer/", follow=True))
    assert "Remettez-le d’abord en marche" in refused
    started = page(client.post(f"{base}reprendre/", follow=True))
    assert "1 envoi retenu part maintenant" in started
    held.refresh_from_db()
    assert held.state == "waiting"


def test_what_was_sent_is_listed_and_sent_again(client: Client, hook: Any) -> None:
    soon = timezone.now()
    row = sent(hook, attempts=10, status=503, error="Réponse 503.")
    sent(hook, "waiting", attempts=2, next_attempt=soon)
    sent(hook, "delivered", attempts=1, status=200, delivered_at=soon)
    shown = page(client.get(f"/webhooks/{hook.pk}/"))
    assert all(words in shown for words in ("Abandonné", "Réponse 503", "À envoyer", "Reçu"))
    again = page(client.post(f"/webhooks/{hook.pk}/envois/{row.pk}/renvoyer/", follow=True))
    assert "L’envoi repart maintenant" in again
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert client.post(f"/webhooks/{hook.pk}/envois/{uuid4()}/renvoyer/").status_code == 404


def test_the_list_of_what_was_sent_is_read_page_after_page(client: Client, hook: Any) -> None:
    for _ in range(51):
        sent(hook)
    first = page(client.get(f"/webhooks/{hook.pk}/"))
    older = re.search(r'href="(\?avant=[^"]+)"', first)
    assert older
    assert first.count("/renvoyer/") == 50
    assert page(client.get(f"/webhooks/{hook.pk}/{older[1]}")).count("/renvoyer/") == 1
    assert page(client.get(f"/webhooks/{hook.pk}/?avant=nimporte")).count("/renvoyer/") == 50
    oldest = hook.sent.order_by("id").first().pk
    assert "Rien de plus ancien" in page(client.get(f"/webhooks/{hook.pk}/?avant={oldest}"))


def test_an_administrator_of_another_organisation_sees_nothing_of_it(hook: Any, world: Any) -> None:
    from tests.onestop.cases.partner import manager_of

    other = browser_of(manager_of(world.mbour))
    row = sent(hook)
    base = f"/webhooks/{hook.pk}/"
    assert URL not in page(other.get("/webhooks/"))
    assert other.get(base).status_code == 404
    for act in ("secret/", "modifier/", "arreter/", "reprendre/", f"envois/{row.pk}/renvoyer/"):
        assert other.post(base + act, {"reason": "x"}).status_code == 404, act
    hook.refresh_from_db()
    assert hook.disabled_at is None


def test_the_pages_ask_a_constant_number_of_queries(
    client: Client, hook: Any, world: Any, manager: Any
) -> None:
    from smartsenegal.kernel.webhooks import actions

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as made:
            client.get(path)
        return len(made)

    paths = ("/webhooks/", f"/webhooks/{hook.pk}/")
    sent(hook)
    few = [asked(path) for path in paths for _ in range(2)][1::2]
    for _ in range(5):
        actions.subscribe(manager, world.thies, URL, [])
        sent(hook)
    assert [asked(path) for path in paths] == few
