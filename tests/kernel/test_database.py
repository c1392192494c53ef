"""Statements that PostgreSQL plans once a connection."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.database import planned_once

ASKED = "SELECT count(*) FROM identity_account WHERE phone = %s"


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%identity_account%'", None
        )
        return int(cursor.fetchone()[0])


def ask(phone: str) -> int:
    with planned_once() as cursor:
        cursor.execute(ASKED, [phone])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_statement_asked_again_is_prepared_once() -> None:
    before = prepared()
    assert [ask(f"+22177000000{n}") for n in range(4)] == [0, 0, 0, 0]
    assert prepared() == before + 1


@pytest.mark.django_db
def test_it_is_counted_and_its_text_logged_as_others_are() -> None:
    with CaptureQueriesContext(connection) as asked:
        for number in range(3):
            ask(str(number))
    assert len(asked) == 3
    assert all("identity_account" in query["sql"] for query in asked)


@pytest.mark.django_db
def test_it_sees_what_its_transaction_wrote(django_user_model: type) -> None:
    django_user_model.objects.create(phone="+221770000001", name="Awa")  # type: ignore[attr-defined]
    assert [ask("+221770000001") for _ in range(3)] == [1, 1, 1]
