"""Answers made in threads, which stop being made once who asked has left."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextvars import ContextVar
from threading import Event
from typing import Any

from a2wsgi import WSGIMiddleware

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]

_gone: ContextVar[Event] = ContextVar("gone")


class Threaded:
    """A WSGI application as ASGI, in threads.

    The server takes what is sent to who has left without a word, so a long answer would be made to its end
    for nobody: from its second piece on, we listen for the departure and stop there.
    """

    def __init__(self, app: Wsgi, workers: int) -> None:
        self._app = WSGIMiddleware(_stopping(app), workers=workers)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        client = _Client(receive, send)
        _gone.set(client.gone)
        try:
            await self._app(scope, _coroutine(receive), client.send)
        finally:
            client.forget()


class _Client:
    """Who asked, and whether they are still there."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.gone = Event()
        self._receive, self._send, self._pieces = receive, send, 0
        self._watch: asyncio.Task[None] | None = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.body" and message.get("more_body"):
            self._pieces += 1
            if self._pieces == 2:  # a page is one piece: it is not worth a task
                self._watch = asyncio.ensure_future(self._listen())
        await self._send(message)

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass  # what is left of a request that the application did not read
        self.gone.set()

    def forget(self) -> None:
        if self._watch is not None:
            self._watch.cancel()


class _Answer:
    """The pieces of an answer, up to the departure; closing it closes what makes them."""

    def __init__(self, pieces: Iterable[bytes], gone: Event) -> None:
        self._pieces, self._gone = pieces, gone

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if self._gone.is_set():
                return
            yield piece

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


def _stopping(app: Wsgi) -> Any:
    def answer(environ: Any, start_response: Any) -> _Answer:
        return _Answer(app(environ, start_response), _gone.get())

    return answer


def _coroutine(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """granian's callables return futures; a2wsgi hands them to the event loop, which wants coroutines."""

    async def wrapped(*arguments: Any) -> Any:
        return await call(*arguments)

    return wrapped
