"""Webhooks end to end: a real receiver that goes down and comes back, checked by a stranger's library."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.jobs import drain

pytestmark = pytest.mark.django_db


class Receiver:
    """A program of another administration: answers `status`, keeps what it gets."""

    def __init__(self) -> None:
        self.status, self.location, self.got = 200, "", list[tuple[dict[str, str], str]]()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("location", receiver.location)
                self.end_headers()
                self.wfile.write(b"x" * 100_000)

            def log_message(self, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/ici"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def world(db: Any) -> Any:
    from tests.onestop.cases.world import make_world

    return make_world()


@pytest.fixture
def hook(world: Any, receiver: Receiver) -> Any:
    """The endpoint of the court, and its secret."""
    from smartsenegal.kernel.webhooks import actions
    from tests.onestop.cases.partner import manager_of

    return actions.subscribe(manager_of(world.thies), world.thies, receiver.url, [])


@pytest.fixture
def filed(world: Any, hook: Any) -> Any:
    from smartsenegal.onestop.cases import actions
    from tests.onestop.cases.world import fill

    case = actions.submit(fill(world).pk, world.awa).case
    drain("events.deliver")
    return case


def due() -> None:
    """Make every attempt due now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE task_name = 'webhooks.send'")


def row_of(case: Any) -> Any:
    from smartsenegal.kernel.webhooks.models import Outgoing

    return Outgoing.objects.get(kind="case.submitted", subject=case.subject)


def test_an_event_arrives_signed_and_says_nothing_of_the_person(
    receiver: Receiver, hook: Any, filed: Any
) -> None:
    drain("webhooks.send")
    ((headers, body),) = receiver.got
    told = Webhook(hook[1]).verify(body, headers)
    assert told["type"] == "case.submitted"
    assert told["data"]["reference"] == filed.reference
    assert set(told["data"]) == {
        "case", "reference", "procedure", "state", "sequence", "version", "url", "page"
    }  # fmt: skip
    assert "Awa" not in body
    assert row_of(filed).state == "delivered"
    with pytest.raises(WebhookVerificationError):
        Webhook(hook[1]).verify(body.replace(filed.reference, "autre"), headers)
    assert hook[1].encode() not in bytes(hook[0].sealed)


def test_a_receiver_that_goes_down_and_comes_back_loses_nothing(
    receiver: Receiver, hook: Any, world: Any, filed: Any
) -> None:
    from smartsenegal.onestop.cases import actions

    receiver.status = 503
    drain("webhooks.send")
    row = row_of(filed)
    assert (row.state, row.attempts, row.status, row.error) == ("waiting", 1, 503, "Réponse 503.")
    assert row.next_attempt > timezone.now()
    actions.take(filed.pk, world.moussa)
    drain("events.deliver")
    for _ in range(4):
        due()
        drain("webhooks.send")
    receiver.status = 200
    due()
    drain("webhooks.send")
    right = [json.loads(b) for h, b in receiver.got]
    assert {t["type"] for t in right} == {"case.submitted", "case.taken"}
    by_event = {t["type"]: t["data"]["sequence"] for t in right}
    assert by_event["case.submitted"] < by_event["case.taken"]
    assert row_of(filed).state == "delivered"
    hook[0].refresh_from_db()
    assert hook[0].failing_since is None


def test_killed_between_the_call_and_its_note_it_is_sent_again_under_the_same_name(
    receiver: Receiver, hook: Any, filed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel.webhooks import actions

    row = row_of(filed)
    with monkeypatch.context() as killed:
        killed.setattr(actions, "_note", lambda *a: (_ for _ in ()).throw(SystemExit(9)))
        with pytest.raises(SystemExit):
            actions.send(row.pk)
    assert row_of(filed).state == "waiting"
    actions.send(row.pk)
    actions.send(row.pk)  # delivered: nothing leaves any more
    assert [h["webhook-id"] for h, _ in receiver.got] == [f"msg_{row.pk.hex}"] * 2
    assert receiver.got[0][1] == receiver.got[1][1]


def test_both_secrets_sign_for_a_day(receiver: Receiver, hook: Any, world: Any, filed: Any) -> None:
    from smartsenegal.kernel.webhooks import actions
    from smartsenegal.kernel.webhooks.models import Endpoint
    from tests.onestop.cases.partner import manager_of

    by, old = manager_of(world.thies), hook[1]
    new = actions.rotate(by, hook[0].pk)
    drain("webhooks.send")
    headers, body = receiver.got[-1]
    assert Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers)
    Endpoint.objects.update(before_until=timezone.now())
    actions.resend(by, hook[0].pk, row_of(filed).pk)
    drain("webhooks.send")
    headers, body = receiver.got[-1]
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_after_days_of_failure_it_is_stopped_and_its_administrator_told(
    receiver: Receiver, hook: Any, world: Any, filed: Any
) -> None:
    from smartsenegal.kernel.notifications.models import Message
    from smartsenegal.kernel.webhooks import actions
    from smartsenegal.kernel.webhooks.models import Endpoint
    from tests.onestop.cases.partner import manager_of

    by = manager_of(world.thies)
    receiver.status = 500
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=6))
    drain("webhooks.send")
    hook[0].refresh_from_db()
    assert hook[0].disabled_at
    assert row_of(filed).state == "held"
    message = Message.objects.get(template="webhooks.disabled")
    assert (message.recipient, receiver.url in message.body) == (by.account_id, True)
    receiver.status = 200
    assert actions.enable(by, hook[0].pk) == 1
    drain("webhooks.send")
    assert row_of(filed).state == "delivered"


