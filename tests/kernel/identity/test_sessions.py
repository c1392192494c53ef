"""The session of a request is the one Django writes, until it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.identity.sessions import SessionStore


@pytest.fixture
def kept(db: None) -> SessionStore:
    session = SessionStore()
    session["name"] = "Awa"
    session.save()
    return session


def test_what_was_kept_is_read_in_one_query(kept: SessionStore, django_assert_num_queries: Any) -> None:
    again = SessionStore(kept.session_key)
    with django_assert_num_queries(1):
        assert again["name"] == "Awa"
        assert again.get("other") is None


def test_an_ended_session_holds_nothing_and_loses_its_key(kept: SessionStore) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    ended = SessionStore(kept.session_key)
    assert dict(ended.items()) == {}
    assert ended.session_key is None


def test_an_unknown_or_altered_session_holds_nothing(kept: SessionStore) -> None:
    assert dict(SessionStore("x" * 32).items()) == {}
    Session.objects.update(session_data="altered")
    assert dict(SessionStore(kept.session_key).items()) == {}


def test_a_closed_session_is_refused_at_once(make_account: Callable[..., Any], client: Client) -> None:
    client.force_login(make_account())
    assert client.get("/compte/").status_code == 200
    Session.objects.filter(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value).delete()
    assert client.get("/compte/").status_code == 302
