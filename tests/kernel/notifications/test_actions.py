import uuid

import pytest
from django.db import transaction

from smartsenegal.kernel.notifications import actions, queries, templating, testing
from smartsenegal.kernel.notifications.actions import Address
from smartsenegal.kernel.notifications.models import Message

pytestmark = pytest.mark.django_db
PHONE = Address("sms", "+221771234567")


def test_the_same_key_is_one_message() -> None:
    first = actions.send("k", "test.ready", PHONE, {"number": "1"})
    again = actions.send("k", "test.ready", PHONE, {"number": "2"})
    assert again.pk == first.pk
    assert Message.objects.get().body.startswith("Votre dossier 1")


def test_a_message_dies_with_its_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.send("k", "test.ready", PHONE, {"number": 1 / 0})
    assert not Message.objects.exists()


def test_an_unknown_text_is_refused() -> None:
    with pytest.raises(templating.UnknownTemplate):
        actions.send("k", "test.nothing", PHONE)


def test_a_missing_variable_is_refused_by_name() -> None:
    with pytest.raises(templating.MissingVariable, match="number"):
        actions.send("k", "test.ready", PHONE, {})


def test_another_language_falls_back_on_french() -> None:
    message = actions.send("k", "test.ready", Address("sms", "+221771234567", "wo"), {"number": "1"})
    assert message.language == "fr"


def test_markup_in_a_value_stays_text() -> None:
    message = actions.send("k", "test.ready", Address("page", "a"), {"number": "<b>&\x00"})
    assert "<b>&" in message.body
    assert "\x00" not in message.body


def test_two_texts_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        templating.register_template("test.code", "sms", "fr", "", "x")


def test_inbox_shows_one_message_an_event() -> None:
    event = uuid.uuid4()
    for channel, value in (("sms", "+221771234567"), ("page", "acc")):
        actions.send(
            f"{channel}:e", "test.ready", Address(channel, value), {"number": "1"}, event_id=event,
            recipient="acc",
        )  # fmt: skip
    actions.send("sms:other", "test.ready", PHONE, {"number": "2"}, recipient="acc")
    actions.send("sms:stranger", "test.ready", PHONE, {"number": "3"}, recipient="other")
    actions.send("code", "test.code", PHONE, {"code": "4"}, recipient="acc", secret=True)
    assert [m.key for m in queries.inbox("acc")] == ["sms:other", "page:e"]
    assert queries.unread_count("acc") == 2
    assert actions.mark_read("acc", queries.inbox("acc")[0].pk) == 1
    assert actions.mark_read("acc") == 1
    assert queries.unread_count("acc") == 0


def test_templates_are_checked_on_their_samples() -> None:
    assert testing.assert_templates_fit("test.ready") == 3
    with pytest.raises(templating.MissingVariable):
        testing.assert_templates_fit("test.code")
    templating.register_template("test.long", "sms", "fr", "", "é" * 500)
    with pytest.raises(AssertionError, match="segments"):
        testing.assert_templates_fit("test.long")


def test_french_typography_is_set_for_the_author() -> None:
    templating.register_template("test.typo", "page", "fr", "C'est prêt !", "L'acte : {{ number }} F CFA ?")
    message = actions.send("k", "test.typo", Address("page", "a"), {"number": "12 000"})
    assert message.subject == "C’est prêt\u202f!"
    assert message.body == "L’acte\u00a0: 12\u202f000\u00a0F\u00a0CFA\u202f?"