def test_a_receiver_that_says_gone_is_called_no_more(receiver: Receiver, hook: Any, filed: Any) -> None:
    receiver.status = 410
    drain("webhooks.send")
    hook[0].refresh_from_db()
    assert "410" in hook[0].disabled_reason


def test_a_redirection_is_not_followed(receiver: Receiver, hook: Any, filed: Any) -> None:
    receiver.status, receiver.location = 302, receiver.url + "-ailleurs"
    drain("webhooks.send")
    assert len(receiver.got) == 1
    assert "Redirection refusée" in row_of(filed).error


def test_only_the_organisations_concerned_are_told(receiver: Receiver, world: Any) -> None:
    from smartsenegal.kernel.webhooks import actions
    from smartsenegal.kernel.webhooks.models import Outgoing
    from smartsenegal.onestop.cases import actions as cases
    from tests.onestop.cases.partner import manager_of
    from tests.onestop.cases.world import fill

    actions.subscribe(manager_of(world.mbour), world.mbour, receiver.url, [])
    wanted, _ = actions.subscribe(manager_of(world.thies), world.thies, receiver.url, ["case.withdrawn"])
    case = cases.submit(fill(world).pk, world.awa).case
    cases.withdraw(case.pk, world.awa)
    drain("events.deliver")
    assert [(o.endpoint_id, o.kind) for o in Outgoing.objects.all()] == [(wanted.pk, "case.withdrawn")]


def test_a_case_moved_to_another_revision_is_told_and_a_draft_is_not(
    receiver: Receiver, hook: Any, world: Any, filed: Any
) -> None:
    from dataclasses import replace

    from smartsenegal.kernel.webhooks.models import Outgoing
    from smartsenegal.onestop.cases.actions import rebase
    from smartsenegal.onestop.procedures.api import Delay
    from tests.onestop.cases.world import FREE, fill, publish

    draft = fill(world)
    target = publish(replace(FREE, delay=Delay(5, "calendar_days")))
    for case in (filed, draft):
        rebase.rebase_case(case.pk, target, world.moussa)
    drain("events.deliver")
    (row,) = Outgoing.objects.filter(kind="case.rebased")
    assert row.subject == filed.subject
    assert json.loads(row.body)["data"]["reference"] == filed.reference


def test_an_address_inside_is_refused_outside_the_demonstration(
    receiver: Receiver, hook: Any, filed: Any, settings: Any
) -> None:
    from smartsenegal.kernel.webhooks import calling

    settings.DEMO = False
    assert calling.post(receiver.url, {}, "{}").status is None
    inside = calling.post("https://localhost:9/", {}, "{}")
    assert (inside.status, "réseau privé" in inside.error) == (None, True)
    assert receiver.got == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "169.254.169.254", "192.168.1.1", "::1", "fe80::1", "fd00::1",
     "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:0a00:0001::", "100.64.0.1", "0.0.0.0", "224.0.0.1"],
)  # fmt: skip
def test_no_private_address_may_be_called(address: str) -> None:
    from smartsenegal.kernel.webhooks import rules

    assert not rules.may_call(address, demo=False)
    host = f"[{address}]" if ":" in address else address
    assert rules.fault_of_url(f"https://{host}/", demo=False) == rules.PRIVATE
    assert rules.may_call("41.214.1.1", demo=False)
    assert not rules.may_call("10.0.0.8", demo=True)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_is_refused_with_a_sentence(text: str) -> None:
    from smartsenegal.kernel.webhooks import rules

    fault = rules.fault_of_url(text, demo=False)
    assert (
        text.lower().startswith("https://")
        if fault is None
        else fault.endswith(("webhooks.", "#.", "https.", "appelée."))
    )


def test_attempts_go_on_for_more_than_a_day() -> None:
    from smartsenegal.kernel.webhooks import rules

    waits = [rules.delay_after(n) for n in range(1, 11)]
    assert waits[-1] is None
    assert sum(filter(None, waits), timedelta()) > timedelta(days=3)


