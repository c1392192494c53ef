from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.identity.api import Account, Organisation, RoleAssignment
from smartsenegal.kernel.notifications import actions, delivery, queries
from smartsenegal.kernel.notifications.actions import Address
from smartsenegal.kernel.notifications.models import DemoDelivery, Message, Tariff
from smartsenegal.kernel.territory.api import Territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def awa(db: None) -> Account:
    return Account.objects.create_user(phone="+221771234567")


@pytest.fixture
def signed_in(awa: Account, client: Client) -> Client:
    client.force_login(awa, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def administrator(signed_in: Client, awa: Account, settings: object) -> Client:
    settings.AGENT_TOTP_REQUIRED = False  # type: ignore[attr-defined]
    country, _ = Territory.objects.get_or_create(
        code="SN", defaults={"kind": "country", "name": "Sénégal", "path": "SN"}
    )
    organisation = Organisation.objects.create(code="test", name="Test", kind="ministry", territory=country)
    RoleAssignment.objects.create(
        account=awa, role="administrator", organisation=organisation, starts_on=date(2020, 1, 1)
    )
    return signed_in


def page_message(awa: Account, key: str = "k", number: str = "CJ-2026-004188") -> Message:
    return actions.send(key, "test.ready", Address("page", str(awa.pk)), {"number": number})


def test_the_inbox_of_nobody_asks_to_sign_in(client: Client) -> None:
    assert client.get("/messages/").status_code == 302


def test_an_empty_inbox_says_what_comes(signed_in: Client) -> None:
    assert "Aucun message" in signed_in.get("/messages/").content.decode()


def test_reading_a_message_marks_it(signed_in: Client, awa: Account) -> None:
    message = page_message(awa)
    assert "Non lu" in signed_in.get("/messages/").content.decode()
    assert "est prêt" in signed_in.get(f"/messages/{message.pk}/").content.decode()
    assert "Non lu" not in signed_in.get("/messages/").content.decode()


def test_another_s_message_is_not_found(signed_in: Client) -> None:
    other = actions.send("k", "test.ready", Address("page", "autre"), {"number": "1"})
    assert signed_in.get(f"/messages/{other.pk}/").status_code == 404


def test_the_inbox_is_paged_without_losing_any(signed_in: Client, awa: Account) -> None:
    for rank in range(60):
        page_message(awa, f"k{rank}", str(rank))
    Message.objects.update(created_at=timezone.now())
    first = queries.page(queries.inbox(str(awa.pk)), "", 50)
    second = queries.page(queries.inbox(str(awa.pk)), first.after, 50)
    assert len({m.pk for m in [*first.messages, *second.messages]}) == 60
    assert second.after == ""
    assert "Messages plus anciens" in signed_in.get("/messages/").content.decode()
    for wrong in ("x", "1e400_y", "nan_" + "0" * 32, "\x00"):
        assert len(queries.page(queries.inbox(str(awa.pk)), wrong, 50).messages) == 50


def test_marking_everything_as_read(signed_in: Client, awa: Account) -> None:
    page_message(awa)
    assert signed_in.post("/messages/tout-lu/").status_code == 302
    assert queries.unread_count(str(awa.pk)) == 0


def send_code(number: str, code: str) -> None:
    message = actions.send(f"c{code}", "test.code", Address("sms", number), {"code": code}, secret=True)
    delivery.deliver(message.pk)


def test_the_demonstration_phone_shows_codes_for_a_quarter_of_an_hour(client: Client) -> None:
    send_code("+221771234567", "111111")
    send_code("+221765554433", "222222")
    everything = client.get("/messages/telephone/").content.decode()
    assert everything.index("222222") < everything.index("111111")
    for typed in ("77 123 45 67", "+221771234567", "12345"):
        found = client.get("/messages/telephone/", {"q": typed}).content.decode()
        assert "111111" in found
        assert "222222" not in found
    DemoDelivery.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert "111111" not in client.get("/messages/telephone/").content.decode()


@pytest.mark.parametrize("typed", ["\x00", "é", "a" * 200, "99999999"])
def test_a_search_for_nothing_says_so(client: Client, typed: str) -> None:
    answer = client.get("/messages/telephone/", {"q": typed})
    assert answer.status_code == 200


def test_no_demonstration_phone_in_earnest(client: Client, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert client.get("/messages/telephone/").status_code == 404


def test_the_outbox_is_for_administrators(signed_in: Client) -> None:
    assert signed_in.get("/messages/envois/").status_code == 403
    assert signed_in.post("/messages/envois/tarifs/").status_code == 403


def test_the_outbox_starts_a_message_again(administrator: Client) -> None:
    message = actions.send("k", "test.ready", Address("sms", "+221771234567"), {"number": "1"})
    actions.failed(message.pk, "Le numéro n’existe pas.", again=False)
    page = administrator.get("/messages/envois/").content.decode()
    assert "Le numéro n’existe pas." in page
    administrator.post(f"/messages/envois/{message.pk}/renvoyer/")
    message.refresh_from_db()
    assert message.state == "queued"


def test_a_tariff_is_entered_with_its_source(administrator: Client) -> None:
    wrong = administrator.post(
        "/messages/envois/tarifs/", {"provider": "http", "starts_on": "32 13", "price": "x"}
    )
    assert wrong.status_code == 422
    assert not Tariff.objects.exists()
    administrator.post(
        "/messages/envois/tarifs/",
        {"provider": "http", "starts_on": "1 janvier 2026", "price": "12 F CFA", "source": "Contrat d’essai"},
    )
    tariff = Tariff.objects.get()
    assert (tariff.price, tariff.starts_on) == (12, date(2026, 1, 1))
