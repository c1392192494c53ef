"""Live streams end with the session, or with the right, of who opened them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from django.contrib.sessions.models import Session
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from smartsenegal.kernel.events import registry, views
from smartsenegal.kernel.identity.api import create_account, find_account, system

pytestmark = pytest.mark.django_db(transaction=True)
TOPIC = "essai:1"


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Accounts that may follow the topic of these tests; the session is looked at ten times a second."""
    known: set[str] = set()
    monkeypatch.setitem(registry._topics, "essai", lambda principal, key: principal.account_id in known)
    monkeypatch.setattr(views, "KEEP_ALIVE_SECONDS", 0.1)
    monkeypatch.setattr(views, "switchboard", views.Switchboard())
    return known


@pytest.fixture
def reader(allowed: set[str]) -> Client:
    account = create_account(system("essai"), name="Awa Sarr", email="awa@essai.sn", verified=True)
    allowed.add(str(account.pk))
    client = Client()
    client.force_login(account)
    return client


async def opened(reader: Client) -> AsyncIterator[str]:
    client = AsyncClient()
    client.cookies = reader.cookies
    response = await client.get(f"/direct/?topic={TOPIC}")
    assert isinstance(response, StreamingHttpResponse)
    assert response.status_code == 200
    stream = aiter(response)
    assert await anext(stream) == b"retry: 3000\n\n"
    assert await anext(stream) == b": \n\n"
    return stream


async def left(stream: AsyncIterator[str]) -> list[str]:
    async with asyncio.timeout(10):
        return [line async for line in stream]


def test_a_stream_ends_once_its_reader_signed_out(reader: Client) -> None:
    async def follow() -> None:
        stream = await opened(reader)
        await Session.objects.all().adelete()
        assert len(await left(stream)) <= 1
        await stop()

    asyncio.run(follow())


def test_a_stream_ends_with_the_right_to_it(reader: Client, allowed: set[str]) -> None:
    async def follow() -> None:
        stream = await opened(reader)
        allowed.clear()
        assert len(await left(stream)) <= 1
        await stop()

    asyncio.run(follow())


def test_a_stream_goes_on_meanwhile_and_tells_of_changes(reader: Client) -> None:
    async def follow() -> None:
        stream = await opened(reader)
        for _ in range(3):
            assert await anext(stream) == b": \n\n"
        views.switchboard._hand_out(TOPIC)
        assert await anext(stream) == b"event: change\ndata: essai:1\n\n"
        await stop()

    asyncio.run(follow())
    assert find_account("awa@essai.sn") is not None


async def stop() -> None:
    """End what listens to the database."""
    task = views.switchboard.task
    assert task is not None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