def test_the_api_subscribes_lists_and_sends_again(receiver: Receiver, world: Any) -> None:
    from django.test import Client

    from tests.onestop.cases.partner import token_of

    client = Client(headers={"Authorization": f"Bearer {token_of(world.thies)}"})
    root, kind = "/api/v1/webhooks", "application/json"
    wrong = client.post(root, {"organisation": "tgi-mbour", "url": receiver.url}, kind)
    assert wrong.json()["errors"][0]["pointer"] == "/body/organisation"
    wrong = client.post(root, {"organisation": "tgi-thies", "url": "http://exemple.sn"}, kind)
    assert wrong.json()["errors"] == [
        {"pointer": "/body/url", "detail": "L’adresse doit commencer par https."}
    ]
    made = client.post(root, {"organisation": "tgi-thies", "url": receiver.url}, kind)
    assert made.status_code == 201, made.content
    assert made.json()["secret"].startswith("whsec_")
    (listed,) = client.get(root).json()
    assert "secret" not in listed
    path = f"{root}/{listed['id']}"
    assert client.get(f"{path}/envois").json() == {"sent": [], "next": None}
    assert client.post(f"{path}/secret").json()["secret"].startswith("whsec_")
    assert client.post(f"{path}/arret").status_code == 204
    assert client.post(f"{path}/reprise").json() == {"held": 0}
    elsewhere = Client(headers={"Authorization": f"Bearer {token_of(world.mbour)}"})
    assert elsewhere.get(f"{path}/envois").status_code == 404
    assert elsewhere.post(f"{path}/arret").status_code == 404


def partner(organisation: Any) -> Any:
    from django.test import Client

    from tests.onestop.cases.partner import token_of

    return Client(headers={"Authorization": f"Bearer {token_of(organisation)}"})


def test_a_subscription_sent_twice_is_made_once_for_its_key(receiver: Receiver, world: Any) -> None:
    from smartsenegal.kernel.webhooks.models import Endpoint

    client, asked = partner(world.thies), {"organisation": "tgi-thies", "url": receiver.url}
    made = [
        client.post("/api/v1/webhooks", asked, "application/json", headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [m.status_code for m in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert Endpoint.objects.count() == 1
    other = client.post(
        "/api/v1/webhooks", {**asked, "kinds": ["case.signed"]}, "application/json",
        headers={"Idempotency-Key": "k1"},
    )  # fmt: skip
    assert other.status_code == 409


def test_what_waits_goes_to_the_new_address_under_the_same_secret(
    receiver: Receiver, hook: Any, world: Any, filed: Any
) -> None:
    from smartsenegal.kernel.audit.models import Entry

    receiver.status = 503
    drain("webhooks.send")
    assert row_of(filed).attempts == 1
    new = Receiver()
    client, path = partner(world.thies), f"/api/v1/webhooks/{hook[0].pk}"
    changed = client.patch(path, {"url": new.url}, "application/json")
    assert (changed.status_code, changed.json()["url"], changed.json()["kinds"]) == (200, new.url, [])
    assert changed.json()["failing_since"] is None
    drain("webhooks.send")
    ((headers, body),) = new.got
    assert Webhook(hook[1]).verify(body, headers)["type"] == "case.submitted"
    assert len(receiver.got) == 1
    assert row_of(filed).state == "delivered"
    entry = Entry.objects.get(verb="webhooks.changed")
    assert entry.detail["before"]["url"] == receiver.url
    new.server.shutdown()
    new.server.server_close()


@pytest.mark.parametrize(
    ("asked", "place", "told"),
    [
        ({"url": "http://exemple.sn"}, "/body/url", "doit commencer par https"),
        ({"url": "https://moi:secret@exemple.sn/"}, "/body/url", "ni mot de passe"),
        ({"url": "https://exemple.sn/", "kinds": ["case.invented"]}, "/body/kinds", "n’existe pas"),
    ],
)
def test_a_change_is_checked_as_at_creation_and_nothing_is_half_changed(
    receiver: Receiver, hook: Any, world: Any, asked: Any, place: str, told: str
) -> None:
    client, path = partner(world.thies), f"/api/v1/webhooks/{hook[0].pk}"
    refused = client.patch(path, asked, "application/json")
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["pointer"], told in error["detail"]) == (place, True)
    hook[0].refresh_from_db()
    assert (hook[0].url, hook[0].kinds) == (receiver.url, [])
    assert partner(world.mbour).patch(path, {"kinds": []}, "application/json").status_code == 404


def test_what_was_held_starts_again_in_as_many_statements_for_many_as_for_few(
    receiver: Receiver, hook: Any, world: Any
) -> None:
    from uuid import uuid4

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from smartsenegal.kernel.webhooks import actions
    from smartsenegal.kernel.webhooks.models import Outgoing
    from tests.onestop.cases.partner import manager_of

    by, asked = manager_of(world.thies), []
    for count in (2, 40):
        Outgoing.objects.all().delete()
        Outgoing.objects.bulk_create(
            Outgoing(endpoint=hook[0], event_id=uuid4(), kind="case.signed", subject=f"case:{rank}",
                     body="{}", state="held")
            for rank in range(count)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as made:
            assert actions.enable(by, hook[0].pk) == count
        asked.append(len(made))
        assert drain("webhooks.send") == ["webhooks.send"] * count
    assert asked[0] == asked[1]
    assert len(receiver.got) == 42
